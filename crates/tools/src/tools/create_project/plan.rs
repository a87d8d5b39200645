//! What a new project is made of: phases, their milestones and first tasks.

use lavori_domain::changes::{Operation, RecordKind};
use lavori_domain::projects::{Milestone, Phase, Project};
use lavori_domain::tasks::Task;
use lavori_domain::{KeyKind, MilestoneId, PersonId, PhaseId, ProjectId, TaskId};
use lavori_store::{counters, milestones, phases, task_assignees, tasks};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::Write;
use crate::call::{Call, Problems};
use crate::drafts::project::last_day;
use crate::drafts::task::{self, Draft, Given, Items, Pointing, first_day, read_line};
use crate::error::{Code, Error, Problem};
use crate::fields::Fields;
use crate::views::Named;
use crate::written::Touched;

/// The most tasks of all phases together.
const MOST_TASKS: usize = 200;

#[derive(Deserialize, JsonSchema)]
pub(super) struct PhaseItem {
    #[schemars(length(min = 1, max = 200))]
    name: String,
    start: Option<String>,
    end: Option<String>,
    #[serde(default)]
    #[schemars(length(max = 20))]
    milestones: Vec<MilestoneItem>,
    #[serde(default)]
    #[schemars(length(max = 50))]
    tasks: Vec<TaskItem>,
}

#[derive(Deserialize, JsonSchema)]
struct MilestoneItem {
    #[schemars(length(min = 1, max = 200))]
    name: String,
    date: String,
}

#[derive(Deserialize, JsonSchema)]
struct TaskItem {
    #[schemars(length(min = 1, max = 500))]
    title: String,
    due: Option<String>,
    #[schemars(range(min = 0, max = 1_000_000))]
    estimate_minutes: Option<i32>,
    #[schemars(length(max = 50))]
    assignees: Option<Vec<String>>,
}

/// What was made with the project.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub(crate) struct More {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    phases: Vec<Made>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct Made {
    id: String,
    name: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    milestones: Vec<Named>,
    /// Their keys.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tasks: Vec<String>,
}

/// A phase, its milestones, and its tasks with who works on them.
type PhasePlan = (Phase, Vec<Milestone>, Vec<(Task, Draft)>);

/// The records to be made.
pub(super) struct Plan {
    phases: Vec<PhasePlan>,
    project: (ProjectId, String),
}

/// Understands the phases of `project`; what is wrong goes to `problems`.
pub(super) async fn read(
    call: &mut Call<'_, Write>,
    project: &Project,
    items: Vec<PhaseItem>,
    problems: &mut Problems,
) -> Result<Plan, Error> {
    let zone = call.zone();
    let mut plan = Plan { phases: Vec::with_capacity(items.len()), project: (project.id, project.name.clone()) };
    if items.iter().map(|item| item.tasks.len()).sum::<usize>() > MOST_TASKS {
        let problem = Problem::new(Code::LimitExceeded, "At most 200 tasks at once: add the others with create_tasks.");
        problems.add(problem.field("phases"));
    }
    for ((index, item), position) in items.into_iter().enumerate().zip(1..) {
        let at = format!("phases[{index}]");
        let mut phase = Phase {
            organization: project.organization,
            id: PhaseId::new(call.env),
            project: project.id,
            position,
            name: read_line(&format!("{at}.name"), &item.name, problems),
            starts_on: None,
            ends_on: None,
        };
        if let Some(text) = &item.start {
            let start = problems.keep(call.from(&format!("{at}.start"), text))?;
            phase.starts_on = start.map(|(when, _)| first_day(when, zone));
        }
        if let Some(text) = &item.end {
            let end = problems.keep(call.until(&format!("{at}.end"), text))?;
            phase.ends_on = end.map(|(when, _)| last_day(when, zone));
        }
        if phase.starts_on.zip(phase.ends_on).is_some_and(|(first, last)| first > last) {
            let problem = Problem::new(Code::InvalidDate, "A phase cannot start after its end.");
            problems.add(problem.field(format!("{at}.start")));
        }
        let mut marks = Vec::with_capacity(item.milestones.len());
        for (index, mark) in item.milestones.into_iter().enumerate() {
            let at = format!("{at}.milestones[{index}]");
            let name = read_line(&format!("{at}.name"), &mark.name, problems);
            let Some((when, _)) = problems.keep(call.until(&format!("{at}.date"), &mark.date))? else { continue };
            marks.push(Milestone {
                organization: project.organization,
                id: MilestoneId::new(call.env),
                project: project.id,
                phase: Some(phase.id),
                name,
                due_on: last_day(when, zone),
                done_at: None,
            });
        }
        let mut work = Vec::with_capacity(item.tasks.len());
        for (index, item) in item.tasks.into_iter().enumerate() {
            let at = format!("{at}.tasks[{index}]");
            work.push(read_task(call, &at, &phase, project, item, problems).await?);
        }
        plan.phases.push((phase, marks, work));
    }
    Ok(plan)
}

