//! Authorization codes: 60 seconds, one use, kept after it so that a second use is seen.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use diesel_async::RunQueryDsl;
use lavori_domain::{ConnectionId, OrganizationId, Timestamp, TokenId};

use crate::conn::{Conn, Tx, on};
use crate::error::Error;
use crate::schema::authorization_codes;
use crate::secret_hash::SecretHash;
use crate::sql::Sql;

/// A code's row.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = authorization_codes, check_for_backend(Pg, Sqlite))]
pub struct AuthorizationCode {
    /// The organization of its connection.
    pub organization_id: OrganizationId,
    /// Its id.
    pub id: TokenId,
    /// The hash of the code.
    pub code_hash: SecretHash,
    /// The connection it opens.
    pub connection_id: ConnectionId,
    /// The redirect URI it was sent to.
    pub redirect_uri: String,
    /// Whether the token request must repeat it.
    pub redirect_uri_given: bool,
    /// The S256 challenge that the verifier must meet.
    pub code_challenge: String,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it expires.
    pub expires_at: Timestamp,
    /// When it was exchanged.
    pub used_at: Option<Timestamp>,
}

/// Finds a code, used or not.
///
/// # Errors
/// When the database is out of reach.
pub async fn find(conn: &mut Conn, code: SecretHash) -> Result<Option<AuthorizationCode>, Error> {
    let rows: Vec<AuthorizationCode> = on!(conn, |c| authorization_codes::table
        .filter(authorization_codes::code_hash.eq(code))
        .select(AuthorizationCode::as_select())
        .load(c))?;
    Ok(rows.into_iter().next())
}

/// Marks a code as used. `false`: somebody was quicker, and this exchange must fail (OAUTH.md G3).
///
/// # Errors
/// When the database is out of reach.
pub async fn spend(tx: &mut Tx, code: &AuthorizationCode, at: Timestamp) -> Result<bool, Error> {
    let unused = authorization_codes::table
        .find((Sql(code.organization_id), Sql(code.id)))
        .filter(authorization_codes::used_at.is_null());
    let changed = on!(tx, |c| diesel::update(unused).set(authorization_codes::used_at.eq(Some(Sql(at)))).execute(c))?;
    Ok(changed == 1)
}

/// Stores a code.
///
/// # Errors
/// When the database is out of reach.
pub async fn insert(tx: &mut Tx, code: &AuthorizationCode) -> Result<(), Error> {
    on!(tx, |c| diesel::insert_into(authorization_codes::table)
        .values((
            authorization_codes::organization_id.eq(Sql(code.organization_id)),
            authorization_codes::id.eq(Sql(code.id)),
            authorization_codes::code_hash.eq(code.code_hash),
            authorization_codes::connection_id.eq(Sql(code.connection_id)),
            authorization_codes::redirect_uri.eq(&code.redirect_uri),
            authorization_codes::redirect_uri_given.eq(code.redirect_uri_given),
            authorization_codes::code_challenge.eq(&code.code_challenge),
            authorization_codes::issued_at.eq(Sql(code.issued_at)),
            authorization_codes::expires_at.eq(Sql(code.expires_at)),
        ))
        .execute(c))?;
    Ok(())
}
