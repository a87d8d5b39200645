//! Whole tasks, and finding one by what somebody called it.

use std::convert::identity;

use chrono::NaiveDate;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel::sqlite::Sqlite;
use diesel_async::RunQueryDsl;
use lavori_domain::id::kind;
use lavori_domain::{MilestoneId, PhaseId, TaskId, Timestamp};

use super::list::TaskLine;
use crate::conn::{Conn, on};
use crate::error::Error;
use crate::json::AsJson;
use crate::one_of::one_of;
use crate::reference::{Brief, MATCHES, Reference};
use crate::schema::{milestones, phases, projects, tasks};
use crate::sql::Sql;
use crate::within::Within;
use crate::words::TitleIs;

diesel::alias!(tasks as parents: Parents, projects as parent_projects: ParentProjects);

/// Which tasks to get.
#[derive(Debug, Clone, Copy)]
pub enum TaskKeys<'a> {
    /// Those with these ids.
    Ids(&'a [TaskId]),
    /// Those with these numbers in their keys.
    Numbers(&'a [i64]),
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = tasks, check_for_backend(Pg, Sqlite))]
struct RestRow {
    description: Option<String>,
    starts_on: Option<NaiveDate>,
    estimate_minutes: Option<i32>,
    completed_at: Option<Timestamp>,
    created_at: Timestamp,
    parent_id: Option<TaskId>,
    tags: AsJson<Vec<String>>,
}

/// A whole task.
#[derive(Debug, Clone)]
pub struct TaskDetail {
    /// What a list shows of it.
    pub line: TaskLine,
    /// More than one line.
    pub description: Option<String>,
    /// First day.
    pub starts_on: Option<NaiveDate>,
    /// How long it should take, in minutes.
    pub estimate_minutes: Option<i32>,
    /// Words of the organization's own.
    pub tags: Vec<String>,
    /// When it was done.
    pub completed_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// The phase it belongs to.
    pub phase: Option<(PhaseId, String)>,
    /// The milestone it leads to.
    pub milestone: Option<(MilestoneId, String)>,
    /// The task it is a part of: id, number and title.
    pub parent: Option<(TaskId, i64, String)>,
    /// It is a part of a task that `within` does not show.
    pub parent_hidden: bool,
}

/// The tasks with the given keys, in no order, in one query. Those that do not exist within `within` are left out.
///
/// # Errors
/// When the database is out of reach.
pub async fn details(conn: &mut Conn, within: Within, keys: TaskKeys<'_>) -> Result<Vec<TaskDetail>, Error> {
    type Row = (
        TaskLine,
        RestRow,
        Option<(PhaseId, String)>,
        Option<(MilestoneId, String)>,
        Option<(TaskId, i64, String)>,
        Option<bool>,
    );
    let whole = within.team.is_none();
    let rows: Vec<Row> = on!(conn, |c| {
        let mut query = tasks::table
            .inner_join(
                projects::table
                    .on(projects::organization_id.eq(tasks::organization_id).and(projects::id.eq(tasks::project_id))),
            )
            .left_join(
                phases::table.on(phases::organization_id
                    .eq(tasks::organization_id)
                    .and(phases::id.nullable().eq(tasks::phase_id))),
            )
            .left_join(
                milestones::table.on(milestones::organization_id
                    .eq(tasks::organization_id)
                    .and(milestones::id.nullable().eq(tasks::milestone_id))),
            )
            .left_join(
                parents.on(parents
                    .field(tasks::organization_id)
                    .eq(tasks::organization_id)
                    .and(parents.field(tasks::id).nullable().eq(tasks::parent_id))),
            )
            .left_join(parent_projects.on(
                parent_projects.field(projects::organization_id).eq(tasks::organization_id).and(
                    parent_projects.field(projects::id).nullable().eq(parents.field(tasks::project_id).nullable()),
                ),
            ))
            .filter(tasks::organization_id.eq(Sql(within.organization)))
            .into_boxed();
        if let Some(team) = within.team {
            query = query.filter(projects::team_id.eq(Some(Sql(team))));
        }
        query = match keys {
            TaskKeys::Ids(ids) => query.filter(one_of!(tasks::id, ids, Sql)),
            TaskKeys::Numbers(numbers) => query.filter(one_of!(tasks::number, numbers, identity)),
        };
        query
            .select((
                TaskLine::as_select(),
                RestRow::as_select(),
                (phases::id, phases::name).nullable(),
                (milestones::id, milestones::name).nullable(),
                (parents.field(tasks::id), parents.field(tasks::number), parents.field(tasks::title)).nullable(),
                whole
                    .into_sql::<Bool>()
                    .or(parent_projects.field(projects::team_id).nullable().eq(within.team.map(Sql))),
            ))
            .load(c)
    })?;
    Ok(rows
        .into_iter()
        .map(|(line, rest, phase, milestone, parent, parent_visible)| {
            let parent = parent.filter(|_| parent_visible == Some(true));
            TaskDetail {
                line,
                description: rest.description,
                starts_on: rest.starts_on,
                estimate_minutes: rest.estimate_minutes,
                tags: rest.tags.0,
                completed_at: rest.completed_at,
                created_at: rest.created_at,
                phase,
                milestone,
                parent_hidden: rest.parent_id.is_some() && parent.is_none(),
                parent,
            }
        })
        .collect())
}

/// The tasks that `reference` names, at most [`MATCHES`].
///
/// # Errors
/// When the database is out of reach.
pub async fn find(
    conn: &mut Conn,
    within: Within,
    reference: Reference<'_, kind::Task>,
) -> Result<Vec<Brief<kind::Task>>, Error> {
    let rows: Vec<(TaskId, i64, String, String)> = on!(conn, |c| {
        let mut query = tasks::table
            .inner_join(
                projects::table
                    .on(projects::organization_id.eq(tasks::organization_id).and(projects::id.eq(tasks::project_id))),
            )
            .filter(tasks::organization_id.eq(Sql(within.organization)))
            .limit(MATCHES)
            .order(tasks::number)
            .into_boxed();
        if let Some(team) = within.team {
            query = query.filter(projects::team_id.eq(Some(Sql(team))));
        }
        query = match reference {
            Reference::Id(id) => query.filter(tasks::id.eq(Sql(id))),
            Reference::Number(number) => query.filter(tasks::number.eq(number)),
            Reference::Name(title) => query.filter(TitleIs(title.to_owned())),
        };
        query.select((tasks::id, tasks::number, tasks::title, projects::name)).load(c)
    })?;
    Ok(rows
        .into_iter()
        .map(|(id, number, name, project)| Brief { id, number: Some(number), name, hint: Some(project) })
        .collect())
}
