//! `change_status` of events and shifts.

use lavori_domain::schedule::ShiftStatus;
use lavori_store::shifts;
use serde_json::{Value, json};

use crate::lab::{Lab, codes};
use crate::schedule_world::shift;
use crate::schedule_write::{row, writers};

fn one(id: &str, to: &str) -> Value {
    json!({ "changes": [{ "id": id, "to": to }] })
}

/// S-7, which Ben has while he works S-1: an import may bring such things.
pub(crate) async fn double_booking(lab: &Lab) {
    let north = &lab.world.north;
    let times = ("2026-11-23T12:00:00+01:00", "2026-11-23T18:00:00+01:00");
    let mut double = shift(lab, 7, times, Some(north.ben), Some(north.stage));
    double.status = ShiftStatus::Pending;
    let mut tx = lab.test.store.begin().await.unwrap();
    shifts::insert(&mut tx, &double).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_called_off_with_all_that_follow_and_does_not_come_back() {
    for (lab, ada, _) in writers().await {
        let asked =
            json!({ "changes": [{ "id": "sound check", "to": "pending", "version": 1, "reason": "No PA yet" }] });
        let reply = lab.call(&ada, "change_status", asked.clone()).await;
        let result = &reply["results"][0];
        assert_eq!((&result["key"], &result["version"]), (&json!("E-2"), &json!(2)), "{}", lab.test.name);
        assert_eq!(result["changed"]["status"], json!({ "from": "confirmed", "to": "pending" }));
        assert_eq!(result["changed"]["reason"], json!({ "to": "No PA yet" }));
        let told = |reply: &Value, code: &str| {
            let warnings = reply["warnings"].as_array().cloned().unwrap_or_default();
            warnings.into_iter().find(|warning| warning["code"] == code)
        };
        assert_eq!(told(&reply, "whole_series"), None, "it takes place once");
        assert_eq!(row(&lab, &ada, "2026-11-24", "E-2").await["status"], "pending");
        // The same from a version that is no more: the same field changed since.
        let stale = json!({ "changes": [{ "id": "E-2", "to": "cancelled", "version": 1 }] });
        let stale = lab.refused(&ada, "change_status", stale).await;
        assert_eq!((&stale["code"], &stale["field"]), (&json!("version_conflict"), &json!("changes[0].version")));

        let reply = lab.call(&ada, "change_status", one("E-1", "cancelled")).await;
        let warning = told(&reply, "whole_series").unwrap_or_else(|| panic!("{reply}"));
        assert_eq!((&warning["index"], &warning["records"]), (&json!(0), &json!(["E-1"])));
        for day in ["2026-11-23", "2026-11-30"] {
            assert_eq!(row(&lab, &ada, day, "E-1").await["status"], "cancelled");
        }
        let again = lab.call(&ada, "change_status", one("E-1", "cancelled")).await;
        assert_eq!((&again["results"][0]["status"], told(&again, "whole_series")), (&json!("unchanged"), None));
        let back = lab.refused(&ada, "change_status", one("E-1", "confirmed")).await;
        assert_eq!((&back["code"], &back["field"]), (&json!("transition_not_allowed"), &json!("changes[0].to")));
        let word = lab.refused(&ada, "change_status", one("E-2", "published")).await;
        assert_eq!(word["code"], "invalid_argument");
        assert_eq!(word["allowed"].as_array().unwrap().len(), 3, "{word}");
        let feed = lab.call(&ada, "list_changes", json!({ "since": "today" })).await.to_string();
        assert!(feed.contains("No PA yet") && feed.contains(r#""key":"E-1""#), "{feed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shift_is_published_worked_and_corrected() {
    for (lab, ada, stage) in writers().await {
        let reply = lab.call(&stage, "change_status", one("S-3", "published")).await;
        assert_eq!(reply["results"][0]["changed"]["status"]["to"], "published", "{}", lab.test.name);
        assert!(row(&lab, &ada, "2026-11-24", "S-3").await["more"]["published_at"].is_string());
        let asked = json!({ "changes": [{ "id": "S-3", "to": "completed" }, { "id": "s-1", "to": "no_show" },
            { "id": "S-6", "to": "no_show", "reason": "Ill" }] });
        let reply = lab.call(&ada, "change_status", asked).await;
        assert_eq!(reply["results"][2]["changed"]["status"], json!({ "from": "completed", "to": "no_show" }));
        assert_eq!(lab.call(&ada, "change_status", one("S-6", "completed")).await["results"][0]["version"], 3);
        for (id, to, allowed) in [
            ("S-6", "published", json!(["no_show"])),
            ("S-1", "cancelled", json!(["completed"])),
            ("S-2", "pending", json!(["completed", "no_show", "cancelled"])),
        ] {
            let refused = lab.refused(&ada, "change_status", one(id, to)).await;
            assert_eq!((&refused["code"], &refused["allowed"]), (&json!("transition_not_allowed"), &allowed), "{id}");
        }
        let called_off = lab.refused(&ada, "change_status", one("S-5", "published")).await;
        assert_eq!((&called_off["code"], called_off.get("allowed")), (&json!("transition_not_allowed"), None));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d8_publishing_looks_again_at_everything_that_the_call_writes() {
    for (lab, ada, _) in writers().await {
        double_booking(&lab).await;
        let refused = lab.refused(&ada, "change_status", one("S-7", "published")).await;
        assert_eq!((&refused["code"], &refused["field"]), (&json!("schedule_conflict"), &json!("changes[0]")));
        assert_eq!(refused["current"]["conflicts"][0]["with"], "S-1", "{}", lab.test.name);
        assert_eq!(row(&lab, &ada, "2026-11-23", "S-7").await["status"], "pending");
        // Called off in the same call, whatever the order, the other one is in nobody's way.
        let asked = json!({ "changes": [{ "id": "S-7", "to": "published" }, { "id": "S-1", "to": "cancelled" }] });
        let reply = lab.call(&ada, "change_status", asked).await;
        // Not enough rest before S-2 is no reason to refuse.
        let conflict = json!([{ "kind": "short_rest", "with": "S-2", "minutes": 360 }]);
        assert_eq!(reply["results"][0]["conflicts"], conflict, "{reply}");
        let warning = &reply["warnings"][0];
        assert_eq!(
            (&warning["code"], &warning["index"], &warning["records"]),
            (&json!("schedule_conflict"), &json!(0), &json!(["S-7"]))
        );
        // Calling off and completing plan nothing: what conflicts does not matter to them.
        let reply = lab.call(&ada, "change_status", one("S-7", "completed")).await;
        assert_eq!(reply["results"][0].get("conflicts"), None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w6_all_kinds_change_together_or_none_and_what_is_hidden_does_not_exist() {
    for (lab, ada, stage) in writers().await {
        let changes = |last: &str| {
            json!({ "changes": [{ "id": "T-2", "to": "done" }, { "id": "E-2", "to": "pending" },
                { "id": "S-3", "to": "published" }, { "id": last, "to": "on_hold" }] })
        };
        for (last, code) in [("P-9", "not_found"), ("E-9", "not_found"), ("S-1", "invalid_argument")] {
            let refused = lab.refused(&ada, "change_status", changes(last)).await;
            assert_eq!(refused["code"], code, "{refused}");
            let shift = row(&lab, &ada, "2026-11-24", "S-3").await;
            assert_eq!((&shift["status"], &shift["version"]), (&json!("pending"), &json!(1)), "{}", lab.test.name);
        }
        let reply = lab.call(&ada, "change_status", changes("P-3")).await;
        let keys: Vec<&Value> = reply["results"].as_array().unwrap().iter().map(|result| &result["key"]).collect();
        assert_eq!(keys, ["T-2", "E-2", "S-3", "P-3"]);
        let twice = json!({ "changes": [{ "id": "E-2", "to": "cancelled" }, { "id": "Sound check", "to": "pending" },
            { "id": "S-2", "to": "gone" }] });
        let told = codes(&lab.refused(&ada, "change_status", twice).await);
        assert_eq!(
            json!(told),
            json!({ "changes[1].id": "invalid_argument", "changes[2].to": "invalid_argument" }),
            "each record once"
        );
        // E5: also by role, which is no name.
        let check = row(&lab, &ada, "2026-11-24", "E-2").await["id"].as_str().unwrap().to_owned();
        for (hidden, missing) in [
            ("S-4", "S-9"),
            ("E-2", "E-9"),
            ("E-3", "E-9"),
            ("Sound check", "Nothing of it"),
            ("Rigger", "Nothing of it"),
            (check.as_str(), "01890000-0000-7000-8000-000000000000"),
        ] {
            let answer = async |id: &str| {
                let answer = lab.invoke(&stage, "change_status", one(id, "cancelled")).await.unwrap();
                assert!(answer.is_error, "{id}: {}", answer.json);
                answer.json.replace(id, "ASKED")
            };
            assert_eq!(answer(hidden).await, answer(missing).await);
        }
    }
}