async fn read_task(
    call: &mut Call<'_, Write>,
    at: &str,
    phase: &Phase,
    project: &Project,
    item: TaskItem,
    problems: &mut Problems,
) -> Result<(Task, Draft), Error> {
    let title = read_line(&format!("{at}.title"), &item.title, problems);
    // Its number is taken when everything is right.
    let mut task = Task::new(project.organization, TaskId::new(call.env), 0, project.id, title, project.created_at);
    task.phase = Some(phase.id);
    let mut given = Given::default();
    (given.due, given.estimate_minutes, given.assignees) = (item.due, item.estimate_minutes, item.assignees);
    let draft = task::read(call, at, given, Some(project.id), &Items::default(), problems).await?;
    draft.fill(&mut task);
    Ok((task, draft))
}

/// Writes the plan of a project that is there, and says what was made.
pub(super) async fn write(call: &mut Call<'_, Write>, plan: Plan) -> Result<More, Error> {
    let (organization, zone) = (call.caller.tenant.organization, call.zone());
    let count: usize = plan.phases.iter().map(|(_, _, work)| work.len()).sum();
    let mut number = match i64::try_from(count) {
        Ok(count) if count > 0 => counters::take(&mut call.db, organization, KeyKind::Task, count).await?,
        _ => 0,
    };
    let (mut made, mut all, mut assigned) = (Vec::new(), Vec::new(), Vec::<(TaskId, PersonId)>::new());
    for (phase, marks, work) in plan.phases {
        phases::insert(&mut call.db, &phase).await?;
        let mut fields = Fields::new();
        fields.first("name", &phase.name)?;
        fields.first("start", &phase.starts_on)?;
        fields.first("end", &phase.ends_on)?;
        let touched = Touched::new(RecordKind::Phase, phase.id, &phase.name, 1).project(Some(phase.project));
        call.change(&touched, Operation::Created, &fields);
        for mark in &marks {
            milestones::insert(&mut call.db, mark).await?;
            let mut fields = Fields::new();
            fields.first("name", &mark.name)?;
            fields.first("due", &mark.due_on)?;
            let touched = Touched::new(RecordKind::Milestone, mark.id, &mark.name, 1).project(Some(mark.project));
            call.change(&touched, Operation::Created, &fields);
        }
        let mut keys = Vec::with_capacity(work.len());
        for (mut task, draft) in work {
            task.number = number;
            number += 1;
            let pointing = Pointing {
                project: Some(plan.project.clone()),
                phase: Some((phase.id, phase.name.clone())),
                assignees: draft.assignees.unwrap_or_default(),
                ..Pointing::default()
            };
            assigned.extend(pointing.assignees.iter().map(|(person, _)| (task.id, *person)));
            let touched = Touched::new(RecordKind::Task, task.id, &task.title, 1)
                .number(KeyKind::Task, task.number)
                .project(Some(task.project));
            call.change(&touched, Operation::Created, &task::changes(None, (&task, &pointing), zone)?);
            keys.push(task.key().to_string());
            all.push(task);
        }
        made.push(Made {
            id: phase.id.to_string(),
            name: phase.name,
            milestones: marks.into_iter().map(|mark| Named::new(mark.id, mark.name)).collect(),
            tasks: keys,
        });
    }
    if !all.is_empty() {
        tasks::insert_all(&mut call.db, &all, zone).await?;
        task_assignees::insert_all(&mut call.db, organization, &assigned).await?;
    }
    Ok(More { phases: made })
}
