//! What a write did to entries of the schedule: the fields that changed, and what conflicts now.

use std::collections::HashMap;
use std::sync::Arc;

use lavori_domain::changes::RecordKind;
use lavori_domain::schedule::{Party, Shift, Span, Stretch};
use lavori_domain::{EventId, Id, KeyKind, PersonId, ShiftId, Timestamp};
use lavori_store::Pointed;
use lavori_store::events::{self, EventDetail, EventKeys};
use lavori_store::shifts::{self, ShiftDetail, ShiftKeys};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::conflicts::{Conflict, ConflictKind};
use super::entries::{self, Entry};
use crate::access::Write;
use crate::call::{Call, Problems};
use crate::error::{Code, Error, Problem};
use crate::fields::Fields;
use crate::views;
use crate::written::{Touched, Warning};

/// How far ahead the occurrences of a series are looked at, in seconds, and how many of them.
const AHEAD: i64 = 92 * 86_400;
const MOST_OCCURRENCES: usize = 20;
/// The most conflicts that are told of one entry.
pub(crate) const MOST_CONFLICTS: usize = 10;

/// What is added to each result.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub(crate) struct More {
    /// What the entry conflicts with.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) conflicts: Vec<Conflict>,
    /// The key of the event that the changed occurrences are now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) split: Option<String>,
}

/// An entry after a write, with its place in the call.
pub(crate) struct After {
    pub(crate) index: usize,
    /// Whether the write says who is where when: only then may it be refused for that.
    pub(crate) replans: bool,
    pub(crate) entry: Kept,
}

/// An entry as it is kept.
pub(crate) enum Kept {
    Event(Arc<EventDetail>),
    Shift(Box<ShiftDetail>),
}

/// Holds everybody's time until the transaction ends who has one of these shifts.
pub(crate) async fn hold_people(call: &mut Call<'_, Write>, shifts: &[&Shift]) -> Result<(), Error> {
    let mut people: Vec<PersonId> = shifts.iter().filter_map(|shift| shift.person).collect();
    people.sort_unstable();
    people.dedup();
    if people.is_empty() {
        return Ok(());
    }
    let organization = call.caller.tenant.organization;
    Ok(shifts::hold_people(&mut call.db, organization, &people).await?)
}

/// The entries of these ids as they are now, with the names of what they point at.
pub(crate) async fn read_back(
    call: &mut Call<'_, Write>,
    events: &[EventId],
    shifts: &[ShiftId],
) -> Result<HashMap<Id<()>, Kept>, Error> {
    let within = call.within();
    let mut kept = HashMap::new();
    if !events.is_empty() {
        let found = events::details(call.conn(), within, EventKeys::Ids(events)).await?;
        kept.extend(found.into_iter().map(|it| (it.event.id.uuid().into(), Kept::Event(Arc::new(it)))));
    }
    if !shifts.is_empty() {
        let found = shifts::details(call.conn(), within, ShiftKeys::Ids(shifts)).await?;
        kept.extend(found.into_iter().map(|it| (it.shift.id.uuid().into(), Kept::Shift(Box::new(it)))));
    }
    Ok(kept)
}

/// The conflicts of each entry as it is now. `list` is the argument that the entries stand in.
///
/// # Errors
/// `schedule_conflict` when somebody would have two planned shifts at the same time (TOOLS.md D8).
pub(crate) async fn conflicts(
    call: &mut Call<'_, Write>,
    list: &str,
    after: &[&After],
) -> Result<entries::Conflicts, Error> {
    let (within, zone, now) = (call.within(), call.zone(), call.now());
    let mut looked_at = Vec::new();
    let mut whose = Vec::new();
    for (place, kept) in after.iter().enumerate() {
        match &kept.entry {
            Kept::Shift(detail) => {
                looked_at.push(Entry::Shift(detail.clone()));
                whose.push(place);
            }
            Kept::Event(detail) => {
                let from = detail.event.span.start(zone).max(now);
                let ahead = detail.event.occurrences(from, from.plus_seconds(AHEAD), zone);
                let ahead = ahead.map_err(|error| Error::Internal(Box::new(error)))?.found;
                for once in ahead.into_iter().take(MOST_OCCURRENCES) {
                    looked_at.push(Entry::Event(Arc::clone(detail), once));
                    whose.push(place);
                }
            }
        }
    }
    let found = entries::conflicts(call.conn(), within, &looked_at, zone).await?;
    let mut each: Vec<Vec<Conflict>> = after.iter().map(|_| Vec::new()).collect();
    for (place, conflicts) in whose.into_iter().zip(found.each) {
        let room = MOST_CONFLICTS.saturating_sub(each[place].len());
        each[place].extend(conflicts.into_iter().take(room));
    }
    let mut problems = Problems::default();
    for (kept, conflicts) in after.iter().zip(&each).filter(|(kept, _)| kept.replans) {
        let refusing: Vec<&Conflict> =
            conflicts.iter().filter(|conflict| conflict.kind == ConflictKind::Overlap).collect();
        if !refusing.is_empty() {
            let message =
                "The person would have two shifts at the same time: see `current`. Change a time or the person.";
            let problem = Problem::new(Code::ScheduleConflict, message).field(format!("{list}[{}]", kept.index));
            problems.add(problem.current(json!({ "conflicts": refusing })));
        }
    }
    problems.told()?;
    Ok(entries::Conflicts { each, truncated: found.truncated })
}

