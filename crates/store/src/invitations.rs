//! Invitations: links that make their bearer a member, once and not for long.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use diesel_async::RunQueryDsl;
use lavori_domain::organizations::Role;
use lavori_domain::{InvitationId, OrganizationId, PersonId, Timestamp};

use crate::conn::{Conn, Tx, on};
use crate::error::Error;
use crate::schema::invitations;
use crate::secret_hash::SecretHash;
use crate::sql::Sql;

/// An invitation.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = invitations, check_for_backend(Pg, Sqlite))]
pub struct Invitation {
    /// The organization it leads to.
    pub organization_id: OrganizationId,
    /// Its id.
    pub id: InvitationId,
    /// The hash of the secret in its link.
    pub token_hash: SecretHash,
    /// Whom it is for, normalized.
    pub email: String,
    /// What they become.
    pub role: Role,
    /// Who made it.
    pub invited_by: PersonId,
    /// When.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}

/// Finds the open invitation behind a link: neither accepted nor withdrawn. Whether it has expired is the caller's to
/// ask the database's clock.
///
/// # Errors
/// When the database is out of reach.
pub async fn find_open(conn: &mut Conn, token: SecretHash) -> Result<Option<Invitation>, Error> {
    let rows: Vec<Invitation> = on!(conn, |c| invitations::table
        .filter(invitations::token_hash.eq(token))
        .filter(invitations::accepted_at.is_null().and(invitations::withdrawn_at.is_null()))
        .select(Invitation::as_select())
        .load(c))?;
    Ok(rows.into_iter().next())
}

/// The open invitations of an organization, the newest first; those that have expired among them.
///
/// # Errors
/// When the database is out of reach.
pub async fn list_open(conn: &mut Conn, organization: OrganizationId) -> Result<Vec<Invitation>, Error> {
    on!(conn, |c| invitations::table
        .filter(invitations::organization_id.eq(Sql(organization)))
        .filter(invitations::accepted_at.is_null().and(invitations::withdrawn_at.is_null()))
        .order(invitations::id.desc())
        .select(Invitation::as_select())
        .load(c))
}

/// Stores an invitation.
///
/// # Errors
/// [`Error::Conflict`] when there is an open one for the address, or who made it is no member.
pub async fn insert(tx: &mut Tx, invitation: &Invitation) -> Result<(), Error> {
    on!(tx, |c| diesel::insert_into(invitations::table)
        .values((
            invitations::organization_id.eq(Sql(invitation.organization_id)),
            invitations::id.eq(Sql(invitation.id)),
            invitations::token_hash.eq(invitation.token_hash),
            invitations::email.eq(&invitation.email),
            invitations::role.eq(Sql(invitation.role)),
            invitations::invited_by.eq(Sql(invitation.invited_by)),
            invitations::created_at.eq(Sql(invitation.created_at)),
            invitations::expires_at.eq(Sql(invitation.expires_at)),
        ))
        .execute(c))?;
    Ok(())
}

/// Marks an invitation as accepted. `false`: it was accepted or withdrawn before, and must not count again.
///
/// # Errors
/// [`Error::Conflict`] when the person is no member.
pub async fn accept(
    tx: &mut Tx,
    organization: OrganizationId,
    id: InvitationId,
    by: PersonId,
    at: Timestamp,
) -> Result<bool, Error> {
    let open = invitations::table
        .find((Sql(organization), Sql(id)))
        .filter(invitations::accepted_at.is_null().and(invitations::withdrawn_at.is_null()));
    let changed = on!(tx, |c| diesel::update(open)
        .set((invitations::accepted_at.eq(Some(Sql(at))), invitations::accepted_by.eq(Some(Sql(by)))))
        .execute(c))?;
    Ok(changed == 1)
}

/// Takes an invitation back, and gives the address it was for. `None`: it was accepted or withdrawn before, or is not
/// the organization's.
///
/// # Errors
/// When the database is out of reach.
pub async fn withdraw(
    tx: &mut Tx,
    organization: OrganizationId,
    id: InvitationId,
    at: Timestamp,
) -> Result<Option<String>, Error> {
    let open = invitations::table
        .find((Sql(organization), Sql(id)))
        .filter(invitations::accepted_at.is_null().and(invitations::withdrawn_at.is_null()));
    let emails: Vec<String> = on!(tx, |c| diesel::update(open)
        .set(invitations::withdrawn_at.eq(Some(Sql(at))))
        .returning(invitations::email)
        .get_results(c))?;
    Ok(emails.into_iter().next())
}
