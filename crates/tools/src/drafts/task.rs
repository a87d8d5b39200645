//! A task as a call describes it.

use chrono::NaiveDate;
use lavori_domain::id::kind;
use lavori_domain::tasks::{Due, Priority, Task, TaskStatus};
use lavori_domain::when::When;
use lavori_domain::{Id, MilestoneId, PersonId, PhaseId, ProjectId, TaskId, TimeZone, tags};
use lavori_store::Brief;
use schemars::JsonSchema;
use serde::Deserialize;

use super::batch::ItemNames;
use crate::access::Write;
use crate::call::{Call, Problems};
use crate::error::{Code, Error, Problem};
use crate::fields::Fields;
use crate::refs;

/// The fields that creating and updating share. What is not given stays as it is.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(crate) struct Given {
    /// Id or exact name.
    phase: Option<String>,
    /// Id or exact name.
    milestone: Option<String>,
    /// The task it is a part of: id, key, title or #ref.
    parent: Option<String>,
    #[schemars(length(max = 20_000))]
    description: Option<String>,
    pub(crate) status: Option<TaskStatus>,
    priority: Option<Priority>,
    /// Date or a word like mon, +3d.
    start: Option<String>,
    /// Date, date-time or a word.
    pub(crate) due: Option<String>,
    #[schemars(range(min = 0, max = 1_000_000))]
    pub(crate) estimate_minutes: Option<i32>,
    /// Members: id, e-mail, name or `me`.
    #[schemars(length(max = 50))]
    pub(crate) assignees: Option<Vec<String>>,
    /// Tasks to be done before: id, key, title or #ref.
    #[schemars(length(max = 50))]
    blocked_by: Option<Vec<String>>,
    tags: Option<Vec<String>>,
}

/// A record with its name.
pub(crate) type Ref<K> = (Id<K>, String);

/// The given fields, understood.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub(crate) phase: Option<Ref<kind::Phase>>,
    pub(crate) milestone: Option<Ref<kind::Milestone>>,
    pub(crate) parent: Option<Ref<kind::Task>>,
    pub(crate) assignees: Option<Vec<Ref<kind::Person>>>,
    pub(crate) blocked_by: Option<Vec<Ref<kind::Task>>>,
    description: Option<String>,
    pub(crate) status: Option<TaskStatus>,
    priority: Option<Priority>,
    start: Option<NaiveDate>,
    due: Option<Due>,
    estimate_minutes: Option<i32>,
    tags: Option<Vec<String>>,
}

/// The items of a call: their refs, and what they will be.
#[derive(Debug, Default)]
pub(crate) struct Items {
    pub(crate) names: ItemNames,
    /// Ids and titles, in the order of the call.
    pub(crate) tasks: Vec<Ref<kind::Task>>,
}

/// Understands the fields of the item at `at`, which is a task of `project`; what is wrong goes to `problems`.
pub(crate) async fn read(
    call: &mut Call<'_, Write>,
    at: &str,
    given: Given,
    project: Option<ProjectId>,
    items: &Items,
    problems: &mut Problems,
) -> Result<Draft, Error> {
    let mut draft = Draft {
        description: given.description,
        status: given.status,
        priority: given.priority,
        estimate_minutes: given.estimate_minutes,
        ..Draft::default()
    };
    if let Some(text) = &given.phase {
        let phase: Option<Brief<kind::Phase>> =
            problems.keep(refs::phase(call, &format!("{at}.phase"), text, project).await)?;
        draft.phase = phase.map(named);
    }
    if let Some(text) = &given.milestone {
        let milestone = refs::milestone(call, &format!("{at}.milestone"), text, project).await;
        draft.milestone = problems.keep(milestone)?.map(named);
    }
    if let Some(text) = &given.parent {
        draft.parent = task(call, &format!("{at}.parent"), text, items, problems).await?;
    }
    if let Some(texts) = &given.blocked_by {
        let mut blockers = Vec::with_capacity(texts.len());
        for (index, text) in texts.iter().enumerate() {
            blockers.extend(task(call, &format!("{at}.blocked_by[{index}]"), text, items, problems).await?);
        }
        draft.blocked_by = Some(once(blockers));
    }
    if let Some(texts) = &given.assignees {
        draft.assignees = Some(people(call, &format!("{at}.assignees"), texts, problems).await?);
    }
    let zone = call.zone();
    if let Some(text) = &given.start {
        let start = problems.keep(call.from(&format!("{at}.start"), text))?;
        draft.start = start.map(|(when, _)| first_day(when, zone));
    }
    if let Some(text) = &given.due {
        draft.due = problems.keep(call.until(&format!("{at}.due"), text))?.map(|(when, _)| match when {
            When::Days { last, .. } => Due::Day(last),
            When::Instant(instant) => Due::At(instant),
        });
    }
    if let Some(texts) = &given.tags {
        draft.tags = read_tags(&format!("{at}.tags"), texts, problems);
    }
    Ok(draft)
}

