//! `change_status` of tasks, projects and contacts.

use serde_json::{Value, json};

use crate::lab::codes;
use crate::task_writes::{task, writers};

fn one(id: &str, to: &str) -> Value {
    json!({ "changes": [{ "id": id, "to": to }] })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_is_done_when_nothing_holds_it_or_for_a_reason() {
    for (lab, ada, _) in writers().await {
        let refused = lab.refused(&ada, "change_status", one("T-1", "done")).await;
        assert_eq!((&refused["code"], &refused["field"]), (&json!("blocked_by_open_tasks"), &json!("changes[0].to")));
        let held: Vec<&Value> = refused["candidates"].as_array().unwrap().iter().map(|task| &task["key"]).collect();
        assert!(held.contains(&&json!("T-2")) && held.contains(&&json!("T-4")) && held.len() == 2, "{refused}");
        assert_eq!(task(&lab, &ada, "T-1").await["status"], "in_progress");
        let asked = json!({ "changes": [{ "id": "T-1", "to": "done", "reason": "The house has motors" }] });
        let reply = lab.call(&ada, "change_status", asked).await;
        assert_eq!(reply["results"][0]["changed"]["status"], json!({ "from": "in_progress", "to": "done" }));
        assert_eq!(reply["results"][0]["changed"]["reason"]["to"], "The house has motors");
        // Done already: nothing changes, not even the version.
        let again = lab.call(&ada, "change_status", one("T-1", "done")).await;
        assert_eq!((&again["results"][0]["status"], &again["results"][0]["version"]), (&json!("unchanged"), &json!(2)));
        assert_eq!(lab.refused(&ada, "change_status", one("T-1", "in_review")).await["allowed"], json!(["todo"]));
        let reopened = lab.call(&ada, "change_status", one("T-1", "todo")).await;
        assert_eq!(reopened["results"][0]["version"], 3);
        assert_eq!(task(&lab, &ada, "T-1").await.get("completed_at"), None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waited_for_it_is_told() {
    for (lab, ada, stage) in writers().await {
        // T-4 waits for T-6 only.
        let reply = lab.call(&ada, "change_status", one("T-6", "done")).await;
        assert_eq!(reply["results"][0]["unblocked"], json!(["T-4"]));
        lab.call(&ada, "change_status", one("T-6", "todo")).await;
        let reply = lab.call(&stage, "change_status", one("T-6", "done")).await;
        assert_eq!(reply["results"][0].get("unblocked"), None, "the other team's task is not told of");
        let reply = lab.call(&ada, "change_status", one("T-2", "cancelled")).await;
        assert_eq!(reply["results"][0].get("unblocked"), None, "T-1 waits for T-4 as well");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_ends_with_a_warning_and_is_reopened_for_a_reason() {
    for (lab, ada, _) in writers().await {
        let refused = lab.refused(&ada, "change_status", one("Borealis", "completed")).await;
        assert_eq!(
            (&refused["code"], &refused["allowed"]),
            (&json!("transition_not_allowed"), &json!(["active", "cancelled"]))
        );
        let reply = lab.call(&ada, "change_status", one("Aurora", "completed")).await;
        assert_eq!(
            (&reply["warnings"][0]["code"], &reply["warnings"][0]["records"]),
            (&json!("open_tasks"), &json!(["P-1"]))
        );
        let refused = lab.refused(&ada, "change_status", one("P-1", "active")).await;
        assert_eq!((&refused["code"], &refused["field"]), (&json!("missing_argument"), &json!("changes[0].reason")));
        let asked = json!({ "changes": [{ "id": "P-1", "to": "active", "reason": "A second night", "version": 2 }] });
        assert_eq!(lab.call(&ada, "change_status", asked).await["results"][0]["version"], 3);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_is_put_away_and_comes_back() {
    for (lab, ada, _) in writers().await {
        let listed = async || lab.call(&ada, "list_directory", json!({ "kind": ["company"] })).await["data"].clone();
        lab.call(&ada, "change_status", one("C-1", "archived")).await;
        assert_eq!(listed().await.as_array().unwrap().len(), 1);
        assert_eq!(
            lab.refused(&ada, "change_status", one("C-1", "done")).await["allowed"],
            json!(["active", "archived"])
        );
        let back = lab.call(&ada, "change_status", one("Arena Verona", "active")).await;
        assert_eq!((&back["results"][0]["key"], &back["results"][0]["version"]), (&json!("C-1"), &json!(3)));
        assert_eq!(listed().await.as_array().unwrap().len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_kinds_change_together_or_not_at_all_and_names_of_two_kinds_are_asked_about() {
    for (lab, ada, stage) in writers().await {
        let asked = json!({ "changes": [
            { "id": "C-2", "to": "archived" }, { "id": "T-5", "to": "todo" }, { "id": "P-3", "to": "on_hold" } ] });
        let reply = lab.call(&ada, "change_status", asked).await;
        let keys: Vec<&Value> = reply["results"].as_array().unwrap().iter().map(|result| &result["key"]).collect();
        assert_eq!(keys, ["C-2", "T-5", "P-3"]);
        let asked = json!({ "changes": [
            { "id": "T-2", "to": "done" }, { "id": "T-2", "to": "todo" }, { "id": "C-1", "to": "gone" },
            { "id": "P-9", "to": "active" }, { "id": "E-1", "to": "confirmed" } ] });
        let told = codes(&lab.refused(&ada, "change_status", asked).await);
        assert_eq!(told["changes[1].id"], "invalid_argument");
        assert_eq!((&told["changes[2].to"], &told["changes[3].id"]), (&json!("invalid_argument"), &json!("not_found")));
        assert_eq!(task(&lab, &ada, "T-2").await["status"], "todo");
        let twin = json!({ "tasks": [{ "title": "Arena Verona", "project": "P-1" }] });
        lab.call(&ada, "create_tasks", twin).await;
        let refused = lab.refused(&ada, "change_status", one("Arena Verona", "done")).await;
        assert_eq!(
            (&refused["code"], refused["candidates"].as_array().unwrap().len()),
            (&json!("ambiguous_reference"), 2)
        );
        for hidden in ["T-4", "P-2", "C-2", "Borealis", "Tune the PA"] {
            assert_eq!(
                lab.refused(&stage, "change_status", one(hidden, "active")).await["code"],
                "not_found",
                "{hidden}"
            );
        }
    }
}
