//! A backup that is taken while the server works is a whole server again, and what a restore takes back is what
//! `docs/backup.md` says.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lavori_policy::Scopes;
use lavori_store::{Options, Store, inspect};
use lavori_testkit::{Connected, TestApp, apps};
use serde_json::{Value, json};

use crate::foreign_clients::installed;
use crate::processes::processes;

const WRITERS: usize = 4;
/// Tasks of each write.
const ITEMS: usize = 3;
/// Where PostgreSQL's programs are.
const POSTGRES: &str = "LAVORI_TEST_POSTGRES";

/// Clients that write until they are stopped, and what was acknowledged to them.
struct Writers {
    acknowledged: Arc<Mutex<Vec<Value>>>,
    stop: Arc<AtomicBool>,
    running: Vec<tokio::task::JoinHandle<()>>,
}

impl Writers {
    fn start(clients: impl Iterator<Item = Connected>, project: &Value) -> Self {
        let (acknowledged, stop) = (Arc::<Mutex<Vec<Value>>>::default(), Arc::<AtomicBool>::default());
        let running = clients.enumerate().map(|(writer, client)| {
            let (acknowledged, stop, project) = (Arc::clone(&acknowledged), Arc::clone(&stop), project.clone());
            tokio::spawn(async move {
                for number in 0.. {
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                    let batch = batch(&format!("Kept by {writer} as {number}"), &project);
                    client.ask("create_tasks", batch.clone()).await;
                    acknowledged.lock().expect("a list").push(batch);
                }
            })
        });
        Self { running: running.collect(), acknowledged, stop }
    }

    fn acknowledged(&self) -> Vec<Value> {
        self.acknowledged.lock().expect("a list").clone()
    }

