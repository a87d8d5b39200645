//! Whether the database can be used, and how its pool is.

use diesel::QueryableByName;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;

use crate::conn::{Inner, Store, on};
use crate::error::Error;
use crate::migrate;

/// The connections of a pool, now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occupancy {
    /// What the pool is for: `read`, `write`, or `all`.
    pub pool: &'static str,
    /// How many it may have.
    pub limit: usize,
    /// How many are open.
    pub open: usize,
    /// How many of them work for somebody.
    pub in_use: usize,
    /// How many callers wait for one.
    pub waiting: usize,
}

#[derive(QueryableByName)]
struct Applied {
    #[diesel(sql_type = Text)]
    version: String,
}

impl Store {
    /// Whether the database answers and has every table that this release needs.
    ///
    /// # Errors
    /// When it is out of reach, or was never migrated.
    pub async fn is_migrated(&self) -> Result<bool, Error> {
        let mut conn = self.read().await?;
        let on_sqlite = matches!(conn.inner, Inner::Sqlite(_));
        let query = "SELECT version FROM __diesel_schema_migrations";
        let applied: Vec<Applied> = on!(&mut conn, |c| diesel::sql_query(query).load(c))?;
        let applied: Vec<String> = applied.into_iter().map(|row| row.version).collect();
        migrate::are_applied(&applied, on_sqlite)
    }
}
