//! More servers over one database, and trouble for that database: what a test about races and outages needs.

use std::sync::Arc;

use lavori_http::serve;
use lavori_listener::{Limits, Listener};
use lavori_oauth::AuthorizationServer;
use lavori_store::{Options, Store};

use crate::Answer;
use crate::app::{Inner, TestApp, listen};
use crate::compose::{Secrets, Settings, compose_with, oauth_config};

impl TestApp {
    /// Another server over the same database, with a pool of its own: same name, same secret, another port.
    pub async fn replica(&self) -> Self {
        self.replica_with(&Secrets::default(), &Options { connections: 8, ..Options::default() }).await
    }

    /// The same with these secrets and this pool.
    pub async fn replica_with(&self, secrets: &Secrets<'_>, options: &Options) -> Self {
        self.replica_of(secrets, options, &Settings::default()).await
    }

    /// The same with settings of its own.
    pub async fn replica_of(&self, secrets: &Secrets<'_>, options: &Options, settings: &Settings) -> Self {
        let Inner { origin, database, strangers, .. } = &*self.inner;
        let store = Store::open(&database.url, options).expect("the URL is well formed");
        let store = store.with_clock_of(&self.inner.store);
        let (listener, address) = listen().await;
        let config = lavori_oauth::Config {
            secret: secrets.current.to_vec(),
            previous_secrets: secrets.previous.iter().map(|secret| secret.to_vec()).collect(),
            ..oauth_config(origin, strangers)
        };
        let oauth = Arc::new(AuthorizationServer::new(config));
        let app = compose_with(store.clone(), Arc::clone(&oauth), settings);
        tokio::spawn(serve(Arc::new(app), Listener::new(listener, Limits::default()), std::future::pending()));
        let (origin, database, strangers) = (origin.clone(), Arc::clone(database), strangers.clone());
        Self { inner: Arc::new(Inner { origin, address, store, database, oauth, strangers }) }
    }

    /// Where it listens, as `HOST:PORT`.
    pub fn address(&self) -> &str {
        self.inner.address.strip_prefix("http://").unwrap_or(&self.inner.address)
    }

    /// Makes every update of `table` wait a while between reading the row and writing it: whatever another request can
    /// get in between, it does.
    pub async fn slow_updates_of(&self, table: &str) {
        match self.database() {
            "SQLite" => {
                // Counting takes the place of sleeping, which SQLite cannot.
                let count = "SELECT (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) \
                             SELECT COUNT(*) FROM n)";
                self.execute(&format!("CREATE TRIGGER slow_{table} BEFORE UPDATE ON {table} BEGIN {count}; END")).await;
            }
            _ => {
                self.execute(&format!(
                    "CREATE FUNCTION slow_{table}() RETURNS trigger LANGUAGE plpgsql AS \
                     $$ BEGIN PERFORM pg_sleep(0.1); RETURN NEW; END $$; \
                     CREATE TRIGGER slow BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION slow_{table}()"
                ))
                .await;
            }
        }
    }

    /// Makes every query of `table` take seconds, in a single statement. It can only be read afterwards.
    pub async fn slow_reads_of(&self, table: &str) {
        let slow = match self.database() {
            // Counting takes the place of sleeping, which SQLite cannot.
            "SQLite" => {
                "(WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 25000000) \
                 SELECT COUNT(*) AS counted FROM n)"
            }
            _ => "(SELECT pg_sleep(10))",
        };
        self.execute(&format!(
            "ALTER TABLE {table} RENAME TO quick_{table}; \
             CREATE VIEW {table} AS SELECT quick.* FROM {slow} AS slow CROSS JOIN quick_{table} AS quick"
        ))
        .await;
    }

    /// Severity, address and user agent of each event of `action` about a person, oldest first.
    pub async fn events(&self, email: &str, action: &str) -> Vec<String> {
        self.texts(&format!(
            "SELECT severity || ' ' || COALESCE(ip_address, '') || ' ' || COALESCE(user_agent, '') AS value \
             FROM audit_events WHERE action = '{action}' \
             AND person_id = (SELECT id FROM people WHERE email = '{email}') ORDER BY id"
        ))
        .await
    }

    /// How many links the refresh chain of a person's newest connection has.
    pub async fn chain_length(&self, email: &str) -> usize {
        let newest = format!(
            "SELECT id FROM connections WHERE person_id = (SELECT id FROM people WHERE email = '{email}') \
             ORDER BY id DESC LIMIT 1"
        );
        let sql = format!("SELECT CAST(id AS TEXT) AS value FROM refresh_tokens WHERE connection_id = ({newest})");
        self.texts(&sql).await.len()
    }

    /// `POST /token` with this body as it is.
    pub async fn raw_form(&self, body: &str) -> Answer {
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        self.http().send(http::Method::POST, "/token", &headers, body.to_owned()).await
    }

    /// Every row of every table as text: what somebody who copies the database holds.
    pub async fn dump(&self) -> Vec<String> {
        let tables = match self.database() {
            "SQLite" => {
                "SELECT name AS value FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '%\\_%data' ESCAPE '\\'"
            }
            _ => "SELECT tablename::text AS value FROM pg_tables WHERE schemaname = 'public'",
        };
        let mut rows = Vec::new();
        for table in self.texts(&format!("{tables} ORDER BY 1")).await {
            let sql = match self.database() {
                "SQLite" => {
                    let columns =
                        format!("SELECT 'quote(\"' || name || '\")' AS value FROM pragma_table_info('{table}')");
                    let columns = self.texts(&columns).await.join(" || ' ' || ");
                    format!("SELECT '{table} ' || {columns} AS value FROM \"{table}\" ORDER BY 1")
                }
                _ => format!("SELECT '{table} ' || t::text AS value FROM \"{table}\" t ORDER BY 1"),
            };
            rows.extend(self.texts(&sql).await);
        }
        rows
    }

    /// Takes the database away, as an outage would; PostgreSQL only. It is back with [`TestApp::bring_back_database`].
    pub async fn take_away_database(&self) {
        let name = self.database_name();
        crate::stores::administer(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false")).await;
        let ended = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
        crate::stores::administer(&ended).await;
    }

    /// Gives it back.
    pub async fn bring_back_database(&self) {
        let name = self.database_name();
        crate::stores::administer(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true")).await;
    }

    fn database_name(&self) -> &str {
        self.database_url().rsplit('/').next().expect("the URL names a database")
    }
}
