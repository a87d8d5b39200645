//! Accounts at providers.

use lavori_domain::env::SystemEnv;
use lavori_domain::{Env, Id, PersonId};
use lavori_store::Error;
use lavori_store::identities::{self, Identity};
use lavori_testkit::stores;

use crate::organization::founded;

fn identity(person: PersonId, issuer: &str) -> Identity {
    Identity {
        id: Id::new(&SystemEnv),
        issuer: issuer.to_owned(),
        subject: "248289761001".to_owned(),
        person,
        email: Some("here@demo.example".to_owned()),
        created_at: SystemEnv.now(),
        last_used_at: None,
    }
}

#[tokio::test]
async fn j3_an_account_is_one_person_s_by_issuer_and_subject() {
    for test in stores().await {
        let mut tx = test.store.begin().await.unwrap();
        let (_, here) = founded(&mut tx, "here").await;
        let (_, there) = founded(&mut tx, "there").await;
        let (one, other) = (identity(here.id, "https://one.example"), identity(there.id, "https://other.example"));
        identities::insert(&mut tx, &one).await.unwrap();
        identities::insert(&mut tx, &other).await.unwrap();
        tx.commit().await.unwrap();

        let mut tx = test.store.begin().await.unwrap();
        let found = identities::find(&mut tx, &one.issuer, &one.subject).await.unwrap().unwrap();
        assert_eq!((found.id, found.person), (one.id, here.id), "{}", test.name);
        assert_eq!(identities::find(&mut tx, "https://one.example/", &one.subject).await.unwrap(), None);
        assert!(matches!(identities::delete(&mut tx, there.id, one.id).await, Err(Error::NotFound)), "not theirs");
        identities::touch(&mut tx, one.id, SystemEnv.now()).await.unwrap();
        assert!(identities::list(&mut tx, here.id).await.unwrap()[0].last_used_at.is_some());
        identities::delete(&mut tx, here.id, one.id).await.unwrap();
        assert!(identities::list(&mut tx, here.id).await.unwrap().is_empty());
        let again = identity(there.id, "https://other.example");
        assert!(matches!(identities::insert(&mut tx, &again).await, Err(Error::Conflict(_))), "{}", test.name);
    }
}
