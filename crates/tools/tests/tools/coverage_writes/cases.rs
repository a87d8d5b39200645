//! A row per argument: a call without it, and values that make a difference.

use serde_json::{Value, json};

use crate::arguments::{base, put};
use crate::sides::Side;

/// How an argument is looked at.
pub(super) struct Case {
    pub(super) base: Value,
    /// One of these makes a difference.
    pub(super) tries: Vec<Value>,
    /// That the call is refused for it is what it is for.
    pub(super) may_be_refused: bool,
}

/// The second record of a kind: the first is what calls are about.
fn second<'a>(own: &'a Side, kind: &str) -> &'a str {
    &own.records.iter().filter(|record| record.kind == kind).nth(1).unwrap_or_else(|| panic!("one {kind} only")).id
}

/// The case of an argument.
pub(super) fn case(tool: &str, path: &str, leaf: &Value, own: &Side) -> Result<Case, String> {
    let last = path.rsplit('.').next().unwrap_or(path);
    let mut base = base(tool, path, own);
    let mut set = |path: &str, value: Value| put(&mut base, path, value);
    let (first_quote, invoice) = (own.id("quote"), own.id("invoice"));
    let line = json!([{ "description": "New", "unit_price": "100", "taxes": [{ "rate": "22" }] }]);
    match (tool, path) {
        ("create_project" | "update_project", "health_reason") => set("health", json!("at_risk")),
        ("update_project", "phases[].date" | "phases[].end") => {
            set("phases", json!([{ "op": "move", "kind": "phase", "ref": own.id("phase") }]));
        }
        ("update_project", "phases[].after") => {
            set("phases", json!([{ "op": "add", "kind": "milestone", "name": "New", "date": "2026-12-05" }]));
        }
        ("update_project", "phases[].kind") => {
            set("phases", json!([{ "op": "add", "kind": "phase", "name": "New", "date": "2026-12-05" }]));
        }
        ("update_project", "phases[].ref") => set("phases", json!([{ "op": "done", "kind": "milestone" }])),
        ("update_project", "phases[].op") => {
            set("phases", json!([{ "op": "rename", "kind": "milestone", "ref": own.id("milestone"), "name": "New" }]));
        }
        ("create_tasks", "tasks[].ref") => {
            let project = own.id("project");
            set(
                "tasks",
                json!([{ "title": "New", "project": project }, { "title": "Part", "project": project,
                "parent": "#rig" }]),
            );
        }
        ("update_tasks", "tasks[].phase" | "tasks[].parent" | "tasks[].project") => {
            set("tasks[].id", json!(second(own, "task")));
        }
        ("create_schedule_entries", "entries[].all_day") => {
            set("entries", json!([{ "kind": "event", "title": "New", "start": "2026-12-03", "end": "2026-12-04" }]));
        }
        ("create_schedule_entries", "entries[].busy") => {
            set(
                "entries",
                json!([{ "kind": "event", "title": "New", "start": "2026-12-03T10:00",
                "end": "2026-12-03T12:00" }]),
            );
        }
        ("create_schedule_entries" | "update_schedule_entries", "entries[].paid_break") => {
            set("entries[].break_minutes", json!(30));
        }
        ("update_schedule_entries", "entries[].busy") => {
            set("entries", json!([{ "id": own.id("event"), "notes": "New", "apply_to": "all" }]));
        }
        ("update_schedule_entries", "entries[].all_day") => {
            set(
                "entries",
                json!([{ "id": own.id("event"), "start": "2026-11-26", "end": "2026-11-26",
                "apply_to": "all" }]),
            );
        }
        ("update_schedule_entries", "entries[].event" | "entries[].project" | "entries[].task") => {
            set("entries[].id", json!(second(own, "shift")));
        }
        ("update_schedule_entries", "entries[].occurrence" | "entries[].apply_to") => {
            set(
                "entries",
                json!([{ "id": own.id("event"), "notes": "New", "apply_to": "this",
                "start": "2026-11-26T09:00", "occurrence": "2026-11-26T10:00" }]),
            );
        }
        // When a shift that is over really was.
        ("update_schedule_entries", "entries[].actual_start" | "entries[].actual_end") => {
            set(
                "entries",
                json!([{ "id": own.id("shift"), "start": "2026-11-20T08:00", "end": "2026-11-20T18:00",
                "actual_start": "2026-11-20T08:00", "actual_end": "2026-11-20T18:00" }]),
            );
        }
        ("record_payment", "payments[].reverses") => set("payments[].amount", json!("22.00")),
        ("change_status", "changes[].reason") => {
            set("changes", json!([{ "id": second(own, "task"), "to": "done" }]));
        }
        ("set_assignments", "changes[].add[]" | "changes[].replace[]" | "changes[].remove[]") => {
            set("changes", json!([{ "id": own.id("task") }]));
        }
        ("create_billing_document", "from") => set("kind", json!("credit_note")),
        ("create_billing_document", "due_date" | "kind") => set("kind", json!("invoice")),
        ("create_billing_document", "lines[].taxes[].reason") => {
            set(
                "lines",
                json!([{ "description": "New", "unit_price": "100",
                "taxes": [{ "rate": "0", "category": "E", "reason": "One" }] }]),
            );
        }
        ("create_billing_document" | "update_billing_document", "lines[].taxes[].category") => {
            set(
                "lines",
                json!([{ "description": "New", "unit_price": "100",
                "taxes": [{ "rate": "0", "category": "E", "reason": "One" }] }]),
            );
        }
        ("update_billing_document", "lines[].line_id") => set("lines", line),
        // An issued invoice may still be due on another day.
        ("update_billing_document", "due_date") => set("id", json!(invoice)),
        ("update_billing_document", "lines[].unit") => {
            set("lines", json!([{ "line_id": own.id("document_line"), "description": "New" }]));
        }
        ("update_billing_document", "lines[].taxes[].reason") => {
            set(
                "lines",
                json!([{ "line_id": own.id("document_line"),
                "taxes": [{ "rate": "0", "category": "E", "reason": "One" }] }]),
            );
        }
        ("update_budget", "currency") => set("remove_lines", json!([own.id("budget_line")])),
        ("change_billing_status", "reason") => {
            base = json!({ "id": first_quote, "to": "cancelled", "version": 1 });
        }
        _ => {}
    }
    let may_be_refused = ["version", "expected_total", "exchange_rate", "payments[].invoice", "entries[].kind", "to"]
        .contains(&path)
        || last == "version"
        || (tool, last) == ("update_schedule_entries", "all_day");
    let words = leaf["enum"].as_array().cloned();
    let tries = match (words, leaf["type"].as_str()) {
        (Some(words), _) => words,
        (None, Some("boolean")) => vec![json!(true), json!(false)],
        (None, Some("integer")) => vec![json!(if last == "version" { 9 } else { 30 }), json!(90)],
        _ => texts(tool, path, last, own, invoice).ok_or("it needs a row in coverage_writes/cases.rs")?,
    };
    Ok(Case { base, tries, may_be_refused })
}

