//! `change_status`: moves records from one status to another. One file per kind of record.

mod contact;
mod event;
mod project;
mod shift;
mod task;

use lavori_domain::id::kind;
use lavori_domain::{EventId, Id, RecordType, ShiftId};
use lavori_policy::Scope;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::Write;
use crate::call::{Call, Problems};
use crate::drafts::subject::{self, Subject};
use crate::effect::Updates;
use crate::error::{Code, Error, Problem};
use crate::input::nearest_first;
use crate::schedule;
use crate::schedule::conflicts::Conflict;
use crate::schedule::finish::finish;
use crate::schedule::plan::{self, Plan};
use crate::tool::Tool;
use crate::written::{Outcome, Warning, Written};

/// `change_status`.
pub(crate) struct ChangeStatus;

/// The kinds of records that have a status to change here.
const KINDS: &[RecordType] =
    &[RecordType::Project, RecordType::Task, RecordType::Event, RecordType::Shift, RecordType::Contact];

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Input {
    #[schemars(length(min = 1, max = 50))]
    changes: Vec<Item>,
}

#[derive(Deserialize, JsonSchema)]
struct Item {
    /// Id, key or exact name.
    id: String,
    /// The new status. Which there are, and where each may go, get_context tells.
    to: String,
    /// As read.
    version: Option<i32>,
    /// Needed to reopen a project and to finish a task that waits for open ones.
    #[schemars(length(max = 1_000))]
    reason: Option<String>,
}

/// What else came of it.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub(crate) struct More {
    /// Tasks that wait for nothing any more.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unblocked: Vec<String>,
    /// What the event or shift conflicts with.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    conflicts: Vec<Conflict>,
}

/// A record on its way to another status.
struct Move<K> {
    index: usize,
    id: Id<K>,
    /// What it was called in the call.
    text: String,
    to: String,
    version: Option<i32>,
    reason: Option<String>,
}

impl<K> Move<K> {
    fn at(&self, field: &str) -> String {
        format!("changes[{}].{field}", self.index)
    }

    /// The word that `to` is, among `all` of its kind; else a problem that names them.
    fn word<T: Copy>(&self, all: &[T], word: fn(T) -> &'static str, problems: &mut Problems) -> Option<T> {
        let found = all.iter().copied().find(|status| word(*status) == self.to);
        if found.is_none() {
            let words: Vec<&str> = all.iter().map(|status| word(*status)).collect();
            problems.add(
                Problem::new(Code::InvalidArgument, "Not a status of this kind of record; the nearest is first.")
                    .field(self.at("to"))
                    .got(&self.to.clone().into())
                    .allowed(nearest_first(&self.to, &words)),
            );
        }
        found
    }
}

/// A status that cannot be reached from where the record stands.
fn no_way<T: Copy>(field: String, to: T, allowed: &[T], word: fn(T) -> &'static str) -> Problem {
    Problem::new(Code::TransitionNotAllowed, "The record cannot go there from where it stands.")
        .field(field)
        .got(&word(to).into())
        .allowed(allowed.iter().map(|status| word(*status)))
}

/// What becomes of events and shifts is worked out for each kind and written together: they conflict with each other.
async fn schedule(
    call: &mut Call<'_, Write>,
    events: Vec<Move<kind::Event>>,
    shifts: Vec<Move<kind::Shift>>,
) -> Result<Moved, Error> {
    if events.is_empty() && shifts.is_empty() {
        return Ok(Moved::default());
    }
    let ids: (Vec<EventId>, Vec<ShiftId>) =
        (events.iter().map(|event| event.id).collect(), shifts.iter().map(|shift| shift.id).collect());
    let (mut of_events, mut of_shifts) = plan::hold(call, &ids.0, &ids.1).await?;
    let (mut problems, mut moved) = (Problems::default(), Moved::default());
    let mut plans = event::plans(events, &mut of_events, &mut moved.warnings, &mut problems);
    plans.extend(shift::plans(shifts, &mut of_shifts, call.now(), &mut problems));
    problems.told()?;
    plans.sort_by_key(Plan::index);
    let written = plan::write(call, plans).await?;
    let (results, warnings) = finish(call, "changes", &written).await?;
    moved.warnings.extend(warnings);
    let conflicts = |more: schedule::written::More| More { conflicts: more.conflicts, ..More::default() };
    moved.results = results.into_iter().map(|result| result.with(conflicts)).collect();
    Ok(moved)
}

/// What the moves of one kind come to.
#[derive(Default)]
struct Moved {
    results: Vec<Outcome<More>>,
    warnings: Vec<Warning>,
}

impl Tool for ChangeStatus {
    const NAME: &'static str = "change_status";
    const TITLE: &'static str = "Change status";
    const ABOUT: &'static str = "Use to move up to 50 projects, tasks, events, shifts or contacts to another status, \
                                 all or none. Nobody is told.";
    const SCOPE: Scope = Scope::Write;

    type Effect = Updates;
    type Access = Write;
    type Input = Input;
    type Output = Written<More>;

    async fn run(call: &mut Call<'_, Write>, input: Input) -> Result<Written<More>, Error> {
        let mut problems = Problems::default();
        let ids: Vec<&str> = input.changes.iter().map(|item| item.id.as_str()).collect();
        let found = subject::named_once(call, &ids, KINDS, &mut problems).await?;
        let (mut projects, mut tasks, mut contacts) = (Vec::new(), Vec::new(), Vec::new());
        let (mut events, mut shifts) = (Vec::new(), Vec::new());
        for (index, (item, subject)) in input.changes.into_iter().zip(found).enumerate() {
            match subject {
                Some(Subject::Project(record)) => projects.push(to(index, item, record.id)),
                Some(Subject::Task(record)) => tasks.push(to(index, item, record.id)),
                Some(Subject::Event(record)) => events.push(to(index, item, record.id)),
                Some(Subject::Shift(record)) => shifts.push(to(index, item, record.id)),
                Some(Subject::Contact(record)) => contacts.push(to(index, item, record.id)),
                None => {}
            }
        }
        let mut moved = Moved::default();
        let kinds = [
            project::change(call, projects).await,
            task::change(call, tasks).await,
            contact::change(call, contacts).await,
            schedule(call, events, shifts).await,
        ];
        for kind in kinds {
            if let Some(kind) = problems.keep(kind)? {
                moved.results.extend(kind.results);
                moved.warnings.extend(kind.warnings);
            }
        }
        problems.told()?;
        moved.results.sort_by_key(|result| result.index);
        moved.warnings.sort_by_key(|warning| warning.index);
        Ok(Written::new(call, moved.results, moved.warnings))
    }
}

fn to<K>(index: usize, item: Item, id: Id<K>) -> Move<K> {
    Move { index, id, text: item.id, to: item.to, version: item.version, reason: item.reason }
}
