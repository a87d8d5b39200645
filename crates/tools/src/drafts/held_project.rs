//! Projects that a call changes.

use lavori_domain::KeyKind;
use lavori_domain::changes::RecordKind;
use lavori_domain::projects::Project;
use lavori_store::projects;
use schemars::JsonSchema;

use crate::access::Write;
use crate::call::Call;
use crate::error::Error;
use crate::fields::Fields;
use crate::versions::Strict;
use crate::written::{Outcome, Touched};

/// A project as it stands in the answer and in the change feed.
pub(crate) fn touched(project: &Project) -> Touched<'_> {
    Touched::new(RecordKind::Project, project.id, &project.name, project.version)
        .number(KeyKind::Project, project.number)
        .team(project.team)
        .project(Some(project.id))
}

/// Writes a project that [`projects::lock`] gave and the call changed, and makes the result. `version` is the one that
/// the change was made from, with the argument it stood in.
pub(crate) async fn write<X: JsonSchema>(
    call: &mut Call<'_, Write>,
    index: usize,
    mut project: Project,
    version: (&str, Option<i32>),
    fields: &Fields,
    more: X,
) -> Result<Outcome<X>, Error> {
    call.check_version(version.0, (RecordKind::Project, project.id), version.1, project.version, fields, Strict::No)
        .await?;
    if !fields.is_empty() {
        project.version += 1;
        project.updated_at = call.now();
        projects::update(&mut call.db, &project).await?;
    }
    Ok(call.updated(index, &touched(&project), fields, more))
}
