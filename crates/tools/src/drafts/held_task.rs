//! Tasks that a call changes: as they are, held until it ends, and the rules that a change must keep.

use std::collections::{HashMap, HashSet};

use lavori_domain::RecordType;
use lavori_domain::changes::RecordKind;
use lavori_domain::id::kind;
use lavori_domain::tasks::{NotATree, Task, TaskStatus, check_parents, waits_for_itself};
use lavori_domain::{Id, KeyKind, PersonId, TaskId};
use lavori_store::tasks::{self, TaskKeys};
use lavori_store::{Brief, counters, task_assignees, task_dependencies};
use schemars::JsonSchema;

use super::task::{Pointing, changes};
use crate::access::Write;
use crate::call::{Call, Problems};
use crate::error::{Candidate, Code, Error, Problem};
use crate::fields::Fields;
use crate::refs;
use crate::versions::Strict;
use crate::views;
use crate::written::{Outcome, Touched};

/// A task that is being changed.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    /// As it was.
    pub(crate) before: Task,
    /// What it pointed at. What the connection may not see is not in the lists.
    pub(crate) from: Pointing,
    /// As it is to be.
    pub(crate) task: Task,
    /// What it is to point at.
    pub(crate) to: Pointing,
    /// Assignees that the connection does not see: they stay.
    hidden_assignees: Vec<PersonId>,
    /// Tasks it waits for that the connection does not see: they stay.
    hidden_blockers: Vec<TaskId>,
}

/// Resolves the tasks that items name, each of which may be named once.
pub(crate) async fn named_once(
    call: &mut Call<'_, Write>,
    arguments: &[(String, String)],
    problems: &mut Problems,
) -> Result<Vec<Option<Brief<kind::Task>>>, Error> {
    let mut seen = HashSet::new();
    let mut found = Vec::with_capacity(arguments.len());
    for (argument, text) in arguments {
        let mut task = problems.keep(refs::task(call, argument, text).await)?;
        if task.as_ref().is_some_and(|task| !seen.insert(task.id)) {
            problems.add(
                Problem::new(Code::InvalidArgument, "Another item of this call changes the same record.")
                    .field(argument.clone())
                    .got(&text.clone().into()),
            );
            // Told once is enough.
            task = None;
        }
        found.push(task);
    }
    Ok(found)
}

/// Loads tasks and holds them: nobody else changes them until this call ends.
pub(crate) async fn hold(call: &mut Call<'_, Write>, ids: &[TaskId]) -> Result<HashMap<TaskId, Held>, Error> {
    let within = call.within();
    let mut held: HashMap<TaskId, Held> = HashMap::new();
    for (task, _) in tasks::lock(&mut call.db, within, ids).await? {
        let empty = Pointing::default();
        let entry = Held {
            before: task.clone(),
            from: empty.clone(),
            task,
            to: empty,
            hidden_assignees: Vec::new(),
            hidden_blockers: Vec::new(),
        };
        held.insert(entry.task.id, entry);
    }
    for detail in tasks::details(call.conn(), within, TaskKeys::Ids(ids)).await? {
        let Some(entry) = held.get_mut(&detail.line.id) else { continue };
        entry.from.project = Some((detail.line.project.id, detail.line.project.name));
        entry.from.phase = detail.phase;
        entry.from.milestone = detail.milestone;
        entry.from.parent = match detail.parent_hidden {
            // That there is one is known, and must be told apart from none.
            true => Some((Id::nil(), "not visible".to_owned())),
            false => detail.parent.map(|(id, _, title)| (id, title)),
        };
    }
    for (task, person, name) in task_assignees::of_tasks(call.conn(), within, ids).await? {
        let Some(entry) = held.get_mut(&task) else { continue };
        match name {
            Some(name) => entry.from.assignees.push((person, name)),
            None => entry.hidden_assignees.push(person),
        }
    }
    for (task, blocker, title) in task_dependencies::of_tasks(call.conn(), within, ids).await? {
        let Some(entry) = held.get_mut(&task) else { continue };
        match title {
            Some(title) => entry.from.blocked_by.push((blocker, title)),
            None => entry.hidden_blockers.push(blocker),
        }
    }
    held.values_mut().for_each(|entry| entry.to = entry.from.clone());
    Ok(held)
}

