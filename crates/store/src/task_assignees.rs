//! Who works on which task.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use lavori_domain::{OrganizationId, PersonId, TaskId};

use crate::conn::{Tx, on};
use crate::error::Error;
use crate::schema::task_assignees;
use crate::sql::Sql;

/// Assigns a member to a task.
///
/// # Errors
/// [`Error::Conflict`] when they are assigned already, or task or member is of another organization.
pub async fn insert(tx: &mut Tx, organization: OrganizationId, task: TaskId, person: PersonId) -> Result<(), Error> {
    on!(tx, |c| diesel::insert_into(task_assignees::table)
        .values((
            task_assignees::organization_id.eq(Sql(organization)),
            task_assignees::task_id.eq(Sql(task)),
            task_assignees::person_id.eq(Sql(person)),
        ))
        .execute(c))?;
    Ok(())
}
