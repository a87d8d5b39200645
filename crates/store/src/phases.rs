//! Phases of projects. They are seen with their project.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use diesel_async::RunQueryDsl;
use lavori_domain::id::kind;
use lavori_domain::projects::Phase;
use lavori_domain::{OrganizationId, PhaseId, ProjectId, Timestamp};

use crate::conn::{Conn, Tx, on};
use crate::error::Error;
use crate::one_of::one_of;
use crate::reference::{Brief, MATCHES, Reference};
use crate::schema::{phases, projects};
use crate::sql::Sql;
use crate::tasks::ProjectName;
use crate::within::Within;
use crate::words::lower;

#[derive(Queryable, Selectable)]
#[diesel(table_name = phases, check_for_backend(Pg, Sqlite))]
struct PhaseRow {
    organization_id: OrganizationId,
    id: PhaseId,
    project_id: ProjectId,
    position: i32,
    name: String,
    starts_on: Option<chrono::NaiveDate>,
    ends_on: Option<chrono::NaiveDate>,
}

impl From<PhaseRow> for Phase {
    fn from(row: PhaseRow) -> Self {
        Self {
            organization: row.organization_id,
            id: row.id,
            project: row.project_id,
            position: row.position,
            name: row.name,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
        }
    }
}

/// The phases in use of the projects that `within` shows, as a boxed query of whichever backend the arm has.
macro_rules! visible {
    ($within:expr) => {{
        let within: Within = $within;
        let mut query = phases::table
            .inner_join(
                projects::table
                    .on(projects::organization_id.eq(phases::organization_id).and(projects::id.eq(phases::project_id))),
            )
            .filter(phases::organization_id.eq(Sql(within.organization)))
            .filter(phases::archived_at.is_null())
            .into_boxed();
        if let Some(team) = within.team {
            query = query.filter(projects::team_id.eq(Some(Sql(team))));
        }
        query
    }};
}

/// Which phases to get.
#[derive(Debug, Clone, Copy)]
pub enum PhaseKeys<'a> {
    /// Those with these ids.
    Ids(&'a [PhaseId]),
    /// Those of these projects.
    Projects(&'a [ProjectId]),
}

/// The phases with the given keys, in the order of their project, each with its project. Those that do not exist within `within` are
/// left out.
///
/// # Errors
/// When the database is out of reach.
pub async fn details(conn: &mut Conn, within: Within, keys: PhaseKeys<'_>) -> Result<Vec<(Phase, ProjectName)>, Error> {
    let rows: Vec<(PhaseRow, ProjectName)> = on!(conn, |c| {
        let query = match keys {
            PhaseKeys::Ids(ids) => visible!(within).filter(one_of!(phases::id, ids, Sql)),
            PhaseKeys::Projects(ids) => visible!(within).filter(one_of!(phases::project_id, ids, Sql)),
        };
        query.order((phases::position, phases::id)).select((PhaseRow::as_select(), ProjectName::as_select())).load(c)
    })?;
    Ok(rows.into_iter().map(|(row, project)| (row.into(), project)).collect())
}

/// The phases that `reference` names, of `project` if it is given, at most [`MATCHES`].
///
/// # Errors
/// When the database is out of reach.
pub async fn find(
    conn: &mut Conn,
    within: Within,
    project: Option<ProjectId>,
    reference: Reference<'_, kind::Phase>,
) -> Result<Vec<Brief<kind::Phase>>, Error> {
    let rows: Vec<(PhaseId, String, String)> = on!(conn, |c| {
        let mut query = visible!(within);
        if let Some(project) = project {
            query = query.filter(phases::project_id.eq(Sql(project)));
        }
        query = match reference {
            Reference::Id(id) => query.filter(phases::id.eq(Sql(id))),
            Reference::Name(name) => query.filter(lower(phases::name).eq(lower(name))),
            // They have no keys.
            Reference::Number(_) => query.filter(false.into_sql::<diesel::sql_types::Bool>()),
        };
        query
            .order((phases::position, phases::id))
            .limit(MATCHES)
            .select((phases::id, phases::name, projects::name))
            .load(c)
    })?;
    Ok(rows.into_iter().map(|(id, name, project)| Brief { id, number: None, name, hint: Some(project) }).collect())
}

/// Inserts a phase.
///
/// # Errors
/// [`Error::Conflict`] when its project is of another organization.
pub async fn insert(tx: &mut Tx, phase: &Phase) -> Result<(), Error> {
    on!(tx, |c| diesel::insert_into(phases::table)
        .values((
            phases::organization_id.eq(Sql(phase.organization)),
            phases::id.eq(Sql(phase.id)),
            phases::project_id.eq(Sql(phase.project)),
            phases::position.eq(phase.position),
            phases::name.eq(&phase.name),
            phases::starts_on.eq(phase.starts_on),
            phases::ends_on.eq(phase.ends_on),
        ))
        .execute(c))?;
    Ok(())
}

/// Writes a phase's name, place and dates. Whoever does holds its project.
///
/// # Errors
/// When the database is out of reach.
pub async fn update(tx: &mut Tx, phase: &Phase) -> Result<(), Error> {
    on!(tx, |c| diesel::update(phases::table.find((Sql(phase.organization), Sql(phase.id))))
        .set((
            phases::position.eq(phase.position),
            phases::name.eq(&phase.name),
            phases::starts_on.eq(phase.starts_on),
            phases::ends_on.eq(phase.ends_on),
        ))
        .execute(c))?;
    Ok(())
}

/// Puts a phase away: from now on only what hangs on it names it. Whoever does holds its project.
///
/// # Errors
/// When the database is out of reach.
pub async fn archive(tx: &mut Tx, organization: OrganizationId, id: PhaseId, now: Timestamp) -> Result<(), Error> {
    on!(tx, |c| diesel::update(phases::table.find((Sql(organization), Sql(id))))
        .set(phases::archived_at.eq(Some(Sql(now))))
        .execute(c))?;
    Ok(())
}
