//! Whoever goes away frees what the call held, at once; and so does a call that takes too long.

use std::time::{Duration, Instant};

use lavori_policy::Scopes;
use lavori_store::Options;
use lavori_testkit::{Connected, Secrets, Settings, TestApp, apps};
use serde_json::{Value, json};

/// A server over the same database with one connection to it (on SQLite: one for reading and one for writing).
async fn narrow(app: &TestApp, call_deadline: Duration) -> TestApp {
    let options = Options { connections: 1, wait: Duration::from_secs(5) };
    app.replica_of(&Secrets::default(), &options, &Settings { call_deadline, ..Settings::default() }).await
}

const PATIENT: Duration = Duration::from_secs(30);

/// Waits for the one connection to the database; drops it at once.
async fn wait_for_connection(server: &TestApp, for_writing: bool) -> Duration {
    let began = Instant::now();
    if for_writing {
        server.store().begin().await.expect("a transaction").rollback().await.expect("nothing to undo");
    } else {
        drop(server.store().read().await.expect("a connection"));
    }
    began.elapsed()
}

/// Returns once the one connection is held by something that does not give it back.
async fn until_it_is_held(server: &TestApp, for_writing: bool) {
    let began = Instant::now();
    let patience = Duration::from_millis(200);
    while tokio::time::timeout(patience, wait_for_connection(server, for_writing)).await.is_ok() {
        assert!(began.elapsed() < Duration::from_secs(20), "the call reaches the database");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// How many statements sleep in PostgreSQL.
async fn sleeping(app: &TestApp) -> usize {
    let sql =
        "SELECT query AS value FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()";
    app.texts(sql).await.len()
}

/// Makes a call that holds the one connection, goes away, and measures how long the next one waits for it.
async fn freed_after(server: &TestApp, connected: &Connected, tool: &'static str, arguments: Value) -> Duration {
    let for_writing = tool == "add_contact";
    let call = tokio::spawn({
        let connected = connected.clone();
        async move { connected.call(tool, arguments).await }
    });
    until_it_is_held(server, for_writing).await;
    assert!(!call.is_finished());
    // The client closes the connection, or over HTTP/2 resets the stream.
    call.abort();
    wait_for_connection(server, for_writing).await
}

/// Half of them are quicker than a tenth of a second, and none is anywhere near the end of what was given up.
fn assert_at_once(mut waits: Vec<Duration>, what: &str) {
    waits.sort_unstable();
    assert!(waits[waits.len() / 2] < Duration::from_millis(100), "{what}: {waits:?}");
    assert!(waits.iter().all(|wait| *wait < Duration::from_millis(800)), "{what}: {waits:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_goes_away_in_the_middle_of_a_statement_frees_its_connection_at_once() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        app.slow_reads_of("budgets").await;
        let mut waits = Vec::new();
        for http2 in [false, true, false] {
            let server = narrow(&app, PATIENT).await;
            let client = connected.via(&server);
            let client = if http2 { client.over_http2() } else { client };
            waits.push(freed_after(&server, &client, "list_budgets", json!({})).await);
            if app.database() == "PostgreSQL" {
                let began = Instant::now();
                while sleeping(&app).await > 0 {
                    assert!(began.elapsed() < Duration::from_secs(1), "the statement is cancelled, too");
                }
            }
            // And a whole call gets through over the one connection.
            connected.via(&server).ask("get_context", json!({})).await;
        }
        assert_at_once(waits, app.database());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_goes_away_in_the_middle_of_a_write_frees_its_connection_and_nothing_is_written() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight().with(Scopes::Write)).await;
        let server = narrow(&app, PATIENT).await;
        let mut waits = Vec::new();
        for http2 in [false, true, false] {
            let client = connected.via(&server);
            let client = if http2 { client.over_http2() } else { client };
            let arguments = json!({ "name": "Teatro Lento", "pause_ms": 20_000 });
            waits.push(freed_after(&server, &client, "add_contact", arguments).await);
        }
        assert_at_once(waits, app.database());
        assert_eq!(app.texts("SELECT name AS value FROM contacts WHERE name = 'Teatro Lento'").await, [""; 0]);
        // The same again, without the pause: no lock and no claim of the abandoned ones is in its way.
        connected.via(&server).ask("add_contact", json!({ "name": "Teatro Lento" })).await;
    }
}

/// The tool error that a call gets which took too long.
async fn stopped(client: &Connected, tool: &str, arguments: Value) -> Value {
    let began = Instant::now();
    let error: Value = serde_json::from_str(&client.refusal(tool, arguments).await).expect("JSON");
    assert!(began.elapsed() < Duration::from_secs(5), "{tool}: {:?}", began.elapsed());
    assert_eq!(error["code"], "unavailable", "{error}");
    let message = error["message"].as_str().expect("a message");
    assert!(message.contains("stopped after 1.5 seconds"), "{message}");
    error
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_past_its_deadline_is_stopped_undone_and_says_so() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight().with(Scopes::Write)).await;
        let server = narrow(&app, Duration::from_millis(1500)).await;
        let client = connected.via(&server);
        let before = client.ask("add_contact", json!({ "name": "Teatro Primo" })).await;

        stopped(&client, "add_contact", json!({ "name": "Teatro Lento", "pause_ms": 20_000 })).await;
        assert!(wait_for_connection(&server, true).await < Duration::from_millis(800), "{}", app.database());
        assert_eq!(app.texts("SELECT name AS value FROM contacts WHERE name = 'Teatro Lento'").await, [""; 0]);
        // Its number was given back with it.
        let number = |contact: &Value| contact["key"].as_str().unwrap()[2..].parse::<u32>().unwrap();
        let after = client.ask("add_contact", json!({ "name": "Teatro Secondo" })).await;
        assert_eq!(number(&after), number(&before) + 1);

        app.slow_reads_of("budgets").await;
        stopped(&client, "list_budgets", json!({})).await;
        assert!(wait_for_connection(&server, false).await < Duration::from_millis(800), "{}", app.database());
        if app.database() == "PostgreSQL" {
            tokio::time::sleep(Duration::from_millis(500)).await;
            assert_eq!(sleeping(&app).await, 0, "the statement is cancelled, too");
        }
        client.ask("get_context", json!({})).await;
    }
}
