//! `create_tasks`: tasks, many at once, which may point at each other before they exist.

use std::collections::{HashMap, HashSet};

use lavori_domain::changes::RecordKind;
use lavori_domain::id::kind;
use lavori_domain::tasks::{Task, TaskStatus, check_parents, waits_for_itself};
use lavori_domain::{KeyKind, PersonId, ProjectId, TaskId};
use lavori_policy::Scope;
use lavori_store::tasks::{self, Namesake};
use lavori_store::{Brief, counters, task_assignees, task_dependencies};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::Write;
use crate::call::{Call, Problems};
use crate::drafts::batch::ItemNames;
use crate::drafts::held_task::{check_done, circle, misplaced};
use crate::drafts::task::{self, Draft, Given, Items, Pointing};
use crate::effect::Creates;
use crate::error::{Candidate, Code, Error, Problem};
use crate::refs;
use crate::tool::Tool;
use crate::views;
use crate::written::{Outcome, Touched, Written};

/// `create_tasks`.
pub(crate) struct CreateTasks;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Input {
    #[schemars(length(min = 1, max = 50))]
    tasks: Vec<Item>,
}

#[derive(Deserialize, JsonSchema)]
struct Item {
    #[schemars(length(min = 1, max = 500))]
    title: String,
    /// Id, key or exact name.
    project: String,
    #[serde(flatten)]
    given: Given,
    /// A name of your own: other items say `#name` in parent and blocked_by.
    #[schemars(length(min = 1, max = 40))]
    r#ref: Option<String>,
}

/// What is told of a new task besides.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct More {
    /// Open tasks of the same title in the same project.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suspected_duplicates: Vec<String>,
}

/// An item whose references are resolved.
struct Read {
    title: String,
    project: Brief<kind::Project>,
    draft: Draft,
}

impl Tool for CreateTasks {
    const NAME: &'static str = "create_tasks";
    const TITLE: &'static str = "Create tasks";
    const ABOUT: &'static str = "Use to add up to 50 tasks, all or none. Items may be parts of each other or wait for \
                                 each other by ref.";
    const SCOPE: Scope = Scope::Write;
    const ALLOWS_DUPLICATES: bool = true;

    type Effect = Creates;
    type Access = Write;
    type Input = Input;
    type Output = Written<More>;

    async fn run(call: &mut Call<'_, Write>, input: Input) -> Result<Written<More>, Error> {
        let ids: Vec<TaskId> = input.tasks.iter().map(|_| TaskId::new(call.env)).collect();
        let items = read(call, &ids, input).await?;
        check_structure(call, &ids, &items).await?;
        let namesakes = namesakes(call, &items).await?;

        let count = i64::try_from(items.len()).unwrap_or(i64::MAX);
        let organization = call.caller.tenant.organization;
        let first = counters::take(&mut call.db, organization, KeyKind::Task, count).await?;
        let (now, zone) = (call.now(), call.zone());
        let mut problems = Problems::default();
        let mut new: Vec<Task> = Vec::with_capacity(items.len());
        for ((index, (item, id)), number) in items.iter().zip(&ids).enumerate().zip(first..) {
            let mut task = Task::new(organization, *id, number, item.project.id, item.title.clone(), now);
            item.draft.fill(&mut task);
            if let Some(status) = item.draft.status {
                task.move_to(status, now);
            }
            task::check(&format!("tasks[{index}]"), &task, zone, &mut problems);
            new.push(task);
        }
        problems.told()?;
        insert(call, &new, &items).await?;
        let done: Vec<(String, TaskId)> = new
            .iter()
            .enumerate()
            .filter(|(_, task)| task.status == TaskStatus::Done)
            .map(|(index, task)| (format!("tasks[{index}].status"), task.id))
            .collect();
        check_done(call, &done).await?;

        let mut results: Vec<Outcome<More>> = Vec::with_capacity(new.len());
        for (index, ((task, item), namesakes)) in new.iter().zip(items).zip(namesakes).enumerate() {
            let pointing = Pointing {
                project: Some(task::named(item.project)),
                phase: item.draft.phase,
                milestone: item.draft.milestone,
                parent: item.draft.parent,
                assignees: item.draft.assignees.unwrap_or_default(),
                blocked_by: item.draft.blocked_by.unwrap_or_default(),
            };
            let fields = task::changes(None, (task, &pointing), zone)?;
            let touched = Touched::new(RecordKind::Task, task.id, &task.title, task.version)
                .number(KeyKind::Task, task.number)
                .project(Some(task.project));
            let keys = namesakes.iter().map(|other| views::key(KeyKind::Task, other.number)).collect();
            results.push(call.created(index, &touched, &fields, More { suspected_duplicates: keys }));
        }
        Ok(Written::new(call, results, Vec::new()))
    }
}

