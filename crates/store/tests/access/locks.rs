//! Revoking and switching off wait for the writes that rely on what they take away, and for no others (P23).

use std::time::Duration;

use lavori_domain::env::SystemEnv;
use lavori_domain::{ConnectionId, Id};
use lavori_policy::Switches;
use lavori_store::{locks, organizations};
use lavori_testkit::stores;

use crate::organization::founded;

#[tokio::test]
async fn p23_a_switch_off_is_acknowledged_only_when_no_write_that_relies_on_it_is_open() {
    for test in stores().await {
        let mut tx = test.store.begin().await.unwrap();
        let (organization, person) = founded(&mut tx, "here").await;
        tx.commit().await.unwrap();

        let mut write = test.store.begin().await.unwrap();
        locks::share(&mut write, organization.id, person.id, ConnectionId::new(&SystemEnv)).await.unwrap();
        let store = test.store.clone();
        let switch_off = tokio::spawn(async move {
            let mut tx = store.begin().await.unwrap();
            organizations::set_switches(&mut tx, organization.id, Switches::new(false, false)).await.unwrap();
            tx.commit().await.unwrap();
        });
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert!(!switch_off.is_finished(), "{}: a write is still open", test.name);
        write.commit().await.unwrap();
        switch_off.await.unwrap();

        let mut late = test.store.begin().await.unwrap();
        locks::share(&mut late, organization.id, person.id, Id::new(&SystemEnv)).await.unwrap();
        let (switches, _) = organizations::switches(&mut late, organization.id).await.unwrap();
        assert!(!switches.write(), "{}: whoever comes later sees it", test.name);
    }
}
