//! Milestones of projects. They are seen with their project.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use diesel_async::RunQueryDsl;
use lavori_domain::id::kind;
use lavori_domain::projects::Milestone;
use lavori_domain::{MilestoneId, OrganizationId, PhaseId, ProjectId, Timestamp};

use crate::conn::{Conn, Tx, on};
use crate::error::Error;
use crate::one_of::one_of;
use crate::reference::{Brief, MATCHES, Reference};
use crate::schema::{milestones, projects};
use crate::sql::Sql;
use crate::tasks::ProjectName;
use crate::within::Within;
use crate::words::lower;

#[derive(Queryable, Selectable)]
#[diesel(table_name = milestones, check_for_backend(Pg, Sqlite))]
struct MilestoneRow {
    organization_id: OrganizationId,
    id: MilestoneId,
    project_id: ProjectId,
    phase_id: Option<PhaseId>,
    name: String,
    due_on: chrono::NaiveDate,
    done_at: Option<Timestamp>,
}

impl From<MilestoneRow> for Milestone {
    fn from(row: MilestoneRow) -> Self {
        Self {
            organization: row.organization_id,
            id: row.id,
            project: row.project_id,
            phase: row.phase_id,
            name: row.name,
            due_on: row.due_on,
            done_at: row.done_at,
        }
    }
}

/// The milestones in use of the projects that `within` shows, as a boxed query of whichever backend the arm has.
macro_rules! visible {
    ($within:expr) => {{
        let within: Within = $within;
        let mut query = milestones::table
            .inner_join(projects::table.on(
                projects::organization_id.eq(milestones::organization_id).and(projects::id.eq(milestones::project_id)),
            ))
            .filter(milestones::organization_id.eq(Sql(within.organization)))
            .filter(milestones::archived_at.is_null())
            .into_boxed();
        if let Some(team) = within.team {
            query = query.filter(projects::team_id.eq(Some(Sql(team))));
        }
        query
    }};
}

/// Which milestones to get.
#[derive(Debug, Clone, Copy)]
pub enum MilestoneKeys<'a> {
    /// Those with these ids.
    Ids(&'a [MilestoneId]),
    /// Those of these projects.
    Projects(&'a [ProjectId]),
}

/// The milestones with the given keys, by date, each with its project. Those that do not exist within `within` are
/// left out.
///
/// # Errors
/// When the database is out of reach.
pub async fn details(
    conn: &mut Conn,
    within: Within,
    keys: MilestoneKeys<'_>,
) -> Result<Vec<(Milestone, ProjectName)>, Error> {
    let rows: Vec<(MilestoneRow, ProjectName)> = on!(conn, |c| {
        let query = match keys {
            MilestoneKeys::Ids(ids) => visible!(within).filter(one_of!(milestones::id, ids, Sql)),
            MilestoneKeys::Projects(ids) => visible!(within).filter(one_of!(milestones::project_id, ids, Sql)),
        };
        query
            .order((milestones::due_on, milestones::id))
            .select((MilestoneRow::as_select(), ProjectName::as_select()))
            .load(c)
    })?;
    Ok(rows.into_iter().map(|(row, project)| (row.into(), project)).collect())
}

/// The milestones that `reference` names, of `project` if it is given, at most [`MATCHES`].
///
/// # Errors
/// When the database is out of reach.
pub async fn find(
    conn: &mut Conn,
    within: Within,
    project: Option<ProjectId>,
    reference: Reference<'_, kind::Milestone>,
) -> Result<Vec<Brief<kind::Milestone>>, Error> {
    let rows: Vec<(MilestoneId, String, String)> = on!(conn, |c| {
        let mut query = visible!(within);
        if let Some(project) = project {
            query = query.filter(milestones::project_id.eq(Sql(project)));
        }
        query = match reference {
            Reference::Id(id) => query.filter(milestones::id.eq(Sql(id))),
            Reference::Name(name) => query.filter(lower(milestones::name).eq(lower(name))),
            // They have no keys.
            Reference::Number(_) => query.filter(false.into_sql::<diesel::sql_types::Bool>()),
        };
        query
            .order((milestones::due_on, milestones::id))
            .limit(MATCHES)
            .select((milestones::id, milestones::name, projects::name))
            .load(c)
    })?;
    Ok(rows.into_iter().map(|(id, name, project)| Brief { id, number: None, name, hint: Some(project) }).collect())
}

/// Inserts a milestone.
///
/// # Errors
/// [`Error::Conflict`] when its project is of another organization or its phase of another project.
pub async fn insert(tx: &mut Tx, milestone: &Milestone) -> Result<(), Error> {
    on!(tx, |c| diesel::insert_into(milestones::table)
        .values((
            milestones::organization_id.eq(Sql(milestone.organization)),
            milestones::id.eq(Sql(milestone.id)),
            milestones::project_id.eq(Sql(milestone.project)),
            milestones::phase_id.eq(milestone.phase.map(Sql)),
            milestones::name.eq(&milestone.name),
            milestones::due_on.eq(milestone.due_on),
            milestones::done_at.eq(milestone.done_at.map(Sql)),
        ))
        .execute(c))?;
    Ok(())
}

/// Writes a milestone's name, phase and dates. Whoever does holds its project.
///
/// # Errors
/// [`Error::Conflict`] when its phase is of another project.
pub async fn update(tx: &mut Tx, milestone: &Milestone) -> Result<(), Error> {
    on!(tx, |c| diesel::update(milestones::table.find((Sql(milestone.organization), Sql(milestone.id))))
        .set((
            milestones::phase_id.eq(milestone.phase.map(Sql)),
            milestones::name.eq(&milestone.name),
            milestones::due_on.eq(milestone.due_on),
            milestones::done_at.eq(milestone.done_at.map(Sql)),
        ))
        .execute(c))?;
    Ok(())
}

/// Puts a milestone away: from now on only what hangs on it names it. Whoever does holds its project.
///
/// # Errors
/// When the database is out of reach.
pub async fn archive(tx: &mut Tx, organization: OrganizationId, id: MilestoneId, now: Timestamp) -> Result<(), Error> {
    on!(tx, |c| diesel::update(milestones::table.find((Sql(organization), Sql(id))))
        .set(milestones::archived_at.eq(Some(Sql(now))))
        .execute(c))?;
    Ok(())
}
