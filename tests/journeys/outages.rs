//! Trouble of ours is told as trouble, never as a bad token or a dead grant: clients would throw good ones away.

use std::time::Duration;

use lavori_store::Options;
use lavori_testkit::{Answer, Connected, Secrets, TestApp, apps};
use serde_json::json;

/// A server that has one connection to its database and no patience.
async fn narrow(app: &TestApp) -> TestApp {
    let options = Options { connections: 1, wait: Duration::from_millis(300) };
    app.replica_with(&Secrets::default(), &options).await
}

pub(crate) fn is_told_as_trouble(answer: &Answer, what: &str) {
    assert_eq!(answer.status, 503, "{what}: {}", answer.body);
    assert!(answer.header("retry-after").parse::<u32>().is_ok_and(|seconds| seconds >= 1), "{what}");
    assert_eq!(answer.header("www-authenticate"), "", "{what}");
    for wrong in ["invalid_grant", "invalid_token", "invalid_client"] {
        assert!(!answer.body.contains(wrong), "{what}: {}", answer.body);
    }
}

/// Exchange, renewal, revocation and a call, each of which must be told as trouble.
async fn all_are_trouble(server: &TestApp, connected: &Connected, client: &str, code: &str) {
    let connected = connected.via(server);
    is_told_as_trouble(&server.exchange(client, code).await, "exchange");
    is_told_as_trouble(&connected.refresh().await, "renewal");
    let fields = [("client_id", connected.client_id.as_str()), ("token", &connected.refresh_token)];
    is_told_as_trouble(&server.http().form("/revoke", &fields).await, "revocation");
    is_told_as_trouble(&connected.call("get_context", json!({})).await, "call");
}

/// Everything goes on as if nothing had been.
async fn all_is_well(server: &TestApp, connected: &Connected, client: &str, code: &str) {
    let connected = connected.via(server);
    connected.ask("get_context", json!({})).await;
    assert_eq!(connected.refresh().await.status, 200);
    assert_eq!(server.exchange(client, code).await.status, 200);
}

#[tokio::test]
async fn g13_a_database_that_is_gone_is_a_503_and_changes_nothing() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        let (client, code) = app.code(&app.ada_reads_northlight(), "/mcp").await;
        let before = app.dump().await;
        if app.database() == "PostgreSQL" {
            app.take_away_database().await;
            all_are_trouble(&app, &connected, &client, &code).await;
            all_are_trouble(&app, &connected, &client, &code).await;
            app.bring_back_database().await;
        } else {
            // Another process holds the file for writing, for longer than anybody waits.
            let other = app.replica().await;
            let held = other.store().begin().await.unwrap();
            all_are_trouble(&app, &connected, &client, &code).await;
            held.rollback().await.unwrap();
        }
        assert_eq!(app.dump().await, before, "{}", app.database());
        all_is_well(&app, &connected, &client, &code).await;
    }
}

#[tokio::test]
async fn g13_a_pool_that_is_full_is_a_503_and_changes_nothing() {
    for app in apps().await {
        let narrow = narrow(&app).await;
        let connected = app.connect(&app.ada_reads_northlight()).await;
        let (client, code) = app.code(&app.ada_reads_northlight(), "/mcp").await;
        let before = app.dump().await;
        let (reader, writer) = match narrow.database() {
            "SQLite" => (Some(narrow.store().read().await.unwrap()), narrow.store().begin().await.unwrap()),
            _ => (None, narrow.store().begin().await.unwrap()),
        };
        all_are_trouble(&narrow, &connected, &client, &code).await;
        drop(reader);
        writer.rollback().await.unwrap();
        assert_eq!(app.dump().await, before);
        all_is_well(&narrow, &connected, &client, &code).await;
    }
}

#[tokio::test]
async fn g13_a_transaction_that_the_database_cannot_finish_is_a_503_and_changes_nothing() {
    // What PostgreSQL says when transactions get in each other's way, when it runs out of something, when it stops.
    for (code_of_sql, message) in [
        ("40001", "could not serialize access due to concurrent update"),
        ("40P01", "deadlock detected"),
        ("53200", "out of memory"),
        ("57014", "canceling statement due to statement timeout"),
        ("57P01", "terminating connection due to administrator command"),
    ] {
        for app in apps().await.into_iter().filter(|app| app.database() == "PostgreSQL") {
            let connected = app.connect(&app.ada_reads_northlight()).await;
            let (client, code) = app.code(&app.ada_reads_northlight(), "/mcp").await;
            let before = app.dump().await;
            app.execute(&format!(
                "CREATE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = '{code_of_sql}'; END $$; \
                 CREATE TRIGGER fails BEFORE INSERT OR UPDATE ON access_tokens FOR EACH ROW EXECUTE FUNCTION fails(); \
                 CREATE TRIGGER fails BEFORE UPDATE ON connections FOR EACH ROW EXECUTE FUNCTION fails()"
            ))
            .await;
            all_are_trouble(&app, &connected, &client, &code).await;
            app.execute("DROP FUNCTION fails CASCADE").await;
            assert_eq!(app.dump().await, before, "{message}");
            all_is_well(&app, &connected, &client, &code).await;
        }
    }
}

#[tokio::test]
async fn h5_what_was_never_a_token_of_ours_is_refused_without_a_query() {
    for app in apps().await {
        let narrow = narrow(&app).await;
        let connected = app.connect(&app.ada_reads_northlight()).await.via(&narrow);
        let (client, code) = app.code(&app.ada_reads_northlight(), "/mcp").await;
        let held = match narrow.database() {
            "SQLite" => (Some(narrow.store().read().await.unwrap()), narrow.store().begin().await.unwrap()),
            _ => (None, narrow.store().begin().await.unwrap()),
        };
        let mistyped = |token: &str| {
            let changed = if token.ends_with('A') { 'E' } else { 'A' };
            format!("{}{changed}", &token[..token.len() - 1])
        };
        // There is no connection to be had: who asks the database gets 503.
        is_told_as_trouble(&connected.refresh().await, "renewal");
        for token in [mistyped(&connected.refresh_token), "lvr_rt_x".to_owned(), connected.access_token.clone()] {
            let fields =
                [("grant_type", "refresh_token"), ("client_id", &connected.client_id), ("refresh_token", &token)];
            let answer = narrow.http().form("/token", &fields).await;
            assert_eq!((answer.status.as_u16(), answer.json()["error"].clone()), (400, "invalid_grant".into()));
        }
        assert_eq!(narrow.exchange(&client, &mistyped(&code)).await.json()["error"], "invalid_grant");
        assert_eq!(
            connected.with_token(&mistyped(&connected.access_token)).call("get_context", json!({})).await.status,
            401
        );
        drop(held);
    }
}
