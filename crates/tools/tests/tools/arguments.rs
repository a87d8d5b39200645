//! What every text argument of every tool can carry, and a call in which only that argument is open.

use serde_json::{Map, Value, json};

use crate::sides::Side;

/// What a text argument can carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Takes {
    /// Words, numbers, dates: whatever stands there names no record.
    Words,
    /// References to records of these kinds.
    Records(Vec<&'static str>),
    Cursor,
    RequestKey,
}

/// Per tool its text arguments, nested ones with their path: `.` words, `@` a cursor, `!` a request key, or the kinds
/// of records that it may name. Arguments of a closed list of words, numbers and truth values can carry nothing.
const TABLE: &[(&str, &str)] = &[
    ("get_context", ""),
    ("search", "query=."),
    (
        "fetch",
        "id=project|phase|milestone|task|contact|member|team|event|shift|quote|invoice|credit_note|budget|item \
               ids[]=project|phase|milestone|task|contact|member|team|event|shift|quote|invoice|credit_note|budget|item \
               fields[]=.",
    ),
    ("list_projects", "client=contact lead=member team=team cursor=@ due_after=. due_before=. query=. updated_since=."),
    (
        "list_tasks",
        "assignee=member milestone=milestone parent=task phase=phase project=project team=team cursor=@ \
                    due_after=. due_before=. query=. updated_since=.",
    ),
    ("list_schedule", "person=member project=project team=team cursor=@ from=. to=. time_zone=."),
    ("check_availability", "people[]=member team=team from=. to=. role=."),
    (
        "list_billing_documents",
        "client=contact project=project team=team cursor=@ date_after=. date_before=. \
                                due_before=. max_total=. min_total=. query=. updated_since=.",
    ),
    ("list_budgets", "project=project team=team cursor=@ query=."),
    ("list_directory", "cursor=@ company=. email=. query=. updated_since=."),
    ("query_analytics", "client=contact project=project currency=. from=. to=."),
    ("list_changes", "actor=member project=project team=team since=@"),
    ("preview_write", "tool=."),
    (
        "create_project",
        "client=contact lead=member team=team phases[].tasks[].assignees[]=member request_key=! \
                        description=. due=. health_reason=. name=. start=. tags[]=. phases[].end=. phases[].name=. \
                        phases[].start=. phases[].milestones[].date=. phases[].milestones[].name=. \
                        phases[].tasks[].due=. phases[].tasks[].title=.",
    ),
    (
        "update_project",
        "id=project client=contact lead=member team=team phases[].ref=phase|milestone \
                        phases[].after=phase request_key=! description=. due=. health_reason=. name=. start=. \
                        tags[]=. phases[].date=. phases[].end=. phases[].name=.",
    ),
    (
        "create_tasks",
        "tasks[].assignees[]=member tasks[].blocked_by[]=task tasks[].milestone=milestone \
                      tasks[].parent=task tasks[].phase=phase tasks[].project=project request_key=! \
                      tasks[].description=. tasks[].due=. tasks[].ref=. tasks[].start=. tasks[].tags[]=. \
                      tasks[].title=.",
    ),
    (
        "update_tasks",
        "tasks[].id=task tasks[].assignees[]=member tasks[].blocked_by[]=task \
                      tasks[].milestone=milestone tasks[].parent=task tasks[].phase=phase tasks[].project=project \
                      request_key=! tasks[].description=. tasks[].due=. tasks[].start=. tasks[].tags[]=. \
                      tasks[].title=.",
    ),
    (
        "create_schedule_entries",
        "entries[].people[]=member|contact entries[].project=project entries[].task=task \
                                 entries[].event=event entries[].team=team request_key=! entries[].end=. \
                                 entries[].location=. entries[].notes=. entries[].recurrence=. entries[].role=. \
                                 entries[].start=. entries[].time_zone=. entries[].title=.",
    ),
    (
        "update_schedule_entries",
        "entries[].id=event|shift entries[].people[]=member|contact entries[].project=project \
                                 entries[].task=task entries[].event=event entries[].team=team request_key=! \
                                 entries[].actual_start=. entries[].actual_end=. entries[].end=. \
                                 entries[].location=. entries[].notes=. entries[].occurrence=. \
                                 entries[].recurrence=. entries[].role=. entries[].start=. entries[].time_zone=. \
                                 entries[].title=.",
    ),
    (
        "create_contacts",
        "contacts[].teams[]=team request_key=! contacts[].address.city=. contacts[].address.country=. \
                         contacts[].address.postal_code=. contacts[].address.region=. contacts[].address.street=. \
                         contacts[].company=. contacts[].currency=. contacts[].email=. contacts[].language=. \
                         contacts[].name=. contacts[].phone=. contacts[].tags[]=. contacts[].tax_id=.",
    ),
    (
        "update_contacts",
        "contacts[].id=contact contacts[].teams[]=team request_key=! contacts[].address.city=. \
                         contacts[].address.country=. contacts[].address.postal_code=. contacts[].address.region=. \
                         contacts[].address.street=. contacts[].company=. contacts[].currency=. contacts[].email=. \
                         contacts[].language=. contacts[].name=. contacts[].phone=. contacts[].tags[]=. \
                         contacts[].tax_id=.",
    ),
    ("change_status", "changes[].id=project|task|contact|event|shift request_key=! changes[].reason=. changes[].to=."),
    (
        "set_assignments",
        "changes[].id=project|task|event|shift changes[].add[]=member changes[].remove[]=member \
                         changes[].replace[]=member request_key=!",
    ),
    (
        "create_billing_document",
        "client=contact from=quote|invoice project=project team=team lines[].item=item \
                                 request_key=! currency=. date=. discount_percent=. due_date=. expected_total=. \
                                 lines[].description=. lines[].discount=. lines[].discount_percent=. \
                                 lines[].quantity=. lines[].taxes[].rate=. lines[].taxes[].reason=. lines[].unit=. \
                                 lines[].unit_price=. notes=. reference=. valid_until=.",
    ),
    (
        "update_billing_document",
        "id=quote|invoice|credit_note client=contact project=project team=team \
                                 lines[].item=item lines[].line_id=document_line remove_lines[]=document_line \
                                 request_key=! currency=. date=. discount_percent=. due_date=. expected_total=. \
                                 lines[].description=. lines[].discount=. lines[].discount_percent=. \
                                 lines[].quantity=. lines[].taxes[].rate=. lines[].taxes[].reason=. lines[].unit=. \
                                 lines[].unit_price=. notes=. reference=. valid_until=.",
    ),
    (
        "change_billing_status",
        "id=quote|invoice|credit_note request_key=! date=. exchange_rate=. expected_total=. reason=.",
    ),
    (
        "record_payment",
        "payments[].invoice=invoice payments[].reverses=payment request_key=! payments[].amount=. payments[].date=. \
                        payments[].reference=.",
    ),
    (
        "create_budget",
        "project=project team=team request_key=! currency=. end=. name=. start=. lines[].actual=. \
                       lines[].committed=. lines[].note=. lines[].planned=.",
    ),
    (
        "update_budget",
        "id=budget project=project team=team lines[].id=budget_line remove_lines[]=budget_line \
                       request_key=! currency=. end=. name=. start=. lines[].actual=. lines[].committed=. \
                       lines[].note=. lines[].planned=.",
    ),
];

