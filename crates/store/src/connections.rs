//! Connections: one consent given by one person to one client, in one organization.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use diesel_async::RunQueryDsl;
use lavori_domain::{ConnectionId, OrganizationId, PersonId, TeamId, Timestamp};
use lavori_policy::Scopes;

use crate::conn::{Conn, Tx, on, on_postgres, on_sqlite};
use crate::cut_off::CutOff;
use crate::error::Error;
use crate::kept::kept;
use crate::locks::{self, Guarded};
use crate::schema::connections;
use crate::sql::Sql;

mod list;
mod live;

pub use list::{Listed, Page, find_of_organization, find_of_person, list_of_organization, list_of_person};
pub use live::{Live, list_live};

/// A connection.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = connections, check_for_backend(Pg, Sqlite))]
pub struct Connection {
    /// The organization it is bound to for its life (PRODUCT.md P12).
    pub organization_id: OrganizationId,
    /// Its id.
    pub id: ConnectionId,
    /// Who consented.
    pub person_id: PersonId,
    /// The team it is narrowed to.
    pub team_id: Option<TeamId>,
    /// The client's id.
    pub client_id: String,
    /// The client's metadata, frozen at the authorization request.
    pub client: serde_json::Value,
    /// Where the code went.
    pub redirect_uri: String,
    /// The resource its tokens are good for (RFC 8707).
    pub resource: String,
    /// What the person approved.
    pub approved_scope: Scopes,
    /// When they did.
    pub created_at: Timestamp,
    /// When the client was given its first tokens.
    pub activated_at: Option<Timestamp>,
    /// When it was last used, give or take a minute.
    pub last_used_at: Option<Timestamp>,
    /// What its person calls it.
    pub label: Option<String>,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// Why.
    pub revoke_reason: Option<String>,
}

/// Stores a connection.
///
/// # Errors
/// [`Error::Conflict`] when the person is no member of the organization or the team is not the organization's.
pub async fn insert(tx: &mut Tx, connection: &Connection) -> Result<(), Error> {
    on!(tx, |c| diesel::insert_into(connections::table)
        .values((
            connections::organization_id.eq(Sql(connection.organization_id)),
            connections::id.eq(Sql(connection.id)),
            connections::person_id.eq(Sql(connection.person_id)),
            connections::team_id.eq(connection.team_id.map(Sql)),
            connections::client_id.eq(&connection.client_id),
            connections::client.eq(&connection.client),
            connections::redirect_uri.eq(&connection.redirect_uri),
            connections::resource.eq(&connection.resource),
            connections::approved_scope.eq(Sql(connection.approved_scope)),
            connections::created_at.eq(Sql(connection.created_at)),
            connections::expires_at.eq(Sql(connection.expires_at)),
        ))
        .execute(c))?;
    Ok(())
}

/// Gets a connection and keeps others from changing it until the transaction ends: grants of one connection go one
/// after the other.
///
/// # Errors
/// [`Error::NotFound`] when there is no such connection.
pub async fn lock(tx: &mut Tx, organization: OrganizationId, id: ConnectionId) -> Result<Connection, Error> {
    use crate::conn::Inner;
    let row = connections::table.find((Sql(organization), Sql(id)));
    match &mut tx.inner {
        // BEGIN IMMEDIATE has already made this the only writer.
        Inner::Sqlite(c) => on_sqlite!(c, |c| row.select(Connection::as_select()).first(c)),
        Inner::Postgres(c) => {
            // Others may still refer to the row: an event of a running call must not wait for a renewal.
            on_postgres!(c, |c| row.select(Connection::as_select()).for_no_key_update().first(c))
        }
    }
}

