//! What must be done before what.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use lavori_domain::{OrganizationId, TaskId};

use crate::conn::{Tx, on};
use crate::error::Error;
use crate::schema::task_dependencies;
use crate::sql::Sql;

/// Makes `task` wait for `blocked_by`.
///
/// # Errors
/// [`Error::Conflict`] when it does already, the two are one, or either is of another organization.
pub async fn insert(tx: &mut Tx, organization: OrganizationId, task: TaskId, blocked_by: TaskId) -> Result<(), Error> {
    on!(tx, |c| diesel::insert_into(task_dependencies::table)
        .values((
            task_dependencies::organization_id.eq(Sql(organization)),
            task_dependencies::task_id.eq(Sql(task)),
            task_dependencies::blocked_by_id.eq(Sql(blocked_by)),
        ))
        .execute(c))?;
    Ok(())
}
