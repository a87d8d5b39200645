//! `set_assignments` of events and shifts.

use serde_json::{Value, json};

use crate::lab::codes;
use crate::schedule_status::double_booking;
use crate::schedule_write::{row, writers};

fn names(people: &Value) -> Vec<&str> {
    people.as_array().into_iter().flatten().map(|person| person["name"].as_str().unwrap()).collect()
}

fn one(id: &str, how: Value) -> Value {
    let mut change = how;
    change["id"] = json!(id);
    json!({ "changes": [change] })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shift_has_one_person_or_is_open() {
    for (lab, ada, _) in writers().await {
        let asked = json!({ "changes": [{ "id": "S-3", "add": ["Ben Weiss"], "version": 1 }] });
        let result = lab.call(&ada, "set_assignments", asked).await["results"][0].clone();
        assert_eq!(names(&result["people"]), ["Ben Weiss"], "{}", lab.test.name);
        assert_eq!((&result["version"], &result["changed"]["person"]["to"]["name"]), (&json!(2), &json!("Ben Weiss")));
        let same = lab.call(&ada, "set_assignments", one("S-3", json!({ "add": ["Ben Weiss"] }))).await;
        assert_eq!((&same["results"][0]["status"], &same["results"][0]["version"]), (&json!("unchanged"), &json!(2)));
        // Somebody has it: adding is not replacing.
        let taken = lab.refused(&ada, "set_assignments", one("S-3", json!({ "add": ["Cleo Novak"] }))).await;
        assert_eq!((&taken["code"], &taken["field"]), (&json!("invalid_argument"), &json!("changes[0].add")));
        assert_eq!(taken["current"], json!({ "person": "Ben Weiss" }));
        let two = lab.refused(&ada, "set_assignments", one("S-3", json!({ "replace": ["me", "Ben Weiss"] }))).await;
        assert_eq!((&two["field"], two.get("current")), (&json!("changes[0].replace"), None));
        let swapped = json!({ "add": ["me"], "remove": ["Ben Weiss"] });
        let swapped = lab.call(&ada, "set_assignments", one("S-3", swapped)).await;
        assert_eq!(names(&swapped["results"][0]["people"]), ["Ada Rossi"]);
        let open = lab.call(&ada, "set_assignments", one("S-3", json!({ "replace": [] }))).await;
        assert_eq!(open["results"][0].get("people"), None);
        assert_eq!(row(&lab, &ada, "2026-11-24", "S-3").await["open"], true);
        let gone = lab.call(&ada, "set_assignments", one("S-3", json!({ "remove": ["Ben Weiss"] }))).await;
        assert_eq!(gone["results"][0]["status"], "unchanged");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d8_nobody_gets_two_shifts_at_a_time_and_all_that_the_call_writes_counts() {
    for (lab, ada, _) in writers().await {
        double_booking(&lab).await;
        let onto = lab.refused(&ada, "set_assignments", one("S-4", json!({ "replace": ["Ben Weiss"] }))).await;
        assert_eq!((&onto["code"], &onto["field"]), (&json!("schedule_conflict"), &json!("changes[0]")));
        assert_eq!(names(&row(&lab, &ada, "2026-11-23", "S-4").await["people"]), ["Cleo Novak"]);
        // The two shifts of Ben: one goes to Ada in the same call, and what the other has is told.
        let asked = json!({ "changes": [{ "id": "S-1", "replace": ["me"] }, { "id": "E-1", "add": ["me"] }] });
        let reply = lab.call(&ada, "set_assignments", asked).await;
        let conflicts = reply["results"][0]["conflicts"].as_array().unwrap();
        assert!(conflicts.contains(&json!({ "kind": "busy", "with": "E-1" })), "{reply}");
        let busy = json!({ "kind": "busy", "with": "S-1", "person": "Ada Rossi" });
        assert!(reply["results"][1]["conflicts"].as_array().unwrap().contains(&busy), "{}: {reply}", lab.test.name);
        assert_eq!(reply["warnings"].as_array().unwrap().len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn members_and_contacts_take_part_in_an_event_and_keep_their_answers() {
    for (lab, ada, _) in writers().await {
        let asked = one("E-2", json!({ "add": ["C-1", "Ben Weiss", "me", "C-1"], "remove": ["Cleo Novak"] }));
        let result = lab.call(&ada, "set_assignments", asked).await["results"][0].clone();
        let mut people = names(&result["people"]);
        people.sort_unstable();
        assert_eq!(people, ["Ada Rossi", "Arena Verona", "Ben Weiss", "Festival di Città"], "{}", lab.test.name);
        assert!(result["changed"]["people"]["to"].to_string().contains("Arena Verona"), "{result}");
        lab.call(&ada, "set_assignments", one("Crew meeting", json!({ "replace": ["Ben Weiss"] }))).await;
        let meeting = row(&lab, &ada, "2026-11-23", "E-1").await;
        assert_eq!(names(&meeting["people"]), ["Ben Weiss"]);
        assert_eq!(meeting["people"][0]["response"], "accepted", "he keeps his answer");
        let asked = json!({ "changes": [
            { "id": "E-1", "add": ["Nobody Here"] }, { "id": "E-2" }, { "id": "S-3", "add": ["C-1"] },
            { "id": "E-9", "add": ["Nobody There"] }, { "id": "C-1", "add": ["me"] } ] });
        let told = codes(&lab.refused(&ada, "set_assignments", asked).await);
        let expected = json!({
            "changes[0].add[0]": "not_found", "changes[1].replace": "missing_argument",
            "changes[2].add[0]": "not_found", "changes[3].id": "not_found", "changes[3].add[0]": "not_found",
            "changes[4].id": "not_found" });
        assert_eq!(json!(told), expected, "a contact works no shift");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s1_a_team_assigns_in_its_own_schedule_and_who_is_unseen_stays() {
    for (lab, ada, stage) in writers().await {
        for hidden in ["E-2", "E-3", "S-4"] {
            let refused = lab.refused(&stage, "set_assignments", one(hidden, json!({ "replace": [] }))).await;
            assert_eq!((&refused["code"], &refused["field"]), (&json!("not_found"), &json!("changes[0].id")));
        }
        let cleo = lab.refused(&stage, "set_assignments", one("S-3", json!({ "add": ["Cleo Novak"] }))).await;
        assert_eq!(cleo["code"], "not_found");
        let reply = lab.call(&stage, "set_assignments", one("E-1", json!({ "replace": [] }))).await;
        assert!(!reply.to_string().contains("Cleo"), "{reply}");
        let meeting = row(&lab, &ada, "2026-11-23", "E-1").await;
        assert_eq!(names(&meeting["people"]), ["Cleo Novak"], "{}", lab.test.name);
        assert_eq!(meeting["people"][0]["response"], "declined");
        let reply = lab.call(&stage, "set_assignments", one("S-3", json!({ "add": ["me"] }))).await;
        assert_eq!(names(&reply["results"][0]["people"]), ["Ben Weiss"]);
        assert!(lab.call(&stage, "list_changes", json!({ "since": "today" })).await.to_string().contains("S-3"));
    }
}
