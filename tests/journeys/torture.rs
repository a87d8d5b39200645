//! Servers and databases killed at random under load lose nothing that was acknowledged, leave nothing half done and log
//! nobody out (PRODUCT.md P37). `LAVORI_TORTURE_SECONDS` makes a run longer, `LAVORI_TORTURE_SEED` draws one again.

mod check;
mod dice;
mod failover;
mod holders;
mod killer;
mod world;
mod writers;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use lavori_policy::Scopes;
use lavori_testkit::{Browser, Cluster, Connected, Consent, TestApp, app_to_be_started, apps};
use serde_json::json;

use dice::Dice;
use holders::Revoked;
use killer::Victims;
use world::World;
use writers::{Batch, Changed};

const ADA: &str = "ada@demo.example";
const HANA: &str = "hana@demo.example";
const SECONDS: &str = "LAVORI_TORTURE_SECONDS";

fn seconds() -> u64 {
    std::env::var(SECONDS).map_or(20, |text| text.parse().unwrap_or_else(|_| panic!("{SECONDS} is a number")))
}

/// What the clients of a run were told.
struct Acknowledged {
    batches: Vec<Batch>,
    changed: Vec<Changed>,
    invoices: Vec<String>,
    clients: Vec<Connected>,
    revoked: Vec<Revoked>,
    writing_is_on: bool,
}

#[expect(clippy::print_stdout, reason = "the counts are what docs/guarantees.md states")]
async fn torture(app: TestApp, cluster: Option<Cluster>) {
    let (seed, time) = (dice::seed(), seconds());
    println!("{}: {time} s with LAVORI_TORTURE_SEED={seed}", app.database());
    let (mut victims, servers) = Victims::start(&app, cluster).await;
    let writer = app.connect(&app.ada_reads_northlight().with(Scopes::Billing)).await;
    let world = World::new(app, seed, servers);
    let load = Load::prepare(&world, &writer, time).await;
    check::at_any_moment(&world).await;
    let running = tokio::spawn(load.run(Arc::clone(&world)));
    victims.kill(&world, Duration::from_secs(time)).await;
    world.end();
    let mut told = running.await.expect("the load ends");
    check::at_any_moment(&world).await;
    finish(&world, &writer, &mut told).await;
    println!("{}: {:#?}", world.app.database(), world.counts);
}

/// Everybody who is busy during a run.
struct Load {
    writer: Connected,
    project: String,
    clients: Vec<Connected>,
    ada: (Browser, String),
    revocable: Vec<(String, Connected)>,
    hana: (Browser, String),
    switched: Connected,
}

impl Load {
    async fn prepare(world: &World, writer: &Connected, time: u64) -> Self {
        let app = &world.app;
        let projects = writer.ask("list_projects", json!({ "status": ["active"], "limit": 1 })).await;
        let project = projects["data"][0]["id"].as_str().expect("a project").to_owned();
        let consent = app.ada_reads_northlight().with(Scopes::Write);
        let client_id = app.register().await;
        let (mut ada, mut page, mut action) = app.ask(ADA, &client_id, "/mcp").await;
        let mut connections = Vec::new();
        // As many as can be revoked in the time.
        for _ in 0..4 + time * 2 {
            connections.push(app.finish(&mut ada, &page, &action, &consent, &client_id).await);
            page = ada.open(&app.authorize_path(&client_id, "/mcp")).await;
            action = TestApp::consent_action(&page);
        }
        // The first one is the writer's.
        let ids = app.connection_ids(ADA).await.split_off(1);
        let mut revocable: Vec<(String, Connected)> = ids.into_iter().zip(connections).collect();
        let clients = revocable.drain(..3).map(|(_, connected)| connected).collect();
        let csrf = ada.open("/settings/mcp").await.hidden("csrf").expect("the page has a form token");
        app.set_switches("harbor", true, false).await;
        let switched = app.connect(&Consent::to_read(HANA, "harbor").with(Scopes::Write)).await;
        let mut hana = app.signed_in(HANA).await;
        let hana_csrf = hana.open("/settings/mcp").await.hidden("csrf").expect("the page has a form token");
        let writer = writer.clone();
        Self { writer, project, clients, ada: (ada, csrf), revocable, hana: (hana, hana_csrf), switched }
    }

    async fn run(self, world: Arc<World>) -> Acknowledged {
        let Self { writer, project, clients, ada, revocable, hana, switched } = self;
        let here = || (Arc::clone(&world), writer.clone());
        let creators: Vec<_> = (10..13)
            .map(|number| {
                let (world, writer) = here();
                tokio::spawn(writers::create_tasks(world, writer, project.clone(), number))
            })
            .collect();
        let updaters: Vec<_> = (20..22)
            .map(|number| {
                let (world, writer) = here();
                tokio::spawn(writers::update_a_task(world, writer, project.clone(), number))
            })
            .collect();
        let issuers: Vec<_> = (30..32)
            .map(|number| {
                let (world, writer) = here();
                tokio::spawn(writers::issue_invoices(world, writer, number))
            })
            .collect();
        let renewers: Vec<_> = clients
            .into_iter()
            .zip(40..)
            .map(|(client, number)| tokio::spawn(holders::renew(Arc::clone(&world), client, number)))
            .collect();
        let revoking = tokio::spawn(holders::revoke(Arc::clone(&world), ada.0, ada.1, revocable, 50));
        let switching = tokio::spawn(holders::switch(Arc::clone(&world), hana.0, hana.1, switched, 60));
        Acknowledged {
            batches: all(creators).await.into_iter().flatten().collect(),
            changed: all(updaters).await,
            invoices: all(issuers).await.into_iter().flatten().collect(),
            clients: all(renewers).await,
            revoked: revoking.await.expect("a task ends well"),
            writing_is_on: switching.await.expect("a task ends well"),
        }
    }
}

