//! Teams and who is in them.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use diesel_async::RunQueryDsl;
use lavori_domain::organizations::Team;
use lavori_domain::{OrganizationId, PersonId, TeamId};

use crate::conn::{Conn, Tx, on};
use crate::error::Error;
use crate::schema::{team_members, teams};
use crate::sql::Sql;

#[derive(Queryable, Selectable)]
#[diesel(table_name = teams, check_for_backend(Pg, Sqlite))]
struct TeamRow {
    organization_id: OrganizationId,
    id: TeamId,
    slug: String,
    name: String,
}

impl From<TeamRow> for Team {
    fn from(row: TeamRow) -> Self {
        Self { organization: row.organization_id, id: row.id, slug: row.slug, name: row.name }
    }
}

/// The teams of the given organizations, by name.
///
/// # Errors
/// When the database is out of reach.
pub async fn list(conn: &mut Conn, organizations: &[OrganizationId]) -> Result<Vec<Team>, Error> {
    let rows: Vec<TeamRow> = on!(conn, |c| teams::table
        .filter(teams::organization_id.eq_any(organizations.iter().copied().map(Sql)))
        .order((teams::name, teams::id))
        .select(TeamRow::as_select())
        .load(c))?;
    Ok(rows.into_iter().map(Team::from).collect())
}

/// Inserts a team.
///
/// # Errors
/// [`Error::Conflict`] when the organization has a team of that slug.
pub async fn insert(tx: &mut Tx, team: &Team) -> Result<(), Error> {
    on!(tx, |c| diesel::insert_into(teams::table)
        .values((
            teams::organization_id.eq(Sql(team.organization)),
            teams::id.eq(Sql(team.id)),
            teams::slug.eq(&team.slug),
            teams::name.eq(&team.name),
        ))
        .execute(c))?;
    Ok(())
}

/// Puts a member into a team.
///
/// # Errors
/// [`Error::Conflict`] when they are in it, or are no member of the organization.
pub async fn add_member(
    tx: &mut Tx,
    organization: OrganizationId,
    team: TeamId,
    person: PersonId,
) -> Result<(), Error> {
    on!(tx, |c| diesel::insert_into(team_members::table)
        .values((
            team_members::organization_id.eq(Sql(organization)),
            team_members::team_id.eq(Sql(team)),
            team_members::person_id.eq(Sql(person)),
        ))
        .execute(c))?;
    Ok(())
}

/// Finds a team by its name in URLs.
///
/// # Errors
/// When the database is out of reach.
pub async fn find_by_slug(conn: &mut Conn, organization: OrganizationId, slug: &str) -> Result<Option<Team>, Error> {
    let rows: Vec<TeamRow> = on!(conn, |c| teams::table
        .filter(teams::organization_id.eq(Sql(organization)).and(teams::slug.eq(slug)))
        .select(TeamRow::as_select())
        .load(c))?;
    Ok(rows.into_iter().next().map(Team::from))
}

/// Who is in which team of an organization.
///
/// # Errors
/// When the database is out of reach.
pub async fn list_members(conn: &mut Conn, organization: OrganizationId) -> Result<Vec<(TeamId, PersonId)>, Error> {
    on!(conn, |c| team_members::table
        .filter(team_members::organization_id.eq(Sql(organization)))
        .select((team_members::team_id, team_members::person_id))
        .load(c))
}

/// Gives a team another name. Its name in URLs stays.
///
/// # Errors
/// When the database is out of reach.
pub async fn rename(tx: &mut Tx, organization: OrganizationId, team: TeamId, name: &str) -> Result<(), Error> {
    on!(tx, |c| diesel::update(teams::table.find((Sql(organization), Sql(team))))
        .set(teams::name.eq(name))
        .execute(c))?;
    Ok(())
}

/// Takes a member out of a team. `false`: they were not in it.
///
/// # Errors
/// When the database is out of reach.
pub async fn remove_member(
    tx: &mut Tx,
    organization: OrganizationId,
    team: TeamId,
    person: PersonId,
) -> Result<bool, Error> {
    let row = team_members::table.find((Sql(organization), Sql(team), Sql(person)));
    let changed = on!(tx, |c| diesel::delete(row).execute(c))?;
    Ok(changed == 1)
}

/// Takes a member out of every team of an organization.
///
/// # Errors
/// When the database is out of reach.
pub async fn remove_from_all(tx: &mut Tx, organization: OrganizationId, person: PersonId) -> Result<(), Error> {
    let of = team_members::organization_id.eq(Sql(organization)).and(team_members::person_id.eq(Sql(person)));
    on!(tx, |c| diesel::delete(team_members::table.filter(of)).execute(c))?;
    Ok(())
}