/// The arguments of a tool, as the table has them.
pub(crate) fn of(tool: &str) -> Vec<(&'static str, Takes)> {
    let (_, row) = TABLE.iter().find(|(name, _)| *name == tool).unwrap_or_else(|| panic!("no row for {tool}"));
    row.split_whitespace()
        .map(|argument| {
            let (path, takes) = argument.split_once('=').unwrap();
            let takes = match takes {
                "." => Takes::Words,
                "@" => Takes::Cursor,
                "!" => Takes::RequestKey,
                kinds => Takes::Records(kinds.split('|').collect()),
            };
            (path, takes)
        })
        .collect()
}

/// The arguments of a schema that hold a value, nested ones with their path.
pub(crate) fn leaves(schema: &Map<String, Value>) -> Vec<(String, Value)> {
    fn walk(schema: &Value, path: &str, leaves: &mut Vec<(String, Value)>) {
        match schema["type"].as_str() {
            Some("object") => {
                for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
                    walk(inner, &if path.is_empty() { name.clone() } else { format!("{path}.{name}") }, leaves);
                }
            }
            Some("array") => walk(&schema["items"], &format!("{path}[]"), leaves),
            Some("string" | "integer" | "boolean") => leaves.push((path.to_owned(), schema.clone())),
            other => panic!("{path} is of a type that was not thought of: {other:?}"),
        }
    }
    let mut paths = Vec::new();
    walk(&Value::Object(schema.clone()), "", &mut paths);
    paths
}

/// The paths of the text arguments that are no closed list of words.
pub(crate) fn texts(schema: &Map<String, Value>) -> Vec<String> {
    let is_text = |leaf: &Value| leaf["type"] == "string" && leaf.get("enum").is_none();
    leaves(schema).into_iter().filter(|(_, leaf)| is_text(leaf)).map(|(path, _)| path).collect()
}

/// Puts a value at a path, into the first item of every list on the way.
pub(crate) fn put(into: &mut Value, path: &str, value: Value) {
    let (step, rest) = path.split_once('.').map_or((path, None), |(step, rest)| (step, Some(rest)));
    let (name, listed) = step.strip_suffix("[]").map_or((step, false), |name| (name, true));
    if into.is_null() {
        *into = json!({});
    }
    let mut place = &mut into[name];
    if listed {
        match place.as_array_mut() {
            Some(items) => items.truncate(1),
            None => *place = json!([null]),
        }
        place = &mut place[0];
    }
    match rest {
        Some(rest) => put(place, rest, value),
        None => *place = value,
    }
}

