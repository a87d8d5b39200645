//! Budgets that clients create and change.

use lavori_domain::Id;
use lavori_policy::{Caller, Scopes};
use lavori_tools::InvokeError;
use serde_json::{Value, json};

use crate::budgets;
use crate::lab::{Lab, codes, keys, labs};

/// Labs whose organization allows billing, with somebody who may, and somebody of Stage who may.
async fn writers() -> Vec<(Lab, Caller, Caller)> {
    let mut writers = Vec::new();
    for lab in labs().await {
        lab.switch(true, true).await;
        let may = |caller: &Caller| Caller { scopes: Scopes::Billing, grantable: Scopes::Billing, ..caller.clone() };
        let (ada, stage) = (may(&lab.ada), may(&lab.stage));
        writers.push((lab, ada, stage));
    }
    writers
}

fn production() -> Value {
    json!({
        "name": "Aurora crew", "project": "Aurora", "start": "2026-12-01", "end": "2026-12-20",
        "lines": [
            { "category": "labour", "planned": "1200.50", "planned_minutes": 900, "note": "Riggers" },
            { "category": "travel", "planned": "300", "committed": "120", "actual": "99.99" },
        ],
    })
}

/// The one budget as a list shows it.
async fn whole(lab: &Lab, caller: &Caller) -> Value {
    let reply = lab.call(caller, "list_budgets", json!({ "detail": "full" })).await;
    assert_eq!(reply["page"]["total"], 1, "{reply}");
    reply["data"][0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn w1_w5_a_budget_is_tried_created_once_and_read_back() {
    for (lab, ada, _) in writers().await {
        let mut tried = production();
        tried["dry_run"] = json!(true);
        let tried = lab.call(&ada, "create_budget", tried).await;
        assert_eq!((&tried["dry_run"], &tried["results"][0]["status"]), (&json!(true), &json!("created")));
        assert_eq!(keys(&lab.call(&ada, "list_budgets", json!({})).await), Vec::<String>::new(), "{}", lab.test.name);

        let mut arguments = production();
        arguments["request_key"] = json!("aurora-1");
        let made = lab.call(&ada, "create_budget", arguments.clone()).await;
        let result = &made["results"][0];
        assert_eq!(result["totals"], tried["results"][0]["totals"], "what was tried is what was done");
        assert_eq!(
            result["totals"],
            json!({
                "currency": "EUR", "planned": "1500.50", "committed": "120.00", "actual": "99.99",
                "actual_entered": "99.99", "actual_labour": "0.00",
            })
        );
        assert_eq!((&result["key"], &result["version"]), (&json!("B-1"), &json!(1)));
        assert_eq!(lab.call(&ada, "create_budget", arguments).await["replayed"], true);

        let row = whole(&lab, &ada).await;
        assert_eq!(
            (&row["status"], &row["revision"], &row["project"]["key"]),
            (&json!("draft"), &json!(1), &json!("P-1"))
        );
        assert_eq!(
            (&row["start"], &row["end"], &row["team"]["name"]),
            (&json!("2026-12-01"), &json!("2026-12-20"), &json!("Stage"))
        );
        assert_eq!(row["lines"][0]["note"], "Riggers");
        assert_eq!(row["lines"][1]["planned"], "300.00");
        let feed = lab.call(&ada, "list_changes", json!({ "since": "today", "types": ["budget"] })).await;
        assert!(feed.to_string().contains("B-1"), "{feed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn e3_everything_that_is_wrong_with_a_budget_is_told_at_once() {
    for (lab, ada, _) in writers().await {
        let wrong = json!({
            "name": "x", "project": "P-99", "currency": "XYZ", "start": "2026-12-02", "end": "2026-12-01",
            "lines": [{ "category": "labour", "planned": "1.005" }, { "category": "other", "actual": "-1" }],
        });
        let refused = codes(&lab.refused(&ada, "create_budget", wrong).await);
        let told: Vec<&str> = refused.keys().map(String::as_str).collect();
        assert_eq!(told, ["currency", "end", "lines[0].planned", "lines[1].actual", "project"]);
        // Yen have no decimals.
        let yen = json!({ "name": "x", "currency": "JPY", "lines": [{ "category": "other", "planned": "1.5" }] });
        assert_eq!(lab.refused(&ada, "create_budget", yen).await["field"], "lines[0].planned");
        let mut writer = ada.clone();
        writer.scopes = Scopes::Write;
        let outcome = lab.invoke(&writer, "create_budget", json!({ "name": "x" })).await;
        assert!(matches!(outcome, Err(InvokeError::InsufficientScope { needed: Scopes::Billing })), "{outcome:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p13_a_narrowed_connection_writes_into_its_team() {
    for (lab, ada, stage) in writers().await {
        budgets::fill(&lab).await;
        let made = lab.call(&stage, "create_budget", json!({ "name": "Tools of Stage", "dry_run": false })).await;
        let key = made["results"][0]["key"].clone();
        let seen = lab.call(&ada, "list_budgets", json!({ "query": "tools", "detail": "full" })).await;
        assert_eq!((&seen["data"][0]["key"], &seen["data"][0]["team"]["name"]), (&key, &json!("Stage")));
        let refused = lab.refused(&stage, "create_budget", json!({ "name": "x", "team": "Sound" })).await;
        assert_eq!(refused["code"], "unknown_argument");
        assert_eq!(
            lab.refused(&stage, "update_budget", json!({ "id": key, "clear": ["team"] })).await["field"],
            "clear"
        );

        // E5: what is of another team or organization is as what never was.
        let north = &lab.world.north;
        let missing = Id::<()>::new(&lab.world.env).to_string();
        let sound = lab.call(&ada, "list_budgets", json!({ "query": "Borealis sound" })).await;
        let sound = sound["data"][0]["id"].as_str().unwrap().to_owned();
        let harbor = lab.call(&lab.harbor, "list_budgets", json!({})).await;
        let harbor = harbor["data"][0]["id"].as_str().unwrap().to_owned();
        for (caller, tool, argument, hidden) in [
            (&stage, "update_budget", "id", sound),
            (&ada, "update_budget", "id", harbor),
            (&stage, "create_budget", "project", north.borealis.to_string()),
            (&ada, "create_budget", "project", lab.world.harbor.project.to_string()),
            (&ada, "create_budget", "team", lab.world.harbor.team.to_string()),
        ] {
            let refused = async |id: &str| {
                let mut arguments = json!({ "name": "x" });
                arguments[argument] = json!(id);
                let answer = lab.invoke(caller, tool, arguments).await.unwrap();
                (answer.is_error, answer.json.replace(id, "it"))
            };
            assert_eq!(refused(&hidden).await, refused(&missing).await, "{tool} {argument}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn w4_w7_lines_change_and_a_stale_version_conflicts_where_the_same_changed() {
    for (lab, ada, _) in writers().await {
        lab.call(&ada, "create_budget", production()).await;
        let lines = whole(&lab, &ada).await["lines"].clone();
        let changed = lab
            .call(
                &ada,
                "update_budget",
                json!({
                    "id": "B-1", "version": 1,
                    "lines": [{ "id": lines[0]["id"], "planned": "1000" }, { "category": "other", "actual": "5" }],
                    "remove_lines": [lines[1]["id"]],
                }),
            )
            .await;
        let result = &changed["results"][0];
        assert_eq!((&result["status"], &result["version"]), (&json!("updated"), &json!(2)));
        assert_eq!(result["totals_before"]["planned"], "1500.50");
        assert_eq!(
            result["totals"],
            json!({
                "currency": "EUR", "planned": "1000.00", "committed": "0.00", "actual": "5.00",
                "actual_entered": "5.00", "actual_labour": "0.00",
            })
        );
        let row = whole(&lab, &ada).await;
        assert_eq!(row["lines"].as_array().unwrap().len(), 2);
        assert_eq!((&row["lines"][0]["planned"], &row["lines"][0]["note"]), (&json!("1000.00"), &json!("Riggers")));
        // Another field changed since version 1: no conflict. The same one: a conflict.
        let renamed = lab.call(&ada, "update_budget", json!({ "id": "B-1", "version": 1, "name": "Crew" })).await;
        assert_eq!(renamed["results"][0]["changed"]["name"], json!({ "from": "Aurora crew", "to": "Crew" }));
        let stale = json!({ "id": "B-1", "version": 2, "name": "Riggers" });
        let conflict = lab.refused(&ada, "update_budget", stale).await;
        assert_eq!((&conflict["code"], &conflict["current"]["version"]), (&json!("version_conflict"), &json!(3)));
        let same = lab.call(&ada, "update_budget", json!({ "id": "B-1", "name": "Crew" })).await;
        assert_eq!((&same["results"][0]["status"], &same["results"][0]["version"]), (&json!("unchanged"), &json!(3)));
        let gone = json!({ "id": "B-1", "remove_lines": [lines[1]["id"]], "lines": [{ "planned": "1" }] });
        let refused = codes(&lab.refused(&ada, "update_budget", gone).await);
        assert_eq!(
            Value::Object(refused),
            json!({ "lines[0].category": "missing_argument", "remove_lines[0]": "not_found" })
        );
        let yen = lab.refused(&ada, "update_budget", json!({ "id": "B-1", "currency": "JPY" })).await;
        assert_eq!(yen["code"], "currency_mismatch");
        let cleared = json!({ "id": "B-1", "clear": ["project", "start", "end"] });
        lab.call(&ada, "update_budget", cleared).await;
        let row = whole(&lab, &ada).await;
        assert_eq!((row.get("project"), row.get("start"), row.get("team")), (None, None, None));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approved_plan_stays_until_a_new_revision() {
    for (lab, ada, _) in writers().await {
        lab.call(&ada, "create_budget", production()).await;
        let line = whole(&lab, &ada).await["lines"][0]["id"].clone();
        let to = |status: &str| json!({ "id": "B-1", "status": status });
        let skipped = lab.refused(&ada, "update_budget", to("closed")).await;
        assert_eq!((&skipped["code"], &skipped["allowed"]), (&json!("transition_not_allowed"), &json!(["approved"])));
        lab.call(&ada, "update_budget", to("approved")).await;

        let plan = json!({ "id": "B-1", "lines": [{ "id": line, "planned": "2000" }] });
        let refused = lab.refused(&ada, "update_budget", plan.clone()).await;
        assert_eq!((&refused["code"], &refused["allowed"]), (&json!("transition_not_allowed"), &json!(["draft"])));
        // What it costs goes on.
        let spent = json!({ "id": "B-1", "lines": [{ "id": line, "actual": "1900" }] });
        let spent = lab.call(&ada, "update_budget", spent).await;
        assert_eq!(spent["results"][0]["totals"]["actual_entered"], "1999.99");
        assert_eq!(whole(&lab, &ada).await["over_budget"], true);

        let mut again = plan.clone();
        again["status"] = json!("draft");
        lab.call(&ada, "update_budget", again).await;
        let row = whole(&lab, &ada).await;
        assert_eq!(
            (&row["status"], &row["revision"], &row["planned"]),
            (&json!("draft"), &json!(2), &json!("2300.00"))
        );
        lab.call(&ada, "update_budget", to("approved")).await;
        lab.call(&ada, "update_budget", to("closed")).await;
        let closed = lab.refused(&ada, "update_budget", json!({ "id": "B-1", "name": "x" })).await;
        assert_eq!((&closed["code"], &closed["field"]), (&json!("transition_not_allowed"), &json!("id")));
    }
}
