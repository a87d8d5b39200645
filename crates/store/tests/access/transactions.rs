//! What is not committed is not there, and its connection serves again.

use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, SqliteConnection};
use lavori_policy::Switches;
use lavori_store::{Options, Store, organizations};
use lavori_testkit::stores;

use crate::organization::organization;

#[tokio::test]
async fn a_dropped_transaction_leaves_nothing_and_gives_its_connection_back() {
    for test in stores().await {
        // One connection: if an abandoned transaction kept it, the next would wait in vain.
        let store = Store::open(&test.url, &Options { connections: 1, ..Options::default() }).unwrap();
        for round in 0..20 {
            let mut tx = store.begin().await.unwrap();
            organizations::insert(&mut tx, &organization("gone"), Switches::new(false, false)).await.unwrap();
            if round % 2 == 0 { drop(tx) } else { tx.rollback().await.unwrap() }
        }
        let found = organizations::find_by_slug(&mut store.read().await.unwrap(), "gone").await.unwrap();
        assert_eq!(found, None, "{}", test.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_whose_request_was_dropped_in_the_middle_leaves_nothing() {
    for test in stores().await {
        for millis in 0..10 {
            let work = async {
                let mut tx = test.store.begin().await.unwrap();
                for number in 0..200 {
                    let one = organization(&format!("n{number}"));
                    organizations::insert(&mut tx, &one, Switches::new(false, false)).await.unwrap();
                }
                std::future::pending::<()>().await;
            };
            let cut_off = tokio::time::timeout(Duration::from_millis(millis * 3), work).await;
            assert!(cut_off.is_err());
        }
        let mut tx = test.store.begin().await.unwrap();
        for number in 0..200 {
            let found = organizations::find_by_slug(&mut tx, &format!("n{number}")).await.unwrap();
            assert_eq!(found, None, "{}", test.name);
        }
        organizations::insert(&mut tx, &organization("kept"), Switches::new(false, false)).await.unwrap();
        tx.commit().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sqlite_file_that_somebody_holds_for_a_moment_is_waited_for_by_a_new_connection_too() {
    for test in stores().await {
        let Some(path) = test.url.strip_prefix("sqlite:") else { continue };
        let mut other = SqliteConnection::establish(path).unwrap();
        other.batch_execute("PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; COMMIT").unwrap();
        let store = Store::open(&test.url, &Options::default()).unwrap();
        let lets_go = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(300));
            drop(other);
        });
        let found = organizations::find_by_slug(&mut store.read().await.unwrap(), "nobody").await.unwrap();
        assert_eq!(found, None, "{}", test.name);
        lets_go.join().unwrap();
    }
}

#[tokio::test]
async fn migrating_twice_changes_nothing_and_every_migration_can_be_undone() {
    for test in stores().await {
        assert_eq!(test.store.migrate().await.unwrap(), 0, "{}", test.name);
        lavori_store::redo_migrations(&test.url).await.unwrap();
        assert_eq!(test.store.migrate().await.unwrap(), 0, "{}", test.name);
    }
}
