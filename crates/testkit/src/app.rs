//! A whole server in process, on a port of its own, with the demo data.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use lavori_accounts::people::Disabled;
use lavori_domain::PersonId;
use lavori_domain::env::SystemEnv;
use lavori_domain::organizations::Role;
use lavori_http::serve;
use lavori_listener::{Limits, Listener};
use lavori_oauth::{AuthorizationServer, PasswordHashing, PasswordParameters};
use lavori_policy::Switches;
use lavori_store::{Store, inspect, memberships, organizations, people};
use tokio::net::TcpListener;

use crate::client::{Browser, Http};
use crate::compose::{Settings, compose_with, oauth_config};
use crate::stores::{TestStore, sqlite, stores, stores_with};
use crate::strangers::{Published, Strangers};
use crate::templates::Contents;

/// A server with its database. Clones are the same server.
#[derive(Clone)]
pub struct TestApp {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    /// What the server calls itself, and what clients send as `Host`.
    pub(crate) origin: String,
    /// Where it listens: another place than the origin says, for a replica.
    pub(crate) address: String,
    pub(crate) store: Store,
    pub(crate) database: Arc<TestStore>,
    pub(crate) oauth: Arc<AuthorizationServer>,
    pub(crate) strangers: Strangers,
}

/// One server for each kind of database, each with the demo data and one tool that writes.
pub async fn apps() -> Vec<TestApp> {
    apps_with(|_| {}).await
}

/// The same, with another configuration of the authorization server.
pub async fn apps_with(change: impl Fn(&mut lavori_oauth::Config)) -> Vec<TestApp> {
    let mut config = oauth_config("http://localhost", &Strangers::default());
    change(&mut config);
    let is_cheap = config.passwords == PasswordParameters::CHEAP;
    let mut apps = Vec::new();
    for database in stores_with(if is_cheap { Contents::Demo } else { Contents::Schema }).await {
        if !is_cheap {
            seed(&database.store, config.passwords).await;
        }
        apps.push(TestApp::start(database, &change, true).await);
    }
    apps
}

/// The same, with the recording of tool calls turned off.
pub async fn apps_without_call_records() -> Vec<TestApp> {
    let mut apps = Vec::new();
    for database in stores_with(Contents::Demo).await {
        apps.push(TestApp::start(database, &|_| {}, false).await);
    }
    apps
}

/// One server on SQLite with the demo data, for what is the same on every database: the looks of a page.
pub async fn app() -> TestApp {
    TestApp::start(sqlite(Contents::Demo).await, &|_| {}, true).await
}

/// The same, without anybody.
pub async fn empty_app() -> TestApp {
    TestApp::start(sqlite(Contents::Schema).await, &|_| {}, true).await
}

/// A server on SQLite with the demo data that is not started: a test runs it as a process, with `--at-origin`.
pub async fn app_to_be_started() -> TestApp {
    // The port is free again when this returns.
    let (_, origin) = listen().await;
    TestApp::of_process(sqlite(Contents::Schema).await, &origin).await
}

/// One server for each kind of database, each without anybody.
pub async fn empty_apps() -> Vec<TestApp> {
    let mut apps = Vec::new();
    for database in stores().await {
        apps.push(TestApp::start(database, &|_| {}, true).await);
    }
    apps
}

impl TestApp {
    /// A server that runs as a process of its own and calls itself `origin`: nothing is started, the demo data is seeded.
    pub async fn of_process(database: TestStore, origin: &str) -> Self {
        let strangers = Strangers::default();
        let config = oauth_config(origin, &strangers);
        seed(&database.store, config.passwords).await;
        let (origin, store) = (origin.to_owned(), database.store.clone());
        let address = origin.clone();
        let oauth = Arc::new(AuthorizationServer::new(config));
        Self { inner: Arc::new(Inner { origin, address, store, database: Arc::new(database), oauth, strangers }) }
    }

    async fn start(database: TestStore, change: &impl Fn(&mut lavori_oauth::Config), record_calls: bool) -> Self {
        let (listener, origin) = listen().await;
        let strangers = Strangers::default();
        let mut config = oauth_config(&origin, &strangers);
        change(&mut config);
        let oauth = Arc::new(AuthorizationServer::new(config));
        let settings = Settings { record_calls, ..Settings::default() };
        let app = compose_with(database.store.clone(), Arc::clone(&oauth), &settings);
        // It ends with the test's runtime.
        tokio::spawn(serve(Arc::new(app), Listener::new(listener, Limits::default()), std::future::pending()));
        let store = database.store.clone();
        let address = origin.clone();
        Self { inner: Arc::new(Inner { origin, address, store, database: Arc::new(database), oauth, strangers }) }
    }

    /// The server's origin.
    pub fn origin(&self) -> &str {
        &self.inner.origin
    }

