//! `list_schedule` and `check_availability`.

use lavori_domain::{Id, ProjectId};
use serde_json::{Value, json};

use crate::lab::keys;
use crate::schedule_world::labs;

fn column<'v>(reply: &'v Value, name: &str) -> Vec<&'v str> {
    reply["data"].as_array().unwrap().iter().map(|row| row[name].as_str().unwrap_or("-")).collect()
}

fn found<'v>(reply: &'v Value, key: &str) -> &'v Value {
    reply["data"].as_array().unwrap().iter().find(|row| row["key"] == key).unwrap_or_else(|| panic!("{key}: {reply}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn d2_a_row_says_what_and_when_with_offset_zone_and_weekday() {
    for lab in labs().await {
        let reply = lab.call(&lab.ada, "list_schedule", json!({ "from": "mon", "to": "wed" })).await;
        assert_eq!(keys(&reply), ["S-1", "E-1", "S-5", "S-4", "S-2", "E-2", "S-3", "E-3"], "{}", lab.test.name);
        let mut shift = found(&reply, "S-1").clone();
        assert!(shift["id"].is_string());
        shift["id"] = json!("");
        assert_eq!(
            shift,
            json!({
                "id": "", "key": "S-1", "kind": "shift", "role": "Rigger", "status": "published",
                "start": "2026-11-23T08:00:00+01:00", "end": "2026-11-23T16:00:00+01:00", "weekday": "Monday",
                "people": [{ "name": "Ben Weiss" }],
                "project": { "key": "P-1", "name": "Aurora" }, "version": 1,
                "conflicts": [{ "kind": "short_rest", "with": "S-2", "minutes": 480 }, { "kind": "busy", "with": "E-1" }],
            })
        );
        // The zone of every row that was written in it.
        assert_eq!(reply["applied"]["time_zone"], "Europe/Rome");
        let meeting = found(&reply, "E-1");
        assert_eq!((&meeting["title"], &meeting["occurrence"]), (&json!("Crew meeting"), &json!("2026-11-23T09:00")));
        assert_eq!(meeting["people"][0]["response"], "accepted");
        assert_eq!((&found(&reply, "S-3")["open"], found(&reply, "S-3").get("people")), (&json!(true), None));
        let full = lab
            .call(&lab.ada, "list_schedule", json!({ "from": "mon", "to": "mon", "detail": "full", "kind": ["shift"] }))
            .await;
        let more = &found(&full, "S-1")["more"];
        assert_eq!((&more["minutes"], &more["break_minutes"]), (&json!(480), &json!(30)));
        assert_eq!((&more["event"]["key"], &more["task"]["key"]), (&json!("E-1"), &json!("T-1")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d3_whole_days_are_dates_and_never_shift() {
    for lab in labs().await {
        for zone in ["Europe/Rome", "Asia/Tokyo", "America/Los_Angeles"] {
            let asked = json!({ "from": "2026-11-25", "to": "2026-11-25", "time_zone": zone, "kind": ["event"] });
            let reply = lab.call(&lab.ada, "list_schedule", asked).await;
            let row = found(&reply, "E-3");
            let days = (&row["start"], &row["end"], &row["last_day"], &row["weekday"]);
            assert_eq!(days, (&json!("2026-11-25"), &json!("2026-11-27"), &json!("2026-11-26"), &json!("Wednesday")));
            assert_eq!(reply["applied"]["time_zone"], zone);
        }
        let after = lab.call(&lab.ada, "list_schedule", json!({ "from": "2026-11-27", "to": "2026-11-27" })).await;
        assert_eq!(keys(&after), [] as [&str; 0], "the day after is not touched, on {}", lab.test.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d4_a_series_keeps_its_time_over_the_clocks_with_what_was_left_out_and_moved() {
    for lab in labs().await {
        let asked = json!({ "from": "2026-10-19", "to": "2026-11-16", "kind": ["event"] });
        let reply = lab.call(&lab.ada, "list_schedule", asked).await;
        assert_eq!(
            column(&reply, "start"),
            [
                "2026-10-19T09:00:00+02:00",
                "2026-10-26T09:00:00+01:00",
                "2026-11-09T10:00:00+01:00",
                "2026-11-16T09:00:00+01:00"
            ],
            "{}",
            lab.test.name
        );
        assert_eq!(column(&reply, "occurrence")[2], "2026-11-09T09:00", "where the rule put it");
        // Two years at most, and no more.
        let years = json!({ "from": "2026-11-01", "to": "2028-10-31", "kind": ["event"], "count_only": true });
        let counted = lab.call(&lab.ada, "list_schedule", years).await;
        // 105 Mondays, one left out, and the two other events.
        assert_eq!(counted["page"]["total"], 106, "{}", lab.test.name);
        let refused = lab.refused(&lab.ada, "list_schedule", json!({ "from": "2026-11-01", "to": "2028-11-03" })).await;
        assert_eq!((&refused["code"], &refused["field"]), (&json!("invalid_argument"), &json!("to")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d6_a_night_lasts_as_long_as_it_lasts() {
    for lab in labs().await {
        let asked = json!({ "from": "2026-10-24", "to": "2026-10-24", "detail": "full", "time_zone": "UTC" });
        let reply = lab.call(&lab.ada, "list_schedule", asked).await;
        let row = found(&reply, "S-6");
        assert_eq!((&row["start"], &row["end"]), (&json!("2026-10-24T20:00:00Z"), &json!("2026-10-25T05:00:00Z")));
        assert_eq!((&row["more"]["minutes"], &row["time_zone"]), (&json!(540), &json!("Europe/Rome")));
        assert_eq!(row.get("conflicts"), None, "what was worked is no mistake of planning");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d7_words_are_resolved_on_the_server_and_told() {
    for lab in labs().await {
        // Of several days, all of them; of one, a week.
        let week = lab.call(&lab.ada, "list_schedule", json!({ "from": "next_week" })).await;
        assert_eq!(week["applied"]["resolved"]["from"], json!({ "date": "2026-11-23", "weekday": "Monday" }));
        let days = lab.call(&lab.ada, "list_schedule", json!({ "from": "mon" })).await;
        assert_eq!(keys(&week), keys(&days));
        assert_eq!(keys(&week).len(), 8);
        let refused = lab.refused(&lab.ada, "list_schedule", json!({ "from": "soon", "time_zone": "Rome" })).await;
        assert_eq!(refused["problems"][0]["field"], "time_zone", "{refused}");
        assert_eq!(refused["problems"][1]["code"], "invalid_date");
        let backwards = lab.refused(&lab.ada, "list_schedule", json!({ "from": "tue", "to": "mon" })).await;
        assert_eq!((&backwards["code"], &backwards["field"]), (&json!("invalid_argument"), &json!("to")));
        let backwards = lab.refused(&lab.ada, "check_availability", json!({ "from": "tue", "to": "mon" })).await;
        assert_eq!(backwards["field"], "to");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d8_what_conflicts_is_told_and_can_be_asked_for() {
    for lab in labs().await {
        let asked = json!({ "from": "mon", "to": "wed", "only_conflicts": true });
        let reply = lab.call(&lab.ada, "list_schedule", asked).await;
        // Not the meeting for Cleo, who declined it, nor what was called off.
        assert_eq!(keys(&reply), ["S-1", "E-1", "S-4", "S-2"], "{}", lab.test.name);
        assert_eq!(
            found(&reply, "E-1")["conflicts"],
            json!([{ "kind": "busy", "with": "S-1", "person": "Ben Weiss" }])
        );
        assert_eq!(
            found(&reply, "S-4")["conflicts"],
            json!([{ "kind": "no_break", "minutes": 480 }]),
            "the sound check is after it"
        );
        let count = json!({ "from": "mon", "to": "wed", "only_conflicts": true, "count_only": true });
        assert_eq!(lab.call(&lab.ada, "list_schedule", count).await["page"]["total"], 4);
        let paged = json!({ "from": "mon", "to": "wed", "only_conflicts": true, "limit": 3 });
        let page = lab.call(&lab.ada, "list_schedule", paged.clone()).await;
        let mut next = paged;
        next["cursor"] = page["page"]["next_cursor"].clone();
        assert_eq!(keys(&lab.call(&lab.ada, "list_schedule", next).await), ["S-2"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p34_pages_of_the_schedule_hold_every_entry_once() {
    for lab in labs().await {
        let whole = json!({ "from": "2026-10-01", "to": "2026-12-31", "limit": 100 });
        let all = lab.call(&lab.ada, "list_schedule", whole).await;
        let entry = |row: &Value| (row["key"].clone(), row["start"].clone());
        let expected: Vec<_> = all["data"].as_array().unwrap().iter().map(entry).collect();
        for limit in [1, 2, 5] {
            let (mut seen, mut cursor) = (Vec::new(), Value::Null);
            loop {
                let asked = json!({ "from": "2026-10-01", "to": "2026-12-31", "limit": limit, "cursor": cursor });
                let page = lab.call(&lab.ada, "list_schedule", asked).await;
                seen.extend(page["data"].as_array().unwrap().iter().map(entry));
                cursor = page["page"]["next_cursor"].clone();
                if cursor.is_null() {
                    break;
                }
            }
            assert_eq!(seen, expected, "{limit} on {}", lab.test.name);
        }
        let first = lab.call(&lab.ada, "list_schedule", json!({ "from": "mon", "limit": 1 })).await;
        let other = json!({ "from": "tue", "cursor": first["page"]["next_cursor"] });
        let refused = lab.refused(&lab.ada, "list_schedule", other).await;
        assert_eq!(refused["code"], "invalid_cursor", "R4");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_of_the_schedule_let_through_what_they_say() {
    for lab in labs().await {
        for (filter, expected) in [
            (json!({ "person": "none" }), vec!["S-3"]),
            (json!({ "person": "cleo.novak@example.com" }), vec!["E-1", "S-4", "E-2"]),
            (json!({ "person": "me" }), vec!["E-3"]),
            (json!({ "status": ["pending", "cancelled"] }), vec!["S-5", "S-3"]),
            (json!({ "status": ["published"], "person": "Ben Weiss" }), vec!["S-1", "S-2"]),
            (json!({ "project": "Borealis" }), vec!["S-4"]),
            (json!({ "team": "Sound" }), vec!["S-4", "E-2"]),
            (json!({ "kind": ["event"], "status": ["published"] }), vec![]),
        ] {
            let mut asked = json!({ "from": "mon", "to": "wed" });
            asked.as_object_mut().unwrap().extend(filter.as_object().unwrap().clone());
            assert_eq!(keys(&lab.call(&lab.ada, "list_schedule", asked).await), expected, "{filter}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s1_p13_a_narrowed_connection_sees_its_team_s_schedule_only() {
    for lab in labs().await {
        let calls = [
            ("list_schedule", json!({ "from": "2026-10-01", "to": "2026-12-31", "detail": "full", "limit": 100 })),
            ("list_schedule", json!({ "from": "mon", "only_conflicts": true, "detail": "full" })),
            ("list_schedule", json!({ "from": "mon", "person": "none" })),
            ("check_availability", json!({ "from": "mon", "to": "sun" })),
            ("check_availability", json!({ "from": "mon", "to": "sun", "role": "sound" })),
        ];
        for (tool, asked) in calls {
            let reply = lab.call(&lab.stage, tool, asked.clone()).await;
            let text = reply.to_string();
            for name in
                ["Cleo", "Sound check", "Holiday", "Festival", "Borealis", "\"S-4\"", "\"S-6\"", "\"E-2\"", "\"E-3\""]
            {
                assert!(!text.contains(name), "{tool} {asked} names {name} on {}: {text}", lab.test.name);
            }
            assert_eq!(reply["applied"]["scope"], "team");
        }
        let monday = lab.call(&lab.stage, "list_schedule", json!({ "from": "mon", "to": "mon" })).await;
        assert_eq!(keys(&monday), ["S-1", "E-1", "S-5", "S-2"].map(str::to_owned)[..3], "{}", lab.test.name);
        assert_eq!(found(&monday, "E-1")["hidden"], json!({ "people": 1 }), "Cleo is counted, not named");
        for tool in ["list_schedule", "check_availability"] {
            let refused = lab.refused(&lab.stage, tool, json!({ "from": "mon", "to": "tue", "team": "Sound" })).await;
            assert_eq!((&refused["code"], &refused["field"]), (&json!("unknown_argument"), &json!("team")));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn e5_p12_foreign_ids_answer_like_missing_ones() {
    for lab in labs().await {
        let (north, harbor) = (lab.world.north.clone(), lab.world.harbor.clone());
        let nothing = ProjectId::from(Id::<()>::new(&lab.world.env).uuid()).to_string();
        let answer = async |caller, tool, argument: &str, id: &str| {
            let value = if argument == "people" { json!([id]) } else { json!(id) };
            let asked = json!({ "from": "mon", "to": "tue", argument: value });
            let answer = lab.invoke(caller, tool, asked).await.unwrap();
            assert!(answer.is_error, "{tool} {argument} {id}: {}", answer.json);
            answer.json.replace(id, "ASKED")
        };
        for (caller, tool, argument, id) in [
            (&lab.ada, "list_schedule", "project", harbor.project.to_string()),
            (&lab.ada, "list_schedule", "person", harbor.ada.to_string()),
            (&lab.ada, "list_schedule", "team", harbor.team.to_string()),
            (&lab.ada, "check_availability", "people", harbor.ada.to_string()),
            (&lab.ada, "check_availability", "team", harbor.team.to_string()),
            (&lab.stage, "list_schedule", "project", north.borealis.to_string()),
            (&lab.stage, "list_schedule", "person", north.cleo.to_string()),
            (&lab.stage, "check_availability", "people", north.cleo.to_string()),
        ] {
            let foreign = answer(caller, tool, argument, &id).await;
            assert_eq!(foreign, answer(caller, tool, argument, &nothing).await, "{tool} {argument}");
        }
        let own = lab.call(&lab.harbor, "list_schedule", json!({ "from": "2026-10-01", "to": "2026-12-31" })).await;
        assert_eq!(keys(&own), [] as [&str; 0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn availability_tells_free_time_work_and_what_is_against_the_rules() {
    for lab in labs().await {
        let asked = json!({ "from": "mon", "to": "tue", "people": ["Ben Weiss", "cleo.novak@example.com"] });
        let reply = lab.call(&lab.ada, "check_availability", asked).await;
        assert_eq!(reply["page"], json!({ "returned": 2, "total": 2, "truncated": false }));
        let ben = &reply["data"][0];
        assert_eq!(ben["name"], "Ben Weiss", "{}", lab.test.name);
        // 7.5 and 5.5 hours; of forty in seven days, two days' part.
        assert_eq!((&ben["planned_minutes"], &ben["capacity_minutes"]), (&json!(780), &json!(685)));
        let busy: Vec<_> = ben["busy"].as_array().unwrap().iter().map(|busy| busy["key"].as_str().unwrap()).collect();
        assert_eq!(busy, ["S-1", "E-1", "S-2"]);
        let free: Vec<_> = ben["free"]
            .as_array()
            .unwrap()
            .iter()
            .map(|slot| (slot["start"].as_str().unwrap(), slot["end"].as_str().unwrap()))
            .collect();
        assert_eq!(
            free,
            [
                ("2026-11-23T00:00:00+01:00", "2026-11-23T08:00:00+01:00"),
                ("2026-11-23T16:00:00+01:00", "2026-11-24T00:00:00+01:00"),
                ("2026-11-24T06:00:00+01:00", "2026-11-25T00:00:00+01:00")
            ]
        );
        let breaches = ben["breaches"].to_string();
        assert!(breaches.contains(r#""kind":"short_rest","minutes":480,"shift":"S-2","with":"S-1""#), "{breaches}");
        // Cleo declined the meeting: it takes none of her time.
        let cleo = reply["data"][1]["busy"].to_string();
        assert!(cleo.contains("S-4") && cleo.contains("E-2") && !cleo.contains("E-1"), "{cleo}");
        // Both can, by day; a second one does not overlap the first.
        let best = reply["best"].as_array().unwrap();
        assert_eq!(best[0]["people"], json!(["Ben Weiss", "Cleo Novak"]));
        assert!(best.len() > 1 && best[0]["start"] != best[1]["start"]);

        let long = json!({ "from": "mon", "to": "tue", "people": ["Ben Weiss"], "duration_minutes": 600 });
        let long = lab.call(&lab.ada, "check_availability", long).await;
        assert_eq!(long["data"][0]["free"].as_array().unwrap().len(), 1);
        // Whole days are the organization's: Ada is away on Wednesday.
        let away =
            lab.call(&lab.ada, "check_availability", json!({ "from": "wed", "to": "wed", "people": ["me"] })).await;
        assert_eq!((away["data"][0].get("free"), away.get("best")), (None, None));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn availability_is_asked_for_everybody_a_team_or_a_role() {
    for lab in labs().await {
        let names = async |caller, asked: Value| {
            let reply = lab.call(caller, "check_availability", asked).await;
            column(&reply, "name").into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        let all = json!({ "from": "mon", "to": "tue" });
        assert_eq!(names(&lab.ada, all.clone()).await, ["Ada Rossi", "Ben Weiss", "Cleo Novak"], "{}", lab.test.name);
        assert_eq!(names(&lab.stage, all).await, ["Ben Weiss"]);
        let team = json!({ "from": "mon", "to": "tue", "team": "sound" });
        assert_eq!(names(&lab.ada, team).await, ["Cleo Novak"]);
        let role = json!({ "from": "mon", "to": "tue", "role": "RIGGER" });
        assert_eq!(names(&lab.ada, role).await, ["Ben Weiss", "Cleo Novak"]);
        let role = json!({ "from": "mon", "to": "tue", "role": "Sound" });
        assert_eq!(names(&lab.ada, role.clone()).await, ["Cleo Novak"]);
        assert_eq!(names(&lab.stage, role).await, [] as [&str; 0], "an open shift is nobody's");
        // What is over is not offered.
        let past = json!({ "from": "-3d", "to": "yesterday", "people": ["me"] });
        let past = lab.call(&lab.ada, "check_availability", past).await;
        assert_eq!((past["data"][0].get("free"), past.get("best")), (None, None));
    }
}
