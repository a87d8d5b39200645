//! `create_tasks` and `update_tasks`.

use lavori_policy::{Caller, Scopes};
use serde_json::{Value, json};

use crate::lab::{Lab, codes, labs};

/// Labs of an organization that allows writing, with Ada and the team Stage's Ben, who may write.
pub(crate) async fn writers() -> Vec<(Lab, Caller, Caller)> {
    let mut writers = Vec::new();
    for lab in labs().await {
        lab.switch(true, false).await;
        let (mut ada, mut stage) = (lab.ada.clone(), lab.stage.clone());
        for caller in [&mut ada, &mut stage] {
            (caller.scopes, caller.grantable) = (Scopes::Write, Scopes::Write);
        }
        // The world counts its keys itself.
        let mut tx = lab.test.store.begin().await.unwrap();
        for (kind, last) in [
            (lavori_domain::KeyKind::Project, 3),
            (lavori_domain::KeyKind::Task, 7),
            (lavori_domain::KeyKind::Contact, 2),
        ] {
            lavori_store::counters::take(&mut tx, lab.world.north.id, kind, last).await.unwrap();
        }
        tx.commit().await.unwrap();
        writers.push((lab, ada, stage));
    }
    writers
}

pub(crate) async fn task(lab: &Lab, caller: &Caller, key: &str) -> Value {
    let asked = json!({ "id": key, "include": ["assignments", "dependencies"] });
    lab.call(caller, "fetch", asked).await["records"][0].clone()
}

