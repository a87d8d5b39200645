//! A statement whose caller went away is stopped, with its locks.

use std::time::Duration;

use lavori_store::inspect;
use lavori_testkit::{TestStore, stores};

async fn running_for_nobody(store: &TestStore) -> usize {
    let mut conn = store.store.read().await.expect("a connection");
    let sql = "SELECT query AS value FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(3%' AND state <> 'idle' \
               AND datname = current_database()";
    inspect::texts(&mut conn, sql).await.expect("an answer").len()
}

#[tokio::test(flavor = "multi_thread")]
async fn i8_an_abandoned_statement_is_cancelled_and_its_connection_not_used_again() {
    for store in stores().await {
        if store.name == "SQLite" {
            continue; // a statement runs in this process and is waited for
        }
        for write in [false, true] {
            let patience = Duration::from_millis(300);
            let sleep = "SELECT pg_sleep(30)::text AS value";
            if write {
                let mut tx = store.store.begin().await.unwrap();
                assert!(tokio::time::timeout(patience, inspect::texts(&mut tx, sleep)).await.is_err());
                assert_eq!(running_for_nobody(&store).await, 1);
            } else {
                let mut conn = store.store.read().await.unwrap();
                assert!(tokio::time::timeout(patience, inspect::texts(&mut conn, sleep)).await.is_err());
                assert_eq!(running_for_nobody(&store).await, 1);
            }
            for _ in 0..20 {
                if running_for_nobody(&store).await > 0 {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
            assert_eq!(running_for_nobody(&store).await, 0, "write: {write}");
        }
    }
}
