//! `update_tasks`: changes tasks, many at once.

use lavori_domain::RecordType;
use lavori_domain::TaskId;
use lavori_policy::Scope;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::access::Write;
use crate::call::{Call, Problems};
use crate::drafts::held_task::{Held, check_done, check_structure, gone, hold, named_once};
use crate::drafts::task::{self, Given, Items};
use crate::effect::Updates;
use crate::error::Error;
use crate::refs;
use crate::tool::Tool;
use crate::written::{NoMore, Written};

/// `update_tasks`.
pub(crate) struct UpdateTasks;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Input {
    #[schemars(length(min = 1, max = 50))]
    tasks: Vec<Item>,
}

#[derive(Deserialize, JsonSchema)]
struct Item {
    /// Id, key or exact title.
    id: String,
    /// As read.
    version: Option<i32>,
    #[schemars(length(min = 1, max = 500))]
    title: Option<String>,
    /// Another one to move to; phase and milestone end unless given.
    project: Option<String>,
    #[serde(flatten)]
    given: Given,
    #[serde(default)]
    clear: Vec<Clear>,
}

/// A field that can be emptied.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum Clear {
    Phase,
    Milestone,
    Parent,
    Description,
    Start,
    Due,
    EstimateMinutes,
    Assignees,
    BlockedBy,
    Tags,
}

impl Tool for UpdateTasks {
    const NAME: &'static str = "update_tasks";
    const TITLE: &'static str = "Update tasks";
    const ABOUT: &'static str = "Use to change up to 50 tasks, all or none. Only given fields change; lists replace what \
                                 was there.";
    const SCOPE: Scope = Scope::Write;

    type Effect = Updates;
    type Access = Write;
    type Input = Input;
    type Output = Written<NoMore>;

    async fn run(call: &mut Call<'_, Write>, input: Input) -> Result<Written<NoMore>, Error> {
        let versions: Vec<Option<i32>> = input.tasks.iter().map(|item| item.version).collect();
        let mut problems = Problems::default();
        let changed = changed(call, input, &mut problems).await?;
        check_structure(call, &changed, &mut problems).await?;
        let zone = call.zone();
        for (index, held) in &changed {
            task::check(&format!("tasks[{index}]"), &held.task, zone, &mut problems);
        }
        problems.told()?;

        let mut problems = Problems::default();
        let (mut results, mut done) = (Vec::new(), Vec::new());
        for (index, held) in changed {
            if held.gets_done() {
                done.push((format!("tasks[{index}].status"), held.task.id));
            }
            let fields = held.fields(zone)?;
            let argument = format!("tasks[{index}].version");
            let version = (argument.as_str(), versions.get(index).copied().flatten());
            let result = held.write(call, index, version, fields, None, NoMore {}).await;
            results.extend(problems.keep(result)?);
        }
        problems.told()?;
        check_done(call, &done).await?;
        Ok(Written::new(call, results, Vec::new()))
    }
}

/// The tasks as they are to be, each with its place in the call.
async fn changed(
    call: &mut Call<'_, Write>,
    input: Input,
    problems: &mut Problems,
) -> Result<Vec<(usize, Held)>, Error> {
    let arguments: Vec<(String, String)> =
        input.tasks.iter().enumerate().map(|(at, item)| (format!("tasks[{at}].id"), item.id.clone())).collect();
    let found = named_once(call, &arguments, problems).await?;
    let ids: Vec<TaskId> = found.iter().flatten().map(|task| task.id).collect();
    let mut held = hold(call, &ids).await?;
    let mut changed = Vec::with_capacity(ids.len());
    for (index, (item, task)) in input.tasks.into_iter().zip(found).enumerate() {
        let Some(task) = task else { continue };
        let Some(mut held) = held.remove(&task.id) else {
            problems.add(gone(&format!("tasks[{index}].id"), &item.id, RecordType::Task));
            continue;
        };
        change(call, &format!("tasks[{index}]"), &mut held, item, problems).await?;
        changed.push((index, held));
    }
    Ok(changed)
}

/// Changes `held` as `item` says.
async fn change(
    call: &mut Call<'_, Write>,
    at: &str,
    held: &mut Held,
    item: Item,
    problems: &mut Problems,
) -> Result<(), Error> {
    item.clear.iter().for_each(|field| field.of(held));
    if let Some(title) = &item.title {
        held.task.title = task::read_line(&format!("{at}.title"), title, problems);
    }
    if let Some(text) = &item.project
        && let Some(project) = problems.keep(refs::project(call, &format!("{at}.project"), text).await)?
        && project.id != held.task.project
    {
        // Phases and milestones are a project's own.
        (held.task.phase, held.task.milestone) = (None, None);
        (held.to.phase, held.to.milestone) = (None, None);
        held.task.project = project.id;
        held.to.project = Some(task::named(project));
    }
    let (project, now) = (held.task.project, call.now());
    let draft = task::read(call, at, item.given, Some(project), &Items::default(), problems).await?;
    draft.fill(&mut held.task);
    if let Some(status) = draft.status {
        held.move_to(&format!("{at}.status"), status, now, problems);
    }
    held.to.phase = draft.phase.or(held.to.phase.take());
    held.to.milestone = draft.milestone.or(held.to.milestone.take());
    held.to.parent = draft.parent.or(held.to.parent.take());
    if let Some(assignees) = draft.assignees {
        held.to.assignees = assignees;
    }
    if let Some(blockers) = draft.blocked_by {
        held.to.blocked_by = blockers;
    }
    Ok(())
}

impl Clear {
    /// Empties the field.
    fn of(self, held: &mut Held) {
        let (task, to) = (&mut held.task, &mut held.to);
        match self {
            Self::Phase => (task.phase, to.phase) = (None, None),
            Self::Milestone => (task.milestone, to.milestone) = (None, None),
            Self::Parent => (task.parent, to.parent) = (None, None),
            Self::Description => task.description = None,
            Self::Start => task.starts_on = None,
            Self::Due => task.due = None,
            Self::EstimateMinutes => task.estimate_minutes = None,
            Self::Assignees => to.assignees.clear(),
            Self::BlockedBy => to.blocked_by.clear(),
            Self::Tags => task.tags.clear(),
        }
    }
}
