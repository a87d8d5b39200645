//! Projects: planned, active, on hold, completed, cancelled; what ended reopens for a reason.

use std::collections::HashMap;

use lavori_domain::ProjectId;
use lavori_domain::RecordType;
use lavori_domain::id::kind;
use lavori_domain::projects::{Project, ProjectStatus};
use lavori_store::projects;

use super::{More, Move, Moved, no_way};
use crate::access::Write;
use crate::call::{Call, Problems};
use crate::drafts::held_project;
use crate::error::{Code, Error, Problem};
use crate::fields::Fields;
use crate::refs;
use crate::written::Warning;

pub(super) async fn change(call: &mut Call<'_, Write>, moves: Vec<Move<kind::Project>>) -> Result<Moved, Error> {
    if moves.is_empty() {
        return Ok(Moved::default());
    }
    let (within, now) = (call.within(), call.now());
    let ids: Vec<ProjectId> = moves.iter().map(|project| project.id).collect();
    let locked = projects::lock(&mut call.db, within, &ids).await?;
    let mut held: HashMap<ProjectId, Project> = locked.into_iter().map(|project| (project.id, project)).collect();
    let counts = projects::task_counts(call.conn(), within, &ids, now).await?;
    let (mut problems, mut moved) = (Problems::default(), Moved::default());
    for item in moves {
        let Some(mut project) = held.remove(&item.id) else {
            problems.add(refs::not_found(&item.at("id"), &item.text, &[RecordType::Project]));
            continue;
        };
        let Some(to) = item.word(ProjectStatus::ALL, ProjectStatus::as_str, &mut problems) else { continue };
        let from = project.status;
        let allowed = from.allowed_transitions();
        if to != from && !allowed.contains(&to) {
            problems.add(no_way(item.at("to"), to, allowed, ProjectStatus::as_str));
            continue;
        }
        if to != from && !from.is_open() && item.reason.is_none() {
            let problem = Problem::new(Code::MissingArgument, "A project that ended is reopened for a reason.");
            problems.add(problem.field(item.at("reason")));
            continue;
        }
        project.status = to;
        let mut fields = Fields::new();
        fields.set("status", &from, &to)?;
        if !fields.is_empty() {
            fields.first("reason", &item.reason)?;
        }
        let open = counts.get(&item.id).map_or(0, |counts| counts.open);
        if from.is_open() && !to.is_open() && open > 0 {
            moved.warnings.push(Warning {
                code: "open_tasks",
                message: format!("{open} tasks of the project are still open; they stay as they are."),
                index: Some(item.index),
                records: vec![project.key().to_string()],
            });
        }
        let argument = item.at("version");
        let version = (argument.as_str(), item.version);
        let result = held_project::write(call, item.index, project, version, &fields, More::default()).await;
        moved.results.extend(problems.keep(result)?);
    }
    problems.told()?;
    Ok(moved)
}
