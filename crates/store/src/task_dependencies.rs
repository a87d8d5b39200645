//! What must be done before what.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use lavori_domain::{OrganizationId, TaskId};

use crate::conn::{Inner, Tx, on, on_postgres};
use crate::error::Error;
use crate::schema::task_dependencies;
use crate::sql::Sql;

macro_rules! row {
    ($organization:expr, $task:expr, $blocked_by:expr) => {
        (
            task_dependencies::organization_id.eq(Sql($organization)),
            task_dependencies::task_id.eq(Sql($task)),
            task_dependencies::blocked_by_id.eq(Sql($blocked_by)),
        )
    };
}

/// Makes `task` wait for `blocked_by`.
///
/// # Errors
/// [`Error::Conflict`] when it does already, the two are one, or either is of another organization.
pub async fn insert(tx: &mut Tx, organization: OrganizationId, task: TaskId, blocked_by: TaskId) -> Result<(), Error> {
    on!(tx, |c| diesel::insert_into(task_dependencies::table).values(row!(organization, task, blocked_by)).execute(c))?;
    Ok(())
}

/// Makes the first of each pair wait for the second.
///
/// # Errors
/// As [`insert`].
pub async fn insert_all(tx: &mut Tx, organization: OrganizationId, pairs: &[(TaskId, TaskId)]) -> Result<(), Error> {
    if pairs.is_empty() {
        return Ok(());
    }
    if let Inner::Postgres(conn) = &mut tx.inner {
        let rows: Vec<_> = pairs.iter().map(|(task, blocked_by)| row!(organization, *task, *blocked_by)).collect();
        on_postgres!(conn, |c| diesel::insert_into(task_dependencies::table).values(rows).execute(c))?;
        return Ok(());
    }
    for (task, blocked_by) in pairs {
        insert(tx, organization, *task, *blocked_by).await?;
    }
    Ok(())
}

/// Lets `task` wait for these no more.
///
/// # Errors
/// When the database is out of reach.
pub async fn remove(
    tx: &mut Tx,
    organization: OrganizationId,
    task: TaskId,
    blocked_by: &[TaskId],
) -> Result<(), Error> {
    on!(tx, |c| diesel::delete(
        task_dependencies::table
            .filter(task_dependencies::organization_id.eq(Sql(organization)))
            .filter(task_dependencies::task_id.eq(Sql(task)))
            .filter(task_dependencies::blocked_by_id.eq_any(blocked_by.iter().copied().map(Sql)))
    )
    .execute(c))?;
    Ok(())
}
