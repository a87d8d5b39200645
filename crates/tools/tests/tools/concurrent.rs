//! Calls at the same time: what is sent twice is done once, and a circle made from two sides is not made (TOOLS.md W1,
//! W2, W6).

use std::sync::Arc;
use std::time::Duration;

use lavori_policy::Caller;
use lavori_store::inspect;
use lavori_tools::{Answer, InvokeError};
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::lab::Lab;
use crate::task_writes::writers;

/// Calls, and repeats what the server was too busy for, as a client does.
async fn persist(lab: &Lab, caller: &Caller, tool: &str, arguments: &Value) -> Answer {
    loop {
        match lab.invoke(caller, tool, arguments.clone()).await {
            Ok(answer) => return answer,
            Err(InvokeError::Busy(_)) => tokio::time::sleep(Duration::from_millis(5)).await,
            Err(error) => panic!("{tool} {arguments}: {error:?}"),
        }
    }
}

async fn count(lab: &Lab, sql: &str) -> String {
    let mut conn = lab.test.store.read().await.unwrap();
    inspect::texts(&mut conn, &format!("SELECT CAST(COUNT(*) AS TEXT) AS value FROM {sql}")).await.unwrap().remove(0)
}

/// What is created once by one of a thousand calls: half of them have a key, half are told by their bytes.
fn create(number: usize) -> (&'static str, Value) {
    let name = format!("Dispatched {number:04}");
    let (tool, mut arguments) = match number % 4 {
        0 | 1 => ("create_tasks", json!({ "tasks": [{ "title": name, "project": "P-1" }] })),
        _ => ("create_contacts", json!({ "contacts": [{ "kind": "company", "name": name }] })),
    };
    if number.is_multiple_of(2) {
        arguments["request_key"] = json!(name);
    }
    (tool, arguments)
}

#[tokio::test(flavor = "multi_thread")]
async fn w1_w2_a_thousand_creates_dispatched_twice_two_milliseconds_apart_are_a_thousand_records() {
    for (lab, ada, _) in writers().await {
        let (lab, ada) = (Arc::new(lab), Arc::new(ada));
        // As many at a time as connections wait patiently for.
        let turns = Arc::new(Semaphore::new(12));
        let mut pairs = JoinSet::new();
        for number in 0..1_000 {
            let (lab, ada, turns) = (Arc::clone(&lab), Arc::clone(&ada), Arc::clone(&turns));
            pairs.spawn(async move {
                let _turn = turns.acquire_owned().await.unwrap();
                let (tool, arguments) = create(number);
                let first = persist(&lab, &ada, tool, &arguments);
                let second = async {
                    tokio::time::sleep(Duration::from_millis(2)).await;
                    persist(&lab, &ada, tool, &arguments).await
                };
                let told = tokio::join!(first, second);
                let [one, other] = [told.0, told.1].map(|answer| {
                    assert!(!answer.is_error, "{}", answer.json);
                    serde_json::from_str::<Value>(&answer.json).unwrap()
                });
                assert_eq!(one["results"], other["results"]);
                assert_ne!(one["replayed"], other["replayed"], "one of them did it: {one} {other}");
            });
        }
        while let Some(pair) = pairs.join_next().await {
            pair.unwrap();
        }
        let on = lab.test.name;
        assert_eq!(count(&lab, "tasks WHERE title LIKE 'Dispatched %'").await, "500", "{on}");
        assert_eq!(count(&lab, "contacts WHERE name LIKE 'Dispatched %'").await, "500", "{on}");
        let feed = "changes WHERE title LIKE 'Dispatched %' AND operation = 'created'";
        assert_eq!(count(&lab, feed).await, "1000", "{on}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w6_a_circle_made_from_two_sides_at_the_same_time_is_made_by_neither_or_one_half_of_it() {
    for (lab, ada, _) in writers().await {
        for round in 0..12 {
            // Of two tasks, of four that wait for each other in pairs already, and of two that are to be each other's part.
            let (long, relation) = [(false, "blocked_by"), (true, "blocked_by"), (false, "parent")][round % 3];
            let names = ["a", "b", "c", "d"].map(|name| format!("{name} of round {round}"));
            let tasks: Vec<Value> = names
                .iter()
                .enumerate()
                .map(|(place, name)| {
                    let mut task = json!({ "title": name, "project": "P-1", "ref": format!("r{place}") });
                    if long && place % 2 == 0 {
                        task["blocked_by"] = json!([format!("#r{}", place + 1)]);
                    }
                    task
                })
                .collect();
            let made = lab.call(&ada, "create_tasks", json!({ "tasks": tasks })).await;
            let id = |place: usize| made["results"][place]["id"].clone();
            // a waits for b, c for d; now b for c and d for a. Or else a for b and b for a.
            let halves = match long {
                true => [(id(1), id(2)), (id(3), id(0))],
                false => [(id(0), id(1)), (id(1), id(0))],
            };
            let half = |(task, other): (Value, Value)| {
                let value = if relation == "parent" { other } else { json!([other]) };
                json!({ "tasks": [{ "id": task, relation: value }] })
            };
            let [one, other] = halves.map(half);
            let (one, other) =
                tokio::join!(persist(&lab, &ada, "update_tasks", &one), persist(&lab, &ada, "update_tasks", &other));
            let won = [&one, &other].iter().filter(|answer| !answer.is_error).count();
            let on = lab.test.name;
            assert_eq!(won, 1, "{on}, round {round}: {} {}", one.json, other.json);
            let lost = if one.is_error { &one } else { &other };
            assert!(lost.json.contains("dependency_cycle"), "{on}: {}", lost.json);
        }
    }
}
