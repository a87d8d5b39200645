//! `set_assignments`: who works on what. One file per kind of record.

mod event;
mod project;
mod shift;
mod task;

use lavori_domain::id::kind;
use lavori_domain::schedule::Party;
use lavori_domain::{EventId, Id, RecordType, ShiftId};
use lavori_policy::Scope;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::Write;
use crate::call::{Call, Problems};
use crate::drafts::subject::{self, Subject};
use crate::drafts::task::{Ref, people};
use crate::effect::Updates;
use crate::error::{Code, Error, Problem};
use crate::schedule::conflicts::Conflict;
use crate::schedule::finish::finish;
use crate::schedule::plan::{self, Plan};
use crate::schedule::written::Kept;
use crate::tool::Tool;
use crate::views::Named;
use crate::written::{Outcome, Warning, Written};

/// `set_assignments`.
pub(crate) struct SetAssignments;

/// The kinds of records that people are assigned to here.
const KINDS: &[RecordType] = &[RecordType::Project, RecordType::Task, RecordType::Event, RecordType::Shift];

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Input {
    #[schemars(length(min = 1, max = 50))]
    changes: Vec<Item>,
}

#[derive(Deserialize, JsonSchema)]
struct Item {
    /// Id, key or exact name.
    id: String,
    /// Members: id, e-mail, name or `me`; to an event contacts too.
    #[schemars(length(max = 50))]
    add: Option<Vec<String>>,
    #[schemars(length(max = 50))]
    remove: Option<Vec<String>>,
    /// Everybody, instead of add and remove.
    #[schemars(length(max = 50))]
    replace: Option<Vec<String>>,
    /// As read.
    version: Option<i32>,
}

/// Who is assigned afterwards.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub(crate) struct More {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    people: Vec<Named>,
    /// What the event or shift conflicts with.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    conflicts: Vec<Conflict>,
}

impl More {
    fn of(people: &[Ref<kind::Person>]) -> Self {
        let people = people.iter().map(|(id, name)| Named::new(*id, name.clone())).collect();
        Self { people, conflicts: Vec::new() }
    }

    /// Those of an event or a shift whom this connection sees.
    fn scheduled(entry: &Kept, conflicts: Vec<Conflict>) -> Self {
        let people = match entry {
            Kept::Event(detail) => event::people(detail),
            Kept::Shift(detail) => shift::people(detail),
        };
        Self { people, conflicts }
    }
}

/// What becomes of a record's people.
struct Assign<K, P = Ref<kind::Person>> {
    index: usize,
    id: Id<K>,
    /// What it was called in the call.
    text: String,
    version: Option<i32>,
    how: How<P>,
}

/// Who comes and who goes.
enum How<P> {
    Change { add: Vec<P>, remove: Vec<P> },
    Replace(Vec<P>),
}

impl<K, P> Assign<K, P> {
    fn at(&self, field: &str) -> String {
        format!("changes[{}].{field}", self.index)
    }
}

impl<P: Clone> How<P> {
    /// Those who are assigned afterwards, of those who are now.
    fn of<I: PartialEq>(self, now: &[P], id: impl Fn(&P) -> I) -> Vec<P> {
        match self {
            Self::Replace(people) => people,
            Self::Change { add, remove } => {
                let among = |some: &[P], one: &P| some.iter().any(|other| id(other) == id(one));
                let mut people: Vec<P> = now.iter().filter(|one| !among(&remove, one)).cloned().collect();
                people.extend(add.into_iter().filter(|one| !among(now, one)));
                people
            }
        }
    }
}

impl Tool for SetAssignments {
    const NAME: &'static str = "set_assignments";
    const TITLE: &'static str = "Set assignments";
    const ABOUT: &'static str = "Use to say who works on up to 50 projects, tasks, events or shifts, all or none. \
                                 Nobody is told.";
    const SCOPE: Scope = Scope::Write;

    type Effect = Updates;
    type Access = Write;
    type Input = Input;
    type Output = Written<More>;

