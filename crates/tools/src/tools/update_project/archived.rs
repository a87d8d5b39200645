//! Phases and milestones that are put away: when no open task hangs on them any more.

use lavori_domain::changes::{Operation, RecordKind};
use lavori_domain::projects::{Milestone, Phase};
use lavori_domain::tasks::TaskStatus;
use lavori_domain::{Id, KeyKind};
use lavori_store::tasks::{self, TaskFilter, TaskSort};
use lavori_store::{milestones, phases};
use serde_json::{Map, Value};

use crate::access::Write;
use crate::call::{Call, Problems};
use crate::error::{Candidate, Code, Error, Problem};
use crate::fields::Fields;
use crate::views;
use crate::written::Touched;

/// The most open tasks that are named.
const NAMED: usize = 5;

/// What the steps of a call put away: the argument that named it, and the part before and after the other steps.
#[derive(Default)]
pub(super) struct Archived {
    pub(super) phases: Vec<(String, Phase, Phase)>,
    pub(super) milestones: Vec<(String, Milestone, Milestone)>,
}

impl Archived {
    /// Refuses what open tasks hang on, and names the first of them.
    pub(super) async fn check(&self, call: &mut Call<'_, Write>, problems: &mut Problems) -> Result<(), Error> {
        let open: Vec<TaskStatus> = TaskStatus::ALL.iter().copied().filter(|status| status.is_open()).collect();
        let all = TaskFilter { statuses: open, ..TaskFilter::all(call.now()) };
        for (argument, _, phase) in &self.phases {
            let filter = TaskFilter { phase: Some(phase.id), ..all.clone() };
            problems.keep(unhung(call, argument, ("phase", phase.id), &filter).await)?;
        }
        for (argument, _, mark) in &self.milestones {
            let filter = TaskFilter { milestone: Some(mark.id), ..all.clone() };
            problems.keep(unhung(call, argument, ("milestone", mark.id), &filter).await)?;
        }
        Ok(())
    }

    /// Puts them away.
    pub(super) async fn write(&self, call: &mut Call<'_, Write>) -> Result<(), Error> {
        let (organization, now) = (call.caller.tenant.organization, call.now());
        for (_, before, phase) in &self.phases {
            let mut fields = Fields::new();
            fields.set("name", &before.name, &phase.name)?;
            fields.set("archived", &false, &true)?;
            phases::update(&mut call.db, phase).await?;
            phases::archive(&mut call.db, organization, phase.id, now).await?;
            let touched = Touched::new(RecordKind::Phase, phase.id, &phase.name, 1).project(Some(phase.project));
            call.change(&touched, Operation::Updated, &fields);
        }
        for (_, before, mark) in &self.milestones {
            let mut fields = Fields::new();
            fields.set("name", &before.name, &mark.name)?;
            fields.set("archived", &false, &true)?;
            milestones::update(&mut call.db, mark).await?;
            milestones::archive(&mut call.db, organization, mark.id, now).await?;
            let touched = Touched::new(RecordKind::Milestone, mark.id, &mark.name, 1).project(Some(mark.project));
            call.change(&touched, Operation::Updated, &fields);
        }
        Ok(())
    }
}

/// Refuses if there are tasks of this filter: they hang on the part `id`, which lists of tasks call `name`.
async fn unhung<K>(
    call: &mut Call<'_, Write>,
    argument: &str,
    (name, id): (&str, Id<K>),
    filter: &TaskFilter,
) -> Result<(), Error> {
    let within = call.within();
    let found = tasks::list(call.conn(), within, filter, TaskSort::CreatedFirst, None, NAMED as i64 + 1).await?;
    if found.is_empty() {
        return Ok(());
    }
    let candidates = found.iter().take(NAMED).map(|task| Candidate {
        id: task.id.to_string(),
        key: Some(views::key(KeyKind::Task, task.number)),
        name: task.title.clone(),
        hint: Some(task.status.as_str().to_owned()),
    });
    let message = match found.len() > NAMED {
        true => "Open tasks hang on it, the first 5 are in `candidates`: end them, or move them elsewhere.",
        false => "Open tasks hang on it, those in `candidates`: end them, or move them elsewhere.",
    };
    let mut list = Map::new();
    list.insert(name.to_owned(), id.to_string().into());
    list.insert("status".to_owned(), filter.statuses.iter().map(|status| Value::from(status.as_str())).collect());
    let problem = Problem::new(Code::BlockedByOpenTasks, message).field(argument);
    Err(problem.candidates(candidates.collect()).next("list_tasks", list).into())
}
