//! Projects: their members, besides the lead.

use std::collections::HashMap;

use lavori_domain::RecordType;
use lavori_domain::id::kind;
use lavori_domain::projects::Project;
use lavori_domain::{PersonId, ProjectId};
use lavori_store::{project_members, projects};

use super::{Assign, More};
use crate::access::Write;
use crate::call::{Call, Problems};
use crate::drafts::held_project;
use crate::drafts::task::Ref;
use crate::error::Error;
use crate::fields::Fields;
use crate::refs;
use crate::written::Outcome;

pub(super) async fn assign(
    call: &mut Call<'_, Write>,
    items: Vec<Assign<kind::Project>>,
) -> Result<Vec<Outcome<More>>, Error> {
    if items.is_empty() {
        return Ok(Vec::new());
    }
    let (within, organization) = (call.within(), call.caller.tenant.organization);
    let ids: Vec<ProjectId> = items.iter().map(|item| item.id).collect();
    let locked = projects::lock(&mut call.db, within, &ids).await?;
    let mut held: HashMap<ProjectId, Project> = locked.into_iter().map(|project| (project.id, project)).collect();
    // Those of other teams are not seen here, and stay.
    let mut members: HashMap<ProjectId, Vec<Ref<kind::Person>>> = HashMap::new();
    for (project, person, name) in project_members::of_projects(call.conn(), within, &ids).await? {
        members.entry(project).or_default().extend(name.map(|name| (person, name)));
    }
    let (mut problems, mut results) = (Problems::default(), Vec::new());
    for item in items {
        let Some(project) = held.remove(&item.id) else {
            problems.add(refs::not_found(&item.at("id"), &item.text, &[RecordType::Project]));
            continue;
        };
        let argument = item.at("version");
        let from = members.remove(&item.id).unwrap_or_default();
        let to = item.how.of(&from, |(id, _)| *id);
        let mut fields = Fields::new();
        fields.refer_to_all("members", &from, &to);
        let without = |some: &[Ref<kind::Person>], others: &[Ref<kind::Person>]| -> Vec<PersonId> {
            some.iter().map(|(id, _)| *id).filter(|id| others.iter().all(|(other, _)| other != id)).collect()
        };
        let gone = without(&from, &to);
        if !gone.is_empty() {
            project_members::remove(&mut call.db, organization, item.id, &gone).await?;
        }
        for person in without(&to, &from) {
            project_members::insert(&mut call.db, organization, item.id, person).await?;
        }
        let version = (argument.as_str(), item.version);
        let result = held_project::write(call, item.index, project, version, &fields, More::of(&to)).await;
        results.extend(problems.keep(result)?);
    }
    problems.told()?;
    Ok(results)
}