/// Resolves what the items name; everything that is wrong with them is told at once.
async fn read(call: &mut Call<'_, Write>, ids: &[TaskId], input: Input) -> Result<Vec<Read>, Error> {
    let mut problems = Problems::default();
    let names = ItemNames::read("tasks", input.tasks.iter().map(|item| item.r#ref.as_deref()), &mut problems);
    let titles = input.tasks.iter().map(|item| item.title.trim().to_owned());
    let known = Items { names, tasks: ids.iter().copied().zip(titles).collect() };
    let mut items = Vec::with_capacity(ids.len());
    for (index, item) in input.tasks.into_iter().enumerate() {
        let at = format!("tasks[{index}]");
        let title = task::read_line(&format!("{at}.title"), &item.title, &mut problems);
        let project = problems.keep(refs::project(call, &format!("{at}.project"), &item.project).await)?;
        let scope = project.as_ref().map(|project| project.id);
        let draft = task::read(call, &at, item.given, scope, &known, &mut problems).await?;
        items.extend(project.map(|project| Read { title, project, draft }));
    }
    problems.told()?;
    Ok(items)
}

/// Whether the new tasks hang together: no circles, and none too deep.
async fn check_structure(call: &mut Call<'_, Write>, ids: &[TaskId], items: &[Read]) -> Result<(), Error> {
    let organization = call.caller.tenant.organization;
    let new: HashSet<TaskId> = ids.iter().copied().collect();
    let parent = |item: &Read| item.draft.parent.as_ref().map(|(parent, _)| *parent);
    let existing: Vec<TaskId> = items.iter().filter_map(parent).filter(|parent| !new.contains(parent)).collect();
    let mut parents = tasks::parents(call.conn(), organization, &existing).await?;
    parents.extend(ids.iter().copied().zip(items).filter_map(|(id, item)| Some((id, parent(item)?))));
    let blockers: HashMap<TaskId, Vec<TaskId>> = ids
        .iter()
        .copied()
        .zip(items)
        .map(|(id, item)| (id, item.draft.blocked_by.iter().flatten().map(|(blocker, _)| *blocker).collect()))
        .collect();
    let mut problems = Problems::default();
    for (index, id) in ids.iter().enumerate() {
        if let Err(error) = check_parents(&parents, *id) {
            problems.add(misplaced(error).field(format!("tasks[{index}].parent")));
        }
        if waits_for_itself(&blockers, *id) {
            problems.add(circle().field(format!("tasks[{index}].blocked_by")));
        }
    }
    problems.told()
}

/// The open namesakes of each new task in its project: unless told so, they are not created beside them.
async fn namesakes(call: &mut Call<'_, Write>, items: &[Read]) -> Result<Vec<Vec<Namesake>>, Error> {
    let within = call.within();
    let projects: Vec<ProjectId> =
        items.iter().map(|item| item.project.id).collect::<HashSet<_>>().into_iter().collect();
    let titles: HashSet<String> = items.iter().map(|item| item.title.clone()).collect();
    let found = tasks::namesakes(call.conn(), within, &projects, titles.into_iter().collect()).await?;
    let same = |item: &Read, other: &Namesake| {
        other.project == item.project.id && other.title.to_lowercase() == item.title.to_lowercase()
    };
    let namesakes: Vec<Vec<Namesake>> =
        items.iter().map(|item| found.iter().filter(|other| same(item, other)).cloned().collect()).collect();
    if call.options().allow_duplicates {
        return Ok(namesakes);
    }
    let mut problems = Problems::default();
    let mut seen: HashSet<(ProjectId, String)> = HashSet::new();
    for (index, (item, others)) in items.iter().zip(&namesakes).enumerate() {
        let again = !seen.insert((item.project.id, item.title.to_lowercase()));
        if others.is_empty() && !again {
            continue;
        }
        let message = match others.is_empty() {
            false => "The project has an open task of this title. If another one is meant, set allow_duplicates.",
            true => "Another item of this call is the same task. If both are meant, set allow_duplicates.",
        };
        let candidates = others.iter().take(5).map(|other| Candidate {
            id: other.id.to_string(),
            key: Some(views::key(KeyKind::Task, other.number)),
            name: other.title.clone(),
            hint: Some(item.project.name.clone()),
        });
        problems.add(
            Problem::new(Code::DuplicateSuspected, message)
                .field(format!("tasks[{index}].title"))
                .got(&item.title.clone().into())
                .candidates(candidates.collect())
                .next(CreateTasks::NAME, call.with_duplicates()),
        );
    }
    problems.told()?;
    Ok(namesakes)
}

/// Writes the tasks, parents before their parts, then who works on them and what they wait for.
async fn insert(call: &mut Call<'_, Write>, new: &[Task], items: &[Read]) -> Result<(), Error> {
    let (organization, zone) = (call.caller.tenant.organization, call.zone());
    let mut missing: HashSet<TaskId> = new.iter().map(|task| task.id).collect();
    let mut ahead: Vec<Task> = new.to_vec();
    while !ahead.is_empty() {
        // There is no circle: each round has some whose parent is there already.
        let (now, later): (Vec<Task>, Vec<Task>) =
            ahead.into_iter().partition(|task| task.parent.is_none_or(|parent| !missing.contains(&parent)));
        tasks::insert_all(&mut call.db, &now, zone).await?;
        now.iter().for_each(|task| {
            missing.remove(&task.id);
        });
        ahead = later;
    }
    let pairs = new.iter().map(|task| task.id).zip(items);
    let assigned: Vec<(TaskId, PersonId)> = pairs
        .clone()
        .flat_map(|(id, item)| item.draft.assignees.iter().flatten().map(move |(person, _)| (id, *person)))
        .collect();
    let waiting: Vec<(TaskId, TaskId)> = pairs
        .flat_map(|(id, item)| item.draft.blocked_by.iter().flatten().map(move |(blocker, _)| (id, *blocker)))
        .collect();
    task_assignees::insert_all(&mut call.db, organization, &assigned).await?;
    task_dependencies::insert_all(&mut call.db, organization, &waiting).await?;
    Ok(())
}
