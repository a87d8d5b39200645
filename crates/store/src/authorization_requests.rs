//! Authorization requests that wait for their person's decision, each bound to the session that carries it.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use diesel_async::RunQueryDsl;
use lavori_domain::{SessionId, Timestamp};

use crate::clock;
use crate::conn::{Conn, Tx, on};
use crate::error::Error;
use crate::schema::authorization_requests;
use crate::secret_hash::SecretHash;
use crate::sql::Sql;

/// A stored request.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = authorization_requests, check_for_backend(Pg, Sqlite))]
pub struct AuthorizationRequest {
    /// The hash of the handle in the consent page's URL.
    pub handle_hash: SecretHash,
    /// The session it is bound to.
    pub session_id: SessionId,
    /// The client's id.
    pub client_id: String,
    /// The client's metadata, frozen.
    pub client: serde_json::Value,
    /// Where the answer goes.
    pub redirect_uri: String,
    /// Whether the request named the redirect URI, so that the token request must too (RFC 6749 section 4.1.3).
    pub redirect_uri_given: bool,
    /// What the client wants back unchanged.
    pub state: Option<String>,
    /// What the client asked for. It pre-selects nothing.
    pub scope: String,
    /// The S256 challenge (RFC 7636 section 4.2).
    pub code_challenge: String,
    /// The canonical resource (RFC 8707).
    pub resource: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends undecided.
    pub expires_at: Timestamp,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
}

/// Finds a request that still waits, carried by this very session.
///
/// # Errors
/// When the database is out of reach.
pub async fn find(
    conn: &mut Conn,
    handle: SecretHash,
    session: SessionId,
) -> Result<Option<AuthorizationRequest>, Error> {
    let now = clock::now(conn).await?;
    let rows: Vec<AuthorizationRequest> = on!(conn, |c| authorization_requests::table
        .find(handle)
        .filter(authorization_requests::session_id.eq(Sql(session)))
        .filter(authorization_requests::decided_at.is_null())
        .filter(authorization_requests::expires_at.gt(Sql(now)))
        .select(AuthorizationRequest::as_select())
        .load(c))?;
    Ok(rows.into_iter().next())
}

/// Marks the request as decided. `false`: another decision came first, and this one must not count.
///
/// # Errors
/// When the database is out of reach.
pub async fn decide(tx: &mut Tx, handle: SecretHash, at: Timestamp) -> Result<bool, Error> {
    let open = authorization_requests::handle_hash.eq(handle).and(authorization_requests::decided_at.is_null());
    let changed = on!(tx, |c| diesel::update(authorization_requests::table.filter(open))
        .set(authorization_requests::decided_at.eq(Some(Sql(at))))
        .execute(c))?;
    Ok(changed == 1)
}

/// Stores a request, and clears away what the same session left undecided and is long over.
///
/// # Errors
/// When the database is out of reach.
pub async fn insert(tx: &mut Tx, request: &AuthorizationRequest) -> Result<(), Error> {
    let over = authorization_requests::session_id
        .eq(Sql(request.session_id))
        .and(authorization_requests::expires_at.lt(Sql(request.created_at)));
    on!(tx, |c| diesel::delete(authorization_requests::table.filter(over)).execute(c))?;
    on!(tx, |c| diesel::insert_into(authorization_requests::table)
        .values((
            authorization_requests::handle_hash.eq(request.handle_hash),
            authorization_requests::session_id.eq(Sql(request.session_id)),
            authorization_requests::client_id.eq(&request.client_id),
            authorization_requests::client.eq(&request.client),
            authorization_requests::redirect_uri.eq(&request.redirect_uri),
            authorization_requests::redirect_uri_given.eq(request.redirect_uri_given),
            authorization_requests::state.eq(&request.state),
            authorization_requests::scope.eq(&request.scope),
            authorization_requests::code_challenge.eq(&request.code_challenge),
            authorization_requests::resource.eq(&request.resource),
            authorization_requests::created_at.eq(Sql(request.created_at)),
            authorization_requests::expires_at.eq(Sql(request.expires_at)),
        ))
        .execute(c))?;
    Ok(())
}