async fn all<T>(tasks: Vec<tokio::task::JoinHandle<T>>) -> Vec<T> {
    let mut outcomes = Vec::new();
    for task in tasks {
        outcomes.push(task.await.expect("a task ends well"));
    }
    outcomes
}

/// What was acknowledged is there, what was not is there whole or not at all, and then is done once.
async fn finish(world: &World, writer: &Connected, told: &mut Acknowledged) {
    let dice = Dice::new(world.seed, 1);
    let titles =
        async || -> Vec<String> { world.look("SELECT title AS value FROM tasks WHERE title LIKE 'torture %'").await };
    let there: HashSet<String> = titles().await.into_iter().collect();
    for batch in &mut told.batches {
        let found = batch.titles.iter().filter(|title| there.contains(*title)).count();
        let whole = found == batch.titles.len();
        assert!(whole || (found == 0 && batch.acknowledged.is_none()), "{found} of {:?}", batch.titles);
        batch.finish(world, &dice, writer).await;
    }
    let rows: HashSet<String> = world
        .look("SELECT 'T-' || CAST(number AS TEXT) || ' ' || title AS value FROM tasks")
        .await
        .into_iter()
        .collect();
    let mut asked = 0;
    for batch in &told.batches {
        for (key, title) in batch.acknowledged.iter().flatten().zip(&batch.titles) {
            assert!(rows.contains(&format!("{key} {title}")), "{key} {title} is not there");
            asked += 1;
        }
    }
    assert_eq!(titles().await.len(), asked, "each task is there once");
    for Changed { key, title, version } in &told.changed {
        let row =
            format!("SELECT title || ' ' || CAST(version AS TEXT) AS value FROM tasks WHERE number = {}", &key[2..]);
        assert!(world.look(&row).await.contains(&format!("{title} {version}")), "{key} {title}");
    }
    let numbers = "SELECT document_number AS value FROM billing_documents b WHERE document_number IS NOT NULL \
                   AND EXISTS (SELECT 1 FROM billing_lines l WHERE l.document_id = b.id AND l.description LIKE 'invoice %')";
    let mut issued = world.look(numbers).await;
    issued.sort();
    told.invoices.sort();
    assert_eq!(issued, told.invoices, "each invoice was issued once, and each was acknowledged");
    for client in &told.clients {
        let renewed = holders::renewed(world, &dice, client).await;
        world.done(&dice, &renewed, "get_context", &json!({})).await;
    }
    for revoked in &told.revoked {
        revoked.is_over(world, &dice).await;
    }
    let flips = world.look("SELECT action AS value FROM audit_events WHERE action = 'switches.changed'").await.len();
    assert_eq!(flips, world.counts.switches.load(std::sync::atomic::Ordering::Relaxed), "each flip was done once");
    let on = world.look("SELECT 'on' AS value FROM organizations WHERE slug = 'harbor' AND allow_write").await;
    assert_eq!(on.len(), usize::from(told.writing_is_on), "the switch is where it was answered to be");
    if world.app.database() == "SQLite" {
        assert_eq!(world.look("SELECT integrity_check AS value FROM pragma_integrity_check").await, ["ok"]);
    }
    check::at_any_moment(world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p37_a_server_on_sqlite_killed_at_random_under_load_loses_nothing_and_logs_nobody_out() {
    torture(app_to_be_started().await, None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p37_servers_and_a_postgresql_killed_at_random_under_load_lose_nothing_and_log_nobody_out() {
    let Some(cluster) = Cluster::start().await else { return };
    torture(TestApp::on_cluster(&cluster).await, Some(cluster)).await;
}

/// The test of the test: what the checks are to find, they find.
#[tokio::test(flavor = "multi_thread")]
async fn each_check_of_the_rows_finds_what_it_is_for() {
    for app in apps().await {
        let world = World::new(app.clone(), 1, vec![app.http()]);
        let dice = Dice::new(1, 0);
        let writer = app.connect(&app.ada_reads_northlight().with(Scopes::Billing)).await;
        let project = writer.ask("list_projects", json!({ "limit": 1 })).await["data"][0]["id"].clone();
        let title = "changing 1";
        let task = json!({ "tasks": [{ "title": title, "project": project }] });
        world.done(&dice, &writer, "create_tasks", &task).await;
        let change = json!({ "tasks": [{ "id": title, "priority": "high" }] });
        world.done(&dice, &writer, "update_tasks", &change).await;
        holders::renewed(&world, &dice, &writer).await;
        assert_eq!(app.connect(&app.ada_reads_northlight()).await.revoke().await.status, 200);
        assert_eq!(check::broken(&world).await, []);
        for (number, break_it) in check::BREAK.into_iter().enumerate() {
            app.execute(break_it).await;
            assert_eq!(check::broken(&world).await.len(), number + 1, "{break_it} on {}", app.database());
        }
    }
}
