//! Who works on tasks and what they wait for: one query for a whole page.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable};
use diesel_async::RunQueryDsl;
use lavori_domain::tasks::TaskStatus;
use lavori_domain::{PersonId, TaskId};

use crate::conn::{Conn, on};
use crate::error::Error;
use crate::schema::{people, projects, task_assignees, task_dependencies, tasks};
use crate::sql::Sql;
use crate::within::{Within, is_teammate};

/// Somebody or something that a task points at. What the query's team may not see is only counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaskLink {
    /// A person works on the task.
    Assignee(PersonId, String),
    /// An open task must be done before it.
    Blocker(TaskId, i64, String),
    /// A person of another team works on it.
    HiddenAssignee,
    /// An open task of another team must be done before it.
    HiddenBlocker,
}

/// The assignees of the given tasks, by name, and the open tasks they wait for, by key. The tasks themselves must
/// have been found within `within`.
///
/// # Errors
/// When the database is out of reach.
pub async fn links(conn: &mut Conn, within: Within, ids: &[TaskId]) -> Result<Vec<(TaskId, TaskLink)>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let whole = within.team.is_none();
    type Row = (TaskId, lavori_domain::Id<()>, Option<i64>, String, Option<bool>);
    let mut rows: Vec<Row> = on!(conn, |c| {
        let assignees = task_assignees::table
            .inner_join(people::table.on(people::id.eq(task_assignees::person_id)))
            .filter(task_assignees::organization_id.eq(Sql(within.organization)))
            .filter(task_assignees::task_id.eq_any(ids.iter().copied().map(Sql)))
            .select((
                task_assignees::task_id,
                people::id,
                None::<i64>.into_sql::<Nullable<BigInt>>(),
                people::name,
                whole.into_sql::<Bool>().or(is_teammate!(within, task_assignees, person_id)).nullable(),
            ));
        let blockers = task_dependencies::table
            .inner_join(
                tasks::table.on(tasks::organization_id
                    .eq(task_dependencies::organization_id)
                    .and(tasks::id.eq(task_dependencies::blocked_by_id))),
            )
            .inner_join(
                projects::table
                    .on(projects::organization_id.eq(tasks::organization_id).and(projects::id.eq(tasks::project_id))),
            )
            .filter(task_dependencies::organization_id.eq(Sql(within.organization)))
            .filter(task_dependencies::task_id.eq_any(ids.iter().copied().map(Sql)))
            .filter(tasks::status.eq_any(TaskStatus::OPEN.iter().copied().map(Sql)))
            .select((
                task_dependencies::task_id,
                tasks::id,
                tasks::number.nullable(),
                tasks::title,
                whole.into_sql::<Bool>().or(projects::team_id.eq(within.team.map(Sql))),
            ));
        assignees.union_all(blockers).load(c)
    })?;
    rows.sort_by(|a, b| (a.2, &a.3, a.1).cmp(&(b.2, &b.3, b.1)));
    Ok(rows
        .into_iter()
        .map(|(task, id, number, name, visible)| {
            let link = match (visible == Some(true), number) {
                (true, None) => TaskLink::Assignee(id.uuid().into(), name),
                (true, Some(number)) => TaskLink::Blocker(id.uuid().into(), number, name),
                (false, None) => TaskLink::HiddenAssignee,
                (false, Some(_)) => TaskLink::HiddenBlocker,
            };
            (task, link)
        })
        .collect())
}

/// The tasks that wait for `task` within `within`, by key, and how many others do.
///
/// # Errors
/// When the database is out of reach.
pub async fn waiting_for(
    conn: &mut Conn,
    within: Within,
    ids: &[TaskId],
) -> Result<Vec<(TaskId, Option<(TaskId, i64, String)>)>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let whole = within.team.is_none();
    type Row = (TaskId, TaskId, i64, String, Option<bool>);
    let rows: Vec<Row> = on!(conn, |c| task_dependencies::table
        .inner_join(tasks::table.on(
            tasks::organization_id.eq(task_dependencies::organization_id).and(tasks::id.eq(task_dependencies::task_id))
        ))
        .inner_join(
            projects::table
                .on(projects::organization_id.eq(tasks::organization_id).and(projects::id.eq(tasks::project_id)))
        )
        .filter(task_dependencies::organization_id.eq(Sql(within.organization)))
        .filter(task_dependencies::blocked_by_id.eq_any(ids.iter().copied().map(Sql)))
        .order(tasks::number)
        .select((
            task_dependencies::blocked_by_id,
            tasks::id,
            tasks::number,
            tasks::title,
            whole.into_sql::<Bool>().or(projects::team_id.eq(within.team.map(Sql))),
        ))
        .load(c))?;
    Ok(rows
        .into_iter()
        .map(|(blocker, id, number, title, visible)| (blocker, (visible == Some(true)).then_some((id, number, title))))
        .collect())
}