/// Resolves people; each of them counts once.
pub(crate) async fn people(
    call: &mut Call<'_, Write>,
    argument: &str,
    texts: &[String],
    problems: &mut Problems,
) -> Result<Vec<Ref<kind::Person>>, Error> {
    let mut people: Vec<(PersonId, String)> = Vec::with_capacity(texts.len());
    for (index, text) in texts.iter().enumerate() {
        let person = refs::colleague(call, &format!("{argument}[{index}]"), text).await;
        people.extend(problems.keep(person)?.map(named));
    }
    Ok(once(people))
}

/// Tags in the form in which they are kept.
pub(crate) fn read_tags(argument: &str, texts: &[String], problems: &mut Problems) -> Option<Vec<String>> {
    let read = tags::read(texts);
    if read.is_none() {
        let most = format!("At most {} tags of 1 to {} characters.", tags::MOST, tags::LONGEST);
        problems.add(Problem::new(Code::InvalidArgument, most).field(argument));
    }
    read
}

/// One line that is not blank.
pub(crate) fn read_line(argument: &str, text: &str, problems: &mut Problems) -> String {
    let line = text.trim();
    if line.is_empty() {
        problems.add(Problem::new(Code::InvalidArgument, "There is nothing in it.").field(argument));
    }
    line.to_owned()
}

/// The first day of what a start was written as.
pub(crate) fn first_day(when: When, zone: TimeZone) -> NaiveDate {
    match when {
        When::Days { first, .. } => first,
        When::Instant(instant) => zone.date(instant),
    }
}

async fn task(
    call: &mut Call<'_, Write>,
    argument: &str,
    text: &str,
    items: &Items,
    problems: &mut Problems,
) -> Result<Option<Ref<kind::Task>>, Error> {
    match items.names.find(argument, text) {
        Some(Ok(index)) => Ok(items.tasks.get(index).cloned()),
        Some(Err(problem)) => {
            problems.add(problem);
            Ok(None)
        }
        None => Ok(problems.keep(refs::task(call, argument, text).await)?.map(named)),
    }
}

pub(crate) fn named<K>(brief: Brief<K>) -> Ref<K> {
    (brief.id, brief.name)
}

/// Each record once, in the order in which they were named.
fn once<K>(records: Vec<Ref<K>>) -> Vec<Ref<K>> {
    let mut kept: Vec<Ref<K>> = Vec::with_capacity(records.len());
    for record in records {
        if kept.iter().all(|(id, _)| *id != record.0) {
            kept.push(record);
        }
    }
    kept
}

