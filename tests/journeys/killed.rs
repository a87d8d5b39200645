//! A server that is killed in the middle of a batch leaves nothing of it, and the same call is done once (TOOLS.md W6).

use std::path::Path;
use std::time::Duration;

use lavori_policy::Scopes;
use lavori_testkit::{TestApp, apps};
use serde_json::{Value, json};

/// Items of the batch.
const ITEMS: usize = 8;

/// Makes the insert of the task with this title last for longer than any test.
async fn hang_at(app: &TestApp, title: &str) {
    app.execute(&match app.database() {
        // Counting takes the place of sleeping, which SQLite cannot.
        "SQLite" => format!(
            "CREATE TRIGGER hanging BEFORE INSERT ON tasks WHEN NEW.title = '{title}' BEGIN SELECT (WITH RECURSIVE \
             n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000000) SELECT COUNT(*) FROM n); END"
        ),
        _ => format!(
            "CREATE FUNCTION hanging() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN PERFORM pg_sleep(600); RETURN NEW; END $$; \
             CREATE TRIGGER hanging BEFORE INSERT ON tasks FOR EACH ROW WHEN (NEW.title = '{title}') \
             EXECUTE FUNCTION hanging()"
        ),
    })
    .await;
}

async fn go_on(app: &TestApp) {
    app.execute(match app.database() {
        "SQLite" => "DROP TRIGGER hanging",
        _ => "DROP TRIGGER hanging ON tasks; DROP FUNCTION hanging()",
    })
    .await;
}

/// The database's processes that stand in the trigger. SQLite has none of its own.
async fn sleepers(app: &TestApp) -> Vec<String> {
    app.texts(
        "SELECT CAST(pid AS TEXT) AS value FROM pg_stat_activity \
         WHERE datname = current_database() AND wait_event = 'PgSleep'",
    )
    .await
}

/// Waits until the write stands in the trigger.
async fn until_it_hangs(app: &TestApp) {
    loop {
        if app.database() == "SQLite" {
            // Whoever else wants to write waits for it.
            let beginning = tokio::time::timeout(Duration::from_millis(400), app.store().begin()).await;
            match beginning {
                Err(_) => return,
                Ok(tx) => tx.expect("a transaction").rollback().await.expect("an end"),
            }
        } else if !sleepers(app).await.is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Ends what the database goes on doing for a client that is gone, as it would by itself later.
async fn give_up(app: &TestApp) {
    if app.database() == "SQLite" {
        return;
    }
    while !sleepers(app).await.is_empty() {
        app.texts(
            "SELECT CAST(pg_terminate_backend(pid) AS TEXT) AS value FROM pg_stat_activity \
             WHERE datname = current_database() AND wait_event = 'PgSleep'",
        )
        .await;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Everything that the batch could have left.
async fn state(app: &TestApp) -> Vec<String> {
    let tables = ["tasks", "task_assignees", "task_dependencies", "changes", "audit_events", "request_keys"];
    let mut state = Vec::new();
    for table in tables {
        state.extend(app.texts(&format!("SELECT '{table} ' || COUNT(*) AS value FROM {table}")).await);
    }
    let counters = "SELECT CAST(organization_id AS TEXT) || name || ' ' || CAST(value AS TEXT) AS value \
                    FROM counters ORDER BY 1";
    state.extend(app.texts(counters).await);
    state
}

#[tokio::test(flavor = "multi_thread")]
async fn w6_a_kill_at_each_item_of_a_batch_leaves_nothing_and_the_same_call_is_then_done() {
    let program = Path::new(env!("CARGO_BIN_EXE_lavori-test-server"));
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight().with(Scopes::Write)).await;
        let projects = connected.ask("list_projects", json!({ "status": ["active"], "limit": 1 })).await;
        let project = projects["data"][0]["id"].clone();
        let mut server = app.process(program, &[]).await;
        for killed_at in 1..=ITEMS {
            let word = format!("Killed{}", char::from(b'a' + killed_at as u8));
            let title = |item: usize| format!("{word} item {item}");
            let tasks: Vec<Value> = (1..=ITEMS)
                .map(|item| {
                    let mut task = json!({ "title": title(item), "project": project, "ref": format!("i{item}"),
                        "assignees": ["me"] });
                    if item > 1 {
                        task["blocked_by"] = json!([format!("#i{}", item - 1)]);
                    }
                    task
                })
                .collect();
            let batch = json!({ "tasks": tasks, "request_key": title(0) });
            let before = state(&app).await;

            hang_at(&app, &title(killed_at)).await;
            let (client, asked) = (connected.through(server.http()), batch.clone());
            let calling = tokio::spawn(async move { client.call("create_tasks", asked).await.status });
            until_it_hangs(&app).await;
            server.kill().await;
            assert!(calling.await.is_err(), "nobody was told that it was done");
            give_up(&app).await;
            go_on(&app).await;
            assert_eq!(state(&app).await, before, "killed at item {killed_at} on {}", app.database());

            server = app.process(program, &[]).await;
            let client = connected.through(server.http());
            let found = client.ask("search", json!({ "query": word })).await;
            assert_eq!(found["results"], json!([]), "{}", app.database());
            let done = client.ask("create_tasks", batch.clone()).await;
            assert_eq!(done["replayed"], false);
            let number = |result: &Value| -> i64 { result["key"].as_str().unwrap()[2..].parse().unwrap() };
            let numbers: Vec<i64> = done["results"].as_array().unwrap().iter().map(number).collect();
            let expected: Vec<i64> = (numbers[0]..numbers[0] + ITEMS as i64).collect();
            assert_eq!(numbers, expected, "{}", app.database());
            let taken = app
                .texts("SELECT CAST(MAX(number) AS TEXT) AS value FROM tasks WHERE title LIKE 'Killed% item 8'")
                .await;
            assert_eq!(taken, [expected[ITEMS - 1].to_string()]);
            assert_eq!(client.ask("create_tasks", batch).await["replayed"], true);
        }
    }
}
