//! What is put away when nothing hangs on it any more: contacts, phases, milestones.

use lavori_domain::billing::{DocumentKind, DocumentStatus};
use lavori_store::billing_documents;
use serde_json::{Value, json};

use crate::billing_read;
use crate::documents::{draft, left};
use crate::lab::{Lab, codes};
use crate::task_writes::{task, writers};

async fn directory(lab: &Lab, caller: &lavori_policy::Caller, query: &str) -> Value {
    lab.call(caller, "list_directory", json!({ "query": query, "kind": ["company"] })).await["data"][0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_directory_counts_the_open_documents_that_are_seen() {
    for (lab, ada, stage) in writers().await {
        assert_eq!(directory(&lab, &ada, "arena").await["open_documents"], 0, "{}", lab.test.name);
        billing_read::fill(&lab).await;
        // The overdue invoice, the draft and the credit note that is one; the paid invoice is settled.
        assert_eq!(directory(&lab, &ada, "arena").await["open_documents"], 3);
        // Francs that are owed and the quote that nobody answered; not the accepted one.
        assert_eq!(directory(&lab, &ada, "festival").await["open_documents"], 2);
        // The credit note belongs to no team.
        assert_eq!(directory(&lab, &stage, "arena").await["open_documents"], 2);
        let fields = json!({ "fields": ["open_documents"], "kind": ["company"], "query": "arena" });
        let only = lab.call(&ada, "list_directory", fields).await["data"][0].clone();
        assert_eq!((&only["open_documents"], only.get("name")), (&json!(3), None));
        let members = lab.call(&ada, "list_directory", json!({ "kind": ["member", "team"] })).await;
        assert!(!members.to_string().contains("open_documents"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_with_open_documents_stays_in_use() {
    for (lab, ada, stage) in writers().await {
        billing_read::fill(&lab).await;
        let asked = json!({ "changes": [{ "id": "C-1", "to": "archived" }, { "id": "T-2", "to": "done" }] });
        let refused = lab.refused(&ada, "change_status", asked.clone()).await;
        assert_eq!((&refused["code"], &refused["field"]), (&json!("transition_not_allowed"), &json!("changes[0].to")));
        let current = &refused["current"];
        assert_eq!(current["open_documents"], 3, "{}: {refused}", lab.test.name);
        let told: Vec<(&Value, Option<&Value>)> =
            current["documents"].as_array().unwrap().iter().map(|it| (&it["key"], it.get("number"))).collect();
        let number = json!("INV-2026-0001");
        assert_eq!(told, [(&json!("D-1"), Some(&number)), (&json!("D-3"), None), (&json!("D-7"), None)]);
        // It was made by the suite already, and shows the invoices among them.
        assert_eq!(refused["next"]["tool"], "list_billing_documents");
        assert_eq!(task(&lab, &ada, "T-2").await["version"], 1, "nothing of the call was done");
        // Who sees a part of them is told of the others only how many there are.
        let refused =
            lab.refused(&stage, "change_status", json!({ "changes": [{ "id": "C-1", "to": "archived" }] })).await;
        assert_eq!(refused["current"]["open_documents"], 3);
        assert_eq!(refused["current"]["documents"].as_array().unwrap().len(), 2, "{refused}");

        // Five are named at most.
        let (north, env) = (&lab.world.north, &lab.world.env);
        let mut tx = lab.test.store.begin().await.unwrap();
        for number in 20..25 {
            let quote = draft(env, north.id, number, DocumentKind::Quote, north.festival, "EUR");
            billing_documents::insert(&mut tx, &quote).await.unwrap();
        }
        tx.commit().await.unwrap();
        let many = lab.refused(&ada, "change_status", json!({ "changes": [{ "id": "C-2", "to": "archived" }] })).await;
        assert_eq!(many["current"]["open_documents"], 7);
        assert_eq!(many["current"]["documents"].as_array().unwrap().len(), 5);
        // What is settled holds nobody.
        let arena = json!({ "contacts": [{ "kind": "company", "name": "Settled" }] });
        let made = lab.call(&ada, "create_contacts", arena).await["results"][0].clone();
        let client: lavori_domain::ContactId = made["id"].as_str().unwrap().parse().unwrap();
        let mut tx = lab.test.store.begin().await.unwrap();
        let declined = draft(env, north.id, 30, DocumentKind::Quote, client, "EUR");
        let declined = left(declined, 9, "2026-11-01", DocumentStatus::Declined);
        billing_documents::insert(&mut tx, &declined).await.unwrap();
        tx.commit().await.unwrap();
        let done = json!({ "changes": [{ "id": made["key"], "to": "archived" }] });
        assert_eq!(lab.call(&ada, "change_status", done).await["results"][0]["status"], "updated");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phase_and_a_milestone_go_when_no_open_task_hangs_on_them() {
    for (lab, ada, stage) in writers().await {
        let archive = |kind: &str, name: &str| json!({ "op": "archive", "kind": kind, "ref": name });
        let both = json!({ "id": "P-1", "phases": [archive("milestone", "doors open"), archive("phase", "Load-in")] });
        let refused = lab.refused(&ada, "update_project", both.clone()).await;
        let told = codes(&refused);
        assert_eq!(told["phases[0].ref"], "blocked_by_open_tasks", "{refused}");
        assert_eq!(told["phases[1].ref"], "blocked_by_open_tasks");
        let held = |refused: &Value, place: usize| -> Vec<String> {
            let tasks = refused["problems"][place]["candidates"].as_array().unwrap();
            tasks.iter().map(|task| task["key"].as_str().unwrap().to_owned()).collect()
        };
        let (of_mark, of_phase) = (held(&refused, 0), held(&refused, 1));
        for key in of_mark.iter().chain(&of_phase) {
            let done = json!({ "changes": [{ "id": key, "to": "cancelled" }] });
            lab.call(&ada, "change_status", done).await;
        }
        let before = lab.call(&ada, "search", json!({ "query": "load-in", "types": ["phase"] })).await;
        let phases = before["results"].as_array().unwrap().len();
        let reply = lab.call(&stage, "update_project", both.clone()).await;
        let result = &reply["results"][0];
        let left = |found: &Value| -> Vec<String> {
            let phases = found["phases"].as_array().unwrap().iter();
            phases.map(|phase| phase["name"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!((&result["status"], result.get("milestones")), (&json!("updated"), None));
        assert_eq!(left(result), ["Show"]);
        let shown =
            lab.call(&ada, "fetch", json!({ "id": "P-1", "include": ["structure"] })).await["records"][0].clone();
        assert_eq!(left(&shown), ["Show"], "{}", lab.test.name);
        assert_eq!(shown.get("milestones"), None);
        // Nothing names it any more: neither references nor the search.
        let after = lab.call(&ada, "search", json!({ "query": "load-in", "types": ["phase"] })).await;
        assert_eq!(after["results"].as_array().unwrap().len(), phases - 1);
        let marks = lab.call(&ada, "search", json!({ "query": "doors open", "types": ["milestone"] })).await;
        assert_eq!(marks["results"], json!([]));
        for (field, name) in [("phase", "Load-in"), ("milestone", "Doors open")] {
            let mut new = json!({ "title": "Late", "project": "P-1" });
            new[field] = json!(name);
            let refused = lab.refused(&ada, "create_tasks", json!({ "tasks": [new] })).await;
            assert_eq!(refused["code"], "not_found", "{refused}");
        }
        let again = codes(&lab.refused(&ada, "update_project", both).await);
        assert_eq!(again.values().collect::<Vec<_>>(), [&json!("not_found"); 2]);
        // What hung on them still says so, and so does the feed.
        let kept = task(&lab, &ada, &of_phase[0]).await;
        assert_eq!(kept["phase"]["name"], "Load-in");
        let feed = lab.call(&ada, "list_changes", json!({ "since": "today", "types": ["phase", "milestone"] })).await;
        let archived = feed["data"].as_array().unwrap().iter();
        let archived = archived.filter(|change| change["fields"]["archived"]["to"] == true).count();
        assert_eq!(archived, 2, "{feed}");
        // Made and put away in one call, it never was.
        let passing = json!({ "id": "P-1", "phases": [
            { "op": "add", "kind": "phase", "name": "Strike" }, archive("phase", "strike") ] });
        assert_eq!(lab.call(&ada, "update_project", passing).await["results"][0]["status"], "unchanged");
    }
}