/// The warning that the entries of one item conflict with something.
pub(crate) fn warning(index: usize, records: Vec<String>) -> Warning {
    Warning {
        code: "schedule_conflict",
        message: "It was done, and conflicts with other entries or with the rules of working time.".to_owned(),
        index: Some(index),
        records,
    }
}

/// The warning that conflicts may be missing, as there was too much to look at.
pub(crate) fn unseen() -> Warning {
    Warning {
        code: "conflicts_incomplete",
        message: "So much is going on around these entries that not all of it was looked at: conflicts may be missing."
            .to_owned(),
        index: None,
        records: Vec::new(),
    }
}

impl Kept {
    pub(crate) fn key(&self) -> String {
        match self {
            Self::Event(detail) => views::key(KeyKind::Event, detail.event.number),
            Self::Shift(detail) => views::key(KeyKind::Shift, detail.shift.number),
        }
    }

    /// Whether `name` is its id, its key, or the title of an event.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        let title = match self {
            Self::Event(detail) => detail.event.title.to_lowercase() == name.to_lowercase(),
            Self::Shift(_) => false,
        };
        title || self.key().eq_ignore_ascii_case(name) || self.touched().id.to_string() == name
    }

    /// It as the change feed and the results name it.
    pub(crate) fn touched(&self) -> Touched<'_> {
        match self {
            Self::Event(detail) => {
                let event = &detail.event;
                Touched::new(RecordKind::Event, event.id, &event.title, event.version)
                    .number(KeyKind::Event, event.number)
                    .team(event.team)
                    .project(event.project)
            }
            Self::Shift(detail) => {
                let shift = &detail.shift;
                Touched::new(RecordKind::Shift, shift.id, &shift.role, shift.version)
                    .number(KeyKind::Shift, shift.number)
                    .team(shift.team)
                    .project(shift.project)
            }
        }
    }

    /// The fields that differ from what it was; all of them, if it is new.
    pub(crate) fn fields(&self, before: Option<&Self>) -> Result<Fields, Error> {
        match (self, before) {
            (Self::Event(after), Some(Self::Event(before))) => event_fields(Some(before), after),
            (Self::Event(after), _) => event_fields(None, after),
            (Self::Shift(after), Some(Self::Shift(before))) => shift_fields(Some(before), after),
            (Self::Shift(after), _) => shift_fields(None, after),
        }
    }
}

/// Notes what `read` reads of both, or of what is new.
fn note<R, T: Serialize + PartialEq>(
    fields: &mut Fields,
    name: &'static str,
    (before, after): (Option<&R>, &R),
    read: impl Fn(&R) -> T,
) -> Result<(), Error> {
    match before {
        Some(before) => fields.set(name, &read(before), &read(after)),
        None => fields.first(name, &read(after)),
    }
}

