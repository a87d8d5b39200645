//! A disk that is full is told as trouble, loses nothing that was acknowledged, and is recovered from without a person
//! at the server (PRODUCT.md P37). Files that may not grow take the place of a full disk, which needs no privileges.

use std::path::Path;

use lavori_domain::env::{Env, SystemEnv};
use lavori_policy::Scopes;
use lavori_testkit::{Cluster, Connected, Process, TestApp, app_to_be_started};
use serde_json::{Value, json};

use crate::outages::is_told_as_trouble;

const MEGABYTE: u64 = 1 << 20;

/// Ten tasks whose descriptions cannot be compressed.
fn large_batch(project: &Value, number: usize) -> Value {
    let tasks: Vec<Value> = (0..10)
        .map(|item| {
            let mut bytes = [0; 6000];
            SystemEnv.fill(&mut bytes);
            let description: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            json!({ "title": format!("large {number} item {item}"), "project": project, "description": description })
        })
        .collect();
    json!({ "tasks": tasks, "request_key": format!("large {number}") })
}

/// Whether a renewal is either good or told as trouble: good, it gives the client's new tokens.
async fn renewed(connected: &Connected) -> Option<Connected> {
    let answer = connected.refresh().await;
    if answer.status == 200 {
        return Some(connected.renewed(&answer.json()));
    }
    is_told_as_trouble(&answer, "renewal");
    None
}

async fn fill_and_make_room(app: &TestApp, mut limit: impl AsyncFnMut(Option<u64>), size: u64) {
    let mut connected = app.connect(&app.ada_reads_northlight().with(Scopes::Write)).await;
    let other = app.connect(&app.ada_reads_northlight()).await;
    let project = connected.ask("list_projects", json!({ "limit": 1 })).await["data"][0]["id"].clone();
    limit(Some(size)).await;
    let mut acknowledged = 0;
    let refused = loop {
        let batch = large_batch(&project, acknowledged);
        let answer = connected.call("create_tasks", batch.clone()).await;
        if answer.status != 200 {
            is_told_as_trouble(&answer, "write");
            break batch;
        }
        assert_eq!(answer.json()["result"]["isError"], false, "{}", answer.body);
        acknowledged += 1;
        assert!(acknowledged < 200, "the disk is never full");
    };
    for _ in 0..5 {
        is_told_as_trouble(&connected.call("create_tasks", refused.clone()).await, "write");
        let read = connected.call("get_context", json!({})).await;
        if read.status != 200 {
            is_told_as_trouble(&read, "read");
        }
        if let Some(renewed) = renewed(&connected).await {
            connected = renewed;
        }
        let revoked = other.revoke().await;
        if revoked.status != 200 {
            is_told_as_trouble(&revoked, "revocation");
        }
    }
    let titles = "SELECT title AS value FROM tasks WHERE title LIKE 'large %'";
    assert_eq!(app.texts(titles).await.len(), acknowledged * 10, "all that was acknowledged, and nothing else");

    limit(None).await;
    let done = connected.ask("create_tasks", refused).await;
    assert_eq!(done["replayed"], false, "{}", app.database());
    let next = large_batch(&project, acknowledged + 1);
    connected.ask("create_tasks", next).await;
    assert_eq!(app.texts(titles).await.len(), (acknowledged + 2) * 10);
    assert_eq!(connected.refresh().await.status, 200);
    assert_eq!(other.revoke().await.status, 200);
    assert_eq!(other.call("get_context", json!({})).await.status, 401);
}

async fn server(app: &TestApp) -> Process {
    app.process(Path::new(env!("CARGO_BIN_EXE_lavori-test-server")), &["--at-origin"]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn p37_a_disk_that_is_full_under_sqlite_is_a_503_until_there_is_room() {
    let app = app_to_be_started().await;
    let server = server(&app).await;
    let pages =
        app.texts("SELECT CAST(page_count * page_size AS TEXT) AS value FROM pragma_page_count, pragma_page_size");
    let size: u64 = pages.await[0].parse().unwrap();
    fill_and_make_room(&app, async |bytes| server.limit_files(bytes).await, size + 2 * MEGABYTE).await;
    server.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p37_a_disk_that_is_full_under_postgresql_is_a_503_until_there_is_room() {
    let Some(mut cluster) = Cluster::start().await else { return };
    let app = TestApp::on_cluster(&cluster).await;
    let server = server(&app).await;
    let largest = app.texts("SELECT MAX(pg_relation_size(oid))::text AS value FROM pg_class").await;
    let size: u64 = largest[0].parse().unwrap();
    fill_and_make_room(&app, async |bytes| cluster.limit_files(bytes).await, size + 2 * MEGABYTE).await;
    server.kill().await;
}