    /// Waits until this many more writes were acknowledged.
    async fn go_on(&self, more: usize) {
        let enough = self.acknowledged().len() + more;
        while self.acknowledged().len() < enough {
            assert!(!self.running.iter().any(|writer| writer.is_finished()), "a write was refused");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    async fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        for writer in self.running {
            writer.await.expect("every write was acknowledged");
        }
    }
}

fn batch(name: &str, project: &Value) -> Value {
    let tasks: Vec<_> =
        (0..ITEMS).map(|item| json!({ "title": format!("{name}, {item}"), "project": project })).collect();
    json!({ "tasks": tasks, "request_key": name, "allow_duplicates": true })
}

/// Takes a backup of the running server's database, with the commands of `docs/backup.md`.
async fn back_up(app: &TestApp, folder: &Path) -> PathBuf {
    let backup = folder.join("backup");
    match app.database() {
        "SQLite" => {
            // On a connection of its own, as the command line tool would.
            let mut conn = app.store().read().await.expect("a connection");
            inspect::execute(&mut conn, &format!("VACUUM INTO '{}'", backup.display())).await.expect("a backup");
        }
        _ => {
            let file = format!("--file={}", backup.display());
            postgres("pg_dump", &["--format=custom", &file, app.database_url()]).await;
        }
    }
    backup
}

/// Restores a backup into another place, and gives its URL. What PostgreSQL's check finds wrong ends the test.
async fn restore(app: &TestApp, backup: &Path, folder: &Path) -> String {
    if app.database() == "SQLite" {
        let restored = folder.join("restored.db");
        std::fs::copy(backup, &restored).expect("a copy");
        return format!("sqlite:{}", restored.display());
    }
    let cluster = format!("--maintenance-db={}", app.database_url());
    let (address, name) = app.database_url().rsplit_once('/').expect("the URL names a database");
    let restored = format!("{name}_restored");
    postgres("dropdb", &["--if-exists", &cluster, &restored]).await;
    postgres("createdb", &[&cluster, &restored]).await;
    let url = format!("{address}/{restored}");
    let backup = backup.display().to_string();
    postgres("pg_restore", &["--exit-on-error", "--no-owner", &format!("--dbname={url}"), &backup]).await;
    postgres("pg_amcheck", &["--install-missing", &url]).await;
    url
}

/// Runs one of PostgreSQL's programs, which must do its work.
async fn postgres(program: &str, arguments: &[&str]) {
    // The quick run has no PostgreSQL.
    let folder = installed(POSTGRES).expect("a PostgreSQL comes with its programs");
    let mut command = Command::new(Path::new(&folder).join(program));
    command.args(arguments);
    let output = tokio::task::spawn_blocking(move || command.output()).await.expect("an end").expect(program);
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
}

/// How many of the written tasks a restored database has of each batch.
async fn tasks_of_batches(store: &Store) -> BTreeMap<String, usize> {
    let mut batches = BTreeMap::new();
    for title in texts(store, "SELECT title AS value FROM tasks WHERE title LIKE 'Kept by %'").await {
        let (batch, _) = title.split_once(", ").expect("a title of ours");
        *batches.entry(batch.to_owned()).or_default() += 1;
    }
    batches
}

async fn texts(store: &Store, sql: &str) -> Vec<String> {
    let mut conn = store.read().await.expect("a connection");
    inspect::texts(&mut conn, sql).await.expect(sql)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_under_writes_restores_to_every_acknowledged_write_and_to_grants_that_work() {
    let program = Path::new(env!("CARGO_BIN_EXE_lavori-test-server"));
    for app in apps().await {
        let folder = tempfile::tempdir().expect("a folder");
        let servers = processes(&app).await;
        let client = app.connect(&app.ada_reads_northlight().with(Scopes::Write)).await;
        let (renewing, leaving) =
            (app.connect(&app.ada_reads_northlight()).await, app.connect(&app.ada_reads_northlight()).await);
        let projects = client.ask("list_projects", json!({ "status": ["active"], "limit": 1 })).await;
        let project = &projects["data"][0]["id"];
        let clients = (0..WRITERS).map(|writer| client.through(servers[writer % servers.len()].http()));
        let writers = Writers::start(clients, project);
        writers.go_on(20).await;

        let before = writers.acknowledged();
        let backup = back_up(&app, folder.path()).await;
        writers.go_on(10).await;
        writers.stop().await;
        let renewed = renewing.refresh().await;
        assert_eq!(renewed.status, 200, "{}", renewed.body);
        let renewed = renewing.renewed(&renewed.json());
        assert_eq!(leaving.revoke().await.status, 200);
        for server in servers {
            server.stop().await;
        }
        let url = restore(&app, &backup, folder.path()).await;

        let store = Store::open(&url, &Options::default()).expect("the URL is well formed");
        if app.database() == "SQLite" {
            assert_eq!(texts(&store, "SELECT integrity_check AS value FROM pragma_integrity_check").await, ["ok"]);
            let dangling = "SELECT \"table\" AS value FROM pragma_foreign_key_check";
            assert_eq!(texts(&store, dangling).await, [""; 0]);
        }
        assert_eq!(store.migrate().await.expect("an answer"), 0, "a backup knows how far it was migrated");
        let batches = tasks_of_batches(&store).await;
        for batch in &before {
            let name = batch["request_key"].as_str().unwrap();
            assert!(batches.contains_key(name), "{name} is gone on {}", app.database());
        }
        assert!(batches.values().all(|items| *items == ITEMS), "half a batch on {}: {batches:?}", app.database());
        let recorded = "SELECT CAST(COUNT(*) AS TEXT) AS value FROM audit_events WHERE action = 'tool.called' \
                        AND CAST(details AS TEXT) LIKE '%create_tasks%'";
        assert_eq!(texts(&store, recorded).await, [batches.len().to_string()], "a change and its record are one");

        let server = app.process_over(program, &url, &[]).await;
        let again = client.through(server.http());
        let last = before.last().expect("a write");
        assert_eq!(again.ask("create_tasks", last.clone()).await["replayed"], true);
        assert_eq!(again.ask("create_tasks", batch("Kept by 9 as 0", project)).await["replayed"], false);
        let found = again.ask("search", json!({ "query": "Kept by 9" })).await;
        assert_eq!(found["results"].as_array().map(Vec::len), Some(ITEMS), "{found}");
        assert_eq!(again.refresh().await.status, 200);

        // What came after the backup never was: a renewed client begins anew, unless it kept the token from before.
        let renewed = renewed.through(server.http());
        assert_eq!(renewed.request("tools/list", json!({})).await.status, 401);
        let refused = renewed.refresh().await;
        assert_eq!((refused.status.as_u16(), &refused.json()["error"]), (400, &json!("invalid_grant")));
        assert_eq!(renewing.through(server.http()).refresh().await.status, 200);
        // So did the revocation.
        assert_eq!(leaving.through(server.http()).request("tools/list", json!({})).await.status, 200);
        server.stop().await;
        drop(store);
        if app.database() != "SQLite" {
            let (_, name) = url.rsplit_once('/').expect("the URL names a database");
            postgres("dropdb", &["--force", &format!("--maintenance-db={}", app.database_url()), name]).await;
        }
    }
}
