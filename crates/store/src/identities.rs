//! Accounts at OpenID Connect providers that sign people in, by issuer and subject (OAUTH.md J3).

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use diesel_async::RunQueryDsl;
use lavori_domain::{IdentityId, PersonId, Timestamp};

use crate::conn::{Conn, Tx, on};
use crate::error::Error;
use crate::schema::identities;
use crate::sql::Sql;

/// An account at a provider.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = identities, check_for_backend(Pg, Sqlite))]
pub struct Identity {
    /// Its id.
    pub id: IdentityId,
    /// The provider's issuer identifier.
    pub issuer: String,
    /// The provider's word for the account.
    pub subject: String,
    /// Whom it signs in.
    #[diesel(column_name = person_id)]
    pub person: PersonId,
    /// The address that the provider named when it was linked: to be shown, never to be compared.
    pub email: Option<String>,
    /// When it was linked.
    pub created_at: Timestamp,
    /// When it last signed its person in.
    pub last_used_at: Option<Timestamp>,
}

/// Finds whom an account signs in.
///
/// # Errors
/// When the database is out of reach.
pub async fn find(conn: &mut Conn, issuer: &str, subject: &str) -> Result<Option<Identity>, Error> {
    let rows: Vec<Identity> = on!(conn, |c| identities::table
        .filter(identities::issuer.eq(issuer))
        .filter(identities::subject.eq(subject))
        .select(Identity::as_select())
        .load(c))?;
    Ok(rows.into_iter().next())
}

/// A person's accounts at providers, the oldest first.
///
/// # Errors
/// When the database is out of reach.
pub async fn list(conn: &mut Conn, person: PersonId) -> Result<Vec<Identity>, Error> {
    on!(conn, |c| identities::table
        .filter(identities::person_id.eq(Sql(person)))
        .order(identities::id.asc())
        .select(Identity::as_select())
        .load(c))
}

/// Links an account to a person, whose credentials the caller has locked.
///
/// # Errors
/// [`Error::Conflict`] when it is linked already.
pub async fn insert(tx: &mut Tx, identity: &Identity) -> Result<(), Error> {
    on!(tx, |c| diesel::insert_into(identities::table)
        .values((
            identities::id.eq(Sql(identity.id)),
            identities::issuer.eq(&identity.issuer),
            identities::subject.eq(&identity.subject),
            identities::person_id.eq(Sql(identity.person)),
            identities::email.eq(&identity.email),
            identities::created_at.eq(Sql(identity.created_at)),
            identities::last_used_at.eq(identity.last_used_at.map(Sql)),
        ))
        .execute(c))?;
    Ok(())
}

/// Notes that an account signed its person in.
///
/// # Errors
/// When the database is out of reach.
pub async fn touch(tx: &mut Tx, identity: IdentityId, at: Timestamp) -> Result<(), Error> {
    on!(tx, |c| diesel::update(identities::table.find(Sql(identity)))
        .set(identities::last_used_at.eq(Some(Sql(at))))
        .execute(c))?;
    Ok(())
}

/// Unlinks one of a person's accounts, whose credentials the caller has locked.
///
/// # Errors
/// [`Error::NotFound`] when the person has no such account.
pub async fn delete(tx: &mut Tx, person: PersonId, identity: IdentityId) -> Result<(), Error> {
    let deleted = on!(tx, |c| diesel::delete(identities::table.find(Sql(identity)))
        .filter(identities::person_id.eq(Sql(person)))
        .execute(c))?;
    if deleted == 0 { Err(Error::NotFound) } else { Ok(()) }
}
