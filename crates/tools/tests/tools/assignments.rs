//! `set_assignments` of tasks and projects.

use serde_json::{Value, json};

use crate::lab::codes;
use crate::task_writes::{task, writers};

fn names(result: &Value) -> Vec<&str> {
    result["people"].as_array().into_iter().flatten().map(|person| person["name"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn people_come_go_and_are_replaced() {
    for (lab, ada, _) in writers().await {
        let asked = json!({ "changes": [
            { "id": "T-1", "add": ["me", "Ben Weiss"], "remove": ["Cleo Novak"] },
            { "id": "T-2", "replace": ["cleo.novak@example.com"], "version": 1 },
            { "id": "Aurora", "add": ["Ben Weiss", "Ada Rossi"] },
            { "id": "T-4", "replace": [] } ] });
        let reply = lab.call(&ada, "set_assignments", asked).await;
        assert_eq!(names(&reply["results"][0]), ["Ben Weiss", "Ada Rossi"]);
        assert_eq!(names(&reply["results"][1]), ["Cleo Novak"]);
        assert_eq!(names(&reply["results"][2]).len(), 2);
        assert_eq!((&reply["results"][2]["key"], &reply["results"][2]["version"]), (&json!("P-1"), &json!(2)));
        assert_eq!(reply["results"][3].get("people"), None);
        assert_eq!(task(&lab, &ada, "T-2").await["assignees"][0]["name"], "Cleo Novak");
        // The same again changes nothing.
        let asked = json!({ "changes": [{ "id": "P-1", "replace": ["Ada Rossi", "Ben Weiss"] }] });
        assert_eq!(lab.call(&ada, "set_assignments", asked).await["results"][0]["status"], "unchanged");
        let asked = json!({ "changes": [{ "id": "P-1", "remove": ["Ben Weiss"] }] });
        assert_eq!(names(&lab.call(&ada, "set_assignments", asked).await["results"][0]), ["Ada Rossi"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_unclear_is_refused() {
    for (lab, ada, _) in writers().await {
        let asked = json!({ "changes": [
            { "id": "T-1" }, { "id": "T-2", "add": ["me"], "replace": ["me"] }, { "id": "C-1", "add": ["me"] },
            { "id": "T-5", "add": ["Ada Haven"] }, { "id": "T-6", "replace": ["me"], "version": 7 } ] });
        let told = codes(&lab.refused(&ada, "set_assignments", asked).await);
        let expected = json!({
            "changes[0].replace": "missing_argument", "changes[1].replace": "invalid_argument",
            "changes[2].id": "not_found", "changes[3].add[0]": "not_found", "changes[4].version": "version_conflict" });
        assert_eq!(json!(told), expected, "{}", lab.test.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s1_a_team_assigns_its_own_people_and_others_stay() {
    for (lab, ada, stage) in writers().await {
        let asked = json!({ "changes": [{ "id": "T-1", "add": ["Cleo Novak"] }, { "id": "T-4", "add": ["me"] }] });
        let told = codes(&lab.refused(&stage, "set_assignments", asked).await);
        assert_eq!(told.values().collect::<Vec<_>>(), [&json!("not_found"); 2]);
        lab.call(&ada, "set_assignments", json!({ "changes": [{ "id": "P-1", "add": ["Cleo Novak"] }] })).await;
        let asked = json!({ "changes": [{ "id": "T-1", "replace": [] }, { "id": "P-1", "replace": ["me"] }] });
        let reply = lab.call(&stage, "set_assignments", asked).await;
        assert!(!reply.to_string().contains("Cleo"), "{reply}");
        assert_eq!(task(&lab, &ada, "T-1").await["assignees"][0]["name"], "Cleo Novak");
        let reply =
            lab.call(&ada, "set_assignments", json!({ "changes": [{ "id": "P-1", "remove": ["Ben Weiss"] }] })).await;
        assert_eq!(names(&reply["results"][0]), ["Cleo Novak"]);
    }
}
