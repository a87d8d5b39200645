//! The demo on real databases.

use lavori_demo::{Seeded, accounts, seed};
use lavori_domain::env::TestEnv;
use lavori_domain::organizations::Role;
use lavori_domain::{KeyKind, Timestamp};
use lavori_store::{counters, memberships, organizations, people, teams};
use lavori_testkit::stores;

/// Stands for the hash that the caller makes: this crate does not look into it.
const HASH: &str = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA";

#[tokio::test]
async fn an_empty_store_is_filled_and_a_filled_one_left_as_it_is() {
    for test in stores().await {
        let filled = seed(&test.store, &TestEnv::default(), HASH).await.unwrap();
        assert_eq!(filled, Seeded::Filled { projects: 30, tasks: 600 }, "{}", test.name);

        let again = seed(&test.store, &TestEnv::new(Timestamp::from_millis(0), 9), "another").await.unwrap();
        assert_eq!(again, Seeded::AlreadyThere, "{}", test.name);

        let mut tx = test.store.begin().await.unwrap();
        for (slug, tasks, projects, contacts) in [("northlight", 492, 24, 10), ("harbor", 108, 6, 4)] {
            let organization = organizations::find_by_slug(&mut tx, slug).await.unwrap().unwrap();
            let on = slug == "northlight";
            let (switches, _) = organizations::switches(&mut tx, organization.id).await.unwrap();
            assert_eq!((switches.write(), switches.billing()), (on, on), "{}", test.name);
            let count = teams::list(&mut tx, &[organization.id]).await.unwrap().len();
            assert_eq!(count, if on { 3 } else { 0 }, "{}", test.name);
            // The next record that a person makes gets the next number.
            for (kind, last) in [(KeyKind::Task, tasks), (KeyKind::Project, projects), (KeyKind::Contact, contacts)] {
                assert_eq!(counters::take(&mut tx, organization.id, kind, 1).await.unwrap(), last + 1, "{}", test.name);
            }
        }
        tx.rollback().await.unwrap();
    }
}

#[tokio::test]
async fn accounts_are_as_published_and_nobody_else_can_sign_in() {
    for test in stores().await {
        seed(&test.store, &TestEnv::default(), HASH).await.unwrap();
        let mut conn = test.store.read().await.unwrap();
        for account in accounts() {
            let (person, hash) = people::find_by_email(&mut conn, account.email).await.unwrap().unwrap();
            assert_eq!(hash.as_deref(), Some(HASH));
            let mut places: Vec<(String, Role)> = Vec::new();
            for membership in memberships::list_of(&mut conn, person.id).await.unwrap() {
                places.push((membership.slug, membership.role));
            }
            places.sort();
            let mut published: Vec<(String, Role)> = account
                .organizations
                .iter()
                .map(|organization| (organization.slug.to_owned(), organization.role.parse().unwrap()))
                .collect();
            published.sort();
            assert_eq!(places, published, "{} on {}", account.email, test.name);
        }
        let (_, hash) = people::find_by_email(&mut conn, "joao.pereira@demo.example").await.unwrap().unwrap();
        assert_eq!(hash, None);
    }
}
