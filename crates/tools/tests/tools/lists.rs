//! Rows, pages, sizes.

use lavori_store::{projects, tasks};
use serde_json::{Value, json};

use crate::lab::{Lab, keys, labs};
use crate::world::{project, task, zone};

/// Adds `count` tasks with long titles and descriptions.
async fn fill(lab: &Lab, count: i64) {
    let mut tx = lab.test.store.begin().await.unwrap();
    let mut depot = project(&lab.world.env, lab.world.north.id, 50, "Depot");
    depot.team = Some(lab.world.north.stage);
    projects::insert(&mut tx, &depot).await.unwrap();
    for number in 0..count {
        let mut task =
            task(&lab.world.env, &depot, 1_000 + number, &format!("{} {number}", "Coil \"cable\" ".repeat(14)));
        task.description = Some("Seventeen long words about cables and what they are for. ".repeat(40));
        tasks::insert(&mut tx, &task, zone()).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_shows_what_is_needed_to_choose_and_more_on_request() {
    for lab in labs().await {
        let north = &lab.world.north;
        let reply =
            lab.call(&lab.ada, "list_tasks", json!({ "query": "rig truss", "sort": "created", "limit": 1 })).await;
        assert_eq!(
            reply["data"][0],
            json!({
                "id": north.tasks[0].to_string(), "key": "T-1", "title": "Rig the truss",
                "project": { "key": "P-1", "name": "Aurora" }, "status": "in_progress", "priority": "high",
                "assignees": [
                    { "id": north.ben.to_string(), "name": "Ben Weiss" },
                    { "id": north.cleo.to_string(), "name": "Cleo Novak" },
                ],
                "due": "2026-11-23", "overdue": false,
                "blocked_by": [{ "key": "T-2", "name": "Order motors" }, { "key": "T-4", "name": "Tune the PA" }],
                "version": 1,
            }),
            "{}",
            lab.test.name
        );
        let full = lab
            .call(
                &lab.ada,
                "list_tasks",
                json!({ "query": "rig truss", "sort": "created", "limit": 1, "detail": "full" }),
            )
            .await;
        let row = &full["data"][0];
        assert_eq!((&row["phase"]["name"], &row["milestone"]["name"]), (&json!("Load-in"), &json!("Doors open")));
        assert_eq!((&row["estimate_minutes"], &row["due_weekday"]), (&json!(90), &json!("Monday")));
        let instant = lab.call(&lab.ada, "list_tasks", json!({ "project": "borealis" })).await;
        assert_eq!(instant["data"][0]["due"], "2026-11-25T18:00:00+01:00");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r2_fields_limit_the_rows_and_id_and_key_stay() {
    for lab in labs().await {
        let names = |reply: &Value| reply["data"][0].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        let reply =
            lab.call(&lab.ada, "list_tasks", json!({ "fields": ["title", "created_at"], "sort": "created" })).await;
        assert_eq!(names(&reply), ["created_at", "id", "key", "title"]);
        let reply = lab.call(&lab.ada, "list_projects", json!({ "fields": ["progress"], "sort": "created" })).await;
        assert_eq!(names(&reply), ["id", "key", "progress"]);
        assert_eq!(reply["data"][0]["progress"], 20);
        let reply =
            lab.call(&lab.ada, "fetch", json!({ "ids": ["T-2", "C-1"], "fields": ["description", "email"] })).await;
        assert_eq!(
            reply["records"],
            json!([
                { "type": "task", "id": lab.world.north.tasks[1].to_string(), "key": "T-2",
                  "description": "Eight chain hoists for the città stage" },
                { "type": "contact", "id": lab.world.north.arena.to_string(), "key": "C-1", "email": "info@arena.example" },
            ])
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r3_p34_pages_by_cursor_hold_every_row_once_and_totals_are_never_invented() {
    for lab in labs().await {
        fill(&lab, 60).await;
        for (tool, all) in [("list_tasks", 67), ("list_projects", 4)] {
            for sort in ["-updated", "updated", "due", "created", "-created"] {
                let (mut seen, mut cursor) = (Vec::new(), Value::Null);
                loop {
                    let arguments = json!({ "sort": sort, "limit": 3, "cursor": cursor });
                    let reply = lab.call(&lab.ada, tool, arguments).await;
                    seen.extend(keys(&reply));
                    assert_eq!(reply["page"]["truncated"], false);
                    assert_eq!(reply["page"].get("total"), None, "a page does not know the total");
                    cursor = reply["page"]["next_cursor"].clone();
                    if cursor.is_null() {
                        break;
                    }
                    assert_eq!(reply["page"]["returned"], 3);
                }
                let rows = seen.len();
                seen.sort();
                seen.dedup();
                assert_eq!((rows, seen.len()), (all, all), "{tool} by {sort} on {}", lab.test.name);
            }
        }
        let whole = lab.call(&lab.ada, "list_tasks", json!({ "project": "P-1" })).await;
        assert_eq!(whole["page"], json!({ "returned": 5, "total": 5, "truncated": false }));
        let counted = lab.call(&lab.ada, "list_tasks", json!({ "project": "depot", "count_only": true })).await;
        assert_eq!(counted["page"], json!({ "returned": 0, "total": 60, "truncated": false }));
        assert_eq!(counted.get("data"), None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r1_answers_stay_within_their_bytes_and_say_so() {
    for lab in labs().await {
        fill(&lab, 120).await;
        let arguments = [
            (json!({}), 16_000),
            (json!({ "detail": "full" }), 16_000),
            (json!({ "limit": 100 }), 60_000),
            (json!({ "limit": 100, "detail": "full" }), 60_000),
        ];
        for (arguments, most) in arguments {
            let answer = lab.invoke(&lab.ada, "list_tasks", arguments.clone()).await.unwrap();
            assert!(answer.json.len() <= most, "{arguments}: {} bytes", answer.json.len());
            let reply: Value = serde_json::from_str(&answer.json).unwrap();
            let (returned, asked) = (keys(&reply).len(), arguments["limit"].as_u64().unwrap_or(25) as usize);
            assert_eq!(reply["page"]["truncated"], returned < asked, "{arguments}");
            // What was left out is on the next page.
            let mut next = arguments;
            next["cursor"] = reply["page"]["next_cursor"].clone();
            let next = lab.call(&lab.ada, "list_tasks", next).await;
            assert!(keys(&next).iter().all(|key| !keys(&reply).contains(key)));
        }
        let full = lab.call(&lab.ada, "list_tasks", json!({ "limit": 1, "detail": "full" })).await;
        let text = full["data"][0]["description"].as_str().unwrap();
        assert!(text.ends_with("… [cut; fetch this task for the rest]"), "R3: {text}");
        let whole = lab.call(&lab.ada, "fetch", json!({ "id": full["data"][0]["id"] })).await;
        assert_eq!(whole["records"][0]["description"].as_str().unwrap().len(), 57 * 40);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r4_a_cursor_is_good_for_its_own_list_only() {
    for lab in labs().await {
        let first = lab.call(&lab.ada, "list_tasks", json!({ "limit": 2, "status": ["todo"] })).await;
        let cursor = first["page"]["next_cursor"].clone();
        // How much is shown may change from page to page.
        lab.call(&lab.ada, "list_tasks", json!({ "cursor": cursor, "limit": 9, "status": ["todo"], "detail": "full" }))
            .await;

        let invalid =
            |reply: Value| assert_eq!((&reply["code"], &reply["field"]), (&json!("invalid_cursor"), &json!("cursor")));
        invalid(lab.refused(&lab.ada, "list_tasks", json!({ "cursor": cursor })).await);
        invalid(
            lab.refused(&lab.ada, "list_tasks", json!({ "cursor": cursor, "status": ["todo"], "sort": "due" })).await,
        );
        invalid(lab.refused(&lab.ada, "list_projects", json!({ "cursor": cursor })).await);
        invalid(lab.refused(&lab.stage, "list_tasks", json!({ "cursor": cursor, "status": ["todo"] })).await);
        invalid(lab.refused(&lab.ada, "list_tasks", json!({ "cursor": "AAAA", "status": ["todo"] })).await);
    }
}
