//! Invitations and memberships that come and go (PRODUCT.md P4), and the walls around them (P12).

use lavori_domain::env::SystemEnv;
use lavori_domain::organizations::Role;
use lavori_domain::{Env, Id, OrganizationId, PersonId};
use lavori_store::invitations::{self, Invitation};
use lavori_store::{Error, SecretHash, Tx, client_domains, memberships, teams};
use lavori_testkit::stores;

use crate::organization::{founded, team};

fn invitation(organization: OrganizationId, invited_by: PersonId, email: &str) -> Invitation {
    let now = SystemEnv.now();
    let id = Id::new(&SystemEnv);
    Invitation {
        organization_id: organization,
        id,
        token_hash: SecretHash::of(&id.to_string()),
        email: email.to_owned(),
        role: Role::Member,
        invited_by,
        created_at: now,
        expires_at: now.plus_seconds(60),
    }
}

async fn refused(tx: Tx, outcome: Result<(), Error>, what: &str) {
    assert!(matches!(outcome, Err(Error::Conflict(_))), "{what}: {outcome:?}");
    tx.rollback().await.expect("it is undone");
}

#[tokio::test]
async fn p12_nobody_of_another_organization_invites_or_accepts() {
    for test in stores().await {
        let mut tx = test.store.begin().await.unwrap();
        let (here, ada) = founded(&mut tx, "here").await;
        let (_, stranger) = founded(&mut tx, "there").await;
        let good = invitation(here.id, ada.id, "new@demo.example");
        invitations::insert(&mut tx, &good).await.unwrap();
        tx.commit().await.unwrap();

        let mut tx = test.store.begin().await.unwrap();
        let foreign = invitation(here.id, stranger.id, "other@demo.example");
        let outcome = invitations::insert(&mut tx, &foreign).await;
        refused(tx, outcome, "who invites").await;
        let mut tx = test.store.begin().await.unwrap();
        let outcome = invitations::accept(&mut tx, here.id, good.id, stranger.id, SystemEnv.now()).await;
        refused(tx, outcome.map(|_| ()), "who accepts").await;
        let mut tx = test.store.begin().await.unwrap();
        let twice = invitation(here.id, ada.id, "new@demo.example");
        let outcome = invitations::insert(&mut tx, &twice).await;
        refused(tx, outcome, "a second open one for the address").await;
        let mut tx = test.store.begin().await.unwrap();
        let outcome = client_domains::replace(&mut tx, Id::new(&SystemEnv), &["claude.ai".to_owned()]).await;
        let outcome = match outcome {
            Ok(()) => tx.commit().await,
            Err(error) => Err(error),
        };
        assert!(matches!(outcome, Err(Error::Conflict(_))), "domains of no organization: {outcome:?}");
    }
}

#[tokio::test]
async fn p4_an_invitation_is_used_or_withdrawn_once() {
    for test in stores().await {
        let mut tx = test.store.begin().await.unwrap();
        let (here, ada) = founded(&mut tx, "here").await;
        let (there, _) = founded(&mut tx, "there").await;
        let now = SystemEnv.now();
        let one = invitation(here.id, ada.id, "one@demo.example");
        let other = invitation(here.id, ada.id, "other@demo.example");
        invitations::insert(&mut tx, &one).await.unwrap();
        invitations::insert(&mut tx, &other).await.unwrap();
        assert_eq!(invitations::withdraw(&mut tx, there.id, one.id, now).await.unwrap(), None, "not theirs");
        assert!(invitations::accept(&mut tx, here.id, one.id, ada.id, now).await.unwrap());
        assert!(!invitations::accept(&mut tx, here.id, one.id, ada.id, now).await.unwrap());
        assert_eq!(invitations::withdraw(&mut tx, here.id, one.id, now).await.unwrap(), None);
        let email = invitations::withdraw(&mut tx, here.id, other.id, now).await.unwrap();
        assert_eq!(email.as_deref(), Some("other@demo.example"));
        assert!(!invitations::accept(&mut tx, here.id, other.id, ada.id, now).await.unwrap());
        assert_eq!(invitations::find_open(&mut tx, one.token_hash).await.unwrap(), None);
        assert!(invitations::list_open(&mut tx, here.id).await.unwrap().is_empty());
        // The address is free again.
        invitations::insert(&mut tx, &invitation(here.id, ada.id, "other@demo.example")).await.unwrap();
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn p4_a_membership_that_ended_is_reopened_and_a_live_one_is_not() {
    for test in stores().await {
        let mut tx = test.store.begin().await.unwrap();
        let (here, ada) = founded(&mut tx, "here").await;
        let sound = team(&here, "sound");
        teams::insert(&mut tx, &sound).await.unwrap();
        teams::add_member(&mut tx, here.id, sound.id, ada.id).await.unwrap();
        assert!(!memberships::reopen(&mut tx, here.id, ada.id, Role::Member).await.unwrap(), "it is open");
        assert!(!memberships::has_other_owner(&mut tx, here.id, ada.id).await.unwrap());
        assert_eq!(memberships::owned_by(&mut tx, ada.id).await.unwrap(), [("here".to_owned(), false)]);
        teams::remove_from_all(&mut tx, here.id, ada.id).await.unwrap();
        memberships::end(&mut tx, here.id, ada.id, SystemEnv.now()).await.unwrap();
        assert_eq!(memberships::role_of(&mut tx, here.id, ada.id).await.unwrap(), None);
        assert!(memberships::list(&mut tx, here.id).await.unwrap().is_empty());
        assert!(teams::list_members(&mut tx, here.id).await.unwrap().is_empty());
        assert!(memberships::reopen(&mut tx, here.id, ada.id, Role::Admin).await.unwrap());
        assert_eq!(memberships::role_of(&mut tx, here.id, ada.id).await.unwrap(), Some(Role::Admin));
        tx.commit().await.unwrap();
    }
}
