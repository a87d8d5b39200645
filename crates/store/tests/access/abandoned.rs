//! A statement whose caller went away is stopped, with its locks.

use std::time::{Duration, Instant};

use lavori_store::{Options, Store, inspect};
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
            continue; // a statement runs in this process, and nothing stops it: see below
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

/// Takes seconds, in one statement.
const COUNTING: &str = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 8000000) \
                        SELECT CAST(COUNT(*) AS TEXT) AS value FROM n";

/// A SQLite store with one connection for reading.
async fn narrow() -> (TestStore, Store) {
    let test = stores().await.remove(0);
    let options = Options { connections: 1, wait: Duration::from_secs(120) };
    let store = Store::open(&test.url, &options).expect("the URL is well formed");
    (test, store)
}

/// Begins to count, and goes away.
async fn leave_a_statement(store: &Store) {
    let mut conn = store.read().await.expect("a connection");
    let counting = inspect::texts(&mut conn, COUNTING);
    assert!(tokio::time::timeout(Duration::from_millis(50), counting).await.is_err());
}

// On one thread: a statement that was left behind blocks nobody.
#[tokio::test]
async fn on_sqlite_whoever_leaves_a_statement_behind_waits_for_nothing_and_the_pool_makes_room_within_bounds() {
    let (_test, store) = narrow().await;
    let began = Instant::now();
    leave_a_statement(&store).await;
    let one = "SELECT '1' AS value";
    assert_eq!(inspect::texts(&mut store.read().await.unwrap(), one).await.unwrap(), ["1"]);
    let quick = began.elapsed();
    // As many may be left behind as the pool holds: this one keeps its place until it has ended.
    leave_a_statement(&store).await;
    let left = Instant::now();
    assert_eq!(inspect::texts(&mut store.read().await.unwrap(), one).await.unwrap(), ["1"]);
    assert!(quick < left.elapsed(), "{quick:?}, {:?}", left.elapsed());
    assert!(quick < Duration::from_millis(500), "{quick:?}");
}

#[tokio::test]
async fn on_sqlite_a_transaction_that_was_left_behind_is_rolled_back_after_its_last_statement() {
    let (_test, store) = narrow().await;
    let mut tx = store.begin().await.unwrap();
    inspect::execute(&mut tx, "CREATE TABLE left_behind (n INTEGER)").await.unwrap();
    tx.commit().await.unwrap();
    for _ in 0..10 {
        let mut tx = store.begin().await.unwrap();
        {
            let mut insert = std::pin::pin!(inspect::execute(&mut tx, "INSERT INTO left_behind VALUES (1)"));
            // Sent, and given up before anybody looks whether it has ended.
            let _sent = std::future::poll_fn(|context| std::task::Poll::Ready(insert.as_mut().poll(context))).await;
        }
        drop(tx);
        // The next writer begins behind the rollback, and commits nothing of the one before.
        let mut next = store.begin().await.unwrap();
        inspect::execute(&mut next, "INSERT INTO left_behind VALUES (2)").await.unwrap();
        next.commit().await.unwrap();
    }
    let rows = "SELECT CAST(n AS TEXT) AS value FROM left_behind";
    assert_eq!(inspect::texts(&mut store.read().await.unwrap(), rows).await.unwrap(), ["2"; 10]);
}