/// Values of a text argument. `None`: it has no row.
fn texts(tool: &str, path: &str, last: &str, own: &Side, invoice: &str) -> Option<Vec<Value>> {
    let one = |text: &str| Some(vec![json!(text)]);
    let records = |kind: &str| {
        let all = own.records.iter().filter(|record| record.kind == kind);
        Some(all.map(|record| json!(record.id)).collect::<Vec<_>>())
    };
    match (tool, path) {
        ("update_project", "id") => return one(second(own, "project")),
        ("update_project", "phases[].ref") => return one(own.id("milestone")),
        ("update_tasks", "tasks[].start") => return one("2026-11-18"),
        ("update_project", "phases[].after") => return records("phase"),
        ("update_tasks", "tasks[].id") | ("change_status" | "set_assignments", "changes[].id") => {
            return one(second(own, "task"));
        }
        ("update_schedule_entries", "entries[].id") => return one(second(own, "shift")),
        ("update_schedule_entries", "entries[].occurrence") => return one("2026-12-03T10:00"),
        ("update_contacts", "contacts[].id") => return one(second(own, "contact")),
        ("update_billing_document" | "change_billing_status", "id") => return one(second(own, "quote")),
        ("update_budget", "id") => return one(second(own, "budget")),
        ("update_budget", "lines[].id" | "remove_lines[]") => return records("budget_line"),
        ("update_schedule_entries", "entries[].actual_start" | "entries[].actual_end") => {
            return one("2026-11-20T12:30");
        }
        ("record_payment", "payments[].invoice") => return one(own.id("quote")),
        ("record_payment", "payments[].reverses") => return one(own.id("payment")),
        ("create_billing_document", "from") => return one(invoice),
        ("update_billing_document", "lines[].line_id" | "remove_lines[]") => return one(own.id("document_line")),
        ("change_status", "changes[].to") => return Some(vec![json!("done"), json!("todo")]),
        ("change_billing_status", "to") => return one("cancelled"),
        ("change_billing_status", "date") => return one("2026-11-20"),
        ("create_schedule_entries", "entries[].start") => return one("2026-12-03T09:00"),
        ("create_schedule_entries", "entries[].end") => return one("2026-12-03T15:00"),
        ("update_schedule_entries", "entries[].start") => return one("2026-11-26T10:00"),
        ("update_schedule_entries", "entries[].end") => return one("2026-11-26T21:00"),
        ("create_budget" | "update_budget", "start") => return one("2026-11-02"),
        ("create_budget" | "update_budget", "end") => return one("2026-12-30"),
        ("create_project" | "update_project", "start") => return one("2026-11-01"),
        ("record_payment", "payments[].date") => return one("2026-11-21"),
        _ => {}
    }
    match last {
        "client" => records("contact"),
        "lead" | "assignees[]" | "people[]" | "add[]" | "replace[]" => Some(vec![json!("Ben Weiss"), json!("me")]),
        "remove[]" => one("me"),
        "team" | "teams[]" => one("Stage"),
        "project" => records("project"),
        "phase" => records("phase"),
        "milestone" => records("milestone"),
        "parent" | "task" => Some(vec![json!(own.id("task")), json!("T-2")]),
        "blocked_by[]" => one("T-2"),
        "event" => records("event"),
        "item" => records("item"),
        "ref" => one("rig"),
        "date" | "due" | "due_date" | "valid_until" => one("2026-12-05"),
        "start" => one("2026-12-02"),
        "end" => one("2026-12-09"),
        "time_zone" => one("America/New_York"),
        "recurrence" => one("FREQ=DAILY;COUNT=3"),
        "currency" => one("CHF"),
        "exchange_rate" => one("1.25"),
        "country" => Some(vec![json!("IT"), json!("DE")]),
        "email" => one("new@example.net"),
        "language" => one("it"),
        "phone" => one("+39045777777"),
        "tax_id" => one("IT98765432101"),
        "discount_percent" | "rate" => one("10"),
        "expected_total" => one("1.00"),
        "amount" | "actual" | "committed" | "planned" | "discount" | "quantity" | "unit_price" => one("7"),
        "city" | "company" | "description" | "health_reason" | "location" | "name" | "note" | "notes"
        | "postal_code" | "reason" | "reference" | "region" | "role" | "street" | "tags[]" | "title" | "unit" => {
            one("Something else")
        }
        _ => None,
    }
}