/// The answer for a record that was there when it was named and is not any more.
pub(crate) fn gone(argument: &str, text: &str, kind: RecordType) -> Problem {
    refs::not_found(argument, text, &[kind])
}

impl Held {
    /// Moves it to another status, if it may go there. `argument` is where the status stood.
    pub(crate) fn move_to(
        &mut self,
        argument: &str,
        status: TaskStatus,
        now: lavori_domain::Timestamp,
        problems: &mut Problems,
    ) {
        if status == self.task.status {
            return;
        }
        let allowed = self.task.status.allowed_transitions();
        if allowed.contains(&status) {
            self.task.move_to(status, now);
        } else {
            problems.add(
                Problem::new(Code::TransitionNotAllowed, "The task cannot go there from where it stands.")
                    .field(argument)
                    .got(&status.as_str().into())
                    .allowed(allowed.iter().map(|to| to.as_str())),
            );
        }
    }

    /// Whether it becomes done by this change.
    pub(crate) fn gets_done(&self) -> bool {
        self.task.status == TaskStatus::Done && self.before.status != TaskStatus::Done
    }

    /// What changes.
    pub(crate) fn fields(&self, zone: lavori_domain::TimeZone) -> Result<Fields, Error> {
        changes(Some((&self.before, &self.from)), (&self.task, &self.to), zone)
    }

    /// All it is to wait for, seen or not.
    fn blockers(&self) -> Vec<TaskId> {
        self.to.blocked_by.iter().map(|(id, _)| *id).chain(self.hidden_blockers.iter().copied()).collect()
    }

    /// Writes what changed, and makes the result. `version` is the one that the change was made from, with the argument
    /// it stood in.
    pub(crate) async fn write<X: JsonSchema>(
        mut self,
        call: &mut Call<'_, Write>,
        index: usize,
        version: (&str, Option<i32>),
        mut fields: Fields,
        reason: Option<&str>,
        more: X,
    ) -> Result<Outcome<X>, Error> {
        let (organization, zone, now) = (call.caller.tenant.organization, call.zone(), call.now());
        let id = self.task.id;
        call.check_version(version.0, (RecordKind::Task, id), version.1, self.before.version, &fields, Strict::No)
            .await?;
        if !fields.is_empty() {
            if let Some(reason) = reason {
                fields.first("reason", reason)?;
            }
            self.task.version = self.before.version + 1;
            self.task.updated_at = now;
            tasks::update(&mut call.db, &self.task, zone).await?;
            let (added, removed) = difference(&self.from.assignees, &self.to.assignees);
            if !removed.is_empty() {
                task_assignees::remove(&mut call.db, organization, id, &removed).await?;
            }
            let added: Vec<_> = added.into_iter().filter(|person| !self.hidden_assignees.contains(person)).collect();
            let added: Vec<(TaskId, PersonId)> = added.into_iter().map(|person| (id, person)).collect();
            task_assignees::insert_all(&mut call.db, organization, &added).await?;
            let (added, removed) = difference(&self.from.blocked_by, &self.to.blocked_by);
            if !removed.is_empty() {
                task_dependencies::remove(&mut call.db, organization, id, &removed).await?;
            }
            let added: Vec<(TaskId, TaskId)> = added.into_iter().map(|blocker| (id, blocker)).collect();
            task_dependencies::insert_all(&mut call.db, organization, &added).await?;
        }
        let touched = Touched::new(RecordKind::Task, id, &self.task.title, self.task.version)
            .number(KeyKind::Task, self.task.number)
            .project(Some(self.task.project));
        Ok(call.updated(index, &touched, &fields, more))
    }
}

/// What is in `to` and not in `from`, and the other way round.
fn difference<K>(from: &[(Id<K>, String)], to: &[(Id<K>, String)]) -> (Vec<Id<K>>, Vec<Id<K>>) {
    let missing = |in_: &[(Id<K>, String)], of: &[(Id<K>, String)]| {
        of.iter().map(|(id, _)| *id).filter(|id| in_.iter().all(|(other, _)| other != id)).collect()
    };
    (missing(from, to), missing(to, from))
}

