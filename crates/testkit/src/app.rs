//! A whole server in process, on a port of its own, with the demo data.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use lavori_domain::PersonId;
use lavori_domain::env::SystemEnv;
use lavori_domain::organizations::{PersonState, Role};
use lavori_http::{App, Config, serve};
use lavori_oauth::{AuthorizationServer, Lifetimes, Limits, PasswordHashing, PasswordParameters, Providers};
use lavori_policy::Switches;
use lavori_store::recorder::Recorder;
use lavori_store::{Store, inspect, memberships, organizations, people};
use tokio::net::TcpListener;

use crate::add_contact::AddContact;
use crate::client::{Browser, Http};
use crate::stores::{TestStore, stores};

/// A server with its database. Clones are the same server.
#[derive(Clone)]
pub struct TestApp {
    inner: Arc<Inner>,
}

struct Inner {
    origin: String,
    database: TestStore,
    oauth: Arc<AuthorizationServer>,
}

/// One server for each kind of database, each with the demo data and one tool that writes.
pub async fn apps() -> Vec<TestApp> {
    apps_with(|_| {}).await
}

/// The same, with another configuration of the authorization server.
pub async fn apps_with(change: impl Fn(&mut lavori_oauth::Config)) -> Vec<TestApp> {
    let mut apps = Vec::new();
    for database in stores().await {
        apps.push(TestApp::start(database, &change).await);
    }
    apps
}

impl TestApp {
    async fn start(database: TestStore, change: &impl Fn(&mut lavori_oauth::Config)) -> Self {
        let env = Arc::new(SystemEnv);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        let mut config = lavori_oauth::Config {
            origin: origin.clone(),
            secret: b"a secret for tests, thirty-two bytes long or more".to_vec(),
            env: env.clone(),
            lifetimes: Lifetimes::default(),
            passwords: PasswordParameters::CHEAP,
            limits: Limits::default(),
            providers: Providers::default(),
        };
        change(&mut config);
        let hashing = PasswordParameters { slots: 1, ..config.passwords };
        let hash = PasswordHashing::new(hashing, env.clone()).hash(lavori_demo::PASSWORD).await;
        lavori_demo::seed(&database.store, &*env, &hash.expect("a hash")).await.expect("the demo data fits");
        let oauth = Arc::new(AuthorizationServer::new(config));
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
        let app = App::new(&config, database.store.clone(), Arc::clone(&oauth), registry).expect("the parts fit");
        // It ends with the test's runtime.
        tokio::spawn(serve(Arc::new(app), listener, lavori_http::Limits::default(), std::future::pending()));
        Self { inner: Arc::new(Inner { origin, database, oauth }) }
    }

    /// The server's origin.
    pub fn origin(&self) -> &str {
        &self.inner.origin
    }

    /// The server's database.
    pub fn store(&self) -> &Store {
        &self.inner.database.store
    }

    /// The authorization server inside.
    pub fn oauth(&self) -> &AuthorizationServer {
        &self.inner.oauth
    }

    /// A client that keeps nothing.
    pub fn http(&self) -> Http {
        Http::new(self.inner.origin.clone(), None)
    }

    /// A client that keeps nothing, on another machine: `127.0.0.x` are as good as addresses of the wide world.
    pub fn http_at(&self, address: IpAddr) -> Http {
        Http::new(self.inner.origin.clone(), Some(address))
    }

    /// A browser without cookies on another machine.
    pub fn browser_at(&self, address: IpAddr) -> Browser {
        Browser::new(self.http_at(address))
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
