//! An entry of the schedule as a list shows it.

use lavori_domain::schedule::{EventStatus, Party, Response, ShiftStatus, Span, Stretch};
use lavori_domain::{KeyKind, TimeZone, time};
use lavori_store::Pointed;
use lavori_store::events::{EventDetail, Guest};
use lavori_store::shifts::ShiftDetail;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::conflicts::Conflict;
use super::entries::Entry;
use super::written::MOST_CONFLICTS;
use crate::views::{self, Hidden, Keyed, some};

/// The characters of notes that a list shows.
const EXCERPT: usize = 500;

/// Event or shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline, description = "")]
pub(crate) enum EntryKind {
    Event,
    Shift,
}

/// Where an event or a shift stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline, description = "")]
pub(crate) enum EntryStatus {
    Pending,
    Confirmed,
    Published,
    Completed,
    NoShow,
    Cancelled,
}

impl EntryStatus {
    pub(crate) fn of_event(self) -> Option<EventStatus> {
        match self {
            Self::Pending => Some(EventStatus::Pending),
            Self::Confirmed => Some(EventStatus::Confirmed),
            Self::Cancelled => Some(EventStatus::Cancelled),
            Self::Published | Self::Completed | Self::NoShow => None,
        }
    }

    pub(crate) fn of_shift(self) -> Option<ShiftStatus> {
        match self {
            Self::Pending => Some(ShiftStatus::Pending),
            Self::Published => Some(ShiftStatus::Published),
            Self::Completed => Some(ShiftStatus::Completed),
            Self::NoShow => Some(ShiftStatus::NoShow),
            Self::Cancelled => Some(ShiftStatus::Cancelled),
            Self::Confirmed => None,
        }
    }
}

/// Somebody who takes part.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct Someone {
    /// Of a member or a contact, in full detail.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    response: Option<Response>,
}

/// A shift, or one occurrence of an event.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) key: String,
    pub(crate) kind: EntryKind,
    /// Of an event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) title: Option<String>,
    /// Of a shift.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) role: Option<String>,
    /// An instant with its offset; a date where it is whole days.
    pub(crate) start: String,
    /// The first instant or day after it.
    pub(crate) end: String,
    /// The last day of whole days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_day: Option<String>,
    /// The start's.
    pub(crate) weekday: String,
    /// The zone it was written in, if it is not the one of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) time_zone: Option<String>,
    /// Which one of a recurring event: what an update calls `occurrence`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) occurrence: Option<String>,
    pub(crate) status: EntryStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) people: Option<Vec<Someone>>,
    /// A shift that nobody has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) open: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) project: Option<Keyed>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) conflicts: Option<Vec<Conflict>>,
    /// How many more there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) more_conflicts: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hidden: Option<Hidden>,
    pub(crate) version: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) more: Option<More>,
}

/// What only full detail shows.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct More {
    /// How long it really lasts.
    pub(crate) minutes: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) location: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) notes: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) recurrence: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) busy: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) break_minutes: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) paid_break: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) task: Option<Keyed>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) event: Option<Keyed>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) published_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) actual_start: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) actual_end: Option<String>,
    pub(crate) updated_at: String,
}

/// An event as it was first planned, with everything that is known.
pub(crate) fn event(detail: &EventDetail, zone: TimeZone) -> Row {
    let span = detail.event.span;
    let when = Stretch { start: span.start(zone), end: span.end(zone) };
    Row { more: Some(more_of_event(detail, when.minutes(), zone)), ..of_event(detail, span, zone) }
}

/// A shift with everything that is known.
pub(crate) fn shift(detail: &ShiftDetail, zone: TimeZone) -> Row {
    let minutes = detail.shift.stretch().minutes();
    Row { more: Some(more_of_shift(detail, minutes, zone)), ..of_shift(detail, zone) }
}

/// A row, with its times in `zone`; whole days are those of the `own` zone.
pub(crate) fn row(entry: &Entry, mut conflicts: Vec<Conflict>, full: bool, own: TimeZone, zone: TimeZone) -> Row {
    let mut row = match entry {
        Entry::Event(detail, occurrence) => of_event(detail, occurrence.span, zone),
        Entry::Shift(detail) => of_shift(detail, zone),
    };
    if let Entry::Event(detail, occurrence) = entry {
        let recurs = detail.event.recurrence.is_some();
        row.occurrence = recurs.then(|| occurrence.id.format("%Y-%m-%dT%H:%M").to_string());
    }
    row.more_conflicts = Some(conflicts.len().saturating_sub(MOST_CONFLICTS)).filter(|more| *more > 0);
    conflicts.truncate(MOST_CONFLICTS);
    row.conflicts = some(conflicts);
    if !full {
        // Names do for a look; every row would carry the ids of everybody.
        row.people.iter_mut().flatten().for_each(|someone| someone.id = None);
    }
    let when = entry.when(own);
    row.more = match entry {
        _ if !full => None,
        Entry::Event(detail, _) => Some(more_of_event(detail, when.minutes(), zone)),
        Entry::Shift(detail) => Some(more_of_shift(detail, when.minutes(), zone)),
    };
    row
}

