//! Who works on which task.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use lavori_domain::{OrganizationId, PersonId, TaskId};

use crate::conn::{Conn, Inner, Tx, on, on_postgres};
use crate::error::Error;
use crate::schema::task_assignees;
use crate::sql::Sql;

macro_rules! row {
    ($organization:expr, $task:expr, $person:expr) => {
        (
            task_assignees::organization_id.eq(Sql($organization)),
            task_assignees::task_id.eq(Sql($task)),
            task_assignees::person_id.eq(Sql($person)),
        )
    };
}

/// Assigns a member to a task.
///
/// # Errors
/// [`Error::Conflict`] when they are assigned already, or task or member is of another organization.
pub async fn insert(tx: &mut Tx, organization: OrganizationId, task: TaskId, person: PersonId) -> Result<(), Error> {
    on!(tx, |c| diesel::insert_into(task_assignees::table).values(row!(organization, task, person)).execute(c))?;
    Ok(())
}

/// Assigns members to tasks.
///
/// # Errors
/// As [`insert`].
pub async fn insert_all(
    tx: &mut Tx,
    organization: OrganizationId,
    assigned: &[(TaskId, PersonId)],
) -> Result<(), Error> {
    if assigned.is_empty() {
        return Ok(());
    }
    if let Inner::Postgres(conn) = &mut tx.inner {
        let rows: Vec<_> = assigned.iter().map(|(task, person)| row!(organization, *task, *person)).collect();
        on_postgres!(conn, |c| diesel::insert_into(task_assignees::table).values(rows).execute(c))?;
        return Ok(());
    }
    for (task, person) in assigned {
        insert(tx, organization, *task, *person).await?;
    }
    Ok(())
}

/// Takes people off a task.
///
/// # Errors
/// When the database is out of reach.
pub async fn remove(tx: &mut Tx, organization: OrganizationId, task: TaskId, people: &[PersonId]) -> Result<(), Error> {
    on!(tx, |c| diesel::delete(
        task_assignees::table
            .filter(task_assignees::organization_id.eq(Sql(organization)))
            .filter(task_assignees::task_id.eq(Sql(task)))
            .filter(task_assignees::person_id.eq_any(people.iter().copied().map(Sql)))
    )
    .execute(c))?;
    Ok(())
}

/// Everybody who works on the given tasks, whatever team they are in: for changing it, not for showing it.
///
/// # Errors
/// When the database is out of reach.
pub async fn of_tasks(
    conn: &mut Conn,
    organization: OrganizationId,
    ids: &[TaskId],
) -> Result<Vec<(TaskId, PersonId)>, Error> {
    on!(conn, |c| task_assignees::table
        .filter(task_assignees::organization_id.eq(Sql(organization)))
        .filter(task_assignees::task_id.eq_any(ids.iter().copied().map(Sql)))
        .order((task_assignees::task_id, task_assignees::person_id))
        .select((task_assignees::task_id, task_assignees::person_id))
        .load(c))
}