impl Draft {
    /// Puts the plain fields that are given into `task`: not status, project and what names other tasks and people.
    pub(crate) fn fill(&self, task: &mut Task) {
        if let Some((phase, _)) = &self.phase {
            task.phase = Some(*phase);
        }
        if let Some((milestone, _)) = &self.milestone {
            task.milestone = Some(*milestone);
        }
        if let Some((parent, _)) = &self.parent {
            task.parent = Some(*parent);
        }
        if self.description.is_some() {
            task.description.clone_from(&self.description);
        }
        task.priority = self.priority.unwrap_or(task.priority);
        task.starts_on = self.start.or(task.starts_on);
        task.due = self.due.or(task.due);
        task.estimate_minutes = self.estimate_minutes.or(task.estimate_minutes);
        if let Some(tags) = &self.tags {
            task.tags.clone_from(tags);
        }
    }
}

/// What must hold of a task by itself.
pub(crate) fn check(at: &str, task: &Task, zone: TimeZone, problems: &mut Problems) {
    let last = task.due.map(|due| match due {
        Due::Day(day) => day,
        Due::At(instant) => zone.date(instant),
    });
    if task.starts_on.zip(last).is_some_and(|(first, last)| first > last) {
        problems
            .add(Problem::new(Code::InvalidDate, "A task cannot start after it is due.").field(format!("{at}.start")));
    }
}

/// Names of what a task points at, for telling what changed.
#[derive(Debug, Default, Clone)]
pub(crate) struct Pointing {
    pub(crate) project: Option<Ref<kind::Project>>,
    pub(crate) phase: Option<(PhaseId, String)>,
    pub(crate) milestone: Option<(MilestoneId, String)>,
    pub(crate) parent: Option<(TaskId, String)>,
    pub(crate) assignees: Vec<(PersonId, String)>,
    pub(crate) blocked_by: Vec<(TaskId, String)>,
}

/// What changes between two states of a task; `None` before: it is new.
pub(crate) fn changes(
    before: Option<(&Task, &Pointing)>,
    after: (&Task, &Pointing),
    zone: TimeZone,
) -> Result<Fields, Error> {
    let mut fields = Fields::new();
    let (new, to) = after;
    let due = |task: &Task| task.due.map(|due| shown_due(due, zone));
    let nothing = Pointing::default();
    let from = before.map_or(&nothing, |(_, pointing)| pointing);
    match before {
        None => {
            fields.first("title", &new.title)?;
            fields.first("description", &new.description)?;
            fields.first("status", &new.status)?;
            fields.first("priority", &new.priority)?;
            fields.first("start", &new.starts_on)?;
            fields.first("due", &due(new))?;
            fields.first("estimate_minutes", &new.estimate_minutes)?;
            fields.first("tags", &new.tags)?;
        }
        Some((old, _)) => {
            fields.set("title", &old.title, &new.title)?;
            fields.set("description", &old.description, &new.description)?;
            fields.set("status", &old.status, &new.status)?;
            fields.set("priority", &old.priority, &new.priority)?;
            fields.set("start", &old.starts_on, &new.starts_on)?;
            fields.set("due", &due(old), &due(new))?;
            fields.set("estimate_minutes", &old.estimate_minutes, &new.estimate_minutes)?;
            fields.set("tags", &old.tags, &new.tags)?;
        }
    }
    fields.refer("project", shown(&from.project), shown(&to.project));
    fields.refer("phase", shown(&from.phase), shown(&to.phase));
    fields.refer("milestone", shown(&from.milestone), shown(&to.milestone));
    fields.refer("parent", shown(&from.parent), shown(&to.parent));
    fields.refer_to_all("assignees", &from.assignees, &to.assignees);
    fields.refer_to_all("blocked_by", &from.blocked_by, &to.blocked_by);
    Ok(fields)
}

pub(crate) fn shown<K>(record: &Option<Ref<K>>) -> Option<(Id<K>, &str)> {
    record.as_ref().map(|(id, name)| (*id, name.as_str()))
}

fn shown_due(due: Due, zone: TimeZone) -> String {
    match due {
        Due::Day(day) => day.to_string(),
        Due::At(instant) => zone.rfc3339(instant),
    }
}
