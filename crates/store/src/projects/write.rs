//! Adding and changing projects.

use std::collections::HashMap;

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use diesel_async::RunQueryDsl;
use lavori_domain::projects::{Health, Project, ProjectStatus};
use lavori_domain::{ContactId, OrganizationId, PersonId, ProjectId, TeamId, Timestamp};

use crate::conn::{Conn, Inner, Tx, on, on_postgres};
use crate::error::Error;
use crate::json::AsJson;
use crate::schema::projects;
use crate::sql::Sql;
use crate::within::Within;

/// The columns that an update may change.
macro_rules! columns {
    ($project:expr) => {{
        let project: &Project = $project;
        (
            projects::name.eq(&project.name),
            projects::description.eq(&project.description),
            projects::client_id.eq(project.client.map(Sql)),
            projects::team_id.eq(project.team.map(Sql)),
            projects::lead_id.eq(project.lead.map(Sql)),
            projects::status.eq(Sql(project.status)),
            projects::health.eq(project.health.map(Sql)),
            projects::health_reason.eq(&project.health_reason),
            projects::starts_on.eq(project.starts_on),
            projects::due_on.eq(project.due_on),
            projects::tags.eq(Sql(AsJson(&project.tags))),
            projects::version.eq(project.version),
            projects::updated_at.eq(Sql(project.updated_at)),
        )
    }};
}

/// Inserts a project.
///
/// # Errors
/// [`Error::Conflict`] when its number is taken, or its client, team or lead is of another organization.
pub async fn insert(tx: &mut Tx, project: &Project) -> Result<(), Error> {
    on!(tx, |c| diesel::insert_into(projects::table)
        .values((
            projects::organization_id.eq(Sql(project.organization)),
            projects::id.eq(Sql(project.id)),
            projects::number.eq(project.number),
            projects::created_at.eq(Sql(project.created_at)),
            columns!(project),
        ))
        .execute(c))?;
    Ok(())
}

/// Writes a project's fields and version as they are in `project`, which [`lock`] gave.
///
/// # Errors
/// As [`insert`].
pub async fn update(tx: &mut Tx, project: &Project) -> Result<(), Error> {
    on!(tx, |c| diesel::update(projects::table.find((Sql(project.organization), Sql(project.id))))
        .set(columns!(project))
        .execute(c))?;
    Ok(())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = projects, check_for_backend(Pg, Sqlite))]
struct WholeRow {
    organization_id: OrganizationId,
    id: ProjectId,
    number: i64,
    name: String,
    description: Option<String>,
    client_id: Option<ContactId>,
    team_id: Option<TeamId>,
    lead_id: Option<PersonId>,
    status: ProjectStatus,
    health: Option<Health>,
    health_reason: Option<String>,
    starts_on: Option<chrono::NaiveDate>,
    due_on: Option<chrono::NaiveDate>,
    tags: AsJson<Vec<String>>,
    version: i32,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<WholeRow> for Project {
    fn from(row: WholeRow) -> Self {
        Self {
            organization: row.organization_id,
            id: row.id,
            number: row.number,
            name: row.name,
            description: row.description,
            client: row.client_id,
            team: row.team_id,
            lead: row.lead_id,
            status: row.status,
            health: row.health,
            health_reason: row.health_reason,
            starts_on: row.starts_on,
            due_on: row.due_on,
            tags: row.tags.0,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// The projects with the given ids, which nobody else changes until the transaction ends. Those that do not exist
/// within `within` are left out.
///
/// # Errors
/// When the database is out of reach.
pub async fn lock(tx: &mut Tx, within: Within, ids: &[ProjectId]) -> Result<Vec<Project>, Error> {
    // A transaction of SQLite is alone already.
    if let Inner::Postgres(conn) = &mut tx.inner {
        let _: Vec<ProjectId> = on_postgres!(conn, |c| projects::table
            .filter(projects::organization_id.eq(Sql(within.organization)))
            .filter(projects::id.eq_any(ids.iter().copied().map(Sql)))
            .order(projects::id)
            .select(projects::id)
            // Tasks that are added to it meanwhile hold its key.
            .for_no_key_update()
            .load(c))?;
    }
    let rows: Vec<WholeRow> = on!(tx, |c| {
        let mut query = projects::table
            .filter(projects::organization_id.eq(Sql(within.organization)))
            .filter(projects::id.eq_any(ids.iter().copied().map(Sql)))
            .into_boxed();
        if let Some(team) = within.team {
            query = query.filter(projects::team_id.eq(Some(Sql(team))));
        }
        query.select(WholeRow::as_select()).load(c)
    })?;
    Ok(rows.into_iter().map(Project::from).collect())
}

/// The teams that own the given projects. Those that do not exist within `within` are left out.
///
/// # Errors
/// When the database is out of reach.
pub async fn teams(
    conn: &mut Conn,
    within: Within,
    ids: &[ProjectId],
) -> Result<HashMap<ProjectId, Option<TeamId>>, Error> {
    let rows: Vec<(ProjectId, Option<TeamId>)> = on!(conn, |c| {
        let mut query = projects::table
            .filter(projects::organization_id.eq(Sql(within.organization)))
            .filter(projects::id.eq_any(ids.iter().copied().map(Sql)))
            .into_boxed();
        if let Some(team) = within.team {
            query = query.filter(projects::team_id.eq(Some(Sql(team))));
        }
        query.select((projects::id, projects::team_id)).load(c)
    })?;
    Ok(rows.into_iter().collect())
}
