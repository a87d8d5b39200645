//! The demo data at a fixed instant, and somebody who may do everything over MCP.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use lavori_domain::env::TestEnv;
use lavori_domain::{ConnectionId, Id, Timestamp};
use lavori_policy::{Caller, Scopes, Tenant};
use lavori_store::connections::{self, Connection};
use lavori_store::recorder::Recorder;
use lavori_store::{Options, Store, memberships, organizations, people, teams};
use lavori_tools::{Config, CursorKey, Registry, catalogue};
use serde_json::json;
use tempfile::TempDir;

use crate::server::runtime;

/// When everything takes place: Sunday 2026-11-22, 13:30 in Rome.
const NOW: i64 = 1_795_350_600_000;

/// The world.
pub(crate) struct World {
    pub(crate) registry: Arc<Registry>,
    /// Ada of Northlight, the whole organization.
    pub(crate) ada: Caller,
    /// Giulia of Northlight, narrowed to the team Stage.
    pub(crate) giulia: Caller,
    _folder: TempDir,
}

/// The one world of this process.
pub(crate) fn world() -> &'static World {
    static WORLD: LazyLock<World> = LazyLock::new(|| runtime().block_on(Box::pin(World::new())));
    &WORLD
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let store = open(folder.path());
        store.migrate().await.expect("SQLite migrates");
        let env = TestEnv::new(Timestamp::from_millis(NOW - 1_800_000), 1);
        lavori_demo::seed(&store, &env, "nobody signs in").await.expect("the demo data is written");
        let ada = caller(&store, &env, "ada@demo.example", None).await;
        let giulia = caller(&store, &env, "giulia.ferrante@demo.example", Some("stage")).await;
        let config = Config {
            public_url: "https://lavori.example".to_owned(),
            cursor_key: CursorKey::new([7; 32]),
            record_calls: false,
        };
        let recorder = Recorder::start(store.clone());
        let env = Arc::new(TestEnv::new(Timestamp::from_millis(NOW), 2));
        let registry = Registry::new(store, recorder, env, config, catalogue()).expect("the tools that ship");
        Self { registry: Arc::new(registry), ada, giulia, _folder: folder }
    }
}

fn open(folder: &Path) -> Store {
    let url = format!("sqlite:{}", folder.join("demo.db").display());
    Store::open(&url, &Options::default()).expect("the URL is well formed")
}

async fn caller(store: &Store, env: &TestEnv, email: &str, team: Option<&str>) -> Caller {
    let now = Timestamp::from_millis(NOW);
    let mut tx = store.begin().await.expect("the store begins");
    let organization = organizations::find_by_slug(&mut tx, "northlight").await.expect("the store answers");
    let organization = organization.expect("the demo has it");
    let (person, _) = people::find_by_email(&mut tx, email).await.expect("the store answers").expect("the demo has it");
    let role = memberships::role_of(&mut tx, organization.id, person.id).await.expect("the store answers");
    let all = teams::list(&mut tx, &[organization.id]).await.expect("the store answers");
    let team = team.map(|slug| all.into_iter().find(|team| team.slug == slug).expect("the demo has it"));
    let connection = Connection {
        organization_id: organization.id,
        id: ConnectionId::from(Id::<()>::new(env).uuid()),
        person_id: person.id,
        team_id: team.as_ref().map(|team| team.id),
        client_id: "https://client.example/metadata".to_owned(),
        client: json!({}),
        redirect_uri: "https://client.example/callback".to_owned(),
        resource: "https://lavori.example/mcp".to_owned(),
        approved_scope: Scopes::Billing,
        created_at: now,
        activated_at: None,
        last_used_at: None,
        label: None,
        // The database's clock decides, and that is not this world's.
        expires_at: now.plus_seconds(100 * 365 * 86_400),
        revoked_at: None,
        revoke_reason: None,
    };
    connections::insert(&mut tx, &connection).await.expect("the store takes it");
    tx.commit().await.expect("the store commits");
    Caller {
        connection: connection.id,
        person: person.id,
        role: role.expect("a member"),
        tenant: Tenant {
            organization: organization.id,
            slug: "northlight".to_owned(),
            name: organization.name,
            time_zone: organization.time_zone,
            currency: organization.currency,
            team: team.as_ref().map(|team| team.id),
            team_slug: team.map(|team| team.slug),
        },
        scopes: Scopes::Billing,
        grantable: Scopes::Billing,
        now,
    }
}
