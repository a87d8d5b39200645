//! Who works on which task.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use lavori_domain::{OrganizationId, PersonId, TaskId};

use crate::conn::{Conn, Inner, Tx, on, on_postgres};
use crate::error::Error;
use crate::schema::{people, task_assignees};
use crate::sql::Sql;
use crate::within::{Within, is_teammate};

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

/// Everybody who works on the given tasks, by name. The tasks themselves must have been found within `within`. Those
/// that `within` does not show have no name.
///
/// # Errors
/// When the database is out of reach.
pub async fn of_tasks(
    conn: &mut Conn,
    within: Within,
    ids: &[TaskId],
) -> Result<Vec<(TaskId, PersonId, Option<String>)>, Error> {
    let whole = within.team.is_none();
    let rows: Vec<(TaskId, PersonId, String, Option<bool>)> = on!(conn, |c| {
        task_assignees::table
            .inner_join(people::table.on(people::id.eq(task_assignees::person_id)))
            .filter(task_assignees::organization_id.eq(Sql(within.organization)))
            .filter(task_assignees::task_id.eq_any(ids.iter().copied().map(Sql)))
            .order((people::name, people::id))
            .select((
                task_assignees::task_id,
                people::id,
                people::name,
                whole
                    .into_sql::<diesel::sql_types::Bool>()
                    .or(is_teammate!(within, task_assignees, person_id))
                    .nullable(),
            ))
            .load(c)
    })?;
    Ok(rows
        .into_iter()
        .map(|(task, person, name, visible)| (task, person, (visible == Some(true)).then_some(name)))
        .collect())
}
