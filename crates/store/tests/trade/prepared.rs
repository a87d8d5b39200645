//! What PostgreSQL prepares and plans: once, not on every call. (SQLite keeps no list of it.)

use lavori_domain::env::SystemEnv;
use lavori_domain::{ConnectionId, KeyKind, Timestamp};
use lavori_store::request_keys::{self, Claim, Request};
use lavori_store::tasks::TaskKeys;
use lavori_store::{Options, SecretHash, Store, counters, inspect, locks, tasks};
use lavori_testkit::stores;

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn statements_of_every_write_are_prepared_once_for_each_connection() {
    for test in stores().await.into_iter().filter(|test| test.url.starts_with("postgres:")) {
        let world = World::build(&test.store).await;
        let store = Store::open(&test.url, &Options { connections: 1, ..Options::default() }).unwrap();
        let (organization, person) = (world.whole().organization, world.north.ben);
        let now = Timestamp::from_millis(1_800_000_000_000);
        for turn in ["first", "second", "third"] {
            let mut tx = store.begin().await.unwrap();
            locks::share(&mut tx, organization, person, ConnectionId::new(&SystemEnv)).await.unwrap();
            let key = SecretHash::of(turn);
            let request = Request { key, request: key, expires_at: Some(now.plus_seconds(60)) };
            assert_eq!(request_keys::claim(&mut tx, organization, request, now).await.unwrap(), Claim::First);
            counters::take(&mut tx, organization, KeyKind::Task, 1).await.unwrap();
            request_keys::answer(&mut tx, organization, key, "done").await.unwrap();
            tx.commit().await.unwrap();
        }
        let kept = prepared(&store, "SELECT statement AS value FROM pg_prepared_statements").await;
        for beginning in [
            "SELECT pg_advisory_xact_lock_shared(",
            "DELETE FROM request_keys WHERE",
            "INSERT INTO \"counters\"",
            "UPDATE \"request_keys\" SET",
        ] {
            let times = kept.iter().filter(|statement| statement.starts_with(beginning)).count();
            assert_eq!(times, 1, "{beginning} in {kept:#?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_is_looked_up_by_itself_is_not_planned_again_and_again() {
    for test in stores().await.into_iter().filter(|test| test.url.starts_with("postgres:")) {
        let world = World::build(&test.store).await;
        let store = Store::open(&test.url, &Options { connections: 1, ..Options::default() }).unwrap();
        // PostgreSQL plans the first five times for the values at hand.
        for _ in 0..8 {
            let mut conn = store.read().await.unwrap();
            let by_number = tasks::details(&mut conn, world.whole(), TaskKeys::Numbers(&[1])).await.unwrap();
            let by_id = tasks::details(&mut conn, world.whole(), TaskKeys::Ids(&world.north.tasks[..1])).await.unwrap();
            assert_eq!((by_number.len(), by_id.len()), (1, 1));
        }
        let plans = "SELECT concat(generic_plans, ' of ', generic_plans + custom_plans) AS value \
             FROM pg_prepared_statements WHERE statement LIKE 'SELECT \"tasks\"%'";
        assert_eq!(prepared(&store, plans).await, ["3 of 8", "3 of 8"]);
    }
}

async fn prepared(store: &Store, sql: &str) -> Vec<String> {
    inspect::texts(&mut store.read().await.unwrap(), sql).await.unwrap()
}
