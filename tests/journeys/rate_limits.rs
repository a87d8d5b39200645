//! One connection cannot take the server away from the others (MCP 2026-07-28 server/tools: servers MUST rate limit).

use std::time::Duration;

use http::Method;
use lavori_policy::Scopes;
use lavori_store::Options;
use lavori_testkit::{CallLimit, Connected, Secrets, Settings, TestApp, apps};
use serde_json::{Value, json};

use crate::recorded_or_not_done::{break_the_log, mend_the_log};

const ADA: &str = "ada@demo.example";
const ACCEPT: (&str, &str) = ("accept", "application/json, text/event-stream");
/// Slower than any test: what comes back does so by moving the clock.
const EVERY: i64 = 60;

/// A server over the same database that takes so many calls at once, and one more each minute.
async fn limited(app: &TestApp, at_once: u32) -> TestApp {
    let every = Duration::from_secs(EVERY.unsigned_abs());
    let settings = Settings { calls: CallLimit { at_once, every }, ..Settings::default() };
    let options = Options { connections: 8, ..Options::default() };
    app.replica_of(&Secrets::default(), &options, &settings).await
}

async fn refused(connected: &Connected, tool: &str, arguments: Value) -> Value {
    serde_json::from_str(&connected.refusal(tool, arguments).await).expect("JSON")
}

async fn refusals(app: &TestApp) -> usize {
    let person = app.person(ADA).await;
    app.texts(&format!(
        "SELECT action AS value FROM audit_events WHERE action = 'call.refused' AND person_id = '{person}' \
         AND CAST(details AS TEXT) LIKE '%rate_limited%' AND connection_id IS NOT NULL AND severity = 'low'"
    ))
    .await
    .len()
}

#[tokio::test]
async fn a_tool_call_too_many_is_an_error_that_says_when_to_come_back_and_does_nothing() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight().with(Scopes::Write)).await;
        let server = limited(&app, 3).await;
        let client = connected.via(&server);
        for name in ["Uno", "Due", "Tre"] {
            client.ask("add_contact", json!({ "name": name })).await;
        }
        let error = refused(&client, "add_contact", json!({ "name": "Quattro" })).await;
        assert_eq!(error["code"], "rate_limited");
        let wait = error["retry_after_seconds"].as_i64().unwrap();
        assert!((1..=EVERY).contains(&wait), "{error}");
        assert!(error["resets_at"].as_str().unwrap().ends_with('Z'), "{error}");
        assert!(error["message"].as_str().unwrap().contains("nothing was done"), "{error}");
        assert_eq!(app.texts("SELECT name AS value FROM contacts WHERE name = 'Quattro'").await, [""; 0]);

        // Whoever waits as long as told is let in; one call came back, not three.
        app.shift_clock(wait);
        client.ask("add_contact", json!({ "name": "Quattro" })).await;
        assert_eq!(refused(&client, "get_context", json!({})).await["code"], "rate_limited");
        app.shift_clock(3 * EVERY);
        for _ in 0..3 {
            client.ask("get_context", json!({})).await;
        }
        assert_eq!(refused(&client, "get_context", json!({})).await["code"], "rate_limited");
    }
}

#[tokio::test]
async fn any_other_message_too_many_is_429_with_retry_after_and_a_json_rpc_error() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        let server = limited(&app, 2).await;
        let client = connected.via(&server);
        // Everything that a connection sends takes from the same bucket.
        assert_eq!(client.request("tools/list", json!({})).await.status, 200);
        assert_eq!(client.raw(Method::POST, &[ACCEPT], "{").await.status, 400);
        for method in ["tools/list", "server/discover", "made/up"] {
            let answer = client.request(method, json!({})).await;
            assert_eq!(answer.status, 429, "{method}");
            let wait: i64 = answer.header("retry-after").parse().expect("seconds");
            let error = answer.json();
            assert_eq!((&error["id"], &error["error"]["code"]), (&json!(1), &json!(429)), "{method}");
            assert_eq!(error["error"]["data"]["code"], "rate_limited");
            assert_eq!(error["error"]["data"]["retry_after_seconds"], wait);
            assert!((1..=EVERY).contains(&wait));
        }
        for body in ["{", r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#] {
            let answer = client.raw(Method::POST, &[ACCEPT], body).await;
            assert_eq!(answer.status, 429, "{body}");
            assert!(answer.json().get("id").is_none());
        }
        assert_eq!(client.raw(Method::GET, &[ACCEPT], "").await.status, 429);
    }
}

#[tokio::test]
async fn a_limit_is_the_connections_own_and_takes_nothing_from_anybody_else() {
    for app in apps().await {
        let (first, second) =
            (app.connect(&app.ada_reads_northlight()).await, app.connect(&app.ada_reads_northlight()).await);
        let server = limited(&app, 2).await;
        let (first, second) = (first.via(&server), second.via(&server));
        // Whoever has no good token spends nothing.
        for _ in 0..5 {
            assert_eq!(first.with_token("lvr_at_nonsense").call("get_context", json!({})).await.status, 401);
        }
        first.ask("get_context", json!({})).await;
        first.ask("get_context", json!({})).await;
        assert_eq!(refused(&first, "get_context", json!({})).await["code"], "rate_limited");
        // A new access token and another way to the server are the same connection.
        let renewed = first.renewed(&first.refresh().await.json()).over_http2();
        assert_eq!(refused(&renewed, "get_context", json!({})).await["code"], "rate_limited");
        second.ask("get_context", json!({})).await;
    }
}

#[tokio::test]
async fn refusals_are_in_the_activity_once_a_minute_and_one_that_cannot_be_written_is_not_told() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        let server = limited(&app, 1).await;
        let client = connected.via(&server);
        client.ask("get_context", json!({})).await;

        break_the_log(&app).await;
        assert_eq!(client.call("get_context", json!({})).await.status, 503);
        mend_the_log(&app).await;
        assert_eq!(refusals(&app).await, 0);
        for _ in 0..20 {
            refused(&client, "get_context", json!({})).await;
            assert_eq!(client.request("tools/list", json!({})).await.status, 429);
        }
        assert_eq!(refusals(&app).await, 1, "{}", app.database());
        app.shift_clock(EVERY);
        client.ask("get_context", json!({})).await;
        for _ in 0..20 {
            refused(&client, "get_context", json!({})).await;
        }
        assert_eq!(refusals(&app).await, 2);
        let mut browser = app.signed_in(ADA).await;
        let page = browser.open(&format!("/settings/mcp/{}/activity", app.connection_ids(ADA).await[0])).await;
        assert!(page.body.contains("it called too often"), "{}", page.body);
    }
}

#[tokio::test]
async fn get_context_tells_the_limit_and_what_is_left_before_it_bites() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        let server = limited(&app, 4).await;
        let client = connected.via(&server);
        let calls = async || {
            let mut context = client.ask("get_context", json!({ "sections": ["limits"] })).await;
            context["data"]["limits"]["calls"].take()
        };
        for left in [3, 2] {
            let told = calls().await;
            assert_eq!((&told["at_once"], &told["per_minute"], &told["left"]), (&json!(4), &json!(1), &json!(left)));
            assert!(told["all_back_at"].as_str().unwrap().ends_with('Z'), "{told}");
        }
        client.request("tools/list", json!({})).await;
        assert_eq!(calls().await["left"], 0);
        assert_eq!(refused(&client, "get_context", json!({})).await["code"], "rate_limited");
    }
}