fn event_fields(before: Option<&EventDetail>, after: &EventDetail) -> Result<Fields, Error> {
    fn start(detail: &EventDetail) -> String {
        written(detail.event.span).0
    }
    fn exceptions(detail: &EventDetail) -> Vec<String> {
        let each = detail.event.exceptions.iter();
        each.map(|(id, moved)| match moved {
            Some(span) => format!("{} moved to {}", id.format("%Y-%m-%dT%H:%M"), written(*span).0),
            None => format!("{} left out", id.format("%Y-%m-%dT%H:%M")),
        })
        .collect()
    }
    let mut fields = Fields::new();
    let both = (before, after);
    note(&mut fields, "title", both, |it| it.event.title.clone())?;
    note(&mut fields, "start", both, start)?;
    note(&mut fields, "end", both, |it| written(it.event.span).1)?;
    note(&mut fields, "time_zone", both, |it| it.event.zone.name())?;
    note(&mut fields, "recurrence", both, |it| it.event.recurrence.as_ref().map(ToString::to_string))?;
    note(&mut fields, "exceptions", both, exceptions)?;
    note(&mut fields, "location", both, |it| it.event.location.clone())?;
    note(&mut fields, "notes", both, |it| it.event.notes.clone())?;
    note(&mut fields, "status", both, |it| it.event.status)?;
    note(&mut fields, "busy", both, |it| it.event.busy)?;
    fields.refer(
        "project",
        before.and_then(|it| project(it.event.project, it.project.as_ref())),
        project(after.event.project, after.project.as_ref()),
    );
    fields.refer("team", before.and_then(|it| it.event.team).map(|id| (id, "")), after.event.team.map(|id| (id, "")));
    fields.refer_to_all("people", &before.map(people).unwrap_or_default(), &people(after));
    Ok(fields)
}

fn shift_fields(before: Option<&ShiftDetail>, after: &ShiftDetail) -> Result<Fields, Error> {
    let mut fields = Fields::new();
    let both = (before, after);
    note(&mut fields, "role", both, |it| it.shift.role.clone())?;
    note(&mut fields, "start", both, |it| it.shift.zone.rfc3339(it.shift.start))?;
    note(&mut fields, "end", both, |it| it.shift.zone.rfc3339(it.shift.end))?;
    note(&mut fields, "time_zone", both, |it| it.shift.zone.name())?;
    note(&mut fields, "break_minutes", both, |it| it.shift.break_minutes)?;
    note(&mut fields, "paid_break", both, |it| it.shift.paid_break)?;
    note(&mut fields, "location", both, |it| it.shift.location.clone())?;
    note(&mut fields, "notes", both, |it| it.shift.notes.clone())?;
    note(&mut fields, "status", both, |it| it.shift.status)?;
    let actual = |it: &ShiftDetail, end: fn(Stretch) -> Timestamp| {
        it.shift.actual.map(|actual| it.shift.zone.rfc3339(end(actual)))
    };
    note(&mut fields, "actual_start", both, |it| actual(it, |actual| actual.start))?;
    note(&mut fields, "actual_end", both, |it| actual(it, |actual| actual.end))?;
    let person = |it: &ShiftDetail| it.shift.person.zip(it.person.clone());
    let (was, is) = (before.and_then(person), person(after));
    fields.refer(
        "person",
        was.as_ref().map(|(id, name)| (*id, name.as_str())),
        is.as_ref().map(|(id, name)| (*id, name.as_str())),
    );
    fields.refer(
        "project",
        before.and_then(|it| project(it.shift.project, it.project.as_ref())),
        project(after.shift.project, after.project.as_ref()),
    );
    fields.refer(
        "task",
        before.and_then(|it| project(it.shift.task, it.task.as_ref())),
        project(after.shift.task, after.task.as_ref()),
    );
    fields.refer(
        "event",
        before.and_then(|it| project(it.shift.event, it.event.as_ref())),
        project(after.shift.event, after.event.as_ref()),
    );
    fields.refer("team", before.and_then(|it| it.shift.team).map(|id| (id, "")), after.shift.team.map(|id| (id, "")));
    Ok(fields)
}

/// What a record points at, by id and name, if this connection sees it.
fn project<K>(id: Option<Id<K>>, pointed: Option<&Pointed>) -> Option<(Id<K>, &str)> {
    match (id, pointed) {
        (Some(id), Some(Pointed::Seen(_, name))) => Some((id, name)),
        _ => None,
    }
}

fn people(detail: &EventDetail) -> Vec<(Id<()>, String)> {
    let seen = detail.people.iter().filter_map(|guest| {
        let id = match guest.party {
            Party::Member(person) => person.uuid(),
            Party::Contact(contact) => contact.uuid(),
        };
        Some((id.into(), guest.name.clone()?))
    });
    seen.collect()
}

/// Start and end as text: instants, or the first and the last day.
fn written(span: Span) -> (String, String) {
    match span {
        Span::Timed { start, end, zone } => (zone.rfc3339(start), zone.rfc3339(end)),
        Span::AllDay { first, last } => (first.to_string(), last.to_string()),
    }
}