async fn tasks(lab: &Lab, caller: &Caller) -> i64 {
    lab.call(caller, "list_tasks", json!({ "count_only": true })).await["page"]["total"].as_i64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn w7_w8_tasks_are_created_with_everything_that_was_said_and_found_at_once() {
    for (lab, ada, _) in writers().await {
        let asked = json!({ "tasks": [{
            "title": " Strike the set ", "project": "Aurora", "phase": "load-in", "milestone": "Doors open",
            "parent": "T-2", "description": "After the last bow", "priority": "high", "status": "in_progress",
            "start": "2026-11-23", "due": "2026-11-25T18:00", "estimate_minutes": 120,
            "assignees": ["Ben Weiss", "me", "ben.weiss@example.com"], "blocked_by": ["T-1", "Order motors"],
            "tags": ["night", "Night"] }] });
        let reply = lab.call(&ada, "create_tasks", asked).await;
        let result = &reply["results"][0];
        assert_eq!(
            (&result["status"], &result["key"], &result["version"]),
            (&json!("created"), &json!("T-8"), &json!(1))
        );
        assert_eq!(result["title"], "Strike the set");
        assert!(reply.to_string().len() < 2_500, "W7: {} bytes", reply.to_string().len());
        let made = task(&lab, &ada, "T-8").await;
        assert_eq!((&made["status"], &made["priority"]), (&json!("in_progress"), &json!("high")));
        assert_eq!((&made["start"], &made["due"]), (&json!("2026-11-23"), &json!("2026-11-25T18:00:00+01:00")));
        assert_eq!((&made["phase"]["name"], &made["milestone"]["name"]), (&json!("Load-in"), &json!("Doors open")));
        assert_eq!((&made["parent"]["key"], &made["estimate_minutes"]), (&json!("T-2"), &json!(120)));
        assert_eq!(made["assignees"].as_array().unwrap().len(), 2, "{made}");
        assert_eq!(made["blocked_by"].as_array().unwrap().len(), 2);
        // W8: search sees it at once.
        let found = lab.call(&ada, "search", json!({ "query": "strike" })).await;
        assert_eq!(found["results"][0]["key"], "T-8");
        let changes = lab.call(&ada, "list_changes", json!({ "since": "today" })).await;
        assert!(changes.to_string().contains("Strike the set") && changes.to_string().contains("night"), "{changes}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w6_items_of_a_call_point_at_each_other_before_they_exist() {
    for (lab, ada, _) in writers().await {
        let asked = json!({ "tasks": [
            { "title": "Cable the left", "project": "P-1", "parent": "#cable", "blocked_by": ["#plan"] },
            { "title": "Cable", "project": "P-1", "ref": "cable" },
            { "title": "Plan the cabling", "project": "P-1", "ref": "#plan", "parent": "#cable" },
        ] });
        let reply = lab.call(&ada, "create_tasks", asked).await;
        assert_eq!(reply["results"][2]["key"], "T-10");
        let left = task(&lab, &ada, "T-8").await;
        assert_eq!((&left["parent"]["key"], &left["blocked_by"][0]["key"]), (&json!("T-9"), &json!("T-10")));
        // One that is not there, a circle, and one too deep: told, and nothing is left behind.
        let count = tasks(&lab, &ada).await;
        let refused = lab
            .refused(
                &ada,
                "create_tasks",
                json!({ "tasks": [
                { "title": "A", "project": "P-1", "ref": "a", "parent": "#nothing" },
                { "title": "B", "project": "P-1", "ref": "a" } ] }),
            )
            .await;
        assert_eq!(
            codes(&refused),
            *json!({ "tasks[0].parent": "invalid_argument", "tasks[1].ref": "invalid_argument" }).as_object().unwrap()
        );
        let refused = lab
            .refused(
                &ada,
                "create_tasks",
                json!({ "tasks": [
                { "title": "A", "project": "P-1", "ref": "a", "parent": "#b", "blocked_by": ["#b"] },
                { "title": "B", "project": "P-1", "ref": "b", "parent": "#a", "blocked_by": ["#c"] },
                { "title": "C", "project": "P-1", "ref": "c", "parent": "T-8", "blocked_by": ["#a"] },
                { "title": "D", "project": "P-1", "parent": "#c" } ] }),
            )
            .await;
        let told = codes(&refused);
        for (field, code) in [
            ("tasks[0].parent", "dependency_cycle"),
            ("tasks[1].parent", "dependency_cycle"),
            ("tasks[0].blocked_by", "dependency_cycle"),
            ("tasks[1].blocked_by", "dependency_cycle"),
            ("tasks[2].blocked_by", "dependency_cycle"),
            ("tasks[3].parent", "limit_exceeded"),
        ] {
            assert_eq!(told[field], code, "{field} of {refused}");
        }
        assert_eq!(tasks(&lab, &ada).await, count);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn e3_everything_wrong_with_a_batch_is_told_with_its_item_and_nothing_is_done() {
    for (lab, ada, _) in writers().await {
        let count = tasks(&lab, &ada).await;
        let asked = json!({ "tasks": [
            { "title": "Fine", "project": "Aurora" },
            { "title": "  ", "project": "P-99", "assignees": ["me", "nobody"], "due": "someday" },
            { "title": "X", "project": "Borealis", "phase": "Show", "parent": "T-99", "tags": [""] },
            { "title": "Y", "project": "Aurora", "start": "2026-12-02", "due": "2026-12-01" },
        ] });
        let told = codes(&lab.refused(&ada, "create_tasks", asked).await);
        let expected = json!({
            "tasks[1].title": "invalid_argument", "tasks[1].project": "not_found",
            "tasks[1].assignees[1]": "not_found", "tasks[1].due": "invalid_date",
            "tasks[2].phase": "not_found", "tasks[2].parent": "not_found", "tasks[2].tags": "invalid_argument",
        });
        assert_eq!(json!(told), expected, "{}", lab.test.name);
        let asked =
            json!({ "tasks": [{ "title": "Y", "project": "P-1", "start": "2026-12-02", "due": "2026-12-01" }] });
        assert_eq!(codes(&lab.refused(&ada, "create_tasks", asked).await)["tasks[0].start"], "invalid_date");
        assert_eq!(tasks(&lab, &ada).await, count);
        // The keys were not used up.
        let asked = json!({ "tasks": [{ "title": "Fine", "project": "Aurora" }] });
        assert_eq!(lab.call(&ada, "create_tasks", asked).await["results"][0]["key"], "T-8");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_namesake_in_the_project_is_suspected_until_told_otherwise() {
    for (lab, ada, _) in writers().await {
        let asked = json!({ "tasks": [
            { "title": "ORDER motors", "project": "Aurora" },
            { "title": "Order motors", "project": "Office" },
            { "title": "Focus lights", "project": "Aurora" },
        ] });
        // The call that is suggested is made by `refused`.
        let before = tasks(&lab, &ada).await;
        let refused = lab.refused(&ada, "create_tasks", asked).await;
        assert_eq!((&refused["code"], &refused["field"]), (&json!("duplicate_suspected"), &json!("tasks[0].title")));
        assert_eq!(refused["candidates"][0]["key"], "T-2");
        assert_eq!(tasks(&lab, &ada).await, before + 3);
        let asked = json!({ "tasks": [{ "title": "Order motors", "project": "Aurora" }], "allow_duplicates": true });
        let reply = lab.call(&ada, "create_tasks", asked).await;
        assert_eq!(reply["results"][0]["suspected_duplicates"], json!(["T-2", "T-8"]));
        let twice = json!({ "tasks": [{ "title": "Tea", "project": "P-3" }, { "title": "tea", "project": "P-3" }] });
        assert_eq!(lab.refused(&ada, "create_tasks", twice).await["field"], "tasks[1].title");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_given_fields_change_and_the_answer_says_from_what_to_what() {
    for (lab, ada, _) in writers().await {
        let asked = json!({ "tasks": [
            { "id": "T-1", "title": "Rig the great truss", "priority": "urgent", "assignees": ["Cleo Novak"],
              "clear": ["estimate_minutes", "milestone"] },
            { "id": "T-2", "status": "in_progress", "due": "2026-11-21" },
            { "id": "T-3", "tags": [] },
        ] });
        let reply = lab.call(&ada, "update_tasks", asked).await;
        let changed = &reply["results"][0]["changed"];
        assert_eq!(changed["title"], json!({ "from": "Rig the truss", "to": "Rig the great truss" }));
        assert_eq!(changed["estimate_minutes"], json!({ "from": 90 }));
        assert_eq!(changed["milestone"]["from"]["name"], "Doors open");
        assert_eq!(changed["assignees"]["from"].as_array().unwrap().len(), 2);
        assert_eq!(changed["assignees"]["to"][0]["name"], "Cleo Novak");
        assert_eq!(reply["results"][1]["changed"], json!({ "status": { "from": "todo", "to": "in_progress" } }));
        assert_eq!((&reply["results"][2]["status"], &reply["results"][2]["version"]), (&json!("unchanged"), &json!(1)));
        let first = task(&lab, &ada, "T-1").await;
        assert_eq!((&first["title"], &first["version"]), (&json!("Rig the great truss"), &json!(2)));
        assert_eq!((first.get("milestone"), first.get("estimate_minutes")), (None, None));
        assert_eq!((&first["due"], &first["phase"]["name"]), (&json!("2026-11-23"), &json!("Load-in")));
        assert_eq!(first["assignees"][0]["name"], "Cleo Novak");
        // Moved to another project, phase and milestone end.
        let asked = json!({ "tasks": [{ "id": "T-1", "project": "Borealis" }] });
        let moved = lab.call(&ada, "update_tasks", asked).await;
        assert!(moved["results"][0]["changed"]["phase"]["from"].is_object());
        assert_eq!(task(&lab, &ada, "T-1").await.get("phase"), None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w4_a_stale_version_conflicts_only_where_the_same_fields_changed() {
    for (lab, ada, _) in writers().await {
        let update = |fields: Value, version: i32| {
            let mut item = json!({ "id": "T-2", "version": version });
            item.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
            json!({ "tasks": [item] })
        };
        lab.call(&ada, "update_tasks", update(json!({ "title": "Order the motors" }), 1)).await;
        let other = lab.call(&ada, "update_tasks", update(json!({ "priority": "low" }), 1)).await;
        assert_eq!(other["results"][0]["version"], 3);
        let refused = lab.refused(&ada, "update_tasks", update(json!({ "title": "Motors" }), 1)).await;
        assert_eq!((&refused["code"], &refused["field"]), (&json!("version_conflict"), &json!("tasks[0].version")));
        assert_eq!(refused["current"]["fields"]["title"], "Order the motors");
        assert_eq!(task(&lab, &ada, "T-2").await["title"], "Order the motors");
        lab.call(&ada, "update_tasks", update(json!({ "title": "Motors" }), 3)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_keep_the_rules_of_circles_depth_and_what_waits() {
    for (lab, ada, _) in writers().await {
        // T-1 waits for T-2, T-3 and T-4; T-4 for T-6, which is a part of T-1.
        let refused =
            lab.refused(&ada, "update_tasks", json!({ "tasks": [{ "id": "T-6", "blocked_by": ["T-1"] }] })).await;
        assert_eq!((&refused["code"], &refused["field"]), (&json!("dependency_cycle"), &json!("tasks[0].blocked_by")));
        let refused = lab.refused(&ada, "update_tasks", json!({ "tasks": [{ "id": "T-1", "parent": "T-6" }] })).await;
        assert_eq!(refused["code"], "dependency_cycle");
        let refused = lab.refused(&ada, "update_tasks", json!({ "tasks": [{ "id": "T-1", "parent": "T-7" }] })).await;
        assert_eq!(refused["code"], "limit_exceeded", "T-4 > T-7 > T-1 > T-6");
        let refused = lab.refused(&ada, "update_tasks", json!({ "tasks": [{ "id": "T-1", "status": "done" }] })).await;
        assert_eq!(refused["code"], "blocked_by_open_tasks");
        let refused =
            lab.refused(&ada, "update_tasks", json!({ "tasks": [{ "id": "T-3", "status": "backlog" }] })).await;
        assert_eq!((&refused["code"], &refused["allowed"]), (&json!("transition_not_allowed"), &json!(["todo"])));
        // What is waited for is done in the same call.
        let asked = json!({ "tasks": [
            { "id": "T-1", "status": "done" }, { "id": "T-2", "status": "done" }, { "id": "T-4", "status": "done" },
            { "id": "T-6", "status": "done" } ] });
        lab.call(&ada, "update_tasks", asked).await;
        assert!(task(&lab, &ada, "T-1").await["completed_at"].is_string());
        let twice = json!({ "tasks": [{ "id": "T-5", "title": "A" }, { "id": "Write the offer", "title": "B" }] });
        assert_eq!(lab.refused(&ada, "update_tasks", twice).await["field"], "tasks[1].id");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s1_a_team_writes_its_own_tasks_and_what_it_does_not_see_stays() {
    for (lab, ada, stage) in writers().await {
        let borealis = json!({ "tasks": [{ "title": "X", "project": "Borealis" }] });
        assert_eq!(lab.refused(&stage, "create_tasks", borealis).await["code"], "not_found");
        let mixed = json!({ "tasks": [
            { "title": "X", "project": "Aurora", "assignees": ["Cleo Novak"], "blocked_by": ["T-4"], "parent": "T-5" } ] });
        let told = codes(&lab.refused(&stage, "create_tasks", mixed).await);
        assert_eq!(told.values().collect::<Vec<_>>(), [&json!("not_found"); 3]);
        assert_eq!(
            lab.refused(&stage, "update_tasks", json!({ "tasks": [{ "id": "T-4", "title": "X" }] })).await["code"],
            "not_found"
        );
        // T-1 is Ben's and Cleo's, and waits for T-2, T-3 and the other team's T-4.
        let asked = json!({ "tasks": [{ "id": "T-1", "assignees": ["me"], "blocked_by": [] }] });
        let reply = lab.call(&stage, "update_tasks", asked).await;
        assert!(!reply.to_string().contains("Cleo") && !reply.to_string().contains("Tune"), "{reply}");
        let seen = task(&lab, &ada, "T-1").await;
        assert_eq!(seen["assignees"].as_array().unwrap().len(), 2, "{seen}");
        assert_eq!(seen["blocked_by"][0]["key"], "T-4");
        let asked = json!({ "tasks": [{ "id": "T-7", "clear": ["parent"] }] });
        let reply = lab.call(&stage, "update_tasks", asked).await;
        let told = reply.to_string();
        assert!(!told.contains("Tune") && !told.contains(&lab.world.north.tasks[3].to_string()), "{told}");
        assert_eq!(task(&lab, &ada, "T-7").await.get("parent"), None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w5_a_preview_tells_what_the_call_does_and_does_nothing() {
    for (lab, ada, _) in writers().await {
        let arguments = json!({ "tasks": [{ "id": "T-2", "title": "Motors", "assignees": ["me"] }] });
        let preview = lab.call(&ada, "preview_write", json!({ "tool": "update_tasks", "arguments": arguments })).await;
        assert_eq!(task(&lab, &ada, "T-2").await["title"], "Order motors");
        let done = lab.call(&ada, "update_tasks", arguments).await;
        assert_eq!(preview["preview"]["results"], done["results"]);
    }
}
