//! What is taken away stops what runs on it, at once (PRODUCT.md P21, P25).

use std::time::{Duration, Instant};

use lavori_policy::Scopes;
use lavori_testkit::{Connected, Consent, TestApp, apps};
use serde_json::json;

const ADA: &str = "ada@demo.example";
const BEN: &str = "ben@demo.example";

/// A write that stands still between its check and its commit, and what came of it.
fn slow_write(connected: &Connected, pause: Duration) -> tokio::task::JoinHandle<(u16, Duration)> {
    let connected = connected.clone();
    tokio::spawn(async move {
        let started = Instant::now();
        let arguments = json!({"name": "Teatro Lento", "pause_ms": pause.as_millis()});
        let answer = connected.call("add_contact", arguments).await;
        (answer.status.as_u16(), started.elapsed())
    })
}

/// Begins a slow write, takes something away while it runs, and holds what must be true then. PostgreSQL lets both run
/// side by side: the write is stopped, and nothing waits for it. SQLite lets one transaction in at a time: whoever takes
/// away comes after the write, which is then older than the answer.
pub(crate) async fn while_a_write_runs(app: &TestApp, connected: &Connected, take_away: impl AsyncFnOnce()) {
    let one_at_a_time = app.database() == "SQLite";
    let pause = Duration::from_secs(if one_at_a_time { 1 } else { 10 });
    let before = slow_contacts(app).await;
    let running = slow_write(connected, pause);
    tokio::time::sleep(Duration::from_millis(300)).await;
    let started = Instant::now();
    take_away().await;
    let (waited, there) = (started.elapsed(), slow_contacts(app).await);
    let (status, took) = running.await.expect("the write's task ends");
    if one_at_a_time {
        assert_eq!(status, 200);
        assert_eq!(there, before + 1, "it was committed before the answer");
    } else {
        assert_eq!(status, 401, "clients renew on it, or connect again");
        assert!(waited < pause / 2 && took < pause / 2, "nothing waits for the write: {waited:?}, {took:?}");
    }
    assert_eq!(slow_contacts(app).await, there, "nothing is committed after the answer");
}

async fn slow_contacts(app: &TestApp) -> usize {
    app.texts("SELECT name AS value FROM contacts WHERE name = 'Teatro Lento'").await.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn i8_p25_revoking_stops_a_running_write() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight().with(Scopes::Write)).await;
        let other = app.connect(&app.ada_reads_northlight().with(Scopes::Write)).await;
        while_a_write_runs(&app, &connected, async || assert_eq!(connected.revoke().await.status, 200)).await;
        assert_eq!(connected.call("get_context", json!({})).await.status, 401);
        other.ask("get_context", json!({})).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn i7_p21_switching_write_off_stops_a_running_write_and_leaves_reading_alone() {
    for app in apps().await {
        let writer = app.connect(&app.ada_reads_northlight().with(Scopes::Write)).await;
        let reader = app.connect(&app.ada_reads_northlight()).await;
        while_a_write_runs(&app, &writer, async || app.set_switches("northlight", false, false).await).await;
        reader.ask("get_context", json!({})).await;
        assert_eq!(writer.renewed(&writer.refresh().await.json()).scope, "mcp:read");
        app.set_switches("northlight", true, true).await;
        assert_eq!(writer.call("get_context", json!({})).await.status, 401, "the old token stays dead");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn i6_p21_losing_the_role_or_the_account_stops_a_running_write() {
    for app in apps().await {
        let ben = app.connect(&Consent::to_read(BEN, "northlight").with(Scopes::Write)).await;
        while_a_write_runs(&app, &ben, async || app.set_role(BEN, "northlight", "contractor").await).await;
        let ada = app.connect(&app.ada_reads_northlight().with(Scopes::Write)).await;
        while_a_write_runs(&app, &ada, async || app.disable(ADA).await).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p25_a_call_whose_body_is_still_on_its_way_is_stopped_too() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        let mut slow = app.half_a_call(&connected).await;
        assert_eq!(connected.revoke().await.status, 200);
        assert_eq!(slow.status().await, 401, "without waiting for the rest");
    }
}
