//! Sweeping out what is long over. Whoever adds rows of a kind sweeps a few old ones in the same transaction: no task
//! runs beside the requests, so replicas have nothing to agree on, and a table shrinks as fast as it grows.

use diesel_async::RunQueryDsl;
use lavori_domain::{OrganizationId, Timestamp};

use crate::conn::{Inner, Tx, on};
use crate::error::Error;
use crate::kept::kept;
use crate::sql::{Instant, Sql, Uid};

/// The most rows of one table that one call deletes: more than a call adds, and few enough not to be felt.
const MOST: u32 = 20;

/// Deletes some codes and tokens of an organization that expired before `before`. An access token stays as long as its
/// connection can be renewed: by its use a lost answer is told from a replay (OAUTH.md 4.2).
///
/// # Errors
/// When the database is out of reach.
pub async fn sweep_grants(tx: &mut Tx, organization: OrganizationId, before: Timestamp) -> Result<(), Error> {
    const RENEWABLE: &str = "AND NOT EXISTS (SELECT 1 FROM refresh_tokens AS head WHERE head.organization_id = $1 \
         AND head.connection_id = access_tokens.connection_id AND head.rotated_at IS NULL AND head.expires_at > $2)";
    let lock = lock(tx);
    for (table, unless) in [("authorization_codes", ""), ("access_tokens", RENEWABLE), ("refresh_tokens", "")] {
        let sql = format!(
            "DELETE FROM {table} WHERE organization_id = $1 AND id IN (SELECT id FROM {table} \
             WHERE organization_id = $1 AND expires_at < $2 {unless} ORDER BY expires_at LIMIT {MOST} {lock})"
        );
        on!(tx, |c| kept(diesel::sql_query(&sql).bind::<Uid, _>(Sql(organization)).bind::<Instant, _>(Sql(before)))
            .execute(c))?;
    }
    Ok(())
}

/// Deletes some authorization requests that expired before `before`.
///
/// # Errors
/// When the database is out of reach.
pub async fn sweep_requests(tx: &mut Tx, before: Timestamp) -> Result<(), Error> {
    let sql = format!(
        "DELETE FROM authorization_requests WHERE handle_hash IN (SELECT handle_hash FROM authorization_requests \
         WHERE expires_at < $1 ORDER BY expires_at LIMIT {MOST} {})",
        lock(tx)
    );
    on!(tx, |c| diesel::sql_query(&sql).bind::<Instant, _>(Sql(before)).execute(c))?;
    Ok(())
}

/// Deletes some sessions that expired before `before` and hold no authorization request any more.
///
/// # Errors
/// When the database is out of reach.
pub async fn sweep_sessions(tx: &mut Tx, before: Timestamp) -> Result<(), Error> {
    let sql = format!(
        "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at < $1 AND NOT EXISTS \
         (SELECT 1 FROM authorization_requests WHERE authorization_requests.session_id = sessions.id) \
         ORDER BY expires_at LIMIT {MOST} {})",
        lock(tx)
    );
    on!(tx, |c| diesel::sql_query(&sql).bind::<Instant, _>(Sql(before)).execute(c))?;
    Ok(())
}

/// Deletes some request keys of an organization that ended before `before`.
pub(crate) async fn sweep_request_keys(
    tx: &mut Tx,
    organization: OrganizationId,
    before: Timestamp,
) -> Result<(), Error> {
    let sql = format!(
        "DELETE FROM request_keys WHERE organization_id = $1 AND key_hash IN (SELECT key_hash FROM request_keys \
         WHERE organization_id = $1 AND expires_at < $2 ORDER BY expires_at LIMIT {MOST} {})",
        lock(tx)
    );
    on!(tx, |c| kept(diesel::sql_query(&sql).bind::<Uid, _>(Sql(organization)).bind::<Instant, _>(Sql(before)))
        .execute(c))?;
    Ok(())
}

/// Two who sweep a PostgreSQL database at the same time take different rows. SQLite has one writer at a time.
fn lock(tx: &Tx) -> &'static str {
    match tx.inner {
        Inner::Sqlite(_) => "",
        Inner::Postgres(_) => "FOR UPDATE SKIP LOCKED",
    }
}
