//! When shifts really were, and what happens where there is too much to look at.

use lavori_store::events;
use serde_json::{Value, json};

use crate::lab::codes;
use crate::schedule_world::{event, shift, timed};
use crate::schedule_write::{row, writers};

fn one(entry: Value) -> Value {
    json!({ "entries": Value::Array(vec![entry]) })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_worked_is_recorded_once_it_was() {
    for (lab, ada, stage) in writers().await {
        // S-6 is completed, and was worked as planned.
        let asked = one(json!({ "id": "S-6", "version": 1, "actual_end": "2026-10-25T07:30" }));
        let result = lab.call(&ada, "update_schedule_entries", asked).await["results"][0].clone();
        assert_eq!(
            result["changed"],
            json!({ "actual_end": { "from": "2026-10-25T06:00:00+01:00", "to": "2026-10-25T07:30:00+01:00" } }),
            "{}",
            lab.test.name
        );
        let night = row(&lab, &ada, "2026-10-24", "S-6").await;
        assert_eq!(night["more"]["actual_start"], "2026-10-24T22:00:00+02:00");
        assert_eq!(night["more"]["actual_end"], "2026-10-25T07:30:00+01:00");
        assert_eq!(night["end"], "2026-10-25T06:00:00+01:00", "what was planned stays");
        let asked = one(json!({ "id": "S-6", "clear": ["actual"] }));
        let result = lab.call(&ada, "update_schedule_entries", asked).await["results"][0].clone();
        assert_eq!(result["changed"]["actual_start"], json!({ "from": "2026-10-24T22:00:00+02:00" }));
        assert_eq!(row(&lab, &ada, "2026-10-24", "S-6").await["more"].get("actual_start"), None);

        let asked = json!({ "entries": [
            { "id": "S-6", "actual_start": "2026-10-24T22:15" },
            { "id": "S-1", "actual_start": "2026-11-22T08:00", "actual_end": "2026-11-22T10:00" },
            { "id": "E-2", "actual_end": "2026-11-22T10:00" } ] });
        let told = codes(&lab.refused(&ada, "update_schedule_entries", asked).await);
        let expected = json!({
            "entries[0].actual_end": "missing_argument",
            // It begins tomorrow.
            "entries[1].actual_start": "invalid_argument",
            "entries[2].actual_end": "invalid_argument" });
        assert_eq!(json!(told), expected);
        for (start, end, field, code) in [
            ("2026-10-24T22:00", "2026-10-24T22:00", "entries[0].actual_end", "invalid_argument"),
            ("2026-10-24T22:00", "2026-11-22T13:01", "entries[0].actual_end", "invalid_date"),
            ("2026-10-10T22:00", "2026-10-24T22:00", "entries[0].actual_end", "invalid_argument"),
            ("2026-10-24", "2026-10-24T22:00", "entries[0].actual_start", "invalid_date"),
            ("soon", "2026-10-24T22:00", "entries[0].actual_start", "invalid_date"),
        ] {
            let asked = one(json!({ "id": "S-6", "actual_start": start, "actual_end": end }));
            let told = codes(&lab.refused(&ada, "update_schedule_entries", asked).await);
            assert_eq!(json!(told), json!({ field: code }), "{start} to {end}");
        }
        // S1: another team's shift is not there.
        let hidden = one(json!({ "id": "S-6", "actual_end": "2026-10-25T07:30" }));
        assert_eq!(lab.refused(&stage, "update_schedule_entries", hidden).await["code"], "not_found");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shift_that_has_begun_is_completed_with_its_times_at_once() {
    for (lab, ada, _) in writers().await {
        let north = &lab.world.north;
        let times = ("2026-11-22T06:00:00+01:00", "2026-11-22T20:00:00+01:00");
        let running = shift(&lab, 7, times, Some(north.ada), Some(north.stage));
        let mut tx = lab.test.store.begin().await.unwrap();
        lavori_store::shifts::insert(&mut tx, &running).await.unwrap();
        tx.commit().await.unwrap();
        let begun = json!({ "id": "S-7", "actual_start": "2026-11-22T06:10", "actual_end": "2026-11-22T12:40" });
        lab.call(&ada, "update_schedule_entries", one(begun)).await;
        let done = json!({ "id": "S-7", "status": "completed", "actual_end": "2026-11-22T12:45" });
        let result = lab.call(&ada, "update_schedule_entries", one(done)).await["results"][0].clone();
        assert_eq!(result["changed"]["status"]["to"], "completed", "{}", lab.test.name);
        assert_eq!(result["changed"]["actual_end"]["to"], "2026-11-22T12:45:00+01:00");
        assert_eq!(row(&lab, &ada, "2026-11-22", "S-7").await["more"]["actual_start"], "2026-11-22T06:10:00+01:00");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d5_what_a_split_series_conflicts_with_is_told() {
    for (lab, ada, _) in writers().await {
        // On Mondays Ben works from eight; until ten he is free on the 30th.
        let monday = json!({ "entries": [{ "kind": "shift", "role": "Rigger", "people": ["Ben Weiss"], "team": "Stage",
            "start": "2026-11-30T10:15", "end": "2026-11-30T14:00" }] });
        lab.call(&ada, "create_schedule_entries", monday).await;
        let later = json!({ "id": "E-1", "occurrence": "2026-11-30T09:00", "apply_to": "this_and_future",
            "start": "2026-11-30T10:30" });
        let reply = lab.call(&ada, "update_schedule_entries", one(later)).await;
        let result = &reply["results"][0];
        let told = result["conflicts"].as_array().unwrap();
        let clash = json!({ "kind": "busy", "with": "S-7", "person": "Ben Weiss" });
        assert!(told.contains(&clash), "{}: {reply}", lab.test.name);
        // What stays of the series conflicts as well, with his shift of the 23rd.
        assert!(told.iter().any(|conflict| conflict["with"] == "S-1"), "{reply}");
        assert_eq!(reply["warnings"][0]["records"], json!(["E-1", result["split"]]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r3_more_than_is_looked_at_is_said() {
    for (lab, ada, _) in writers().await {
        let day = json!({ "from": "2027-01-11", "to": "2027-01-11", "limit": 1 });
        assert_eq!(lab.call(&ada, "list_schedule", day.clone()).await.get("notices"), None, "{}", lab.test.name);
        let mut tx = lab.test.store.begin().await.unwrap();
        let span = timed("2027-01-11T09:00:00+01:00", "2027-01-11T10:00:00+01:00");
        for number in 0..=events::MOST {
            events::insert(&mut tx, &event(&lab, 100 + number, "Tour stop", span, None)).await.unwrap();
        }
        tx.commit().await.unwrap();
        let reply = lab.call(&ada, "list_schedule", day.clone()).await;
        assert!(reply["notices"][0].as_str().unwrap().contains("some are missing"), "{}", reply["notices"]);
        let mut counted = day.clone();
        counted["count_only"] = json!(true);
        assert!(lab.call(&ada, "list_schedule", counted).await["notices"].is_array());
        let mut narrower = day;
        narrower["team"] = json!("Stage");
        assert_eq!(lab.call(&ada, "list_schedule", narrower).await.get("notices"), None);
    }
}
