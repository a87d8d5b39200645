//! Refresh tokens: a chain per connection, each link sealing its successor (OAUTH.md 4.2).

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use diesel_async::RunQueryDsl;
use lavori_audit::Origin;
use lavori_domain::{ConnectionId, OrganizationId, Timestamp, TokenId};

use crate::conn::{Conn, Tx, on};
use crate::error::Error;
use crate::kept::kept;
use crate::schema::refresh_tokens;
use crate::secret_hash::SecretHash;
use crate::sql::Sql;

/// A link of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = refresh_tokens, check_for_backend(Pg, Sqlite))]
pub struct RefreshToken {
    /// The organization of its connection.
    pub organization_id: OrganizationId,
    /// Its id.
    pub id: TokenId,
    /// The hash of the token.
    pub token_hash: SecretHash,
    /// The connection it renews.
    pub connection_id: ConnectionId,
    /// Its place in the chain, from 1.
    pub generation: i32,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it expires unused.
    pub expires_at: Timestamp,
    /// When it was first exchanged for its successor.
    pub rotated_at: Option<Timestamp>,
    /// The successor, sealed with a key that only this token itself gives.
    pub sealed_successor: Option<Vec<u8>>,
    /// How often it was presented again after that.
    pub retries: i32,
    /// The address it was first exchanged from.
    pub rotated_ip_address: Option<String>,
    /// The `User-Agent` it was first exchanged by.
    pub rotated_user_agent: Option<String>,
}

/// Finds a token, rotated or not.
///
/// # Errors
/// When the database is out of reach.
pub async fn find(conn: &mut Conn, token: SecretHash) -> Result<Option<RefreshToken>, Error> {
    let rows: Vec<RefreshToken> = on!(conn, |c| refresh_tokens::table
        .filter(refresh_tokens::token_hash.eq(token))
        .select(RefreshToken::as_select())
        .load(c))?;
    Ok(rows.into_iter().next())
}

/// The links of a connection's chain from `generation` on, in order.
///
/// # Errors
/// When the database is out of reach.
pub async fn list_from(
    conn: &mut Conn,
    organization: OrganizationId,
    connection: ConnectionId,
    generation: i32,
) -> Result<Vec<RefreshToken>, Error> {
    on!(conn, |c| refresh_tokens::table
        .filter(refresh_tokens::organization_id.eq(Sql(organization)))
        .filter(refresh_tokens::connection_id.eq(Sql(connection)))
        .filter(refresh_tokens::generation.ge(generation))
        .order(refresh_tokens::generation)
        .select(RefreshToken::as_select())
        .load(c))
}

/// Stores a link.
///
/// # Errors
/// [`Error::Conflict`] when the chain has a link of that generation.
pub async fn insert(tx: &mut Tx, token: &RefreshToken) -> Result<(), Error> {
    on!(tx, |c| diesel::insert_into(refresh_tokens::table)
        .values((
            refresh_tokens::organization_id.eq(Sql(token.organization_id)),
            refresh_tokens::id.eq(Sql(token.id)),
            refresh_tokens::token_hash.eq(token.token_hash),
            refresh_tokens::connection_id.eq(Sql(token.connection_id)),
            refresh_tokens::generation.eq(token.generation),
            refresh_tokens::issued_at.eq(Sql(token.issued_at)),
            refresh_tokens::expires_at.eq(Sql(token.expires_at)),
            refresh_tokens::retries.eq(token.retries),
        ))
        .execute(c))?;
    Ok(())
}

/// Seals the successor into a link, and notes from where it was exchanged.
///
/// # Errors
/// When the database is out of reach.
pub async fn rotate(
    tx: &mut Tx,
    token: &RefreshToken,
    sealed: &[u8],
    origin: &Origin,
    at: Timestamp,
) -> Result<(), Error> {
    on!(tx, |c| kept(diesel::update(refresh_tokens::table.find((Sql(token.organization_id), Sql(token.id)))).set((
        refresh_tokens::rotated_at.eq(Some(Sql(at))),
        refresh_tokens::sealed_successor.eq(Some(sealed)),
        refresh_tokens::rotated_ip_address.eq(&origin.ip_address),
        refresh_tokens::rotated_user_agent.eq(&origin.user_agent),
    )))
    .execute(c))?;
    Ok(())
}

/// Counts that a rotated link was presented again.
///
/// # Errors
/// When the database is out of reach.
pub async fn count_retry(tx: &mut Tx, token: &RefreshToken) -> Result<(), Error> {
    on!(tx, |c| diesel::update(refresh_tokens::table.find((Sql(token.organization_id), Sql(token.id))))
        .set(refresh_tokens::retries.eq(refresh_tokens::retries + 1))
        .execute(c))?;
    Ok(())
}
