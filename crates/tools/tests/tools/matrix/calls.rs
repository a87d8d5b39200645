//! The calls that show everything a tool can show to a narrowed connection.

use lavori_tools::Description;
use serde_json::{Value, json};

use crate::arguments::{base, texts};
use crate::sides::{SAME, Side};

/// The words of a closed list.
fn words<'a>(schema: &'a Value, argument: &str) -> Vec<&'a str> {
    let declared = &schema["properties"][argument];
    let list = declared["enum"].as_array().or_else(|| declared["items"]["enum"].as_array());
    let list = list.unwrap_or_else(|| panic!("{argument} has no closed list: {declared}"));
    list.iter().filter_map(Value::as_str).collect()
}

/// A list in all of its forms: whole, counted, page by page, in each order.
fn list(schema: &Value, with: &Value) -> Vec<Value> {
    let more = |name: &str, value: Value| {
        let mut with = with.clone();
        with[name] = value;
        with
    };
    let mut calls =
        vec![with.clone(), more("detail", json!("full")), more("count_only", json!(true)), more("limit", json!(1))];
    if schema["properties"].get("sort").is_some() {
        calls.extend(words(schema, "sort").into_iter().map(|order| more("sort", json!(order))));
    }
    if schema["properties"].get("query").is_some() {
        calls.extend([SAME, "quillon", "a"].map(|query| more("query", json!(query))));
    }
    calls
}

/// The calls of a tool.
pub(crate) fn calls(tool: &Description, own: &Side) -> Vec<Value> {
    let schema = Value::Object((*tool.input_schema).clone());
    match tool.name {
        "get_context" => vec![json!({})],
        "search" => {
            let queries = ["quillon", "q", "p", "task", "member", "team", "info", "words", SAME, "verona"];
            let keys = own.records.iter().filter_map(|record| record.key.as_deref());
            let mut calls: Vec<Value> =
                queries.into_iter().chain(keys).map(|query| json!({ "query": query, "limit": 50 })).collect();
            for kind in words(&schema, "types") {
                calls.push(json!({ "query": "quillon", "types": [kind] }));
                calls.push(json!({ "query": SAME, "types": [kind] }));
            }
            calls
        }
        "fetch" => {
            let all: Vec<&str> = own.records.iter().map(|record| record.id.as_str()).collect();
            let include = words(&schema, "include");
            let mut calls: Vec<Value> = all.chunks(20).map(|ids| json!({ "ids": ids, "include": include })).collect();
            calls.push(json!({ "id": SAME }));
            calls.extend(own.records.iter().map(|record| json!({ "id": record.id, "include": include })));
            calls
        }
        "list_tasks" => {
            let mut calls = list(&schema, &json!({}));
            calls.extend([json!({ "overdue": true }), json!({ "blocked": true }), json!({ "assignee": "none" })]);
            calls.extend([json!({ "assignee": "me" }), json!({ "project": SAME }), json!({ "parent": SAME })]);
            calls
        }
        "list_schedule" => {
            let with = json!({ "from": "2026-11-20", "to": "2026-12-20" });
            let mut calls = list(&schema, &with);
            for (name, value) in [("only_conflicts", json!(true)), ("person", json!("none")), ("person", json!("me"))] {
                calls.push(with.clone());
                calls.last_mut().unwrap()[name] = value;
            }
            calls
        }
        "check_availability" => {
            let with = json!({ "from": "2026-11-26", "to": "2026-11-29" });
            let mut calls = vec![with.clone()];
            for (name, value) in
                [("duration_minutes", json!(120)), ("role", json!("rigger")), ("people", json!(["me"]))]
            {
                calls.push(with.clone());
                calls.last_mut().unwrap()[name] = value;
            }
            calls
        }
        "list_billing_documents" => {
            words(&schema, "kind").into_iter().flat_map(|kind| list(&schema, &json!({ "kind": kind }))).collect()
        }
        "list_projects" | "list_budgets" => list(&schema, &json!({})),
        "list_directory" => {
            let mut calls = list(&schema, &json!({}));
            calls.extend(words(&schema, "kind").into_iter().map(|kind| json!({ "kind": [kind], "detail": "full" })));
            calls.extend(words(&schema, "role").into_iter().map(|role| json!({ "role": [role] })));
            calls
        }
        "query_analytics" => {
            let mut calls = Vec::new();
            for report in words(&schema, "report") {
                calls.push(json!({ "report": report }));
                for group in words(&schema, "group_by") {
                    calls.push(json!({ "report": report, "group_by": [group] }));
                }
            }
            calls
        }
        "list_changes" => {
            let mut calls = vec![json!({ "since": "today" }), json!({ "since": "today", "limit": 3 })];
            calls.extend(words(&schema, "types").into_iter().map(|kind| json!({ "since": "today", "types": [kind] })));
            calls
        }
        "preview_write" => {
            let writes = ["create_tasks", "update_project", "set_assignments", "update_billing_document"];
            let call = |tool: &&str| json!({ "tool": tool, "arguments": arguments(tool, "", own) });
            writes.iter().map(call).collect()
        }
        writes => {
            let mut calls: Vec<Value> = Vec::new();
            for path in texts(&tool.input_schema) {
                let mut call = arguments(writes, &path, own);
                call["dry_run"] = json!(true);
                if !calls.contains(&call) {
                    calls.push(call);
                }
            }
            calls
        }
    }
}

/// Arguments of a write that is about records of one's own, with somebody in it.
fn arguments(tool: &str, path: &str, own: &Side) -> Value {
    let mut arguments = base(tool, path, own);
    match tool {
        "set_assignments" if arguments["changes"][0].get("replace").is_none() => {
            arguments["changes"][0]["add"] = json!(["me"]);
        }
        "create_tasks" => arguments["tasks"][0]["assignees"] = json!(["me"]),
        "create_project" => (arguments["lead"], arguments["client"]) = (json!("me"), json!(own.id("contact"))),
        "create_contacts" => arguments["contacts"][0]["company"] = json!("Quillon company"),
        "create_schedule_entries" => {
            (arguments["entries"][0]["people"], arguments["entries"][0]["location"]) =
                (json!(["me"]), json!("Quillon hall"));
        }
        "create_billing_document" if arguments.get("client").is_none() => {
            arguments["from"] = json!(own.id("invoice"));
            arguments["kind"] = json!("credit_note");
        }
        "create_budget" => arguments["name"] = json!("Quillon plan"),
        _ => {}
    }
    arguments
}
