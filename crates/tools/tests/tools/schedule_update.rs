//! `update_schedule_entries`: entries as they should be, and what becomes of a series.

use serde_json::{Value, json};

use crate::lab::{Lab, codes, keys};
use crate::schedule_write::{row, writers};
use lavori_policy::Caller;

async fn update(lab: &Lab, caller: &Caller, entry: Value) -> Value {
    lab.call(caller, "update_schedule_entries", json!({ "entries": [entry] })).await
}

async fn refuse(lab: &Lab, caller: &Caller, entry: Value) -> Value {
    lab.refused(caller, "update_schedule_entries", json!({ "entries": [entry] })).await
}

/// Key, start and title of the events of a stretch of time.
async fn meetings(lab: &Lab, caller: &Caller, from: &str, to: &str) -> Vec<(String, String, String)> {
    let asked = json!({ "from": from, "to": to, "kind": ["event"], "team": "Stage" });
    let reply = lab.call(caller, "list_schedule", asked).await;
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    reply["data"].as_array().unwrap().iter().map(|it| (text(it, "key"), text(it, "start"), text(it, "title"))).collect()
}

fn found(key: &str, start: &str, title: &str) -> (String, String, String) {
    (key.to_owned(), start.to_owned(), title.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn w4_w7_an_update_tells_what_changed_and_counts() {
    for (lab, ada, _) in writers().await {
        let moved = json!({ "id": "S-3", "version": 1, "start": "2026-11-24T17:00", "role": "Sound tech", "people": ["me"],
            "notes": "Bring the meter", "break_minutes": 15 });
        let reply = update(&lab, &ada, moved.clone()).await;
        let result = &reply["results"][0];
        assert_eq!((&result["status"], &result["version"]), (&json!("updated"), &json!(2)), "{}", lab.test.name);
        // A start alone moves the whole.
        assert_eq!(
            result["changed"]["end"],
            json!({ "from": "2026-11-24T23:00:00+01:00", "to": "2026-11-24T22:00:00+01:00" })
        );
        assert_eq!(result["changed"]["person"]["to"]["name"], "Ada Rossi");
        assert_eq!(result["changed"]["notes"], json!({ "to": "Bring the meter" }));
        assert_eq!(result["changed"].get("location"), None);
        let shift = row(&lab, &ada, "2026-11-24", "S-3").await;
        assert_eq!((&shift["people"][0]["name"], &shift["more"]["break_minutes"]), (&json!("Ada Rossi"), &json!(15)));
        // Again, it is so already; from a stale version only the same fields conflict.
        let again = update(&lab, &ada, json!({ "id": "s-3", "version": 2, "role": "Sound tech" })).await;
        assert_eq!((&again["results"][0]["status"], &again["results"][0]["version"]), (&json!("unchanged"), &json!(2)));
        let stale = json!({ "entries": [{ "id": "S-3", "version": 1, "role": "Rigger" }] });
        let stale = lab.refused(&ada, "update_schedule_entries", stale).await;
        assert_eq!((&stale["code"], &stale["field"]), (&json!("version_conflict"), &json!("entries[0].version")));
        update(&lab, &ada, json!({ "id": "S-3", "version": 1, "location": "Gate 2" })).await;
        update(&lab, &ada, json!({ "id": "S-3", "version": 3, "clear": ["notes", "people"] })).await;
        let shift = row(&lab, &ada, "2026-11-24", "S-3").await;
        assert_eq!((&shift["open"], shift["more"].get("notes")), (&json!(true), None));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d5_one_occurrence_is_moved_left_out_or_becomes_an_event_of_its_own() {
    for (lab, ada, _) in writers().await {
        let moved = json!({ "id": "E-1", "occurrence": "2026-11-23T09:00", "start": "2026-11-23T14:00" });
        update(&lab, &ada, moved).await;
        let off = json!({ "id": "E-1", "occurrence": "2026-11-30T09:00", "apply_to": "this", "status": "cancelled" });
        update(&lab, &ada, off).await;
        let other =
            json!({ "id": "E-1", "occurrence": "2026-12-07T09:00", "title": "Crew breakfast", "people": ["C-1"] });
        let reply = update(&lab, &ada, other).await;
        assert_eq!(reply["results"][0]["split"], "E-4", "{}", lab.test.name);
        assert_eq!(
            meetings(&lab, &ada, "2026-11-16", "2026-12-14").await,
            [
                found("E-1", "2026-11-16T09:00:00+01:00", "Crew meeting"),
                found("E-1", "2026-11-23T14:00:00+01:00", "Crew meeting"),
                found("E-4", "2026-12-07T09:00:00+01:00", "Crew breakfast"),
                found("E-1", "2026-12-14T09:00:00+01:00", "Crew meeting"),
            ]
        );
        let breakfast = row(&lab, &ada, "2026-12-07", "E-4").await;
        assert_eq!((&breakfast["people"][0]["name"], breakfast.get("occurrence")), (&json!("Arena Verona"), None));
        assert_eq!(breakfast["project"]["key"], "P-1", "it has what the series has");
        for (occurrence, code) in [("2026-11-24T09:00", "invalid_argument"), ("soon", "invalid_argument")] {
            let refused = refuse(&lab, &ada, json!({ "id": "E-1", "occurrence": occurrence, "title": "x" })).await;
            assert_eq!((&refused["code"], &refused["field"]), (&json!(code), &json!("entries[0].occurrence")));
        }
        let once = refuse(&lab, &ada, json!({ "id": "E-2", "occurrence": "2026-11-24T10:00", "title": "x" })).await;
        assert_eq!(once["field"], "entries[0].occurrence");
        let which = refuse(&lab, &ada, json!({ "id": "E-1", "apply_to": "this", "title": "x" })).await;
        assert_eq!(which["code"], "missing_argument");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d5_this_and_all_that_follow_split_the_series() {
    for (lab, ada, _) in writers().await {
        let later = json!({ "id": "E-1", "occurrence": "2026-11-30T09:00", "apply_to": "this_and_future",
            "start": "2026-11-30T10:30", "title": "Late meeting" });
        let reply = update(&lab, &ada, later).await;
        assert_eq!(reply["results"][0]["split"], "E-4", "{}", lab.test.name);
        assert_eq!(
            meetings(&lab, &ada, "2026-11-09", "2026-12-07").await,
            [
                // Moved before, and before the split.
                found("E-1", "2026-11-09T10:00:00+01:00", "Crew meeting"),
                found("E-1", "2026-11-16T09:00:00+01:00", "Crew meeting"),
                found("E-1", "2026-11-23T09:00:00+01:00", "Crew meeting"),
                found("E-4", "2026-11-30T10:30:00+01:00", "Late meeting"),
                found("E-4", "2026-12-07T10:30:00+01:00", "Late meeting"),
            ]
        );
        // All of them: the exceptions go with their occurrences.
        let all = json!({ "id": "E-1", "start": "2026-10-05T08:00", "apply_to": "all", "location": "Canteen" });
        update(&lab, &ada, all).await;
        assert_eq!(
            meetings(&lab, &ada, "2026-10-26", "2026-11-16").await,
            [
                found("E-1", "2026-10-26T08:00:00+01:00", "Crew meeting"),
                found("E-1", "2026-11-09T10:00:00+01:00", "Crew meeting"),
                found("E-1", "2026-11-16T08:00:00+01:00", "Crew meeting"),
            ]
        );
        let tuesday = refuse(&lab, &ada, json!({ "id": "E-1", "start": "2026-10-06T08:00" })).await;
        assert_eq!(tuesday["code"], "invalid_recurrence", "the rule says Monday");
        update(&lab, &ada, json!({ "id": "E-1", "clear": ["recurrence"] })).await;
        assert_eq!(meetings(&lab, &ada, "2026-10-01", "2026-11-16").await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d8_an_update_is_refused_for_an_overlap_that_it_makes_and_not_for_one_it_finds() {
    for (lab, ada, _) in writers().await {
        let onto =
            refuse(&lab, &ada, json!({ "id": "S-3", "start": "2026-11-23T12:00", "people": ["Ben Weiss"] })).await;
        assert_eq!((&onto["code"], &onto["field"]), (&json!("schedule_conflict"), &json!("entries[0]")));
        // Publishing looks again: she worked through the night, and has rested for ten hours.
        let early =
            json!({ "id": "S-3", "status": "published", "people": ["Cleo Novak"], "start": "2026-11-24T16:00" });
        let reply = update(&lab, &ada, early).await;
        assert_eq!(reply["results"][0]["conflicts"], json!([{ "kind": "short_rest", "with": "S-4", "minutes": 600 }]));
        let shift = row(&lab, &ada, "2026-11-24", "S-3").await;
        assert_eq!(shift["status"], "published", "{}", lab.test.name);
        assert!(shift["more"]["published_at"].is_string());
        let back = refuse(&lab, &ada, json!({ "id": "S-3", "status": "pending" })).await;
        assert_eq!(
            (&back["code"], &back["allowed"]),
            (&json!("transition_not_allowed"), &json!(["completed", "no_show", "cancelled"]))
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn e3_e5_what_is_wrong_is_told_and_what_is_hidden_does_not_exist() {
    for (lab, ada, stage) in writers().await {
        let refused = lab
            .refused(
                &ada,
                "update_schedule_entries",
                json!({ "entries": [{ "id": "S-1", "role": "A" }, { "id": "S-99", "role": "A" }, { "id": "S-1", "role": "B" }] }),
            )
            .await;
        assert_eq!(
            Value::Object(codes(&refused)),
            json!({ "entries[1].id": "not_found", "entries[2].id": "invalid_argument" }),
            "{}",
            lab.test.name
        );
        for (hidden, missing) in [("S-4", "S-9"), ("E-2", "E-9"), ("Sound check", "Nothing of it")] {
            let answer = async |id: &str| {
                let asked = json!({ "entries": [{ "id": id, "location": "x" }] });
                let answer = lab.invoke(&stage, "update_schedule_entries", asked).await.unwrap();
                assert!(answer.is_error);
                answer.json.replace(id, "ASKED")
            };
            assert_eq!(answer(hidden).await, answer(missing).await);
        }
        // S1: its own it changes, whoever takes part unseen stays, and the team stays.
        let people = json!({ "id": "E-1", "people": ["Ben Weiss"], "clear": ["team"] });
        update(&lab, &stage, people).await;
        let meeting = row(&lab, &ada, "2026-11-23", "E-1").await;
        let names: Vec<_> = meeting["people"].as_array().unwrap().iter().map(|it| it["name"].clone()).collect();
        assert_eq!(names, ["Ben Weiss", "Cleo Novak"]);
        let of_stage =
            lab.call(&stage, "list_schedule", json!({ "from": "mon", "to": "mon", "kind": ["event"] })).await;
        assert_eq!(keys(&of_stage), ["E-1"]);
    }
}
