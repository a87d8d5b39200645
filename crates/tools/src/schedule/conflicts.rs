//! What is wrong with an entry: somebody would be in two places, or work against the rules (TOOLS.md D8).

use std::collections::HashMap;

use chrono::Weekday;
use lavori_domain::schedule::{Finding, Limits, Stretch, Work, check};
use lavori_domain::{EventId, KeyKind, PersonId, ShiftId, TimeZone};
use lavori_store::events::{EventDetail, Guest};
use schemars::JsonSchema;
use serde::Serialize;

use super::agenda::{Agenda, Planned, Taken, members};
use crate::views;

/// The first day of the week in which working hours are counted.
pub(crate) const WEEK_START: Weekday = Weekday::Mon;
/// How far around an entry others matter to it, in seconds: its week, and the rest before and after it.
pub(crate) const AROUND: i64 = 8 * 86_400;

/// What kind of conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub(crate) enum ConflictKind {
    /// Two planned shifts of one person at the same time.
    Overlap,
    /// The person is busy otherwise.
    Busy,
    /// Under 11 hours of rest.
    ShortRest,
    /// Over 6 hours without a break.
    NoBreak,
    /// Over 48 hours in a week.
    LongWeek,
    /// Over 16 hours.
    LongShift,
}

/// A conflict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct Conflict {
    pub(crate) kind: ConflictKind,
    /// The key of the other entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) with: Option<String>,
    /// Who, where several take part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) person: Option<String>,
    /// Rest, work in the week, or length.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) minutes: Option<i64>,
    /// The week's first day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) week: Option<String>,
}

impl Conflict {
    fn new(kind: ConflictKind) -> Self {
        Self { kind, with: None, person: None, minutes: None, week: None }
    }
}

/// The conflicts of a shift with the rest of its person's time; `own` is left out of it.
pub(crate) fn of_shift(agenda: &Agenda, own: Option<ShiftId>, work: Work, zone: TimeZone) -> Vec<Conflict> {
    let others: Vec<&Planned> = agenda.shifts.iter().filter(|shift| Some(shift.id) != own).collect();
    let works: Vec<Work> = others.iter().map(|shift| shift.work).collect();
    let busy: Vec<Stretch> = agenda.events.iter().map(|event| event.when).collect();
    let shift_key = |index: usize| others.get(index).map(|shift| views::key(KeyKind::Shift, shift.number));
    let findings = check(work, &works, &busy, &Limits::default(), zone, WEEK_START);
    let conflicts = findings.into_iter().map(|finding| match finding {
        Finding::Overlap(other) => {
            let planned = others.get(other).is_some_and(|shift| shift.is_planned);
            let kind = if planned { ConflictKind::Overlap } else { ConflictKind::Busy };
            Conflict { with: shift_key(other), ..Conflict::new(kind) }
        }
        Finding::Busy(event) => {
            let with = agenda.events.get(event).map(|event| views::key(KeyKind::Event, event.number));
            Conflict { with, ..Conflict::new(ConflictKind::Busy) }
        }
        Finding::Rest { other, minutes } => {
            Conflict { with: shift_key(other), minutes: Some(minutes), ..Conflict::new(ConflictKind::ShortRest) }
        }
        Finding::Unbroken { minutes } => Conflict { minutes: Some(minutes), ..Conflict::new(ConflictKind::NoBreak) },
        Finding::Week { begins, minutes } => {
            Conflict { minutes: Some(minutes), week: Some(begins.to_string()), ..Conflict::new(ConflictKind::LongWeek) }
        }
        Finding::Long { minutes } => Conflict { minutes: Some(minutes), ..Conflict::new(ConflictKind::LongShift) },
    });
    conflicts.collect()
}

/// The conflicts of an occurrence of an event with the rest of its people's time.
pub(crate) fn of_event(agendas: &HashMap<PersonId, Agenda>, detail: &EventDetail, when: Stretch) -> Vec<Conflict> {
    let mut found = Vec::new();
    if !detail.event.takes_time() {
        return found;
    }
    for person in members(detail) {
        let Some(agenda) = agendas.get(&person) else { continue };
        let name = name_of(&detail.people, person);
        let clash =
            |with: String| Conflict { with: Some(with), person: name.clone(), ..Conflict::new(ConflictKind::Busy) };
        let shifts = agenda.shifts.iter().filter(|shift| shift.is_planned && shift.work.when.shared(when).is_some());
        found.extend(shifts.map(|shift| clash(views::key(KeyKind::Shift, shift.number))));
        let events = agenda.events.iter().filter(|event| is_other(event, detail.event.id, when));
        found.extend(events.map(|event| clash(views::key(KeyKind::Event, event.number))));
    }
    found
}

fn is_other(event: &Taken, own: EventId, when: Stretch) -> bool {
    event.id != own && event.when.shared(when).is_some()
}

fn name_of(people: &[Guest], person: PersonId) -> Option<String> {
    use lavori_domain::schedule::Party;
    people.iter().find(|guest| guest.party == Party::Member(person)).and_then(|guest| guest.name.clone())
}
