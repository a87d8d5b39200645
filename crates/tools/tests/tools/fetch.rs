//! `fetch` through the registry.

use serde_json::{Value, json};

use crate::lab::labs;

#[tokio::test(flavor = "multi_thread")]
async fn one_record_also_has_the_shape_that_deep_research_reads() {
    for lab in labs().await {
        let reply = lab.call(&lab.ada, "fetch", json!({ "id": "T-2" })).await;
        assert_eq!(reply["id"], lab.world.north.tasks[1].to_string());
        assert_eq!(reply["title"], "Order motors");
        assert_eq!(reply["url"], "https://lavori.example/o/northlight/tasks/T-2");
        assert_eq!(reply["metadata"], json!({ "type": "task", "key": "T-2", "status": "todo" }));
        assert_eq!(
            reply["text"],
            "task, called Order motors, with key T-2, of project Aurora, status todo, priority urgent, due 2026-11-21.\n\
             Eight chain hoists for the città stage"
        );
        let record = &reply["records"][0];
        assert_eq!((&record["overdue"], &record["version"]), (&json!(true), &json!(1)));
        assert_eq!(record["allowed_transitions"], json!(["backlog", "in_progress", "in_review", "done", "cancelled"]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a5_every_kind_is_fetched_by_id_key_or_exact_name() {
    for lab in labs().await {
        let north = &lab.world.north;
        let cases = [
            ("T-1", "task", north.tasks[0].to_string()),
            ("rig the TRUSS", "task", north.tasks[0].to_string()),
            ("Borealis", "project", north.borealis.to_string()),
            ("p-2", "project", north.borealis.to_string()),
            ("Arena Verona", "contact", north.arena.to_string()),
            ("Doors open", "milestone", north.doors.to_string()),
            ("cleo.novak@example.com", "member", north.cleo.to_string()),
            ("Ben Weiss", "member", north.ben.to_string()),
            ("Sound", "team", north.sound.to_string()),
        ];
        for (name, kind, id) in &cases {
            for asked in [name.to_string(), id.clone()] {
                let reply = lab.call(&lab.ada, "fetch", json!({ "id": asked })).await;
                assert_eq!((&reply["metadata"]["type"], &reply["id"]), (&json!(kind), &json!(id)), "{asked}");
            }
        }
        let phase = lab.call(&lab.ada, "fetch", json!({ "id": north.load_in.to_string() })).await;
        assert_eq!(phase["records"][0]["project"], json!({ "key": "P-1", "name": "Aurora" }));
        let twice = lab.refused(&lab.ada, "fetch", json!({ "id": "Load-in" })).await;
        assert_eq!((&twice["code"], twice["candidates"].as_array().unwrap().len()), (&json!("ambiguous_reference"), 2));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn several_records_come_in_order_once_each_and_missing_ones_are_named() {
    for lab in labs().await {
        let ids = json!(["C-2", "T-4", "T-99", "Aurora", "t-4", "nothing"]);
        let reply = lab.call(&lab.ada, "fetch", json!({ "ids": ids })).await;
        let found: Vec<&Value> = reply["records"].as_array().unwrap().iter().map(|record| &record["key"]).collect();
        assert_eq!(found, ["C-2", "T-4", "P-1"], "{}", lab.test.name);
        assert_eq!(reply["missing"], json!(["T-99", "nothing"]));
        assert_eq!(reply.get("text"), None);
        assert_eq!(lab.refused(&lab.ada, "fetch", json!({})).await["code"], "missing_argument");
        assert_eq!(lab.refused(&lab.ada, "fetch", json!({ "id": "T-99" })).await["code"], "not_found");
        let many: Vec<String> = (0..21).map(|number| format!("T-{}", number + 1)).collect();
        assert_eq!(
            lab.refused(&lab.ada, "fetch", json!({ "ids": many })).await["message"],
            "At most 20 items are allowed."
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn include_adds_people_dependencies_and_structure() {
    for lab in labs().await {
        let bare = lab.call(&lab.ada, "fetch", json!({ "id": "T-1" })).await;
        assert_eq!(bare["records"][0].get("assignees"), None);
        let include = json!(["assignments", "dependencies"]);
        let task = lab.call(&lab.ada, "fetch", json!({ "ids": ["T-1", "T-6"], "include": include })).await;
        let (truss, left) = (&task["records"][0], &task["records"][1]);
        assert_eq!(truss["assignees"][1]["name"], "Cleo Novak");
        assert_eq!(truss["blocked_by"][1], json!({ "key": "T-4", "name": "Tune the PA" }));
        assert_eq!(left["blocks"], json!([{ "key": "T-4", "name": "Tune the PA" }]));
        assert_eq!(left["parent"], json!({ "key": "T-1", "name": "Rig the truss" }));

        let project = lab.call(&lab.ada, "fetch", json!({ "id": "P-1", "include": ["structure"] })).await;
        let record = &project["records"][0];
        let phases: Vec<&Value> = record["phases"].as_array().unwrap().iter().map(|phase| &phase["name"]).collect();
        assert_eq!(phases, ["Load-in", "Show"], "{}", lab.test.name);
        assert_eq!(record["milestones"][0]["done"], false);
        assert_eq!(record["tasks"], json!({ "open": 4, "overdue": 1, "done": 1, "total": 5 }));
        assert_eq!(record["client"], json!({ "key": "C-2", "name": "Festival di Città" }));
    }
}
