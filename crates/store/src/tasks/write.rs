//! Adding and changing tasks, many at once.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use diesel_async::RunQueryDsl;
use lavori_domain::tasks::{Due, Priority, Task, TaskStatus};
use lavori_domain::{MilestoneId, OrganizationId, PhaseId, ProjectId, TaskId, TeamId, TimeZone, Timestamp};

use crate::conn::{Inner, Tx, on, on_postgres};
use crate::error::Error;
use crate::json::AsJson;
use crate::kept::kept;
use crate::schema::{projects, tasks};
use crate::sql::Sql;
use crate::within::Within;

/// The day of a deadline that is a whole day.
fn due_on(task: &Task) -> Option<chrono::NaiveDate> {
    match task.due {
        Some(Due::Day(day)) => Some(day),
        Some(Due::At(_)) | None => None,
    }
}

/// The columns that an update may change. The organization's zone says when a whole-day deadline has passed.
macro_rules! columns {
    ($task:expr, $zone:expr) => {{
        let (task, zone): (&Task, TimeZone) = ($task, $zone);
        (
            tasks::project_id.eq(Sql(task.project)),
            tasks::phase_id.eq(task.phase.map(Sql)),
            tasks::milestone_id.eq(task.milestone.map(Sql)),
            tasks::parent_id.eq(task.parent.map(Sql)),
            tasks::title.eq(&task.title),
            tasks::description.eq(&task.description),
            tasks::status.eq(Sql(task.status)),
            tasks::priority.eq(Sql(task.priority)),
            tasks::starts_on.eq(task.starts_on),
            tasks::due_on.eq(due_on(task)),
            tasks::due_at.eq(task.due.map(|due| Sql(due.deadline(zone)))),
            tasks::estimate_minutes.eq(task.estimate_minutes),
            tasks::tags.eq(Sql(AsJson(&task.tags))),
            tasks::completed_at.eq(task.completed_at.map(Sql)),
            tasks::version.eq(task.version),
            tasks::updated_at.eq(Sql(task.updated_at)),
        )
    }};
}

/// All columns of a new task.
macro_rules! row {
    ($task:expr, $zone:expr) => {{
        let task: &Task = $task;
        (
            tasks::organization_id.eq(Sql(task.organization)),
            tasks::id.eq(Sql(task.id)),
            tasks::number.eq(task.number),
            tasks::created_at.eq(Sql(task.created_at)),
            columns!(task, $zone),
        )
    }};
}

/// Inserts a task. The organization's zone says when a whole-day deadline has passed.
///
/// # Errors
/// [`Error::Conflict`] when its number is taken, its project or parent is of another organization, or its phase or
/// milestone of another project.
pub async fn insert(tx: &mut Tx, task: &Task, zone: TimeZone) -> Result<(), Error> {
    on!(tx, |c| diesel::insert_into(tasks::table).values(row!(task, zone)).execute(c))?;
    Ok(())
}

/// Inserts tasks: parents before their parts.
///
/// # Errors
/// As [`insert`].
pub async fn insert_all(tx: &mut Tx, new: &[Task], zone: TimeZone) -> Result<(), Error> {
    if let Inner::Postgres(conn) = &mut tx.inner
        && new.len() > 1
    {
        let rows: Vec<_> = new.iter().map(|task| row!(task, zone)).collect();
        on_postgres!(conn, |c| diesel::insert_into(tasks::table).values(rows).execute(c))?;
        return Ok(());
    }
    // One alone is prepared once and kept. SQLite is in this process: a statement per row costs no more than one for all.
    for task in new {
        insert(tx, task, zone).await?;
    }
    Ok(())
}

/// Writes a task's fields and version as they are in `task`, which [`lock`] gave.
///
/// # Errors
/// As [`insert`].
pub async fn update(tx: &mut Tx, task: &Task, zone: TimeZone) -> Result<(), Error> {
    on!(tx, |c| kept(
        diesel::update(tasks::table.find((Sql(task.organization), Sql(task.id)))).set(columns!(task, zone))
    )
    .execute(c))?;
    Ok(())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = tasks, check_for_backend(Pg, Sqlite))]
struct TaskRow {
    organization_id: OrganizationId,
    id: TaskId,
    number: i64,
    project_id: ProjectId,
    phase_id: Option<PhaseId>,
    milestone_id: Option<MilestoneId>,
    parent_id: Option<TaskId>,
    title: String,
    description: Option<String>,
    status: TaskStatus,
    priority: Priority,
    starts_on: Option<chrono::NaiveDate>,
    due_on: Option<chrono::NaiveDate>,
    due_at: Option<Timestamp>,
    estimate_minutes: Option<i32>,
    tags: AsJson<Vec<String>>,
    completed_at: Option<Timestamp>,
    version: i32,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<TaskRow> for Task {
    fn from(row: TaskRow) -> Self {
        Self {
            organization: row.organization_id,
            id: row.id,
            number: row.number,
            project: row.project_id,
            phase: row.phase_id,
            milestone: row.milestone_id,
            parent: row.parent_id,
            title: row.title,
            description: row.description,
            status: row.status,
            priority: row.priority,
            starts_on: row.starts_on,
            due: row.due_on.map(Due::Day).or(row.due_at.map(Due::At)),
            estimate_minutes: row.estimate_minutes,
            tags: row.tags.0,
            completed_at: row.completed_at,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// The tasks with the given ids, which nobody else changes until the transaction ends, each with its project's team.
/// Those that do not exist within `within` are left out.
///
/// # Errors
/// When the database is out of reach.
pub async fn lock(tx: &mut Tx, within: Within, ids: &[TaskId]) -> Result<Vec<(Task, Option<TeamId>)>, Error> {
    // A transaction of SQLite is alone already.
    if let Inner::Postgres(conn) = &mut tx.inner {
        let _: Vec<TaskId> = on_postgres!(conn, |c| tasks::table
            .filter(tasks::organization_id.eq(Sql(within.organization)))
            .filter(tasks::id.eq_any(ids.iter().copied().map(Sql)))
            .order(tasks::id)
            .select(tasks::id)
            .for_update()
            .load(c))?;
    }
    let rows: Vec<(TaskRow, Option<TeamId>)> = on!(tx, |c| {
        let mut query = tasks::table
            .inner_join(
                projects::table
                    .on(projects::organization_id.eq(tasks::organization_id).and(projects::id.eq(tasks::project_id))),
            )
            .filter(tasks::organization_id.eq(Sql(within.organization)))
            .filter(tasks::id.eq_any(ids.iter().copied().map(Sql)))
            .into_boxed();
        if let Some(team) = within.team {
            query = query.filter(projects::team_id.eq(Some(Sql(team))));
        }
        query.select((TaskRow::as_select(), projects::team_id)).load(c)
    })?;
    Ok(rows.into_iter().map(|(row, team)| (row.into(), team)).collect())
}
