//! Every argument of every tool changes some answer (TOOLS.md A9).

use std::collections::BTreeSet;

use lavori_policy::Scopes;
use serde_json::{Value, json};

use crate::billing_read;
use crate::schedule_world::labs;
use crate::{analytics, budgets};

/// A tool, arguments that are there in both calls, and the argument that makes the difference.
fn cases() -> Vec<(&'static str, Value, &'static str, Value)> {
    let none = || json!({});
    let invoices = || json!({ "kind": "invoice" });
    vec![
        ("get_context", none(), "sections", json!(["now"])),
        ("search", json!({ "query": "a" }), "query", json!("aurora")),
        ("search", json!({ "query": "s" }), "types", json!(["team"])),
        ("search", json!({ "query": "rig" }), "limit", json!(1)),
        ("fetch", json!({ "ids": ["T-1"] }), "id", json!("T-2")),
        ("fetch", json!({ "id": "T-1" }), "ids", json!(["T-2"])),
        ("fetch", json!({ "id": "P-1" }), "include", json!(["structure"])),
        ("fetch", json!({ "id": "T-1" }), "include", json!(["assignments"])),
        ("fetch", json!({ "id": "T-1" }), "include", json!(["dependencies"])),
        ("fetch", json!({ "id": "T-1" }), "fields", json!(["title"])),
        ("list_projects", none(), "query", json!("aurora")),
        ("list_projects", none(), "status", json!(["planned"])),
        ("list_projects", none(), "health", json!(["at_risk"])),
        ("list_projects", none(), "client", json!("festival di Città")),
        ("list_projects", none(), "lead", json!("cleo.novak@example.com")),
        ("list_projects", none(), "team", json!("Sound")),
        ("list_projects", none(), "due_after", json!("next_month")),
        ("list_projects", none(), "due_before", json!("2026-12-20")),
        ("list_projects", none(), "updated_since", json!("tomorrow")),
        ("list_projects", none(), "sort", json!("updated")),
        ("list_projects", none(), "limit", json!(1)),
        ("list_projects", none(), "fields", json!(["name"])),
        ("list_projects", none(), "detail", json!("full")),
        ("list_projects", none(), "count_only", json!(true)),
        ("list_tasks", none(), "query", json!("motors")),
        ("list_tasks", none(), "project", json!("Borealis")),
        ("list_tasks", json!({ "project": "P-1" }), "phase", json!("Load-in")),
        ("list_tasks", none(), "milestone", json!("doors open")),
        ("list_tasks", none(), "parent", json!("T-1")),
        ("list_tasks", none(), "assignee", json!("Ben Weiss")),
        ("list_tasks", none(), "assignee", json!("none")),
        ("list_tasks", none(), "status", json!(["done"])),
        ("list_tasks", none(), "priority", json!(["urgent"])),
        ("list_tasks", none(), "overdue", json!(true)),
        ("list_tasks", none(), "blocked", json!(true)),
        ("list_tasks", none(), "due_after", json!("today")),
        ("list_tasks", none(), "due_before", json!("mon")),
        ("list_tasks", none(), "updated_since", json!("+1d")),
        ("list_tasks", none(), "team", json!("Stage")),
        ("list_tasks", none(), "sort", json!("due")),
        ("list_tasks", none(), "limit", json!(2)),
        ("list_tasks", none(), "fields", json!(["due"])),
        ("list_tasks", none(), "detail", json!("full")),
        ("list_tasks", none(), "count_only", json!(true)),
        ("list_billing_documents", invoices(), "kind", json!("quote")),
        ("list_billing_documents", invoices(), "query", json!("crane")),
        ("list_billing_documents", invoices(), "client", json!("C-2")),
        ("list_billing_documents", invoices(), "project", json!("P-1")),
        ("list_billing_documents", invoices(), "team", json!("Sound")),
        ("list_billing_documents", invoices(), "status", json!(["overdue"])),
        ("list_billing_documents", invoices(), "date_after", json!("this_month")),
        ("list_billing_documents", invoices(), "date_before", json!("2026-11-01")),
        ("list_billing_documents", invoices(), "due_before", json!("today")),
        ("list_billing_documents", invoices(), "min_total", json!("1000")),
        ("list_billing_documents", invoices(), "max_total", json!("1")),
        ("list_billing_documents", invoices(), "updated_since", json!("tomorrow")),
        ("list_billing_documents", invoices(), "sort", json!("due")),
        ("list_billing_documents", invoices(), "limit", json!(1)),
        ("list_billing_documents", invoices(), "fields", json!(["due"])),
        ("list_billing_documents", invoices(), "detail", json!("full")),
        ("list_billing_documents", invoices(), "count_only", json!(true)),
        ("list_directory", none(), "kind", json!(["member"])),
        ("list_directory", none(), "query", json!("weiss")),
        ("list_directory", none(), "role", json!(["client"])),
        ("list_directory", none(), "company", json!("Arena Verona")),
        ("list_directory", none(), "email", json!("info@arena.example")),
        ("list_directory", none(), "archived", json!(true)),
        ("list_directory", none(), "updated_since", json!("+1d")),
        ("list_directory", none(), "limit", json!(2)),
        ("list_directory", none(), "fields", json!(["email"])),
        ("list_directory", none(), "detail", json!("full")),
        ("list_directory", none(), "count_only", json!(true)),
        ("list_budgets", none(), "query", json!("aurora")),
        ("list_budgets", none(), "project", json!("P-2")),
        ("list_budgets", none(), "team", json!("Sound")),
        ("list_budgets", none(), "status", json!(["draft"])),
        ("list_budgets", none(), "over_budget", json!(true)),
        ("list_budgets", none(), "limit", json!(1)),
        ("list_budgets", none(), "fields", json!(["burn_percent"])),
        ("list_budgets", none(), "detail", json!("full")),
        ("list_budgets", none(), "count_only", json!(true)),
        ("query_analytics", json!({ "report": "overdue_tasks" }), "report", json!("project_progress")),
        ("query_analytics", json!({ "report": "task_throughput" }), "from", json!("last_year")),
        ("query_analytics", json!({ "report": "task_throughput" }), "to", json!("yesterday")),
        ("query_analytics", json!({ "report": "overdue_tasks" }), "group_by", json!(["age"])),
        ("query_analytics", json!({ "report": "overdue_tasks" }), "project", json!("P-2")),
        ("query_analytics", json!({ "report": "overdue_tasks" }), "client", json!("C-2")),
        ("query_analytics", json!({ "report": "budget_burn" }), "currency", json!("JPY")),
        ("query_analytics", json!({ "report": "revenue" }), "report", json!("quote_conversion")),
        ("query_analytics", json!({ "report": "revenue" }), "from", json!("-60d")),
        ("query_analytics", json!({ "report": "revenue" }), "currency", json!("CHF")),
        ("query_analytics", json!({ "report": "revenue", "from": "-60d" }), "client", json!("C-2")),
        ("query_analytics", json!({ "report": "receivables_aging" }), "group_by", json!(["age"])),
        ("query_analytics", json!({ "report": "receivables_aging" }), "project", json!("P-1")),
        ("query_analytics", json!({ "report": "quote_conversion" }), "from", json!("-60d")),
        ("query_analytics", json!({ "report": "utilisation", "from": "mon", "to": "+7d" }), "to", json!("mon")),
        ("query_analytics", json!({ "report": "utilisation", "from": "mon", "to": "+7d" }), "project", json!("P-2")),
        ("query_analytics", json!({ "report": "utilisation" }), "group_by", json!(["person"])),
        ("query_analytics", json!({ "report": "overdue_tasks", "group_by": ["age", "project"] }), "limit", json!(1)),
        ("list_schedule", json!({ "from": "mon" }), "from", json!("wed")),
        ("list_schedule", json!({ "from": "mon" }), "to", json!("mon")),
        ("list_schedule", json!({ "from": "mon" }), "kind", json!(["event"])),
        ("list_schedule", json!({ "from": "mon" }), "person", json!("Ben Weiss")),
        ("list_schedule", json!({ "from": "mon" }), "status", json!(["pending"])),
        ("list_schedule", json!({ "from": "mon" }), "project", json!("P-2")),
        ("list_schedule", json!({ "from": "mon" }), "team", json!("Sound")),
        ("list_schedule", json!({ "from": "mon" }), "time_zone", json!("UTC")),
        ("list_schedule", json!({ "from": "mon" }), "only_conflicts", json!(true)),
        ("list_schedule", json!({ "from": "mon" }), "limit", json!(2)),
        ("list_schedule", json!({ "from": "mon" }), "detail", json!("full")),
        ("list_schedule", json!({ "from": "mon" }), "count_only", json!(true)),
        ("check_availability", json!({ "from": "mon", "to": "wed" }), "from", json!("tue")),
        ("check_availability", json!({ "from": "mon", "to": "wed" }), "to", json!("mon")),
        ("check_availability", json!({ "from": "mon", "to": "wed" }), "people", json!(["me"])),
        ("check_availability", json!({ "from": "mon", "to": "wed" }), "team", json!("Stage")),
        ("check_availability", json!({ "from": "mon", "to": "wed" }), "duration_minutes", json!(600)),
        ("check_availability", json!({ "from": "mon", "to": "wed" }), "role", json!("sound")),
        ("list_directory", none(), "kind", json!(["member"])),
        ("list_directory", none(), "query", json!("weiss")),
        ("list_directory", none(), "role", json!(["client"])),
        ("list_directory", none(), "company", json!("Arena Verona")),
        ("list_directory", none(), "email", json!("info@arena.example")),
        ("list_directory", none(), "archived", json!(true)),
        ("list_directory", none(), "updated_since", json!("+1d")),
        ("list_directory", none(), "limit", json!(2)),
        ("list_directory", none(), "fields", json!(["email"])),
        ("list_directory", none(), "detail", json!("full")),
        ("list_directory", none(), "count_only", json!(true)),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a9_every_argument_changes_some_answer() {
    for lab in labs().await {
        budgets::fill(&lab).await;
        analytics::fill(&lab).await;
        billing_read::fill(&lab).await;
        let mut covered: BTreeSet<(String, String)> = BTreeSet::new();
        for (tool, base, argument, value) in cases() {
            let mut with = base.clone();
            with[argument] = value;
            let (mut one, mut other) =
                (lab.call(&lab.ada, tool, base).await, lab.call(&lab.ada, tool, with.clone()).await);
            one["applied"] = Value::Null;
            other["applied"] = Value::Null;
            assert_ne!(one, other, "{tool} {with} on {}", lab.test.name);
            covered.insert((tool.to_owned(), argument.to_owned()));
        }
        for (tool, mut asked) in [
            ("list_tasks", json!({ "limit": 1 })),
            ("list_projects", json!({ "limit": 1 })),
            ("list_directory", json!({ "limit": 1 })),
            ("list_budgets", json!({ "limit": 1 })),
            ("list_schedule", json!({ "from": "mon", "limit": 1 })),
            ("list_billing_documents", json!({ "kind": "invoice", "limit": 1 })),
        ] {
            let first = lab.call(&lab.ada, tool, asked.clone()).await;
            asked["cursor"] = first["page"]["next_cursor"].clone();
            let second = lab.call(&lab.ada, tool, asked).await;
            assert_ne!(first["data"], second["data"]);
            covered.insert((tool.to_owned(), "cursor".to_owned()));
        }
        let declared: BTreeSet<(String, String)> = lab
            .registry
            .list(Scopes::Billing, false)
            .tools()
            .iter()
            // What a write's arguments do is seen in the records: the tests of each writing tool show it.
            // The feed is empty in this world: its own tests write first.
            .filter(|tool| tool.hints.read_only && !["preview_write", "list_changes"].contains(&tool.name))
            .flat_map(|tool| {
                let properties = tool.input_schema["properties"].as_object().unwrap();
                properties.keys().map(|argument| (tool.name.to_owned(), argument.clone())).collect::<Vec<_>>()
            })
            .collect();
        assert_eq!(covered, declared, "every argument needs a row in `cases`");
    }
}
