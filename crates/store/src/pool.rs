//! Opening the two kinds of pools.

use std::time::Duration;

use deadpool::managed::{Manager, PoolError, Timeouts};
use diesel::ConnectionError;
use diesel_async::pooled_connection::deadpool::Pool;
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use futures_util::FutureExt;

use crate::error::Error;
use crate::health::Occupancy;
use crate::local_day;
use crate::sqlite::Connection;

/// The path in `sqlite:PATH`.
pub(crate) fn sqlite_path(url: &str) -> Option<&str> {
    let path = url.strip_prefix("sqlite:")?;
    Some(path.strip_prefix("//").unwrap_or(path)).filter(|path| !path.is_empty())
}

/// How a store is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// Connections for reads (SQLite) or for everything (PostgreSQL).
    pub connections: usize,
    /// How long a request waits for a connection before it is told to come back later.
    pub wait: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { connections: 16, wait: Duration::from_secs(5) }
    }
}

/// What every SQLite connection is set to. How long it waits comes first, for the next statement already needs it: the
/// last connection that closes holds the whole file for a moment. WAL lets readers and the one writer work at the same
/// time; `FULL` makes a commit durable before it is answered, which is what the audit promises; foreign keys are off by
/// default in SQLite.
const SQLITE_SETTINGS: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16000;";

/// What every PostgreSQL connection is set to. Both limits bound how long whoever takes something away waits for a write
/// that relies on it: for a statement that runs, and for a replica that vanished in the middle of a transaction.
const POSTGRES_SETTINGS: &str = "SET statement_timeout = '20s'; SET idle_in_transaction_session_timeout = '30s'";

pub(crate) async fn open_sqlite(path: &str) -> Result<Connection, ConnectionError> {
    let mut conn = Connection::establish(path).await?;
    conn.batch_execute(SQLITE_SETTINGS).await.map_err(ConnectionError::CouldntSetupConfiguration)?;
    conn.spawn_blocking(local_day::register).await.map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(conn)
}

pub(crate) fn sqlite(path: &str, size: usize, options: &Options) -> Result<Pool<Connection>, Error> {
    let mut config = ManagerConfig::default();
    // The default method runs a statement at every checkout; a broken connection shows itself soon enough.
    config.recycling_method = RecyclingMethod::Fast;
    config.custom_setup = Box::new(|path| open_sqlite(path).boxed());
    build(AsyncDieselConnectionManager::new_with_config(path, config), size, options)
}

pub(crate) fn postgres(url: &str, options: &Options) -> Result<Pool<AsyncPgConnection>, Error> {
    let mut config = ManagerConfig::default();
    config.recycling_method = RecyclingMethod::Fast;
    config.custom_setup = Box::new(|url| open_postgres(url).boxed());
    build(AsyncDieselConnectionManager::new_with_config(url, config), options.connections, options)
}

async fn open_postgres(url: &str) -> Result<AsyncPgConnection, ConnectionError> {
    let mut conn = AsyncPgConnection::establish(url).await?;
    conn.batch_execute(POSTGRES_SETTINGS).await.map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(conn)
}

fn build<M: Manager>(manager: M, size: usize, options: &Options) -> Result<deadpool::managed::Pool<M>, Error> {
    let timeouts = Timeouts { wait: Some(options.wait), create: Some(options.wait), recycle: Some(options.wait) };
    deadpool::managed::Pool::builder(manager)
        .max_size(size)
        .timeouts(timeouts)
        .runtime(deadpool::Runtime::Tokio1)
        .build()
        .map_err(|error| Error::Busy(Box::new(error)))
}

/// How many of a pool's connections are what.
pub(crate) fn occupancy<M: Manager>(name: &'static str, pool: &deadpool::managed::Pool<M>) -> Occupancy {
    let status = pool.status();
    let (limit, open, waiting) = (status.max_size, status.size, status.waiting);
    Occupancy { pool: name, limit, open, in_use: open.saturating_sub(status.available), waiting }
}

/// A pooled connection, waited for as long as the pool's options say.
pub(crate) async fn get<M>(pool: &deadpool::managed::Pool<M>) -> Result<deadpool::managed::Object<M>, Error>
where
    M: Manager,
    M::Error: std::error::Error + Send + Sync + 'static,
{
    pool.get().await.map_err(|error| match error {
        PoolError::Backend(cause) => Error::Busy(Box::new(cause)),
        other => Error::Busy(other.to_string().into()),
    })
}
