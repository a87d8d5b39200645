//! The migrations, embedded in the binary.

use diesel::backend::Backend;
use diesel::migration::MigrationSource;
use diesel::pg::Pg;
use diesel::sqlite::Sqlite;
use diesel_async::pooled_connection::deadpool::Object;
use diesel_async::{AsyncConnection, AsyncMigrationHarness, AsyncPgConnection, SimpleAsyncConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::error::Error;
use crate::sqlite::Connection;

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// The advisory lock that lets one replica migrate while the others wait.
const MIGRATION_LOCK: i64 = 0x6c61_766f_7269;

pub(crate) async fn sqlite(mut conn: Object<Connection>) -> Result<usize, Error> {
    conn.spawn_blocking(|conn| {
        Ok(conn.run_pending_migrations(SQLITE).map(|versions| versions.len()).map_err(Error::Migration))
    })
    .await?
}

pub(crate) async fn postgres(url: &str) -> Result<usize, Error> {
    let mut conn = AsyncPgConnection::establish(url).await.map_err(|error| Error::Busy(Box::new(error)))?;
    conn.batch_execute(&format!("SELECT pg_advisory_lock({MIGRATION_LOCK})")).await?;
    // The harness blocks its thread, so it gets one of its own. The lock ends with the connection.
    tokio::task::spawn_blocking(move || {
        let mut harness = AsyncMigrationHarness::new(conn);
        harness.run_pending_migrations(POSTGRES).map(|versions| versions.len()).map_err(Error::Migration)
    })
    .await
    .map_err(|error| Error::Migration(Box::new(error)))?
}

/// Whether a database knows all of these versions; it may know newer ones, of a release that serves beside this one.
pub(crate) fn are_applied(applied: &[String], on_sqlite: bool) -> Result<bool, Error> {
    fn versions<DB: Backend>(migrations: &EmbeddedMigrations) -> Result<Vec<String>, Error>
    where
        EmbeddedMigrations: MigrationSource<DB>,
    {
        let migrations = migrations.migrations().map_err(Error::Migration)?;
        Ok(migrations.iter().map(|migration| migration.name().version().to_string()).collect())
    }
    let known = if on_sqlite { versions::<Sqlite>(&SQLITE)? } else { versions::<Pg>(&POSTGRES)? };
    Ok(known.iter().all(|version| applied.contains(version)))
}

/// Undoes every migration and runs them again: what the tests of the `down.sql` files need.
///
/// # Errors
/// When a migration or its reverse fails.
#[cfg(feature = "testing")]
pub async fn redo(url: &str) -> Result<(), Error> {
    if let Some(path) = crate::pool::sqlite_path(url) {
        let mut conn = crate::pool::open_sqlite(path).await.map_err(|error| Error::Busy(Box::new(error)))?;
        return conn.spawn_blocking(|conn| Ok(again(conn, || SQLITE))).await?;
    }
    let conn = AsyncPgConnection::establish(url).await.map_err(|error| Error::Busy(Box::new(error)))?;
    tokio::task::spawn_blocking(move || again(&mut AsyncMigrationHarness::new(conn), || POSTGRES))
        .await
        .map_err(|error| Error::Migration(Box::new(error)))?
}

#[cfg(feature = "testing")]
fn again<DB: Backend>(conn: &mut impl MigrationHarness<DB>, all: fn() -> EmbeddedMigrations) -> Result<(), Error>
where
    EmbeddedMigrations: MigrationSource<DB>,
{
    conn.revert_all_migrations(all()).map(drop).map_err(Error::Migration)?;
    conn.run_pending_migrations(all()).map(drop).map_err(Error::Migration)
}
