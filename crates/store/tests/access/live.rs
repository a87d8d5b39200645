//! What the settings of an organization tell before they cut something off (PRODUCT.md P21).

use std::collections::BTreeSet;
use std::time::Duration;

use lavori_audit::{Action, Event, Origin};
use lavori_domain::env::SystemEnv;
use lavori_domain::organizations::{Organization, Person, Role};
use lavori_domain::{ConnectionId, Env, Id};
use lavori_policy::Scopes;
use lavori_store::connections::{self, Connection};
use lavori_store::refresh_tokens::{self, RefreshToken};
use lavori_store::{SecretHash, Tx, audit_events, memberships};
use lavori_testkit::stores;

use crate::organization::founded;

const HOUR: i64 = 3600;

/// Connects a client whose tokens are renewed for `idle` seconds at most, and which ends after `end` seconds.
async fn connected(tx: &mut Tx, organization: &Organization, person: &Person, idle: i64, end: i64) -> ConnectionId {
    let (now, id) = (SystemEnv.now(), ConnectionId::new(&SystemEnv));
    let connection = Connection {
        organization_id: organization.id,
        id,
        person_id: person.id,
        team_id: None,
        client_id: "client".to_owned(),
        client: serde_json::json!({"name": "Claude"}),
        redirect_uri: "https://claude.ai/callback".to_owned(),
        resource: "https://lavori.example/mcp".to_owned(),
        approved_scope: Scopes::Write,
        created_at: now,
        activated_at: None,
        last_used_at: None,
        label: None,
        expires_at: now.plus_seconds(end),
        revoked_at: None,
        revoke_reason: None,
    };
    connections::insert(tx, &connection).await.expect("a connection");
    let token = RefreshToken {
        organization_id: organization.id,
        id: Id::new(&SystemEnv),
        token_hash: SecretHash::of(&id.to_string()),
        connection_id: id,
        generation: 1,
        issued_at: now,
        expires_at: now.plus_seconds(idle),
        rotated_at: None,
        sealed_successor: None,
        retries: 0,
        rotated_ip_address: None,
        rotated_user_agent: None,
    };
    refresh_tokens::insert(tx, &token).await.expect("a token");
    connections::activate(tx, organization.id, id, now).await.expect("it is activated");
    id
}

#[tokio::test]
async fn p21_live_is_what_is_neither_revoked_nor_ended_by_itself_here() {
    for test in stores().await {
        let mut tx = test.store.begin().await.unwrap();
        let (here, ada) = founded(&mut tx, "here").await;
        let (there, bo) = founded(&mut tx, "there").await;
        let now = SystemEnv.now();
        memberships::insert(&mut tx, here.id, bo.id, Role::Contractor, now).await.unwrap();
        let first = connected(&mut tx, &here, &ada, HOUR, HOUR).await;
        let second = connected(&mut tx, &here, &ada, HOUR, HOUR).await;
        let contractors = connected(&mut tx, &here, &bo, HOUR, HOUR).await;
        connected(&mut tx, &here, &ada, -1, HOUR).await;
        connected(&mut tx, &here, &ada, HOUR, -1).await;
        let revoked = connected(&mut tx, &here, &ada, HOUR, HOUR).await;
        connections::revoke(&mut tx, here.id, revoked, Some(ada.id), "a test", now).await.unwrap();
        connected(&mut tx, &there, &bo, HOUR, HOUR).await;

        let ids = async |tx: &mut Tx, person| {
            let live = connections::list_live(tx, here.id, person, now).await.unwrap();
            live.iter().map(|live| (live.id, live.works())).collect::<BTreeSet<_>>()
        };
        let adas = BTreeSet::from([(first, true), (second, true)]);
        let all = &adas | &BTreeSet::from([(contractors, false)]);
        assert_eq!(ids(&mut tx, None).await, all, "{}", test.name);
        assert_eq!(ids(&mut tx, Some(ada.id)).await, adas, "{}", test.name);
        memberships::end(&mut tx, here.id, bo.id, now).await.unwrap();
        assert!(ids(&mut tx, Some(bo.id)).await.is_empty(), "{}", test.name);
    }
}

#[tokio::test]
async fn p19_the_last_change_of_an_organization_is_found_with_who_made_it() {
    for test in stores().await {
        let mut tx = test.store.begin().await.unwrap();
        let (here, ada) = founded(&mut tx, "here").await;
        let (there, bo) = founded(&mut tx, "there").await;
        let action = Action::SwitchesChanged;
        assert_eq!(audit_events::last_of_organization(&mut tx, here.id, action).await.unwrap(), None);
        let mut last = None;
        for (organization, person) in [(&here, Some(&ada)), (&here, None), (&here, Some(&ada)), (&there, Some(&bo))] {
            let mut event = Event::new(&SystemEnv, action, Origin::default()).within(organization.id);
            if let Some(person) = person {
                event = event.by(person.id);
            }
            audit_events::insert(&mut tx, &event).await.unwrap();
            // Ids sort by the millisecond.
            tokio::time::sleep(Duration::from_millis(2)).await;
            if organization.id == here.id {
                last = Some((event.occurred_at, person.map(|person| person.name.clone())));
            }
            let found = audit_events::last_of_organization(&mut tx, here.id, action).await.unwrap();
            assert_eq!(found, last, "{}", test.name);
        }
    }
}