    async fn run(call: &mut Call<'_, Write>, input: Input) -> Result<Written<More>, Error> {
        let mut problems = Problems::default();
        let ids: Vec<&str> = input.changes.iter().map(|item| item.id.as_str()).collect();
        let found = subject::named_once(call, &ids, KINDS, &mut problems).await?;
        let (mut projects, mut tasks, mut events, mut shifts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (index, (item, subject)) in input.changes.into_iter().zip(found).enumerate() {
            let at = format!("changes[{index}]");
            check(&at, &item, &mut problems);
            let (version, text) = (item.version, item.id.clone());
            match subject {
                Some(Subject::Project(record)) => {
                    let how = members(call, &at, &item, &mut problems).await?;
                    projects.push(Assign { index, id: record.id, text, version, how });
                }
                Some(Subject::Task(record)) => {
                    let how = members(call, &at, &item, &mut problems).await?;
                    tasks.push(Assign { index, id: record.id, text, version, how });
                }
                Some(Subject::Shift(record)) => {
                    let how = members(call, &at, &item, &mut problems).await?;
                    shifts.push(Assign { index, id: record.id, text, version, how });
                }
                Some(Subject::Event(record)) => {
                    let how = parties(call, &at, &item, &mut problems).await?;
                    events.push(Assign { index, id: record.id, text, version, how });
                }
                // What else is wrong with the item is told with what it names.
                Some(Subject::Contact(_)) | None => {
                    parties(call, &at, &item, &mut problems).await?;
                }
            }
        }
        let mut results: Vec<Outcome<More>> = Vec::new();
        for kind in [project::assign(call, projects).await, task::assign(call, tasks).await] {
            results.extend(problems.keep(kind)?.into_iter().flatten());
        }
        let scheduled = problems.keep(schedule(call, events, shifts).await)?;
        problems.told()?;
        let (of_schedule, warnings) = scheduled.unwrap_or_default();
        results.extend(of_schedule);
        results.sort_by_key(|result| result.index);
        Ok(Written::new(call, results, warnings))
    }
}

/// Who has which shift and who takes part in which event is worked out for each kind and written together: they
/// conflict with each other.
async fn schedule(
    call: &mut Call<'_, Write>,
    events: Vec<Assign<kind::Event, Party>>,
    shifts: Vec<Assign<kind::Shift>>,
) -> Result<(Vec<Outcome<More>>, Vec<Warning>), Error> {
    if events.is_empty() && shifts.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let ids: (Vec<EventId>, Vec<ShiftId>) =
        (events.iter().map(|event| event.id).collect(), shifts.iter().map(|shift| shift.id).collect());
    let (mut of_events, mut of_shifts) = plan::hold(call, &ids.0, &ids.1).await?;
    let mut problems = Problems::default();
    let mut plans = event::plans(events, &mut of_events, &mut problems);
    plans.extend(shift::plans(shifts, &mut of_shifts, &mut problems));
    problems.told()?;
    plans.sort_by_key(Plan::index);
    let written = plan::write(call, plans).await?;
    let (results, warnings) = finish(call, "changes", &written).await?;
    let results = results
        .into_iter()
        .zip(&written)
        .map(|(result, done)| result.with(|more| More::scheduled(&done.after.entry, more.conflicts)));
    Ok((results.collect(), warnings))
}

/// Refuses what does not say who is meant, or says it twice.
fn check(at: &str, item: &Item, problems: &mut Problems) {
    let given = item.add.is_some() || item.remove.is_some();
    if given == item.replace.is_some() {
        let (code, message) = match given {
            true => (Code::InvalidArgument, "Either replace everybody, or add and remove some."),
            false => (Code::MissingArgument, "Whom to add, to remove, or to have instead of everybody is not said."),
        };
        problems.add(Problem::new(code, message).field(format!("{at}.replace")));
    }
}

/// Understands who comes and who goes of those who work on something: members.
async fn members(
    call: &mut Call<'_, Write>,
    at: &str,
    item: &Item,
    problems: &mut Problems,
) -> Result<How<Ref<kind::Person>>, Error> {
    if let Some(texts) = &item.replace {
        return Ok(How::Replace(people(call, &format!("{at}.replace"), texts, problems).await?));
    }
    let add = people(call, &format!("{at}.add"), item.add.as_deref().unwrap_or_default(), problems).await?;
    let remove = people(call, &format!("{at}.remove"), item.remove.as_deref().unwrap_or_default(), problems).await?;
    Ok(How::Change { add, remove })
}

/// Understands who comes and who goes of those who take part in something: members and contacts.
async fn parties(
    call: &mut Call<'_, Write>,
    at: &str,
    item: &Item,
    problems: &mut Problems,
) -> Result<How<Party>, Error> {
    if let Some(texts) = &item.replace {
        return Ok(How::Replace(event::parties(call, &format!("{at}.replace"), texts, problems).await?));
    }
    let add = event::parties(call, &format!("{at}.add"), item.add.as_deref().unwrap_or_default(), problems).await?;
    let remove =
        event::parties(call, &format!("{at}.remove"), item.remove.as_deref().unwrap_or_default(), problems).await?;
    Ok(How::Change { add, remove })
}