fn of_event(detail: &EventDetail, span: Span, zone: TimeZone) -> Row {
    let event = &detail.event;
    let (start, end, last_day, weekday) = match span {
        Span::Timed { start, end, .. } => (zone.rfc3339(start), zone.rfc3339(end), None, zone.weekday(start)),
        Span::AllDay { first, last } => {
            let after = last.succ_opt().unwrap_or(last);
            (first.to_string(), after.to_string(), Some(last.to_string()), time::weekday(first))
        }
    };
    let mut hidden = Hidden::default();
    let people = detail.people.iter().filter_map(|guest| someone(guest, &mut hidden)).collect();
    let project = keyed(KeyKind::Project, detail.project.as_ref(), &mut hidden.project);
    Row {
        id: event.id.to_string(),
        key: views::key(KeyKind::Event, event.number),
        kind: EntryKind::Event,
        title: Some(event.title.clone()),
        role: None,
        start,
        end,
        last_day,
        weekday: weekday.to_owned(),
        time_zone: (event.zone != zone).then(|| event.zone.name().to_owned()),
        occurrence: None,
        status: match event.status {
            EventStatus::Pending => EntryStatus::Pending,
            EventStatus::Confirmed => EntryStatus::Confirmed,
            EventStatus::Cancelled => EntryStatus::Cancelled,
        },
        people: some(people),
        open: None,
        project,
        conflicts: None,
        more_conflicts: None,
        hidden: hidden.told(),
        version: event.version,
        more: None,
    }
}

fn of_shift(detail: &ShiftDetail, zone: TimeZone) -> Row {
    let shift = &detail.shift;
    let mut hidden = Hidden::default();
    let person = match (shift.person, &detail.person) {
        (Some(id), Some(name)) => Some(Someone { id: Some(id.to_string()), name: name.clone(), response: None }),
        (Some(_), None) => {
            hidden.people = 1;
            None
        }
        (None, _) => None,
    };
    let project = keyed(KeyKind::Project, detail.project.as_ref(), &mut hidden.project);
    hidden.task = u32::from(detail.task == Some(Pointed::Hidden));
    hidden.event = u32::from(detail.event == Some(Pointed::Hidden));
    Row {
        id: shift.id.to_string(),
        key: views::key(KeyKind::Shift, shift.number),
        kind: EntryKind::Shift,
        title: None,
        role: Some(shift.role.clone()),
        start: zone.rfc3339(shift.start),
        end: zone.rfc3339(shift.end),
        last_day: None,
        weekday: zone.weekday(shift.start).to_owned(),
        time_zone: (shift.zone != zone).then(|| shift.zone.name().to_owned()),
        occurrence: None,
        status: match shift.status {
            ShiftStatus::Pending => EntryStatus::Pending,
            ShiftStatus::Published => EntryStatus::Published,
            ShiftStatus::Completed => EntryStatus::Completed,
            ShiftStatus::NoShow => EntryStatus::NoShow,
            ShiftStatus::Cancelled => EntryStatus::Cancelled,
        },
        people: person.map(|person| vec![person]),
        open: shift.person.is_none().then_some(true),
        project,
        conflicts: None,
        more_conflicts: None,
        hidden: hidden.told(),
        version: shift.version,
        more: None,
    }
}

fn someone(guest: &Guest, hidden: &mut Hidden) -> Option<Someone> {
    let Some(name) = &guest.name else {
        hidden.people += 1;
        return None;
    };
    let id = match guest.party {
        Party::Member(person) => person.to_string(),
        Party::Contact(contact) => contact.to_string(),
    };
    Some(Someone { id: Some(id), name: name.clone(), response: Some(guest.response) })
}

fn keyed(kind: KeyKind, pointed: Option<&Pointed>, hidden: &mut u32) -> Option<Keyed> {
    match pointed? {
        Pointed::Seen(number, name) => Some(Keyed::new(kind, *number, name.clone())),
        Pointed::Hidden => {
            *hidden = 1;
            None
        }
    }
}

fn more_of_event(detail: &EventDetail, minutes: i64, zone: TimeZone) -> More {
    let event = &detail.event;
    More {
        minutes,
        location: event.location.clone(),
        notes: views::excerpt(event.notes.clone(), EXCERPT, "fetch this event for the rest"),
        recurrence: event.recurrence.as_ref().map(ToString::to_string),
        busy: Some(event.busy),
        updated_at: zone.rfc3339(event.updated_at),
        ..More::default()
    }
}

fn more_of_shift(detail: &ShiftDetail, minutes: i64, zone: TimeZone) -> More {
    let shift = &detail.shift;
    // What is hidden was counted already.
    let mut counted = 0;
    More {
        minutes,
        location: shift.location.clone(),
        notes: views::excerpt(shift.notes.clone(), EXCERPT, "fetch this shift for the rest"),
        break_minutes: Some(shift.break_minutes),
        paid_break: Some(shift.paid_break),
        task: keyed(KeyKind::Task, detail.task.as_ref(), &mut counted),
        event: keyed(KeyKind::Event, detail.event.as_ref(), &mut counted),
        published_at: shift.published_at.map(|at| zone.rfc3339(at)),
        actual_start: shift.actual.map(|actual| zone.rfc3339(actual.start)),
        actual_end: shift.actual.map(|actual| zone.rfc3339(actual.end)),
        updated_at: zone.rfc3339(shift.updated_at),
        ..More::default()
    }
}
