//! Loads the rows, once: a database that holds them already is used as it is.

mod postgres;
mod sqlite;

use std::path::Path;
use std::time::Instant;

use crate::data::Size;
use crate::database::Database;
use crate::failure::{During, Result};
use crate::{migrate, report};

/// Counts changes of [`crate::data`]: rows of another kind are another seed.
const KIND: u32 = 2;

/// The database with so many tasks, migrated and loaded.
pub(crate) struct Seed<'a> {
    pub(crate) size: Size,
    /// What the database is called.
    pub(crate) name: String,
    pub(crate) server: Option<&'a Path>,
}

impl<'a> Seed<'a> {
    pub(crate) fn new(size: Size, server: Option<&'a Path>) -> Self {
        // Tables that the server did not make, it would want to make again.
        let by = if server.is_some() { "" } else { "_floor" };
        let crowd = if size.is_crowded { "_crowded" } else { "" };
        Self { size, name: format!("lavori_bench_{KIND}_{}{crowd}{by}", size.tasks), server }
    }

    /// On a PostgreSQL server, in a database of its own.
    pub(crate) async fn postgres(&self, url: &str) -> Result<Database> {
        let database = Database::postgres(url, &self.name)?;
        if !postgres::is_loaded(url, &self.name, &database).await? {
            let watch = Watch::start("PostgreSQL");
            postgres::create(url, &self.name).await?;
            migrate::run(&database, self.server).await?;
            postgres::load(&database, self.size).await.during("cannot load PostgreSQL")?;
            watch.stop();
        }
        Ok(database)
    }

    /// In a file in `folder`.
    pub(crate) async fn sqlite(&self, folder: &Path) -> Result<Database> {
        let database = Database::sqlite(folder, &self.name);
        if let Database::Sqlite { path } = &database
            && !sqlite::is_loaded(path)
        {
            let watch = Watch::start("SQLite");
            sqlite::remove(path)?;
            migrate::run(&database, self.server).await?;
            sqlite::load(path, self.size).during("cannot load SQLite")?;
            watch.stop();
        }
        Ok(database)
    }
}

/// Takes the tables back to what was loaded, but for the connections' client, whom only [`chains`] is about.
const FORGET: &str = "DELETE FROM audit_events; DELETE FROM refresh_tokens; \
    DELETE FROM access_tokens WHERE generation > 1; \
    UPDATE connections SET last_used_at = expires_at WHERE last_used_at < expires_at; \
    UPDATE connections SET revoked_at = NULL, revoked_by = NULL, revoke_reason = NULL WHERE revoked_at IS NOT NULL; \
    DELETE FROM changes; DELETE FROM request_keys; DELETE FROM tasks WHERE title LIKE 'Bench %'";

/// Removes what the server added in earlier runs.
pub(crate) async fn forget(database: &Database) -> Result<()> {
    match database {
        Database::Postgres { url } => postgres::forget(url).await,
        Database::Sqlite { path } => Ok(rusqlite::Connection::open(path)?.execute_batch(FORGET)?),
    }
}

/// Makes all connections those of one client, which can renew them.
pub(crate) async fn chains(database: &Database, client_id: &str) -> Result<()> {
    forget(database).await?;
    match database {
        Database::Postgres { url } => postgres::add_chains(url, client_id).await,
        Database::Sqlite { path } => sqlite::add_chains(path, client_id),
    }
}

struct Watch {
    what: &'static str,
    began: Instant,
}

impl Watch {
    fn start(what: &'static str) -> Self {
        report::say(&format!("loading {what} ..."));
        Self { what, began: Instant::now() }
    }

    fn stop(self) {
        report::say(&format!("loaded {} in {:.1} s", self.what, self.began.elapsed().as_secs_f32()));
    }
}