/// Whether changed tasks hang together: no circles, and none too deep.
pub(crate) async fn check_structure(
    call: &mut Call<'_, Write>,
    held: &[(usize, Held)],
    problems: &mut Problems,
) -> Result<(), Error> {
    let organization = call.caller.tenant.organization;
    let moved = |held: &Held| held.before.parent != held.task.parent;
    let waits_anew = |held: &Held| !difference(&held.from.blocked_by, &held.to.blocked_by).0.is_empty();
    if !held.iter().any(|(_, held)| moved(held) || waits_anew(held)) {
        return Ok(());
    }
    // Two calls that close a circle together must see each other: they take turns at the counter of tasks.
    counters::take(&mut call.db, organization, KeyKind::Task, 0).await?;
    let near: Vec<TaskId> =
        held.iter().flat_map(|(_, held)| [Some(held.task.id), held.task.parent]).flatten().collect();
    let mut parents = tasks::parents(call.conn(), organization, &near).await?;
    let ahead: Vec<TaskId> =
        held.iter().flat_map(|(_, held)| held.blockers().into_iter().chain([held.task.id])).collect();
    let mut blockers = tasks::blockers(call.conn(), organization, &ahead).await?;
    for (_, held) in held {
        match held.task.parent {
            Some(parent) => parents.insert(held.task.id, parent),
            None => parents.remove(&held.task.id),
        };
        blockers.insert(held.task.id, held.blockers());
    }
    for (index, held) in held {
        if moved(held)
            && let Err(error) = check_parents(&parents, held.task.id)
        {
            problems.add(misplaced(error).field(format!("tasks[{index}].parent")));
        }
        if waits_anew(held) && waits_for_itself(&blockers, held.task.id) {
            problems.add(circle().field(format!("tasks[{index}].blocked_by")));
        }
    }
    Ok(())
}

/// Whether tasks that this call made done may be so: nothing they wait for is open. Asked after everything is written,
/// as the same call may have done what they wait for. The first of each pair is the argument that said so.
pub(crate) async fn check_done(call: &mut Call<'_, Write>, done: &[(String, TaskId)]) -> Result<(), Error> {
    if done.is_empty() {
        return Ok(());
    }
    let (organization, within) = (call.caller.tenant.organization, call.within());
    let ids: Vec<TaskId> = done.iter().map(|(_, id)| *id).collect();
    let open = tasks::open_blockers(call.conn(), organization, &ids).await?;
    let awaited: Vec<TaskId> = open.values().flatten().copied().collect();
    let shown = tasks::details(call.conn(), within, TaskKeys::Ids(&awaited)).await?;
    let mut problems = Problems::default();
    for (argument, id) in done {
        let Some(blockers) = open.get(id) else { continue };
        let candidates = shown.iter().map(|detail| &detail.line).filter(|line| blockers.contains(&line.id));
        let candidates = candidates.take(5).map(|line| Candidate {
            id: line.id.to_string(),
            key: Some(views::key(KeyKind::Task, line.number)),
            name: line.title.clone(),
            hint: Some(line.project.name.clone()),
        });
        let message = format!(
            "The task waits for {} open tasks; those that this connection sees are in `candidates`. With a reason, \
             change_status makes it done all the same.",
            blockers.len()
        );
        problems.add(
            Problem::new(Code::BlockedByOpenTasks, message).field(argument.clone()).candidates(candidates.collect()),
        );
    }
    problems.told()
}

/// Why a task cannot be where it would be.
pub(crate) fn misplaced(error: NotATree) -> Problem {
    match error {
        NotATree::Circle => {
            Problem::new(Code::DependencyCycle, "A task cannot be a part of itself, directly or through others.")
        }
        NotATree::TooDeep => {
            Problem::new(Code::LimitExceeded, "Tasks have parts, and those have parts; deeper it does not go.")
        }
    }
}

/// Why a task cannot wait for those it would wait for.
pub(crate) fn circle() -> Problem {
    Problem::new(Code::DependencyCycle, "The task would wait for itself, directly or through others.")
}
