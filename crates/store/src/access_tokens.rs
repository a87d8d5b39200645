//! Access tokens. What stands behind one is read by [`crate::standing`].

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use lavori_domain::{ConnectionId, OrganizationId, Timestamp, TokenId};
use lavori_policy::{Epochs, Scopes};

use crate::conn::{Conn, Tx, on};
use crate::error::Error;
use crate::kept::kept;
use crate::schema::access_tokens;
use crate::secret_hash::SecretHash;
use crate::sql::Sql;

/// An access token to be stored.
#[derive(Debug, Clone)]
pub struct NewAccessToken {
    /// The organization of its connection.
    pub organization: OrganizationId,
    /// Its id.
    pub id: TokenId,
    /// The hash of the token.
    pub hash: SecretHash,
    /// The connection it speaks for.
    pub connection: ConnectionId,
    /// The generation of the refresh token it was issued with.
    pub generation: i32,
    /// What it may do.
    pub scopes: Scopes,
    /// The switches' epochs at its birth.
    pub epochs: Epochs,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it expires.
    pub expires_at: Timestamp,
}

/// Stores an access token.
///
/// # Errors
/// When the database is out of reach.
pub async fn insert(tx: &mut Tx, token: &NewAccessToken) -> Result<(), Error> {
    on!(tx, |c| diesel::insert_into(access_tokens::table)
        .values((
            access_tokens::organization_id.eq(Sql(token.organization)),
            access_tokens::id.eq(Sql(token.id)),
            access_tokens::token_hash.eq(token.hash),
            access_tokens::connection_id.eq(Sql(token.connection)),
            access_tokens::generation.eq(token.generation),
            access_tokens::scope.eq(Sql(token.scopes)),
            access_tokens::write_epoch.eq(token.epochs.write),
            access_tokens::billing_epoch.eq(token.epochs.billing),
            access_tokens::issued_at.eq(Sql(token.issued_at)),
            access_tokens::expires_at.eq(Sql(token.expires_at)),
        ))
        .execute(c))?;
    Ok(())
}

/// Notes the first use of a token: whoever uses it has received the answer it came in.
///
/// # Errors
/// When the database is out of reach.
pub async fn mark_used(tx: &mut Tx, organization: OrganizationId, id: TokenId, at: Timestamp) -> Result<(), Error> {
    on!(tx, |c| kept(
        diesel::update(access_tokens::table.find((Sql(organization), Sql(id))))
            .set(access_tokens::used_at.eq(Some(Sql(at))))
    )
    .execute(c))?;
    Ok(())
}

/// Whether any access token of this generation or a later one was ever used.
///
/// # Errors
/// When the database is out of reach.
pub async fn any_used_since(
    conn: &mut Conn,
    organization: OrganizationId,
    connection: ConnectionId,
    generation: i32,
) -> Result<bool, Error> {
    on!(conn, |c| diesel::select(exists(
        access_tokens::table
            .filter(access_tokens::organization_id.eq(Sql(organization)))
            .filter(access_tokens::connection_id.eq(Sql(connection)))
            .filter(access_tokens::generation.ge(generation))
            .filter(access_tokens::used_at.is_not_null())
    ))
    .get_result(c))
}

/// The scopes of the newest access token of a connection.
///
/// # Errors
/// When the database is out of reach.
pub async fn newest_scopes(
    conn: &mut Conn,
    organization: OrganizationId,
    connection: ConnectionId,
) -> Result<Option<Scopes>, Error> {
    let rows: Vec<Scopes> = on!(conn, |c| access_tokens::table
        .filter(access_tokens::organization_id.eq(Sql(organization)))
        .filter(access_tokens::connection_id.eq(Sql(connection)))
        .order((access_tokens::generation.desc(), access_tokens::id.desc()))
        .limit(1)
        .select(access_tokens::scope)
        .load(c))?;
    Ok(rows.into_iter().next())
}

/// Deletes the connection's expired access tokens of generations before `generation`.
///
/// # Errors
/// When the database is out of reach.
pub async fn delete_expired(
    tx: &mut Tx,
    organization: OrganizationId,
    connection: ConnectionId,
    generation: i32,
    now: Timestamp,
) -> Result<(), Error> {
    let over = access_tokens::organization_id
        .eq(Sql(organization))
        .and(access_tokens::connection_id.eq(Sql(connection)))
        .and(access_tokens::generation.lt(generation))
        .and(access_tokens::expires_at.lt(Sql(now)));
    on!(tx, |c| diesel::delete(access_tokens::table.filter(over)).execute(c))?;
    Ok(())
}

/// The connection an access token speaks for.
///
/// # Errors
/// When the database is out of reach.
pub async fn connection_of(
    conn: &mut Conn,
    token: SecretHash,
) -> Result<Option<(OrganizationId, ConnectionId)>, Error> {
    let rows: Vec<(OrganizationId, ConnectionId)> = on!(conn, |c| access_tokens::table
        .filter(access_tokens::token_hash.eq(token))
        .select((access_tokens::organization_id, access_tokens::connection_id))
        .load(c))?;
    Ok(rows.into_iter().next())
}

/// Revokes one access token. `false`: it was revoked before.
///
/// # Errors
/// When the database is out of reach.
pub async fn revoke(tx: &mut Tx, token: SecretHash, at: Timestamp) -> Result<bool, Error> {
    let live = access_tokens::token_hash.eq(token).and(access_tokens::revoked_at.is_null());
    let changed = on!(tx, |c| diesel::update(access_tokens::table.filter(live))
        .set(access_tokens::revoked_at.eq(Some(Sql(at))))
        .execute(c))?;
    Ok(changed == 1)
}
