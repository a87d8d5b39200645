//! The Activity panel (PRODUCT.md P28 to P30), in a browser.

use lavori_audit::{Action, Details, Event, Origin};
use lavori_domain::env::SystemEnv;
use lavori_domain::{AuditEventId, Timestamp};
use lavori_policy::Scopes;
use lavori_store::audit_events;
use lavori_testkit::{Connected, TestApp, app, app_to_be_started, apps_without_call_records};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::activity::call_as;
use crate::in_a_browser::journey;

const ADA: &str = "ada@demo.example";
const HOSTILE: &str = "<img src=x onerror=alert(1)>/1.0 ('\"><script>alert(2)</script>)";

/// Writes what happened to Ada's newest connection some seconds ago.
async fn happened(app: &TestApp, seconds_ago: i64, action: Action, details: Details, agent: &str) {
    let row =
        "SELECT CAST(id AS TEXT) || ' ' || CAST(organization_id AS TEXT) AS value FROM connections ORDER BY id DESC";
    let row = app.texts(row).await.remove(0);
    let (connection, organization) = row.split_once(' ').expect("two ids");
    let origin = Origin {
        ip_address: Some("2001:db8:85a3::8a2e:370:7334".to_owned()),
        user_agent: Some(agent.to_owned()),
        request_id: None,
    };
    let event = Event::new(&SystemEnv, action, origin).by(app.person(ADA).await);
    let mut event = event.on(organization.parse().expect("an id"), connection.parse().expect("an id")).with(details);
    event.occurred_at = event.occurred_at.plus_seconds(-seconds_ago);
    event.id = made_at(event.id, event.occurred_at);
    let mut tx = app.store().begin().await.expect("a transaction");
    audit_events::insert(&mut tx, &event).await.expect("it is written");
    tx.commit().await.expect("a commit");
}

/// The same id, made at another time.
fn made_at(id: AuditEventId, at: Timestamp) -> AuditEventId {
    let mut bytes = *id.uuid().as_bytes();
    bytes[..6].copy_from_slice(&at.millis().to_be_bytes()[2..]);
    Uuid::from_bytes(bytes).into()
}

/// A connection to which much happened, over some days.
async fn eventful(app: &TestApp) -> Connected {
    let connected = app.connect(&app.ada_reads_northlight().with(Scopes::Write)).await;
    let day = 24 * 60 * 60;
    let scope = |scope: &str| Details::new().text("scope", scope);
    let call = |tool: &str, outcome: &str| {
        Details::new().text("tool", tool).text("outcome", outcome).number("duration_ms", 12)
    };
    let program = "claude-code/2.0.1 (cli; linux; x64) node/22.11.0";
    let browser = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15";
    happened(app, 3 * day, Action::AccessRenewed, scope("mcp:read mcp:write"), program).await;
    happened(app, 2 * day + 70, Action::ScopeReduced, scope("mcp:read"), program).await;
    happened(app, 2 * day + 9, Action::ToolCalled, call("list_tasks", "ok"), program).await;
    happened(app, day + 300, Action::ConnectionRenamed, Details::new().text("name", &"x".repeat(60)), browser).await;
    happened(app, day + 40, Action::ScopeRestored, scope("mcp:read mcp:write"), program).await;
    let changed = call("create_tasks", "ok").texts("changed", (0..20).map(|number| format!("T-{number}")));
    happened(app, day + 30, Action::ToolCalled, changed, &"y".repeat(300)).await;
    happened(app, day + 20, Action::AccessRenewedElsewhere, scope("mcp:read mcp:write"), "other-program/0.1").await;
    happened(
        app,
        day + 10,
        Action::ReplayDetected,
        Details::new().text("reason", "a refresh token was used again"),
        "other-program/0.1",
    )
    .await;
    connected.ask("add_contact", json!({"name": "Teatro Nuovo"})).await;
    connected.refusal("list_tasks", json!({"limit": 100_000})).await;
    connected.call("no_such_tool", json!({})).await;
    call_as(&connected, HOSTILE).await;
    connected
}

#[tokio::test(flavor = "multi_thread")]
async fn p28_p30_the_activity_panel_shows_what_happens_as_it_happens() {
    let app = app().await;
    let connected = eventful(&app).await;
    journey(&app, "pages/activity", &json!({ "token": connected.access_token, "hostile": HOSTILE })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p28_of_very_many_events_the_panel_loads_older_ones_and_says_what_fails() {
    let app = app().await;
    app.connect(&app.ada_reads_northlight()).await;
    for number in 0..118 {
        let details = Details::new().text("tool", "list_tasks").text("outcome", "ok").number("duration_ms", number);
        happened(&app, 60 + number, Action::ToolCalled, details, "claude-code/2.0.1").await;
    }
    journey(&app, "pages/activity_older", &Value::Null).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p29_the_panel_says_that_calls_are_not_recorded_and_that_nothing_happened_yet() {
    let app = apps_without_call_records().await.remove(0);
    app.connect(&app.ada_reads_northlight()).await;
    app.execute("DELETE FROM audit_events").await;
    journey(&app, "pages/activity_nothing", &Value::Null).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p28_when_the_server_restarts_the_panel_says_so_and_is_live_again() {
    let app = app_to_be_started().await;
    let server = json!({
        "program": env!("CARGO_BIN_EXE_lavori-test-server"),
        "arguments": [app.database_url(), app.origin(), "--at-origin"],
    });
    journey(&app, "pages/activity_restart", &server).await;
}
