//! Those who write: tasks in batches, changes made from a version, invoices that take a number.

use std::sync::Arc;

use lavori_testkit::Connected;
use serde_json::{Value, json};

use super::dice::Dice;
use super::world::{Told, World, count};

/// A batch of new tasks, as it was asked for.
pub(super) struct Batch {
    pub(super) titles: Vec<String>,
    arguments: Value,
    /// The keys that were answered; none: the client gave up before it knew.
    pub(super) acknowledged: Option<Vec<String>>,
}

/// Adds batches of tasks, each under a key, and repeats what it does not know the outcome of. Now and then it gives up.
pub(super) async fn create_tasks(world: Arc<World>, connected: Connected, project: String, number: u64) -> Vec<Batch> {
    let dice = Dice::new(world.seed, number);
    let mut batches = Vec::new();
    while !world.is_over() {
        let key = format!("torture {number} {}", batches.len());
        let titles: Vec<String> = (0..=dice.below(4)).map(|item| format!("{key} item {item}")).collect();
        let tasks: Vec<Value> = titles.iter().map(|title| json!({ "title": title, "project": project })).collect();
        let mut batch = Batch { titles, arguments: json!({ "tasks": tasks, "request_key": key }), acknowledged: None };
        let mut is_first = true;
        while batch.acknowledged.is_none() {
            match world.call(&dice, &connected, "create_tasks", &batch.arguments).await {
                Told::Done(result) => {
                    count(&world.counts.batches);
                    if result["replayed"] == true {
                        assert!(!is_first, "a key that was never used was replayed");
                        count(&world.counts.replayed);
                    }
                    batch.acknowledged = Some(batch.keys(&result));
                }
                Told::Later if dice.one_in(10) => break,
                Told::Later => is_first = false,
                wrong => panic!("{wrong:?}"),
            }
        }
        batches.push(batch);
    }
    batches
}

impl Batch {
    fn keys(&self, result: &Value) -> Vec<String> {
        let results = result["results"].as_array().expect("results");
        assert_eq!(results.len(), self.titles.len(), "{result}");
        results.iter().map(|result| result["key"].as_str().expect("a key").to_owned()).collect()
    }

    /// Asks for an abandoned batch again, until it is done.
    pub(super) async fn finish(&mut self, world: &World, dice: &Dice, connected: &Connected) {
        if self.acknowledged.is_none() {
            count(&world.counts.abandoned);
            let result = world.done(dice, connected, "create_tasks", &self.arguments).await;
            self.acknowledged = Some(self.keys(&result));
        }
    }
}

/// A task that was changed again and again by one client.
pub(super) struct Changed {
    pub(super) key: String,
    pub(super) title: String,
    pub(super) version: i64,
}

/// Changes a task from the version that the last answer gave: a change that is done twice, or is lost, breaks the row.
pub(super) async fn update_a_task(world: Arc<World>, connected: Connected, project: String, number: u64) -> Changed {
    let dice = Dice::new(world.seed, number);
    let title = format!("changing {number}");
    let task = json!({ "tasks": [{ "title": title, "project": project }], "request_key": title });
    let created = world.done(&dice, &connected, "create_tasks", &task).await;
    let key = created["results"][0]["key"].as_str().expect("a key").to_owned();
    let mut changed = Changed { key, title, version: 1 };
    while !world.is_over() {
        let title = format!("changing {number} to {}", changed.version + 1);
        let change = json!({ "id": changed.key, "version": changed.version, "title": title });
        let change = json!({ "tasks": [change], "request_key": title });
        let result = world.done(&dice, &connected, "update_tasks", &change).await;
        assert_eq!(result["results"][0]["version"], changed.version + 1, "{result}");
        changed = Changed { title, version: changed.version + 1, ..changed };
        count(&world.counts.updates);
    }
    changed
}

/// Drafts invoices and issues them; gives the numbers they took.
pub(super) async fn issue_invoices(world: Arc<World>, connected: Connected, number: u64) -> Vec<String> {
    let dice = Dice::new(world.seed, number);
    let mut numbers = Vec::new();
    while !world.is_over() {
        let key = format!("invoice {number} {}", numbers.len());
        let line = json!({ "description": key, "unit_price": "10.00", "taxes": [{ "rate": "22" }] });
        let draft =
            json!({ "kind": "invoice", "client": "C-2", "lines": [line], "request_key": format!("{key} draft") });
        let drafted = world.done(&dice, &connected, "create_billing_document", &draft).await;
        let drafted = &drafted["results"][0];
        let issue = json!({ "id": drafted["key"], "to": "issued", "version": drafted["version"],
            "expected_total": drafted["gross"], "request_key": key });
        let issued = world.done(&dice, &connected, "change_billing_status", &issue).await;
        numbers.push(issued["results"][0]["number"].as_str().expect("a number").to_owned());
        count(&world.counts.invoices);
    }
    numbers
}
