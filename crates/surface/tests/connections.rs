//! Connections of people whom an embedder identified: what they may do is decided as for everybody, at every request.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed; helpers are not recognized as tests")]

use std::sync::Arc;

use lavori_audit::Origin;
use lavori_domain::env::SystemEnv;
use lavori_domain::{ConnectionId, OrganizationId, PersonId, TeamId};
use lavori_policy::{Caller, Refusal, Scopes, Switches};
use lavori_store::audit_events::{self, EventFilter};
use lavori_store::recorder::Recorder;
use lavori_store::{Error, Store, clock, memberships, organizations, people, teams};
use lavori_surface::connections::{self, Approval};
use lavori_testkit::stores;
use lavori_tools::{Config, CursorKey, InvokeError, Registry, catalogue};
use serde_json::{Map, Value, json};

/// The demo's Northlight with changes switched on.
struct Northlight {
    store: Store,
    organization: OrganizationId,
    sound: TeamId,
}

impl Northlight {
    async fn new(store: Store) -> Self {
        lavori_demo::seed(&store, &SystemEnv, "none").await.unwrap();
        let mut tx = store.begin().await.unwrap();
        let organization = organizations::find_by_slug(&mut tx, "northlight").await.unwrap().unwrap().id;
        organizations::set_switches(&mut tx, organization, Switches::new(true, false)).await.unwrap();
        let sound = teams::find_by_slug(&mut tx, organization, "sound").await.unwrap().unwrap().id;
        tx.commit().await.unwrap();
        Self { store, organization, sound }
    }

    async fn person(&self, email: &str) -> PersonId {
        let mut conn = self.store.read().await.unwrap();
        people::find_by_email(&mut conn, email).await.unwrap().unwrap().0.id
    }

    async fn open(&self, email: &str, team: Option<TeamId>, scopes: Scopes) -> Result<ConnectionId, Error> {
        let (organization, person) = (self.organization, self.person(email).await);
        let approval = Approval { organization, person, team, scopes, client: "Desk", lifetime: 3600 };
        connections::open(&self.store, &SystemEnv, &approval, &Origin::default()).await
    }

    async fn caller(&self, connection: ConnectionId) -> Result<Caller, Refusal> {
        connections::caller(&self.store, self.organization, connection).await.unwrap()
    }

    async fn actions(&self, connection: ConnectionId) -> Vec<String> {
        let mut conn = self.store.read().await.unwrap();
        let all = EventFilter::default();
        let events = audit_events::list_of_connection(&mut conn, self.organization, connection, &all, 100);
        events.await.unwrap().into_iter().rev().map(|event| event.action).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p38_a_caller_is_limited_by_approval_switches_role_team_and_membership() {
    for test in stores().await {
        let north = Northlight::new(test.store.clone()).await;
        let whole = north.open("ada@demo.example", None, Scopes::Billing).await.unwrap();
        let ada = north.caller(whole).await.unwrap();
        assert_eq!((ada.scopes, ada.grantable, ada.tenant.team), (Scopes::Write, Scopes::Write, None));
        let reads = north.open("ada@demo.example", None, Scopes::Read).await.unwrap();
        assert_eq!(north.caller(reads).await.unwrap().scopes, Scopes::Read);
        let sound = north.open("ben@demo.example", Some(north.sound), Scopes::Write).await.unwrap();
        assert_eq!(north.caller(sound).await.unwrap().tenant.team_slug.as_deref(), Some("sound"));

        let contractor = north.open("dan@demo.example", None, Scopes::Read).await.unwrap();
        assert_eq!(north.caller(contractor).await, Err(Refusal::RoleCannotConnect));
        let stranger = north.open("hana@demo.example", None, Scopes::Read).await;
        assert!(matches!(stranger, Err(Error::Conflict(_))), "Hana is no member: {stranger:?}");

        let ben = north.person("ben@demo.example").await;
        let mut tx = test.store.begin().await.unwrap();
        let now = clock::now(&mut tx).await.unwrap();
        memberships::end(&mut tx, north.organization, ben, now).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(north.caller(sound).await, Err(Refusal::MembershipEnded));
        test.store.shift_clock(3600);
        assert_eq!(north.caller(whole).await, Err(Refusal::ConnectionExpired));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p38_a_closed_connection_is_over_at_once_and_its_log_stays() {
    for test in stores().await {
        let north = Northlight::new(test.store.clone()).await;
        let connection = north.open("ada@demo.example", None, Scopes::Write).await.unwrap();
        let ada = north.caller(connection).await.unwrap();
        let tools = Config { public_url: String::new(), cursor_key: CursorKey::new([1; 32]), record_calls: true };
        let recorder = Recorder::start(test.store.clone());
        let registry = Registry::new(test.store.clone(), recorder, Arc::new(SystemEnv), tools, catalogue()).unwrap();
        let create = || arguments(json!({ "contacts": [{ "kind": "company", "name": "Ramp & Co" }] }));
        let origin = Origin::default();
        assert!(!registry.invoke(&ada, &origin, "create_contacts", create()).await.unwrap().is_error);

        let close = || connections::close(&test.store, &SystemEnv, north.organization, connection, ada.person, &origin);
        assert!(close().await.unwrap());
        assert!(!close().await.unwrap(), "it is closed already");
        assert_eq!(north.caller(connection).await, Err(Refusal::ConnectionRevoked));
        // Even a caller that was let in before: a write looks again.
        let late = registry.invoke(&ada, &origin, "create_contacts", create()).await;
        assert!(matches!(late, Err(InvokeError::CutOff(Refusal::ConnectionRevoked))), "{late:?}");
        let expected = ["connection.approved", "tool.called", "connection.revoked", "call.refused"];
        assert_eq!(north.actions(connection).await, expected, "{}", test.name);
    }
}

fn arguments(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(arguments) => arguments,
        other => panic!("{other} is no object"),
    }
}