    /// Which database it runs on.
    pub fn database(&self) -> &'static str {
        self.inner.database.name
    }

    /// The URL of its database.
    pub fn database_url(&self) -> &str {
        &self.inner.database.url
    }

    /// The server's database.
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// The authorization server inside.
    pub fn oauth(&self) -> &AuthorizationServer {
        &self.inner.oauth
    }

    /// A client that keeps nothing.
    pub fn http(&self) -> Http {
        Http::new(self.inner.origin.clone(), &self.inner.address)
    }

    /// A client that keeps nothing, on another machine: `127.0.0.x` are as good as addresses of the wide world.
    pub fn http_at(&self, address: IpAddr) -> Http {
        Http::from(self.inner.origin.clone(), &self.inner.address, address)
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
        self.inner.store.shift_clock(seconds);
    }

    /// Sets an organization's switches.
    pub async fn set_switches(&self, organization: &str, write: bool, billing: bool) {
        let mut tx = self.inner.store.begin().await.expect("a transaction");
        let found = organizations::find_by_slug(&mut tx, organization).await.expect("an answer").expect(organization);
        organizations::set_switches(&mut tx, found.id, Switches::new(write, billing)).await.expect("a change");
        tx.commit().await.expect("a commit");
    }

    /// Gives a member another role.
    pub async fn set_role(&self, email: &str, organization: &str, role: &str) {
        let role: Role = role.parse().expect("a role");
        let mut tx = self.inner.store.begin().await.expect("a transaction");
        let found = organizations::find_by_slug(&mut tx, organization).await.expect("an answer").expect(organization);
        let (person, _) = people::find_by_email(&mut tx, email).await.expect("an answer").expect(email);
        memberships::set_role(&mut tx, found.id, person.id, role).await.expect("a change");
        tx.commit().await.expect("a commit");
    }

    /// Ends a membership.
    pub async fn end_membership(&self, email: &str, organization: &str) {
        let mut tx = self.inner.store.begin().await.expect("a transaction");
        let found = organizations::find_by_slug(&mut tx, organization).await.expect("an answer").expect(organization);
        let (person, _) = people::find_by_email(&mut tx, email).await.expect("an answer").expect(email);
        let now = lavori_store::clock::now(&mut tx).await.expect("a time");
        memberships::end(&mut tx, found.id, person.id, now).await.expect("a change");
        tx.commit().await.expect("a commit");
    }

    /// Disables a person, as the operator does.
    pub async fn disable(&self, email: &str) -> Disabled {
        let store = &self.inner.store;
        lavori_accounts::people::disable(store, &SystemEnv, email).await.expect("a change").expect(email)
    }

    /// Lets a person sign in again, as the operator does.
    pub async fn enable(&self, email: &str) {
        let store = &self.inner.store;
        assert!(lavori_accounts::people::enable(store, &SystemEnv, email).await.expect("a change"));
    }

    /// Puts the demo's people and organizations beside those that are there.
    pub async fn seed_demo(&self) {
        seed(&self.inner.store, PasswordParameters::CHEAP).await;
    }

    /// The set-up code that a start of the server prints, if nobody is there.
    pub async fn set_up_code(&self) -> Option<String> {
        let code = lavori_accounts::set_up::announce(&self.inner.store, &SystemEnv).await.expect("an answer");
        code.map(|code| code.expose())
    }

    /// The actions in an organization's log that are of no connection, oldest first, each with its details.
    pub async fn organization_log(&self, organization: &str) -> Vec<String> {
        self.texts(&format!(
            "SELECT action || ' ' || CAST(details AS TEXT) AS value FROM audit_events \
             WHERE connection_id IS NULL AND organization_id = \
             (SELECT id FROM organizations WHERE slug = '{organization}') ORDER BY id"
        ))
        .await
    }

    /// Who changed an organization's switches, how grave that is, and from which address.
    pub async fn switch_changes(&self, organization: &str) -> Vec<String> {
        self.texts(&format!(
            "SELECT CAST(person_id AS TEXT) || ' ' || severity || ' ' || ip_address AS value FROM audit_events \
             WHERE action = 'switches.changed' AND organization_id = \
             (SELECT id FROM organizations WHERE slug = '{organization}') ORDER BY id"
        ))
        .await
    }

    /// Why each connection of a person was revoked, the oldest first; nothing for those that were not.
    pub async fn revoke_reasons(&self, email: &str) -> Vec<String> {
        let person = self.person(email).await;
        self.texts(&format!(
            "SELECT COALESCE(revoke_reason, '') AS value FROM connections WHERE person_id = '{person}' ORDER BY id"
        ))
        .await
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
        let tables = [
            "authorization_requests",
            "connections",
            "sessions",
            "audit_events",
            "account_events",
            "set_up_codes",
            "set_up_guesses",
        ];
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
            ("invitations", "token_hash"),
            ("set_up_codes", "code_hash"),
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

    /// The ids of a person's connections, oldest first.
    pub async fn connection_ids(&self, email: &str) -> Vec<String> {
        let person = self.person(email).await;
        self.texts(&format!(
            "SELECT CAST(id AS TEXT) AS value FROM connections WHERE person_id = '{person}' ORDER BY id"
        ))
        .await
    }

    /// Runs statements behind the server's back.
    pub async fn execute(&self, sql: &str) {
        let mut tx = self.inner.store.begin().await.expect("a transaction");
        inspect::execute(&mut tx, sql).await.expect(sql);
        tx.commit().await.expect("a commit");
    }

    /// A person's id.
    pub async fn person(&self, email: &str) -> PersonId {
        let mut conn = self.inner.store.read().await.expect("a connection");
        people::find_by_email(&mut conn, email).await.expect("an answer").expect(email).0.id
    }

    /// Runs a query behind the server's back: one text column named `value`.
    pub async fn texts(&self, sql: &str) -> Vec<String> {
        let mut conn = self.inner.store.read().await.expect("a connection");
        inspect::texts(&mut conn, sql).await.expect(sql)
    }
}

/// A free port of this machine, and its origin.
pub(crate) async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    (listener, origin)
}

pub(crate) async fn seed(store: &Store, passwords: PasswordParameters) {
    let env = Arc::new(SystemEnv);
    let hashing = PasswordHashing::new(PasswordParameters { slots: 1, ..passwords }, env.clone());
    let hash = hashing.hash(lavori_demo::PASSWORD).await.expect("a hash");
    lavori_demo::seed(store, &*env, &hash).await.expect("the demo data fits");
}
