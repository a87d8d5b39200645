//! Projects. A narrowed query sees those of its team.

mod counts;
mod list;

pub use counts::{TaskCounts, task_counts};
pub use list::{ProjectDetail, ProjectFilter, ProjectKeys, ProjectPosition, ProjectSort, count, details, find, list};

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use lavori_domain::projects::Project;

use crate::conn::{Tx, on};
use crate::error::Error;
use crate::json::AsJson;
use crate::schema::projects;
use crate::sql::Sql;

/// Inserts a project.
///
/// # Errors
/// [`Error::Conflict`] when its number is taken, or its client, team or lead is of another organization.
pub async fn insert(tx: &mut Tx, project: &Project) -> Result<(), Error> {
    on!(tx, |c| diesel::insert_into(projects::table)
        .values((
            projects::organization_id.eq(Sql(project.organization)),
            projects::id.eq(Sql(project.id)),
            projects::number.eq(project.number),
            projects::name.eq(&project.name),
            projects::description.eq(&project.description),
            projects::client_id.eq(project.client.map(Sql)),
            projects::team_id.eq(project.team.map(Sql)),
            projects::lead_id.eq(project.lead.map(Sql)),
            projects::status.eq(Sql(project.status)),
            projects::health.eq(project.health.map(Sql)),
            projects::health_reason.eq(&project.health_reason),
            projects::starts_on.eq(project.starts_on),
            projects::due_on.eq(project.due_on),
            projects::tags.eq(Sql(AsJson(&project.tags))),
            projects::version.eq(project.version),
            projects::created_at.eq(Sql(project.created_at)),
            projects::updated_at.eq(Sql(project.updated_at)),
        ))
        .execute(c))?;
    Ok(())
}
