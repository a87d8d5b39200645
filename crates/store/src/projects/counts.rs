//! How far the projects of a page are, by their tasks.

use std::collections::HashMap;

use diesel::dsl::{case_when, count};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use lavori_domain::tasks::TaskStatus;
use lavori_domain::{ProjectId, Timestamp};

use crate::conn::{Conn, on};
use crate::error::Error;
use crate::schema::tasks;
use crate::sql::Sql;
use crate::within::Within;

/// How many tasks a project has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TaskCounts {
    /// All but the cancelled ones.
    pub total: i64,
    /// Done.
    pub done: i64,
    /// Open.
    pub open: i64,
    /// Open and past their deadline.
    pub overdue: i64,
}

/// The counts of the given projects, which must have been found within `within`: one query for all of them. A
/// project without tasks is left out.
///
/// # Errors
/// When the database is out of reach.
pub async fn task_counts(
    conn: &mut Conn,
    within: Within,
    projects: &[ProjectId],
    now: Timestamp,
) -> Result<HashMap<ProjectId, TaskCounts>, Error> {
    if projects.is_empty() {
        return Ok(HashMap::new());
    }
    let open = || TaskStatus::OPEN.iter().copied().map(Sql);
    let rows: Vec<(ProjectId, i64, i64, i64)> = on!(conn, |c| tasks::table
        .filter(tasks::organization_id.eq(Sql(within.organization)))
        .filter(tasks::project_id.eq_any(projects.iter().copied().map(Sql)))
        .group_by(tasks::project_id)
        .select((
            tasks::project_id,
            count(case_when(tasks::status.eq(Sql(TaskStatus::Done)), tasks::number)),
            count(case_when(tasks::status.eq_any(open()), tasks::number)),
            count(case_when(tasks::status.eq_any(open()).and(tasks::due_at.le(Some(Sql(now)))), tasks::number)),
        ))
        .load(c))?;
    Ok(rows
        .into_iter()
        .map(|(project, done, open, overdue)| (project, TaskCounts { total: done + open, done, open, overdue }))
        .collect())
}
