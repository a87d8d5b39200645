//! The audit log and its writer for reads.

use lavori_audit::{Action, Event, Origin};
use lavori_domain::env::SystemEnv;
use lavori_domain::{ConnectionId, Id};
use lavori_store::recorder::Recorder;
use lavori_store::{Error, audit_events, inspect};
use lavori_testkit::stores;

use crate::organization::founded;

const COUNT: &str = "SELECT CAST(COUNT(*) AS TEXT) AS value FROM audit_events";

#[tokio::test]
async fn p29_what_the_recorder_answered_is_in_the_log() {
    for test in stores().await {
        let mut tx = test.store.begin().await.unwrap();
        let (organization, person) = founded(&mut tx, "here").await;
        tx.commit().await.unwrap();
        let recorder = Recorder::start(test.store.clone());
        let records: Vec<_> = (0..300)
            .map(|_| {
                let recorder = recorder.clone();
                let event = Event::new(&SystemEnv, Action::ToolCalled, Origin::default());
                let event = event.by(person.id).within(organization.id);
                tokio::spawn(async move { recorder.record(event).await })
            })
            .collect();
        for record in records {
            record.await.unwrap().unwrap();
        }
        let count = inspect::texts(&mut test.store.read().await.unwrap(), COUNT).await.unwrap();
        assert_eq!(count, ["300"], "{}", test.name);
    }
}

#[tokio::test]
async fn one_event_that_the_database_refuses_takes_no_other_with_it() {
    for test in stores().await {
        let mut tx = test.store.begin().await.unwrap();
        let (organization, person) = founded(&mut tx, "here").await;
        tx.commit().await.unwrap();
        let recorder = Recorder::start(test.store.clone());
        let records: Vec<_> = (0..20)
            .map(|number| {
                let recorder = recorder.clone();
                let event = Event::new(&SystemEnv, Action::ToolCalled, Origin::default()).by(person.id);
                // Every tenth names a connection that the organization does not have.
                let event = match number % 10 {
                    0 => event.on(organization.id, ConnectionId::new(&SystemEnv)),
                    _ => event.within(organization.id),
                };
                tokio::spawn(async move { (number % 10 == 0, recorder.record(event).await) })
            })
            .collect();
        for record in records {
            let (bad, recorded) = record.await.unwrap();
            assert_eq!(matches!(recorded, Err(Error::Busy(_))), bad, "{}: {recorded:?}", test.name);
        }
        let count = inspect::texts(&mut test.store.read().await.unwrap(), COUNT).await.unwrap();
        assert_eq!(count, ["18"], "{}", test.name);
    }
}

#[tokio::test]
async fn i14_an_event_that_cannot_be_written_takes_its_change_with_it() {
    for test in stores().await {
        let mut tx = test.store.begin().await.unwrap();
        let (organization, _) = founded(&mut tx, "here").await;
        let event = Event::new(&SystemEnv, Action::ConnectionApproved, Origin::default());
        let written = audit_events::insert(&mut tx, &event.on(organization.id, Id::new(&SystemEnv))).await;
        assert!(matches!(written, Err(Error::Conflict(_))), "{}: {written:?}", test.name);
        drop(tx);
        let organizations = "SELECT CAST(COUNT(*) AS TEXT) AS value FROM organizations";
        let count = inspect::texts(&mut test.store.read().await.unwrap(), organizations).await.unwrap();
        assert_eq!(count, ["0"], "{}", test.name);
    }
}
