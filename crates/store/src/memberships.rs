//! Who belongs to which organization, as what.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use diesel_async::RunQueryDsl;
use lavori_domain::organizations::{OrganizationState, Role};
use lavori_domain::{OrganizationId, PersonId, TimeZone, Timestamp};
use lavori_policy::Switches;

use crate::conn::{Conn, Tx, on};
use crate::cut_off::CutOff;
use crate::error::Error;
use crate::locks::{self, Guarded};
use crate::schema::{memberships, organizations, people};
use crate::sql::Sql;

/// A membership together with what its organization allows: what a consent is decided on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The organization.
    pub organization: OrganizationId,
    /// Its name in URLs.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Whether it is open.
    pub state: OrganizationState,
    /// The person's role there.
    pub role: Role,
    /// The organization's switches.
    pub switches: Switches,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = organizations, check_for_backend(Pg, Sqlite))]
struct OrganizationRow {
    id: OrganizationId,
    slug: String,
    name: String,
    state: OrganizationState,
    allow_write: bool,
    allow_billing: bool,
}

/// The organizations a person belongs to now, by name.
///
/// # Errors
/// When the database is out of reach.
pub async fn list_of(conn: &mut Conn, person: PersonId) -> Result<Vec<Membership>, Error> {
    let rows: Vec<(OrganizationRow, Role)> = on!(conn, |c| memberships::table
        .inner_join(organizations::table.on(organizations::id.eq(memberships::organization_id)))
        .filter(memberships::person_id.eq(Sql(person)).and(memberships::ended_at.is_null()))
        .order((organizations::name, organizations::id))
        .select((OrganizationRow::as_select(), memberships::role))
        .load(c))?;
    Ok(rows
        .into_iter()
        .map(|(row, role)| Membership {
            organization: row.id,
            slug: row.slug,
            name: row.name,
            state: row.state,
            role,
            switches: Switches::new(row.allow_write, row.allow_billing),
        })
        .collect())
}

/// What a person is in an organization now. `None`: they do not belong to it.
///
/// # Errors
/// When the database is out of reach.
pub async fn role_of(conn: &mut Conn, organization: OrganizationId, person: PersonId) -> Result<Option<Role>, Error> {
    let roles: Vec<Role> = on!(conn, |c| memberships::table
        .find((Sql(organization), Sql(person)))
        .filter(memberships::ended_at.is_null())
        .select(memberships::role)
        .load(c))?;
    Ok(roles.into_iter().next())
}

/// The zone of the first of a person's organizations, by name: what their account page shows times in.
///
/// # Errors
/// When the database is out of reach.
pub async fn time_zone_of(conn: &mut Conn, person: PersonId) -> Result<Option<TimeZone>, Error> {
    let zones: Vec<TimeZone> = on!(conn, |c| memberships::table
        .inner_join(organizations::table.on(organizations::id.eq(memberships::organization_id)))
        .filter(memberships::person_id.eq(Sql(person)).and(memberships::ended_at.is_null()))
        .order((organizations::name, organizations::id))
        .limit(1)
        .select(organizations::time_zone)
        .load(c))?;
    Ok(zones.into_iter().next())
}

/// The owners and admins of the given organizations: who can turn a switch on, with their names.
///
/// # Errors
/// When the database is out of reach.
pub async fn administrators(
    conn: &mut Conn,
    organizations: &[OrganizationId],
) -> Result<Vec<(OrganizationId, String)>, Error> {
    on!(conn, |c| memberships::table
        .inner_join(people::table.on(people::id.eq(memberships::person_id)))
        .filter(memberships::organization_id.eq_any(organizations.iter().copied().map(Sql)))
        .filter(memberships::role.eq_any([Sql(Role::Owner), Sql(Role::Admin)]))
        .filter(memberships::ended_at.is_null())
        .order((people::name, people::id))
        .select((memberships::organization_id, people::name))
        .load(c))
}

/// Adds a person to an organization.
///
/// # Errors
/// [`Error::Conflict`] when they are in it, or either does not exist.
pub async fn insert(
    tx: &mut Tx,
    organization: OrganizationId,
    person: PersonId,
    role: Role,
    at: Timestamp,
) -> Result<(), Error> {
    on!(tx, |c| diesel::insert_into(memberships::table)
        .values((
            memberships::organization_id.eq(Sql(organization)),
            memberships::person_id.eq(Sql(person)),
            memberships::role.eq(Sql(role)),
            memberships::created_at.eq(Sql(at)),
        ))
        .execute(c))?;
    Ok(())
}

/// Changes a member's role.
///
/// # Errors
/// When the database is out of reach.
pub async fn set_role(tx: &mut Tx, organization: OrganizationId, person: PersonId, role: Role) -> Result<(), Error> {
    let cut = (!role.may_connect_clients()).then(|| CutOff::member(organization, person));
    locks::take_alone(tx, Guarded::Organization(organization), cut).await?;
    on!(tx, |c| diesel::update(memberships::table.find((Sql(organization), Sql(person))))
        .set(memberships::role.eq(Sql(role)))
        .execute(c))?;
    Ok(())
}

/// Ends a membership. The row stays: what the person did keeps its reference.
///
/// # Errors
/// When the database is out of reach.
pub async fn end(tx: &mut Tx, organization: OrganizationId, person: PersonId, at: Timestamp) -> Result<(), Error> {
    locks::take_alone(tx, Guarded::Organization(organization), Some(CutOff::member(organization, person))).await?;
    on!(tx, |c| diesel::update(memberships::table.find((Sql(organization), Sql(person))))
        .set(memberships::ended_at.eq(Some(Sql(at))))
        .execute(c))?;
    Ok(())
}