/// The connections of a person that were not revoked and have not reached their end, always in the same order, so that
/// two who revoke them all do not wait for each other in a circle.
///
/// # Errors
/// When the database is out of reach.
pub async fn list_open(
    conn: &mut Conn,
    person: PersonId,
    now: Timestamp,
) -> Result<Vec<(OrganizationId, ConnectionId)>, Error> {
    on!(conn, |c| connections::table
        .filter(connections::person_id.eq(Sql(person)))
        .filter(connections::revoked_at.is_null())
        .filter(connections::expires_at.gt(Sql(now)))
        .order((connections::organization_id, connections::id))
        .select((connections::organization_id, connections::id))
        .load(c))
}

/// The connections of an organization, or of one of its members, that were not revoked, in the order of their ids: who
/// takes several alone takes them in one order.
///
/// # Errors
/// When the database is out of reach.
pub async fn list_unrevoked(
    conn: &mut Conn,
    organization: OrganizationId,
    person: Option<PersonId>,
) -> Result<Vec<Connection>, Error> {
    on!(conn, |c| {
        let rows = connections::table
            .filter(connections::organization_id.eq(Sql(organization)))
            .filter(connections::revoked_at.is_null())
            .order(connections::id)
            .select(Connection::as_select());
        match person {
            Some(person) => rows.filter(connections::person_id.eq(Sql(person))).load(c),
            None => rows.load(c),
        }
    })
}

/// The connections of a person, over all their organizations, that were not revoked; in the order of [`list_open`].
///
/// # Errors
/// When the database is out of reach.
pub async fn list_unrevoked_of(conn: &mut Conn, person: PersonId) -> Result<Vec<Connection>, Error> {
    on!(conn, |c| connections::table
        .filter(connections::person_id.eq(Sql(person)))
        .filter(connections::revoked_at.is_null())
        .order((connections::organization_id, connections::id))
        .select(Connection::as_select())
        .load(c))
}

/// Gives a connection a name of its person's choice, or none.
///
/// # Errors
/// When the database is out of reach.
pub async fn set_label(
    tx: &mut Tx,
    organization: OrganizationId,
    id: ConnectionId,
    label: Option<&str>,
) -> Result<(), Error> {
    on!(tx, |c| diesel::update(connections::table.find((Sql(organization), Sql(id))))
        .set(connections::label.eq(label))
        .execute(c))?;
    Ok(())
}

/// Notes that the client was given its first tokens. Whether they arrived, only their use will tell (OAUTH.md G12).
///
/// # Errors
/// When the database is out of reach.
pub async fn activate(tx: &mut Tx, organization: OrganizationId, id: ConnectionId, at: Timestamp) -> Result<(), Error> {
    on!(tx, |c| diesel::update(connections::table.find((Sql(organization), Sql(id))))
        .set(connections::activated_at.eq(Some(Sql(at))))
        .execute(c))?;
    Ok(())
}

/// Notes that the connection was used.
///
/// # Errors
/// When the database is out of reach.
pub async fn touch(tx: &mut Tx, organization: OrganizationId, id: ConnectionId, at: Timestamp) -> Result<(), Error> {
    on!(tx, |c| kept(
        diesel::update(connections::table.find((Sql(organization), Sql(id))))
            .set(connections::last_used_at.eq(Some(Sql(at))))
    )
    .execute(c))?;
    Ok(())
}

/// Revokes a connection: marked, never deleted, with who and why. `false`: it was revoked before, and stays as it was.
///
/// # Errors
/// When the database is out of reach.
pub async fn revoke(
    tx: &mut Tx,
    organization: OrganizationId,
    id: ConnectionId,
    by: Option<PersonId>,
    reason: &str,
    at: Timestamp,
) -> Result<bool, Error> {
    locks::take_alone(tx, Guarded::Connection(id), Some(CutOff::connection(organization, id))).await?;
    let live = connections::table.find((Sql(organization), Sql(id))).filter(connections::revoked_at.is_null());
    let changed = on!(tx, |c| kept(diesel::update(live).set((
        connections::revoked_at.eq(Some(Sql(at))),
        connections::revoked_by.eq(by.map(Sql)),
        connections::revoke_reason.eq(reason),
    )))
    .execute(c))?;
    Ok(changed == 1)
}
