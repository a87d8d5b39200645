//! An organization with one member, for the other tests.

use lavori_domain::env::SystemEnv;
use lavori_domain::organizations::{Organization, OrganizationState, Person, PersonState, Role, Team};
use lavori_domain::{Env, Id, TimeZone};
use lavori_policy::Switches;
use lavori_store::{Tx, memberships, organizations, people, teams};

pub(crate) fn organization(slug: &str) -> Organization {
    Organization {
        id: Id::new(&SystemEnv),
        slug: slug.to_owned(),
        name: slug.to_owned(),
        time_zone: TimeZone::UTC,
        currency: "EUR".parse().expect("a currency"),
        state: OrganizationState::Active,
        created_at: SystemEnv.now(),
    }
}

pub(crate) async fn founded(tx: &mut Tx, slug: &str) -> (Organization, Person) {
    let organization = organization(slug);
    let person = Person {
        id: Id::new(&SystemEnv),
        email: format!("{slug}@demo.example"),
        name: "Somebody".to_owned(),
        state: PersonState::Active,
        created_at: SystemEnv.now(),
    };
    organizations::insert(tx, &organization, Switches::new(true, true)).await.expect("an organization");
    people::insert(tx, &person, None).await.expect("a person");
    memberships::insert(tx, organization.id, person.id, Role::Owner, SystemEnv.now()).await.expect("a membership");
    (organization, person)
}

pub(crate) fn team(organization: &Organization, slug: &str) -> Team {
    Team { organization: organization.id, id: Id::new(&SystemEnv), slug: slug.to_owned(), name: slug.to_owned() }
}

/// A reference from one organization into another is refused by the database itself (DESIGN decision 3).
#[tokio::test]
async fn p12_a_team_takes_no_member_of_another_organization() {
    for test in lavori_testkit::stores().await {
        let mut tx = test.store.begin().await.unwrap();
        let (here, _) = founded(&mut tx, "here").await;
        let (_, stranger) = founded(&mut tx, "there").await;
        let sound = team(&here, "sound");
        teams::insert(&mut tx, &sound).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = test.store.begin().await.unwrap();
        let refused = teams::add_member(&mut tx, here.id, sound.id, stranger.id).await;
        assert!(matches!(refused, Err(lavori_store::Error::Conflict(_))), "{}: {refused:?}", test.name);
    }
}
