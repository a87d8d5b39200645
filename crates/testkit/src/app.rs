//! A whole server in process, on a port of its own, with the demo data.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use lavori_domain::PersonId;
use lavori_domain::env::SystemEnv;
use lavori_domain::organizations::{PersonState, Role};
use lavori_fetch::Fetcher;
use lavori_http::{App, Config, Limits, serve};
use lavori_oauth::{
    AuthorizationServer, ConfiguredClient, ConfiguredClients, Lifetimes, PasswordHashing, PasswordParameters,
};
use lavori_policy::Switches;
use lavori_store::recorder::Recorder;
use lavori_store::{inspect, memberships, organizations, people};
use tokio::net::TcpListener;

use crate::add_contact::AddContact;
use crate::client::{Browser, Http};
use crate::connect::CALLBACK;
use crate::stores::{TestStore, stores};
use crate::strangers::{Published, Strangers};

/// A server with its database. Clones are the same server.
#[derive(Clone)]
pub struct TestApp {
    inner: Arc<Inner>,
}

struct Inner {
    origin: String,
    database: TestStore,
    strangers: Strangers,
}

/// The id of the client that the operator of every [`TestApp`] entered.
pub const CONFIGURED_CLIENT: &str = "crew-planner";

/// One server for each kind of database, each with the demo data and one tool that writes.
pub async fn apps() -> Vec<TestApp> {
    let mut apps = Vec::new();
    for database in stores().await {
        apps.push(TestApp::start(database).await);
    }
    apps
}

impl TestApp {
    async fn start(database: TestStore) -> Self {
        let env = Arc::new(SystemEnv);
        let hash = PasswordHashing::new(PasswordParameters::CHEAP, env.clone()).hash(lavori_demo::PASSWORD).await;
        lavori_demo::seed(&database.store, &*env, &hash.expect("a hash")).await.expect("the demo data fits");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        let strangers = Strangers::default();
        let oauth = Arc::new(AuthorizationServer::new(lavori_oauth::Config {
            origin: origin.clone(),
            secret: b"a secret for tests, thirty-two bytes long or more".to_vec(),
            env: env.clone(),
            lifetimes: Lifetimes::default(),
            passwords: PasswordParameters::CHEAP,
            clients: ConfiguredClients::new([ConfiguredClient {
                id: CONFIGURED_CLIENT.to_owned(),
                name: "Crew Planner".to_owned(),
                redirect_uris: vec![CALLBACK.to_owned(), "https://planner.example/cb".to_owned()],
                domain: Some("planner.example".to_owned()),
            }])
            .expect("a client"),
            documents: Fetcher::for_strangers(&strangers.network()).expect("a fetcher"),
        }));
        let mut tools = lavori_tools::catalogue();
        tools.push(lavori_tools::tool::<AddContact>());
        let settings = lavori_tools::Config {
            public_url: origin.clone(),
            cursor_key: lavori_tools::CursorKey::new(oauth.cursor_key()),
            record_calls: true,
        };
        let store = database.store.clone();
        let registry = lavori_tools::Registry::new(store.clone(), Recorder::start(store), env, settings, tools)
            .expect("the tools fit");
        let config = Config {
            public_url: origin.parse().expect("a URL"),
            allowed_origins: vec!["http://localhost:*".to_owned()],
            call_deadline: Duration::from_secs(30),
        };
        let app = App::new(&config, database.store.clone(), oauth, registry).expect("the parts fit");
        // It ends with the test's runtime.
        tokio::spawn(serve(Arc::new(app), listener, Limits::default(), std::future::pending()));
        Self { inner: Arc::new(Inner { origin, database, strangers }) }
    }

    /// The server's origin.
    pub fn origin(&self) -> &str {
        &self.inner.origin
    }

    /// A client that keeps nothing.
    pub fn http(&self) -> Http {
        Http::new(self.inner.origin.clone())
    }

    /// A browser without cookies.
    pub fn browser(&self) -> Browser {
        Browser::new(self.http())
    }

    /// A browser with these cookies, where they have a value.
    pub fn browser_of(&self, cookies: &[(&str, Option<&str>)]) -> Browser {
        let mut browser = self.browser();
        for (name, value) in cookies {
            if let Some(value) = value {
                browser.set_cookie(name, value);
            }
        }
        browser
    }

    /// Publishes a client's metadata document at an https URL, its id.
    pub async fn publish_client(&self, url: &str, document: &serde_json::Value) {
        self.publish(url, Published::json(document)).await;
    }

    /// Publishes any answer at an https URL.
    pub async fn publish(&self, url: &str, answer: Published) {
        self.inner.strangers.publish(url, answer).await;
    }

    /// Makes a stranger's name resolve to these addresses.
    pub fn resolve_to(&self, host: &str, addresses: &[SocketAddr]) {
        self.inner.strangers.resolve_to(host, addresses);
    }

    /// Takes everything that was published off the network.
    pub fn strangers_leave(&self) {
        self.inner.strangers.leave();
    }

    /// How often the server asked for a URL.
    pub fn fetches_of(&self, url: &str) -> usize {
        self.inner.strangers.requests_for(url)
    }