/// As an error names the argument of a path.
pub(crate) fn field(path: &str) -> String {
    path.replace("[]", "[0]")
}

/// Arguments of a call that works, about records of `own`, and in which the argument at `path` makes sense.
pub(crate) fn base(tool: &str, path: &str, own: &Side) -> Value {
    let (project, task) = (own.id("project"), own.id("task"));
    let entry = |kind: &str, name: &str| json!({ "entries": [{ "kind": kind, name: "New", "start": "2026-12-03T10:00", "end": "2026-12-03T12:00" }] });
    let ends = |names: &[&str]| names.iter().any(|name| path.ends_with(name));
    match tool {
        "search" => json!({ "query": "x" }),
        "list_schedule" => json!({ "from": "mon" }),
        "check_availability" => json!({ "from": "mon", "to": "wed" }),
        "list_billing_documents" => json!({ "kind": "quote" }),
        "query_analytics" => match ends(&["currency"]) {
            true => json!({ "report": "budget_burn" }),
            false if ends(&["from", "to"]) => json!({ "report": "task_throughput" }),
            false => json!({ "report": "overdue_tasks" }),
        },
        "list_changes" => json!({ "since": "today" }),
        "preview_write" => json!({ "tool": "create_contacts",
            "arguments": { "contacts": [{ "kind": "company", "name": "New" }] } }),
        "create_project" => json!({ "name": "New", "phases": [{ "name": "Eve",
            "tasks": [{ "title": "Plan" }], "milestones": [{ "name": "Doors", "date": "2026-12-12" }] }] }),
        "update_project" if ends(&[".ref", ".name"]) => json!({ "id": project,
            "phases": [{ "op": "rename", "kind": "phase", "ref": own.id("phase"), "name": "New" }] }),
        "update_project" if path.starts_with("phases") => json!({ "id": project,
            "phases": [{ "op": "move", "kind": "phase", "ref": own.id("phase") }] }),
        "update_project" => json!({ "id": project, "name": "New" }),
        "create_tasks" => json!({ "tasks": [{ "title": "New", "project": project }] }),
        "update_tasks" => json!({ "tasks": [{ "id": task, "title": "New" }] }),
        "create_schedule_entries" if ends(&["title", "recurrence", "people[]"]) => entry("event", "title"),
        "create_schedule_entries" => entry("shift", "role"),
        "update_schedule_entries" => match ends(&["title", "recurrence", "people[]", "occurrence"]) {
            true => json!({ "entries": [{ "id": own.id("event"), "notes": "New", "apply_to": "all" }] }),
            false => json!({ "entries": [{ "id": own.id("shift"), "notes": "New" }] }),
        },
        "create_contacts" => json!({ "contacts": [{ "kind": "company", "name": "New" }] }),
        "update_contacts" => json!({ "contacts": [{ "id": own.id("contact"), "name": "New" }] }),
        "change_status" => json!({ "changes": [{ "id": task, "to": "in_progress", "reason": "New" }] }),
        "set_assignments" => match ends(&[".id"]) {
            true => json!({ "changes": [{ "id": task, "replace": ["me"] }] }),
            false => json!({ "changes": [{ "id": task }] }),
        },
        "create_billing_document" if ends(&["from"]) => json!({ "kind": "invoice" }),
        "create_billing_document" => json!({ "kind": "quote", "client": own.id("contact"),
            "lines": [{ "description": "New", "unit_price": "100", "taxes": [{ "rate": "22" }] }] }),
        "update_billing_document" if ends(&["line_id"]) => json!({ "id": own.id("quote"),
            "lines": [{ "line_id": own.id("document_line"), "description": "New" }] }),
        "update_billing_document" if path.starts_with("lines") => json!({ "id": own.id("quote"),
            "lines": [{ "description": "New", "unit_price": "100", "taxes": [{ "rate": "22" }] }] }),
        "update_billing_document" => json!({ "id": own.id("quote"), "notes": "New" }),
        "change_billing_status" => json!({ "id": own.id("quote"), "to": "sent", "version": 1 }),
        "record_payment" => json!({ "payments": [{ "invoice": own.id("invoice"), "amount": "1", "date": "today" }] }),
        "create_budget" => json!({ "name": "New", "lines": [{ "category": "travel", "planned": "10" }] }),
        "update_budget" if ends(&["lines[].id"]) => json!({ "id": own.id("budget"), "lines": [{ "note": "New" }] }),
        "update_budget" if path.starts_with("lines") => json!({ "id": own.id("budget"),
            "lines": [{ "category": "travel", "planned": "10" }] }),
        "update_budget" => json!({ "id": own.id("budget"), "name": "New" }),
        _ => json!({}),
    }
}
