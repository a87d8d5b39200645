//! Tasks. A narrowed query sees those of its team's projects.

mod details;
mod links;
mod list;

pub use details::{TaskDetail, TaskKeys, details, find};
pub use links::{TaskLink, links, waiting_for};
pub use list::{Assignee, ProjectName, TaskFilter, TaskLine, TaskPosition, TaskSort, count, list};

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use lavori_domain::TimeZone;
use lavori_domain::tasks::{Due, Task};

use crate::conn::{Tx, on};
use crate::error::Error;
use crate::json::AsJson;
use crate::schema::tasks;
use crate::sql::Sql;

/// Inserts a task. The organization's zone says when a whole-day deadline has passed.
///
/// # Errors
/// [`Error::Conflict`] when its number is taken, its project or parent is of another organization, or its phase or
/// milestone of another project.
pub async fn insert(tx: &mut Tx, task: &Task, zone: TimeZone) -> Result<(), Error> {
    let due_on = match task.due {
        Some(Due::Day(day)) => Some(day),
        Some(Due::At(_)) | None => None,
    };
    on!(tx, |c| diesel::insert_into(tasks::table)
        .values((
            tasks::organization_id.eq(Sql(task.organization)),
            tasks::id.eq(Sql(task.id)),
            tasks::number.eq(task.number),
            tasks::project_id.eq(Sql(task.project)),
            tasks::phase_id.eq(task.phase.map(Sql)),
            tasks::milestone_id.eq(task.milestone.map(Sql)),
            tasks::parent_id.eq(task.parent.map(Sql)),
            tasks::title.eq(&task.title),
            tasks::description.eq(&task.description),
            tasks::status.eq(Sql(task.status)),
            tasks::priority.eq(Sql(task.priority)),
            tasks::starts_on.eq(task.starts_on),
            tasks::due_on.eq(due_on),
            tasks::due_at.eq(task.due.map(|due| Sql(due.deadline(zone)))),
            tasks::estimate_minutes.eq(task.estimate_minutes),
            tasks::tags.eq(Sql(AsJson(&task.tags))),
            tasks::completed_at.eq(task.completed_at.map(Sql)),
            tasks::version.eq(task.version),
            tasks::created_at.eq(Sql(task.created_at)),
            tasks::updated_at.eq(Sql(task.updated_at)),
        ))
        .execute(c))?;
    Ok(())
}
