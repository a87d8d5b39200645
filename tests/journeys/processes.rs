//! Several server processes over one database, as replicas are run. SQLite is served by one.

use std::path::Path;
use std::time::{Duration, Instant};

use lavori_policy::Scopes;
use lavori_testkit::{Connected, Process, TestApp, apps};
use serde_json::json;

const ADA: &str = "ada@demo.example";

pub(crate) async fn processes(app: &TestApp) -> Vec<Process> {
    let program = Path::new(env!("CARGO_BIN_EXE_lavori-test-server"));
    let number = if app.database() == "SQLite" { 1 } else { 2 };
    let mut processes = Vec::new();
    for _ in 0..number {
        processes.push(app.process(program, &[]).await);
    }
    processes
}

#[tokio::test(flavor = "multi_thread")]
async fn h1_p27_fifty_renewals_over_two_processes_all_succeed_with_one_new_token() {
    for app in apps().await {
        let processes = processes(&app).await;
        let connected = app.connect(&app.ada_reads_northlight()).await;
        let renewals: Vec<_> = (0..50)
            .map(|number| {
                let connected = connected.through(processes[number % processes.len()].http());
                tokio::spawn(async move { connected.refresh().await })
            })
            .collect();
        let mut successors = Vec::new();
        for renewal in renewals {
            let answer = renewal.await.unwrap();
            assert_eq!(answer.status, 200, "{}", answer.body);
            successors.push(answer.json()["refresh_token"].clone());
        }
        successors.dedup();
        assert_eq!(successors.len(), 1, "one successor for all");
        assert_eq!(app.chain_length(ADA).await, 2, "the chain grew by one");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn i8_p25_a_revocation_at_one_process_stops_what_runs_at_another() {
    for app in apps().await {
        let processes = processes(&app).await;
        let [here, there] = &processes[..] else { continue };
        let connected = app.connect(&app.ada_reads_northlight().with(Scopes::Write)).await;
        let writer: Connected = connected.through(here.http());
        let running = tokio::spawn(async move {
            let started = Instant::now();
            let answer = writer.call("add_contact", json!({"name": "Teatro Lontano", "pause_ms": 15_000})).await;
            (answer.status.as_u16(), started.elapsed())
        });
        tokio::time::sleep(Duration::from_millis(500)).await;
        let started = Instant::now();
        assert_eq!(connected.through(there.http()).revoke().await.status, 200);
        assert!(started.elapsed() < Duration::from_secs(5), "the write was not waited for");
        let (status, took) = running.await.unwrap();
        assert_eq!(status, 401);
        assert!(took < Duration::from_secs(10), "{took:?}");
        let written = app.texts("SELECT name AS value FROM contacts WHERE name = 'Teatro Lontano'").await;
        assert!(written.is_empty());
    }
}
