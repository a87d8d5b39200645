//! The primary dies under load, its standby is promoted, and the servers find it by themselves: nothing that was
//! acknowledged is lost, nobody is logged out, nobody restarts anything (PRODUCT.md P35, P37).

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use lavori_policy::Scopes;
use lavori_testkit::{Cluster, TestApp};
use serde_json::json;

use super::dice::{self, Dice};
use super::killer::Victims;
use super::world::World;
use super::{check, holders, writers};

#[tokio::test(flavor = "multi_thread")]
async fn p37_p35_a_failover_to_the_standby_loses_nothing_and_logs_nobody_out() {
    let Some(mut primary) = Cluster::start().await else { return };
    let standby = primary.standby().await.expect("PostgreSQL is there");
    let app = TestApp::on_either(&primary, &standby).await;
    let (_victims, servers) = Victims::start(&app, None).await;
    let world = World::new(app.clone(), dice::seed(), servers);
    let writer = app.connect(&app.ada_reads_northlight().with(Scopes::Write)).await;
    let client = app.connect(&app.ada_reads_northlight()).await;
    let project =
        writer.ask("list_projects", json!({ "limit": 1 })).await["data"][0]["id"].as_str().unwrap().to_owned();
    let creating = tokio::spawn(writers::create_tasks(Arc::clone(&world), writer.clone(), project, 10));
    let renewing = tokio::spawn(holders::renew(Arc::clone(&world), client, 40));

    tokio::time::sleep(Duration::from_secs(2)).await;
    primary.kill().await;
    let before = world.counts.batches.load(Ordering::Relaxed);
    tokio::time::sleep(Duration::from_millis(700)).await;
    let promoted = Instant::now();
    standby.promote().await;
    while world.counts.batches.load(Ordering::Relaxed) < before + 5 {
        assert!(promoted.elapsed() < Duration::from_secs(30), "the standby is not found");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    world.end();
    let (batches, client) = (creating.await.unwrap(), renewing.await.unwrap());
    let sql = "SELECT title AS value FROM tasks WHERE title LIKE 'torture %'";
    let there: HashSet<String> = world.look(sql).await.into_iter().collect();
    for batch in batches.iter().filter(|batch| batch.acknowledged.is_some()) {
        assert!(batch.titles.iter().all(|title| there.contains(title)), "{:?}", batch.titles);
    }
    check::at_any_moment(&world).await;
    holders::renewed(&world, &Dice::new(world.seed, 1), &client).await;
}
