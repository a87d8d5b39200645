//! `create_schedule_entries` and what it leaves in the schedule.

use lavori_domain::changes::RecordKind;
use lavori_policy::{Caller, Scopes};
use lavori_store::Within;
use lavori_store::changes::{self, ChangeFilter};
use serde_json::{Value, json};

use crate::lab::{Lab, codes, keys};
use crate::schedule_world::labs;

/// A lab per database with a caller of the whole organization and one of the team Stage, who may write.
pub(crate) async fn writers() -> Vec<(Lab, Caller, Caller)> {
    let mut writers = Vec::new();
    for lab in labs().await {
        lab.switch(true, false).await;
        let (mut ada, mut stage) = (lab.ada.clone(), lab.stage.clone());
        for caller in [&mut ada, &mut stage] {
            (caller.scopes, caller.grantable) = (Scopes::Write, Scopes::Write);
        }
        writers.push((lab, ada, stage));
    }
    writers
}

async fn create(lab: &Lab, caller: &Caller, entries: Value) -> Value {
    lab.call(caller, "create_schedule_entries", json!({ "entries": entries })).await
}

async fn refuse(lab: &Lab, caller: &Caller, entries: Value) -> Value {
    lab.refused(caller, "create_schedule_entries", json!({ "entries": entries })).await
}

pub(crate) async fn row(lab: &Lab, caller: &Caller, day: &str, key: &str) -> Value {
    let asked = json!({ "from": day, "to": day, "detail": "full" });
    let reply = lab.call(caller, "list_schedule", asked).await;
    let found = reply["data"].as_array().unwrap().iter().find(|row| row["key"] == key).cloned();
    found.unwrap_or_else(|| panic!("{key} on {}: {reply}", lab.test.name))
}

