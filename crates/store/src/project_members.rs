//! Who belongs to a project, besides its lead.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use lavori_domain::{OrganizationId, PersonId, ProjectId};

use crate::conn::{Conn, Tx, on};
use crate::error::Error;
use crate::schema::{people, project_members};
use crate::sql::Sql;
use crate::within::{Within, is_teammate};

/// Makes somebody a member of a project.
///
/// # Errors
/// [`Error::Conflict`] when they are already, or project or person is of another organization.
pub async fn insert(
    tx: &mut Tx,
    organization: OrganizationId,
    project: ProjectId,
    person: PersonId,
) -> Result<(), Error> {
    on!(tx, |c| diesel::insert_into(project_members::table)
        .values((
            project_members::organization_id.eq(Sql(organization)),
            project_members::project_id.eq(Sql(project)),
            project_members::person_id.eq(Sql(person)),
        ))
        .execute(c))?;
    Ok(())
}

/// Takes people off a project.
///
/// # Errors
/// When the database is out of reach.
pub async fn remove(
    tx: &mut Tx,
    organization: OrganizationId,
    project: ProjectId,
    people: &[PersonId],
) -> Result<(), Error> {
    on!(tx, |c| diesel::delete(
        project_members::table
            .filter(project_members::organization_id.eq(Sql(organization)))
            .filter(project_members::project_id.eq(Sql(project)))
            .filter(project_members::person_id.eq_any(people.iter().copied().map(Sql)))
    )
    .execute(c))?;
    Ok(())
}

/// The members of the given projects, by name. The projects themselves must have been found within `within`. Those
/// that `within` does not show have no name.
///
/// # Errors
/// When the database is out of reach.
pub async fn of_projects(
    conn: &mut Conn,
    within: Within,
    projects: &[ProjectId],
) -> Result<Vec<(ProjectId, PersonId, Option<String>)>, Error> {
    if projects.is_empty() {
        return Ok(Vec::new());
    }
    let whole = within.team.is_none();
    let rows: Vec<(ProjectId, PersonId, String, Option<bool>)> = on!(conn, |c| {
        project_members::table
            .inner_join(people::table.on(people::id.eq(project_members::person_id)))
            .filter(project_members::organization_id.eq(Sql(within.organization)))
            .filter(project_members::project_id.eq_any(projects.iter().copied().map(Sql)))
            .order((people::name, people::id))
            .select((
                project_members::project_id,
                people::id,
                people::name,
                whole
                    .into_sql::<diesel::sql_types::Bool>()
                    .or(is_teammate!(within, project_members, person_id))
                    .nullable(),
            ))
            .load(c)
    })?;
    Ok(rows
        .into_iter()
        .map(|(project, person, name, visible)| (project, person, (visible == Some(true)).then_some(name)))
        .collect())
}