    /// How often the server asked strangers for anything.
    pub fn fetches(&self) -> usize {
        self.inner.strangers.requests()
    }

    /// Moves the time that the store goes by.
    pub fn shift_clock(&self, seconds: i64) {
        self.inner.database.store.shift_clock(seconds);
    }

    /// Sets an organization's switches.
    pub async fn set_switches(&self, organization: &str, write: bool, billing: bool) {
        let mut tx = self.inner.database.store.begin().await.expect("a transaction");
        let found = organizations::find_by_slug(&mut tx, organization).await.expect("an answer").expect(organization);
        organizations::set_switches(&mut tx, found.id, Switches::new(write, billing)).await.expect("a change");
        tx.commit().await.expect("a commit");
    }

    /// Gives a member another role.
    pub async fn set_role(&self, email: &str, organization: &str, role: &str) {
        let role: Role = role.parse().expect("a role");
        let mut tx = self.inner.database.store.begin().await.expect("a transaction");
        let found = organizations::find_by_slug(&mut tx, organization).await.expect("an answer").expect(organization);
        let (person, _) = people::find_by_email(&mut tx, email).await.expect("an answer").expect(email);
        memberships::set_role(&mut tx, found.id, person.id, role).await.expect("a change");
        tx.commit().await.expect("a commit");
    }

    /// Ends a membership.
    pub async fn end_membership(&self, email: &str, organization: &str) {
        let mut tx = self.inner.database.store.begin().await.expect("a transaction");
        let found = organizations::find_by_slug(&mut tx, organization).await.expect("an answer").expect(organization);
        let (person, _) = people::find_by_email(&mut tx, email).await.expect("an answer").expect(email);
        let now = lavori_store::clock::now(&mut tx).await.expect("a time");
        memberships::end(&mut tx, found.id, person.id, now).await.expect("a change");
        tx.commit().await.expect("a commit");
    }

    /// Disables a person.
    pub async fn disable(&self, email: &str) {
        let mut tx = self.inner.database.store.begin().await.expect("a transaction");
        let (person, _) = people::find_by_email(&mut tx, email).await.expect("an answer").expect(email);
        people::set_state(&mut tx, person.id, PersonState::Disabled).await.expect("a change");
        tx.commit().await.expect("a commit");
    }

    /// The actions in the activity of a person's connections, oldest first.
    pub async fn connection_actions(&self, email: &str) -> Vec<String> {
        let person = self.person(email).await;
        self.texts(&format!(
            "SELECT action AS value FROM audit_events WHERE connection_id IS NOT NULL AND person_id = '{person}' \
             ORDER BY id"
        ))
        .await
    }

    /// Everything in the activity of a person's connections.
    pub async fn activity_text(&self, email: &str) -> String {
        let person = self.person(email).await;
        self.texts(&format!("SELECT CAST(details AS TEXT) AS value FROM audit_events WHERE person_id = '{person}'"))
            .await
            .join("\n")
    }

    /// The actions that concern accounts, oldest first.
    pub async fn account_actions(&self) -> Vec<String> {
        self.texts("SELECT action AS value FROM account_events ORDER BY id").await
    }

    /// How many rows each table that strangers could fill has.
    pub async fn row_counts(&self) -> Vec<String> {
        let tables = ["authorization_requests", "connections", "sessions", "audit_events", "account_events"];
        let counts = tables.map(|table| format!("SELECT '{table} ' || COUNT(*) AS value FROM {table}"));
        self.texts(&counts.join(" UNION ALL ")).await
    }

    /// Whether a text stands anywhere among the stored secrets, clients and events.
    pub async fn database_holds(&self, text: &str) -> bool {
        let bytes = [
            ("access_tokens", "token_hash"),
            ("refresh_tokens", "token_hash"),
            ("refresh_tokens", "sealed_successor"),
            ("authorization_codes", "code_hash"),
            ("sessions", "token_hash"),
        ];
        let hexadecimal: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
        let to_hexadecimal = |column: &str| match self.inner.database.name {
            "SQLite" => format!("lower(hex({column}))"),
            _ => format!("encode({column}, 'hex')"),
        };
        let bytes = bytes.map(|(table, column)| (table, to_hexadecimal(column), hexadecimal.as_str()));
        let texts = ["audit_events.details", "connections.client"].map(|place| {
            let (table, column) = place.split_once('.').expect("a table and a column");
            (table, format!("CAST({column} AS TEXT)"), text)
        });
        for (table, column, needle) in bytes.into_iter().chain(texts) {
            let sql = format!("SELECT COALESCE({column}, '') AS value FROM {table}");
            if self.texts(&sql).await.iter().any(|value| value.contains(needle)) {
                return true;
            }
        }
        false
    }

    async fn person(&self, email: &str) -> PersonId {
        let mut conn = self.inner.database.store.read().await.expect("a connection");
        people::find_by_email(&mut conn, email).await.expect("an answer").expect(email).0.id
    }

    async fn texts(&self, sql: &str) -> Vec<String> {
        let mut conn = self.inner.database.store.read().await.expect("a connection");
        inspect::texts(&mut conn, sql).await.expect(sql)
    }
}
