//! What tasks hang on: the tasks above and below them, those they wait for, and namesakes. These look at the whole
//! organization, as a rule that a narrowed connection could break unseen would be none; nothing of it is shown.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use lavori_domain::tasks::TaskStatus;
use lavori_domain::{OrganizationId, ProjectId, TaskId};

use crate::conn::{Conn, on};
use crate::error::Error;
use crate::one_of::one_of;
use crate::schema::{task_dependencies, tasks};
use crate::sql::Sql;
use crate::within::Within;
use crate::words::TitleIn;

diesel::alias!(tasks as awaited: Awaited);

/// Which task each task is a part of: of the given ones, of all above them and of all below them. As many queries as
/// there are levels, however many tasks.
///
/// # Errors
/// When the database is out of reach.
pub async fn parents(
    conn: &mut Conn,
    organization: OrganizationId,
    ids: &[TaskId],
) -> Result<HashMap<TaskId, TaskId>, Error> {
    let mut known: HashMap<TaskId, TaskId> = HashMap::new();
    let mut above: Vec<TaskId> = ids.to_vec();
    while !above.is_empty() {
        let rows: Vec<(TaskId, Option<TaskId>)> = on!(conn, |c| tasks::table
            .filter(tasks::organization_id.eq(Sql(organization)))
            .filter(tasks::id.eq_any(above.iter().copied().map(Sql)))
            .filter(tasks::parent_id.is_not_null())
            .select((tasks::id, tasks::parent_id))
            .load(c))?;
        above = rows
            .into_iter()
            .filter_map(|(task, parent)| known.insert(task, parent?).is_none().then_some(parent?))
            .collect();
    }
    let mut below: Vec<TaskId> = ids.to_vec();
    while !below.is_empty() {
        let rows: Vec<(TaskId, Option<TaskId>)> = on!(conn, |c| tasks::table
            .filter(tasks::organization_id.eq(Sql(organization)))
            .filter(tasks::parent_id.eq_any(below.iter().copied().map(|id| Some(Sql(id)))))
            .select((tasks::id, tasks::parent_id))
            .load(c))?;
        below = rows
            .into_iter()
            .filter_map(|(task, parent)| known.insert(task, parent?).is_none().then_some(task))
            .collect();
    }
    Ok(known)
}

/// What each task waits for: the given ones, and all that can be reached from them. As many queries as the longest
/// way has steps, however many tasks.
///
/// # Errors
/// When the database is out of reach.
pub async fn blockers(
    conn: &mut Conn,
    organization: OrganizationId,
    ids: &[TaskId],
) -> Result<HashMap<TaskId, Vec<TaskId>>, Error> {
    let mut known: HashMap<TaskId, Vec<TaskId>> = HashMap::new();
    let mut seen: HashSet<TaskId> = ids.iter().copied().collect();
    let mut ahead: Vec<TaskId> = seen.iter().copied().collect();
    while !ahead.is_empty() {
        let rows: Vec<(TaskId, TaskId)> = on!(conn, |c| task_dependencies::table
            .filter(task_dependencies::organization_id.eq(Sql(organization)))
            .filter(task_dependencies::task_id.eq_any(ahead.iter().copied().map(Sql)))
            .select((task_dependencies::task_id, task_dependencies::blocked_by_id))
            .load(c))?;
        ahead = Vec::new();
        for (task, blocker) in rows {
            known.entry(task).or_default().push(blocker);
            if seen.insert(blocker) {
                ahead.push(blocker);
            }
        }
    }
    Ok(known)
}

/// The open tasks that each of the given tasks waits for.
///
/// # Errors
/// When the database is out of reach.
pub async fn open_blockers(
    conn: &mut Conn,
    organization: OrganizationId,
    ids: &[TaskId],
) -> Result<HashMap<TaskId, Vec<TaskId>>, Error> {
    let rows: Vec<(TaskId, TaskId)> = on!(conn, |c| task_dependencies::table
        .inner_join(
            awaited.on(awaited
                .field(tasks::organization_id)
                .eq(task_dependencies::organization_id)
                .and(awaited.field(tasks::id).eq(task_dependencies::blocked_by_id))),
        )
        .filter(task_dependencies::organization_id.eq(Sql(organization)))
        .filter(task_dependencies::task_id.eq_any(ids.iter().copied().map(Sql)))
        .filter(awaited.field(tasks::status).eq_any(TaskStatus::OPEN.iter().copied().map(Sql)))
        .select((task_dependencies::task_id, task_dependencies::blocked_by_id))
        .load(c))?;
    let mut blockers: HashMap<TaskId, Vec<TaskId>> = HashMap::new();
    for (task, blocker) in rows {
        blockers.entry(task).or_default().push(blocker);
    }
    Ok(blockers)
}

/// A task of a given title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Namesake {
    /// Its id.
    pub id: TaskId,
    /// The number in its key.
    pub number: i64,
    /// Its title, as it is written.
    pub title: String,
    /// Its project.
    pub project: ProjectId,
}

/// The open tasks of the given projects that have one of the given titles; case does not matter. The projects must
/// have been found within `within`.
///
/// # Errors
/// When the database is out of reach.
pub async fn namesakes(
    conn: &mut Conn,
    within: Within,
    of_projects: &[ProjectId],
    titles: Vec<String>,
) -> Result<Vec<Namesake>, Error> {
    if titles.is_empty() {
        return Ok(Vec::new());
    }
    let mut rows: Vec<(TaskId, i64, String, ProjectId)> = on!(conn, |c| tasks::table
        .filter(tasks::organization_id.eq(Sql(within.organization)))
        .filter(one_of!(tasks::project_id, of_projects, Sql))
        .filter(TitleIn(titles))
        .filter(tasks::status.eq_any(TaskStatus::OPEN.iter().copied().map(Sql)))
        .select((tasks::id, tasks::number, tasks::title, tasks::project_id))
        .load(c))?;
    // Not by the database: SQLite would read all of an organization's tasks in their order to find these few.
    rows.sort_unstable_by_key(|(_, number, ..)| *number);
    Ok(rows.into_iter().map(|(id, number, title, project)| Namesake { id, number, title, project }).collect())
}