#[tokio::test(flavor = "multi_thread")]
async fn w7_entries_are_made_numbered_and_in_the_change_feed() {
    for (lab, ada, _) in writers().await {
        let reply = create(
            &lab,
            &ada,
            json!([
                { "kind": "shift", "start": "2026-12-01T08:00", "end": "2026-12-01T17:00", "role": "Rigger",
                  "people": ["Ben Weiss"], "break_minutes": 45, "task": "T-1", "team": "Stage", "status": "published" },
                { "kind": "event", "start": "2026-12-02", "end": "2026-12-03", "title": "Load-in", "people": ["C-1", "me"],
                  "project": "Aurora", "location": "Arena" },
                { "kind": "shift", "start": "2026-12-01T08:00", "end": "2026-12-01T12:00", "role": "Runner",
                  "event": "Sound check", "time_zone": "Europe/London" },
            ]),
        )
        .await;
        let made: Vec<_> = reply["results"].as_array().unwrap().iter().map(|it| it["key"].clone()).collect();
        assert_eq!(made, ["S-7", "E-4", "S-8"], "{}", lab.test.name);
        assert_eq!((&reply["results"][0]["status"], &reply["results"][0]["version"]), (&json!("created"), &json!(1)));
        let shift = row(&lab, &ada, "2026-12-01", "S-7").await;
        // The task's project is the shift's.
        assert_eq!((&shift["project"]["key"], &shift["more"]["task"]["key"]), (&json!("P-1"), &json!("T-1")));
        assert_eq!((&shift["status"], &shift["people"][0]["name"]), (&json!("published"), &json!("Ben Weiss")));
        assert!(shift["more"]["published_at"].is_string());
        let load_in = row(&lab, &ada, "2026-12-03", "E-4").await;
        assert_eq!((&load_in["start"], &load_in["last_day"]), (&json!("2026-12-02"), &json!("2026-12-03")));
        let names: Vec<_> = load_in["people"].as_array().unwrap().iter().map(|it| it["name"].clone()).collect();
        assert_eq!(names, ["Ada Rossi", "Arena Verona"]);
        // D1: a local time is one of the entry's zone.
        let runner = row(&lab, &ada, "2026-12-01", "S-8").await;
        assert_eq!(
            (&runner["start"], &runner["time_zone"]),
            (&json!("2026-12-01T09:00:00+01:00"), &json!("Europe/London"))
        );
        assert_eq!((&runner["open"], &runner["more"]["event"]["key"]), (&json!(true), &json!("E-2")));

        let mut conn = lab.test.store.read().await.unwrap();
        let feed = changes::list(&mut conn, Within::from(&ada.tenant), &ChangeFilter::default(), 0, 10).await.unwrap();
        let kinds: Vec<_> = feed.iter().map(|change| change.kind).collect();
        assert_eq!(kinds, [RecordKind::Shift, RecordKind::Event, RecordKind::Shift]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d8_two_shifts_of_a_person_at_the_same_time_are_refused_and_the_rest_is_told() {
    for (lab, ada, _) in writers().await {
        // S-1 is Ben's, from eight to four.
        let during = json!([{ "kind": "shift", "start": "2026-11-23T15:00", "end": "2026-11-23T18:00", "role": "Driver", "people": ["ben.weiss@example.com"] }]);
        let refused = refuse(&lab, &ada, during).await;
        assert_eq!((&refused["code"], &refused["field"]), (&json!("schedule_conflict"), &json!("entries[0]")));
        assert_eq!(refused["current"]["conflicts"][0], json!({ "kind": "overlap", "with": "S-1" }));
        // Two of one call as well, and nothing of it is done (W6).
        let twins = json!([
            { "kind": "shift", "start": "2026-12-01T08:00", "end": "2026-12-01T12:00", "role": "A", "people": ["me"] },
            { "kind": "shift", "start": "2026-12-01T11:00", "end": "2026-12-01T14:00", "role": "B", "people": ["me"] },
        ]);
        let refused = refuse(&lab, &ada, twins).await;
        assert_eq!(refused["problems"].as_array().unwrap().len(), 2);
        let none = lab.call(&ada, "list_schedule", json!({ "from": "2026-12-01", "to": "2026-12-01" })).await;
        assert_eq!(keys(&none), [] as [&str; 0], "{}", lab.test.name);
        // What touches is no overlap; a busy event, short rest and long work are warnings.
        let warned = create(
            &lab,
            &ada,
            json!([
                { "kind": "shift", "start": "2026-11-23T16:00", "end": "2026-11-23T18:00", "role": "Driver", "people": ["Ben Weiss"] },
                { "kind": "shift", "start": "2026-11-25T06:00", "end": "2026-11-25T23:00", "role": "Office", "people": ["me"] },
                { "kind": "event", "start": "2026-11-23T10:00", "end": "2026-11-23T11:00", "title": "Briefing", "people": ["Ben Weiss"] },
            ]),
        )
        .await;
        let kinds = |index: usize| -> Vec<String> {
            let conflicts = warned["results"][index]["conflicts"].as_array().unwrap();
            conflicts
                .iter()
                .map(|it| format!("{} {}", it["kind"].as_str().unwrap(), it["with"].as_str().unwrap_or("-")))
                .collect()
        };
        assert_eq!(kinds(0), ["short_rest S-1", "short_rest S-2"]);
        assert_eq!(kinds(1), ["busy E-3", "no_break -", "long_shift -"]);
        assert_eq!(kinds(2), ["busy S-1"]);
        assert_eq!(warned["warnings"][0]["records"], json!(["S-7"]));
        assert_eq!(warned["warnings"].as_array().unwrap().len(), 3);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d8_two_at_once_cannot_book_a_person_twice() {
    for (lab, ada, _) in writers().await {
        for day in 1..6 {
            let shift = |role: &str| {
                json!({ "entries": [{ "kind": "shift", "start": format!("2026-12-0{day}T08:00"), "end": format!("2026-12-0{day}T12:00"),
                    "role": role, "people": ["Cleo Novak"] }] })
            };
            let (one, other) = tokio::join!(
                lab.invoke(&ada, "create_schedule_entries", shift("A")),
                lab.invoke(&ada, "create_schedule_entries", shift("B")),
            );
            let refused = [one.unwrap(), other.unwrap()].iter().filter(|answer| answer.is_error).count();
            assert_eq!(refused, 1, "{day} on {}", lab.test.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d4_a_recurring_event_is_made_by_a_rule_that_fits_its_start() {
    for (lab, ada, _) in writers().await {
        let event = |start: &str, rule: &str| {
            json!([{ "kind": "event", "start": format!("{start}T09:00"), "end": format!("{start}T10:00"), "title": "Stand-up",
                "recurrence": rule }])
        };
        create(&lab, &ada, event("2026-12-01", "FREQ=WEEKLY;BYDAY=TU;COUNT=3")).await;
        let asked = json!({ "from": "2026-12-01", "to": "2026-12-31", "kind": ["event"], "person": "none" });
        let found = lab.call(&ada, "list_schedule", asked).await;
        assert_eq!(keys(&found), ["E-4", "E-4", "E-4"], "{}", lab.test.name);
        for (start, rule) in [
            ("2026-12-02", "FREQ=WEEKLY;BYDAY=TU"),
            ("2026-12-01", "FREQ=HOURLY"),
            ("2026-12-01", "FREQ=WEEKLY;BYIGNOREALL=1"),
            ("2026-12-01", "every week"),
        ] {
            let refused = refuse(&lab, &ada, event(start, rule)).await;
            assert_eq!(
                (&refused["code"], &refused["field"]),
                (&json!("invalid_recurrence"), &json!("entries[0].recurrence"))
            );
            // E4: the caller's words stand where they were given only.
            assert!(!refused["message"].as_str().unwrap().contains("IGNOREALL"), "{refused}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn e3_everything_that_is_wrong_is_told_with_its_place() {
    for (lab, ada, _) in writers().await {
        let refused = refuse(
            &lab,
            &ada,
            json!([
                { "kind": "event", "start": "2026-12-01T10:00", "end": "2026-12-01T09:00", "title": "Backwards" },
                { "kind": "event", "start": "2026-12-01", "end": "2026-12-01T09:00", "title": "Mixed" },
                { "kind": "event", "start": "2026-12-01", "end": "2026-12-01" },
                { "kind": "shift", "start": "2026-12-01", "end": "2026-12-02", "role": "Rigger" },
                { "kind": "shift", "start": "2026-12-01T08:00", "end": "2026-12-09T09:00", "role": "Rigger" },
                { "kind": "shift", "start": "2026-12-01T08:00", "end": "2026-12-01T09:00", "role": "R", "break_minutes": 60 },
                { "kind": "shift", "start": "2026-12-01T08:00", "end": "2026-12-01T09:00", "role": "R", "title": "x" },
                { "kind": "shift", "start": "2026-12-01T08:00", "end": "2026-12-01T09:00", "role": "R", "people": ["me", "Ben Weiss"] },
                { "kind": "shift", "start": "2026-12-01T08:00", "end": "2026-12-01T09:00", "role": "R", "status": "completed" },
                { "kind": "event", "start": "someday", "end": "2026-12-01", "title": "When", "people": ["Nobody"] },
            ]),
        )
        .await;
        let expected = json!({
            "entries[0].end": "invalid_argument",
            "entries[1].start": "invalid_date",
            "entries[2].title": "missing_argument",
            "entries[3].start": "invalid_date",
            "entries[4].end": "invalid_argument",
            "entries[5].break_minutes": "invalid_argument",
            "entries[6].title": "invalid_argument",
            "entries[7].people": "invalid_argument",
            "entries[8].status": "transition_not_allowed",
            "entries[9].start": "invalid_date",
            "entries[9].people[0]": "not_found",
        });
        assert_eq!(Value::Object(codes(&refused)), expected, "{}", lab.test.name);
        let other = refuse(
            &lab,
            &ada,
            json!([{ "kind": "shift", "start": "2026-12-01T08:00", "end": "2026-12-01T09:00", "role": "R", "task": "T-1", "project": "P-2" }]),
        )
        .await;
        assert_eq!(other["field"], "entries[0].project");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s1_p13_a_narrowed_connection_writes_into_its_team_and_points_nowhere_else() {
    for (lab, ada, stage) in writers().await {
        let shift = json!([{ "kind": "shift", "start": "2026-12-01T08:00", "end": "2026-12-01T12:00", "role": "Rigger", "people": ["Ben Weiss"] }]);
        create(&lab, &stage, shift).await;
        let of_stage = json!({ "from": "2026-12-01", "to": "2026-12-01", "team": "Stage" });
        assert_eq!(keys(&lab.call(&ada, "list_schedule", of_stage).await), ["S-7"], "{}", lab.test.name);
        for (argument, hidden, missing) in [
            ("people", json!(["Cleo Novak"]), json!(["Nobody Nowhere"])),
            ("project", json!("P-2"), json!("P-9")),
            ("task", json!("T-4"), json!("T-9")),
            ("event", json!("E-2"), json!("E-9")),
        ] {
            let answer = async |value: &Value| {
                let mut entry =
                    json!({ "kind": "shift", "start": "2026-12-02T08:00", "end": "2026-12-02T12:00", "role": "R" });
                entry[argument] = value.clone();
                let asked = json!({ "entries": [entry] });
                let answer = lab.invoke(&stage, "create_schedule_entries", asked).await.unwrap();
                assert!(answer.is_error, "{argument}");
                let asked = value.as_str().or(value[0].as_str()).unwrap();
                answer.json.replace(asked, "ASKED")
            };
            assert_eq!(answer(&hidden).await, answer(&missing).await, "E5: {argument} on {}", lab.test.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w1_w2_w5_what_is_sent_again_or_tried_is_not_there_twice() {
    for (lab, ada, _) in writers().await {
        let entry =
            json!({ "kind": "event", "start": "2026-12-01T08:00", "end": "2026-12-01T09:00", "title": "Delivery" });
        let tried = json!({ "tool": "create_schedule_entries", "arguments": { "entries": [entry] } });
        let preview = lab.call(&ada, "preview_write", tried).await;
        assert_eq!(preview["preview"]["dry_run"], true);
        let asked = json!({ "entries": [entry], "request_key": "delivery" });
        let first = lab.call(&ada, "create_schedule_entries", asked.clone()).await;
        assert_eq!(
            (&first["results"][0]["key"], &first["replayed"]),
            (&json!("E-4"), &json!(false)),
            "{}",
            lab.test.name
        );
        assert_eq!(lab.call(&ada, "create_schedule_entries", asked).await["replayed"], true);
        // Another call that would make the same event is asked whether it is meant.
        let again = json!({ "entries": [entry], "request_key": "another" });
        let refused = lab.refused(&ada, "create_schedule_entries", again).await;
        assert_eq!((&refused["code"], &refused["current"]["key"]), (&json!("duplicate_suspected"), &json!("E-4")));
        let meant = json!({ "entries": [entry], "allow_duplicates": true });
        let meant = lab.call(&ada, "create_schedule_entries", meant).await;
        assert_eq!(meant["results"][0]["key"], "E-5");
    }
}
