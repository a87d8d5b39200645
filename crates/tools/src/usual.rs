//! What the arguments are for that mean the same wherever they stand. Where one means something else, or there is more to
//! say, it says so itself.
//!
//! Each is as short as it can be: every client pays for it in every conversation. They are there all the same, because
//! hosts show arguments to people, and models without a word guess.

use serde_json::{Map, Value};

const USUAL: [(&str, &str); 36] = [
    ("changes", "What changes."),
    ("clear", "Fields to empty."),
    ("client", "Its client."),
    ("contacts", "Up to 50."),
    ("count_only", "No rows."),
    ("currency", "ISO 4217."),
    ("date", "Its date."),
    ("description", "Free text."),
    ("detail", "How much of each."),
    ("discount_percent", "Off the whole."),
    ("due_before", "Date or word."),
    ("due_date", "When it is due."),
    ("end", "Last day."),
    ("fields", "Only these."),
    ("health", "How it goes."),
    ("health_reason", "Why so."),
    ("kind", "Of which kind."),
    ("lines", "Its lines."),
    ("milestone", "Its milestone."),
    ("name", "Its name."),
    ("notes", "Free text."),
    ("payments", "What was paid."),
    ("phase", "Its phase."),
    ("prices_include_tax", "Prices are gross."),
    ("priority", "How urgent."),
    ("project", "Its project."),
    ("reference", "The client's own."),
    ("report", "Which one."),
    ("start", "First day."),
    ("status", "As it stands."),
    ("tags", "Free words."),
    ("tasks", "Up to 50."),
    ("team", "Its team."),
    ("to", "New status."),
    ("updated_since", "Moment or word."),
    ("valid_until", "Last day it holds."),
];

/// Describes the arguments of a tool that do not do so themselves.
pub(crate) fn describe(schema: &mut Map<String, Value>) {
    let Some(Value::Object(properties)) = schema.get_mut("properties") else { return };
    for (name, property) in properties {
        let usual = USUAL.iter().find(|(usual, _)| usual == name);
        if let (Value::Object(property), Some((_, meaning))) = (property, usual) {
            property.entry("description").or_insert_with(|| (*meaning).into());
        }
    }
}
