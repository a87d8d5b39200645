//! Who belongs to which organization, as what.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use diesel_async::RunQueryDsl;
use lavori_domain::organizations::{OrganizationState, PersonState, Role};
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
    let rows: Vec<Role> = on!(conn, |c| memberships::table
        .find((Sql(organization), Sql(person)))
        .filter(memberships::ended_at.is_null())
        .select(memberships::role)
        .load(c))?;
    Ok(rows.into_iter().next())
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

/// A member as the organization's settings show them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Whether they may sign in at all.
    pub state: PersonState,
    /// Their role.
    pub role: Role,
}

/// The members of an organization, by name.
///
/// # Errors
/// When the database is out of reach.
pub async fn list(conn: &mut Conn, organization: OrganizationId) -> Result<Vec<Member>, Error> {
    let rows: Vec<(PersonId, String, String, PersonState, Role)> = on!(conn, |c| memberships::table
        .inner_join(people::table.on(people::id.eq(memberships::person_id)))
        .filter(memberships::organization_id.eq(Sql(organization)).and(memberships::ended_at.is_null()))
        .order((people::name, people::id))
        .select((people::id, people::name, people::email, people::state, memberships::role))
        .load(c))?;
    Ok(rows.into_iter().map(|(person, name, email, state, role)| Member { person, name, email, state, role }).collect())
}

/// The organizations that a person is an owner of, each with whether somebody else owns it too who may sign in.
///
/// # Errors
/// When the database is out of reach.
pub async fn owned_by(conn: &mut Conn, person: PersonId) -> Result<Vec<(String, bool)>, Error> {
    let owned: Vec<(OrganizationId, String)> = on!(conn, |c| memberships::table
        .inner_join(organizations::table.on(organizations::id.eq(memberships::organization_id)))
        .filter(memberships::person_id.eq(Sql(person)).and(memberships::ended_at.is_null()))
        .filter(memberships::role.eq(Sql(Role::Owner)))
        .order(organizations::slug)
        .select((organizations::id, organizations::slug))
        .load(c))?;
    let mut answer = Vec::with_capacity(owned.len());
    for (organization, slug) in owned {
        answer.push((slug, has_other_owner(conn, organization, person).await?));
    }
    Ok(answer)
}

/// Whether the organization has an owner besides `person` who may sign in.
///
/// # Errors
/// When the database is out of reach.
pub async fn has_other_owner(conn: &mut Conn, organization: OrganizationId, person: PersonId) -> Result<bool, Error> {
    on!(conn, |c| diesel::select(diesel::dsl::exists(
        memberships::table
            .inner_join(people::table.on(people::id.eq(memberships::person_id)))
            .filter(memberships::organization_id.eq(Sql(organization)))
            .filter(memberships::person_id.ne(Sql(person)))
            .filter(memberships::role.eq(Sql(Role::Owner)).and(memberships::ended_at.is_null()))
            .filter(people::state.eq(Sql(PersonState::Active)))
    ))
    .get_result(c))
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

/// Says how long a member works in a week, in minutes, and what an hour of them costs, in minor units of the
/// organization's currency.
///
/// # Errors
/// [`Error::Conflict`] when a week has not so many minutes, or the rate is negative.
pub async fn set_work(
    tx: &mut Tx,
    organization: OrganizationId,
    person: PersonId,
    weekly_capacity_minutes: i32,
    cost_rate_minor: Option<i64>,
) -> Result<(), Error> {
    on!(tx, |c| diesel::update(memberships::table.find((Sql(organization), Sql(person))))
        .set((
            memberships::weekly_capacity_minutes.eq(weekly_capacity_minutes),
            memberships::cost_rate_minor.eq(cost_rate_minor),
        ))
        .execute(c))?;
    Ok(())
}

/// Lets a person whose membership ended come back, in another role perhaps. `false`: they were never there, or are
/// there now.
///
/// # Errors
/// When the database is out of reach.
pub async fn reopen(tx: &mut Tx, organization: OrganizationId, person: PersonId, role: Role) -> Result<bool, Error> {
    let ended = memberships::table.find((Sql(organization), Sql(person))).filter(memberships::ended_at.is_not_null());
    let changed = on!(tx, |c| diesel::update(ended)
        .set((memberships::role.eq(Sql(role)), memberships::ended_at.eq(None::<Sql<Timestamp>>)))
        .execute(c))?;
    Ok(changed == 1)
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
