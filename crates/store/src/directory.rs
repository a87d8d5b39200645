//! Members and teams as the tools show them. A narrowed query sees its own team and who is in it.

mod list;
mod order;

pub use list::{MemberFilter, count_members, count_teams, list_members, list_teams, teams_of, teams_of_contacts};
pub use order::NamePosition;
pub(crate) use order::by_bytes;

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use diesel_async::RunQueryDsl;
use lavori_domain::id::kind;
use lavori_domain::organizations::{Role, Team, normalize_email};
use lavori_domain::{OrganizationId, PersonId, TeamId};

use crate::conn::{Conn, on};
use crate::error::Error;
use crate::reference::{Brief, MATCHES, Reference};
use crate::schema::{memberships, people, team_members, teams};
use crate::sql::Sql;
use crate::within::Within;
use crate::words::lower;

/// A person who belongs to the organization now.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
#[diesel(check_for_backend(Pg, Sqlite))]
pub struct Member {
    /// Their id.
    pub id: PersonId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their role.
    pub role: Role,
    /// How long they work in a week, in minutes.
    pub weekly_capacity_minutes: i32,
}

/// The members that `within` shows, as a boxed query of whichever backend the arm has.
macro_rules! visible {
    ($within:expr) => {{
        let within: Within = $within;
        let mut query = memberships::table
            .inner_join(people::table.on(people::id.eq(memberships::person_id)))
            .filter(memberships::organization_id.eq(Sql(within.organization)))
            .filter(memberships::ended_at.is_null())
            .into_boxed();
        if let Some(team) = within.team {
            query = query.filter(diesel::dsl::exists(
                team_members::table
                    .filter(team_members::organization_id.eq(memberships::organization_id))
                    .filter(team_members::person_id.eq(memberships::person_id))
                    .filter(team_members::team_id.eq(Sql(team))),
            ));
        }
        query
    }};
}
use visible;

/// The members with the given ids, in no order. Those that do not exist within `within` are left out.
///
/// # Errors
/// When the database is out of reach.
pub async fn members(conn: &mut Conn, within: Within, ids: &[PersonId]) -> Result<Vec<Member>, Error> {
    on!(conn, |c| visible!(within)
        .filter(people::id.eq_any(ids.iter().copied().map(Sql)))
        .select((people::id, people::name, people::email, memberships::role, memberships::weekly_capacity_minutes))
        .load(c))
}

/// The members that `reference` names, at most [`MATCHES`]. A name may also be an e-mail address.
///
/// # Errors
/// When the database is out of reach.
pub async fn find_member(
    conn: &mut Conn,
    within: Within,
    reference: Reference<'_, kind::Person>,
) -> Result<Vec<Brief<kind::Person>>, Error> {
    let rows: Vec<(PersonId, String, String)> = on!(conn, |c| {
        let query = match reference {
            Reference::Id(id) => visible!(within).filter(people::id.eq(Sql(id))),
            Reference::Name(name) => {
                visible!(within).filter(people::email.eq(normalize_email(name)).or(lower(people::name).eq(lower(name))))
            }
            // They have no keys.
            Reference::Number(_) => visible!(within).filter(false.into_sql::<diesel::sql_types::Bool>()),
        };
        query
            .order((people::email, people::id))
            .limit(MATCHES)
            .select((people::id, people::name, people::email))
            .load(c)
    })?;
    Ok(rows.into_iter().map(|(id, name, email)| Brief { id, number: None, name, hint: Some(email) }).collect())
}

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

/// The teams that `within` shows, by name: at most `limit`.
///
/// # Errors
/// When the database is out of reach.
pub async fn teams(conn: &mut Conn, within: Within, limit: i64) -> Result<Vec<Team>, Error> {
    let rows: Vec<TeamRow> = on!(conn, |c| {
        let mut query = teams::table.filter(teams::organization_id.eq(Sql(within.organization))).into_boxed();
        if let Some(team) = within.team {
            query = query.filter(teams::id.eq(Sql(team)));
        }
        query.order((teams::name, teams::id)).limit(limit).select(TeamRow::as_select()).load(c)
    })?;
    Ok(rows.into_iter().map(Team::from).collect())
}

/// The teams with the given ids, in no order. Those that do not exist within `within` are left out.
///
/// # Errors
/// When the database is out of reach.
pub async fn teams_by_id(conn: &mut Conn, within: Within, ids: &[TeamId]) -> Result<Vec<Team>, Error> {
    let rows: Vec<TeamRow> = on!(conn, |c| {
        let mut query = teams::table
            .filter(teams::organization_id.eq(Sql(within.organization)))
            .filter(teams::id.eq_any(ids.iter().copied().map(Sql)))
            .into_boxed();
        if let Some(team) = within.team {
            query = query.filter(teams::id.eq(Sql(team)));
        }
        query.select(TeamRow::as_select()).load(c)
    })?;
    Ok(rows.into_iter().map(Team::from).collect())
}

/// The teams that `reference` names, at most [`MATCHES`]. A name may also be the one in URLs.
///
/// # Errors
/// When the database is out of reach.
pub async fn find_team(
    conn: &mut Conn,
    within: Within,
    reference: Reference<'_, kind::Team>,
) -> Result<Vec<Brief<kind::Team>>, Error> {
    let rows: Vec<(TeamId, String, String)> = on!(conn, |c| {
        let mut query = teams::table.filter(teams::organization_id.eq(Sql(within.organization))).into_boxed();
        if let Some(team) = within.team {
            query = query.filter(teams::id.eq(Sql(team)));
        }
        query = match reference {
            Reference::Id(id) => query.filter(teams::id.eq(Sql(id))),
            Reference::Name(name) => {
                query.filter(teams::slug.eq(name.to_lowercase()).or(lower(teams::name).eq(lower(name))))
            }
            // They have no keys.
            Reference::Number(_) => query.filter(false.into_sql::<diesel::sql_types::Bool>()),
        };
        query.order((teams::slug, teams::id)).limit(MATCHES).select((teams::id, teams::name, teams::slug)).load(c)
    })?;
    Ok(rows.into_iter().map(|(id, name, slug)| Brief { id, number: None, name, hint: Some(slug) }).collect())
}
