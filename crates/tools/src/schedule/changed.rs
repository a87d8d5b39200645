//! How what is given changes an event or a shift that is there.

use std::collections::BTreeMap;

use lavori_domain::schedule::{Event, EventStatus, Party, Response, Series, Shift, ShiftStatus, Span};
use lavori_domain::when::When;
use lavori_domain::{TimeZone, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;

use super::given::{self, Given, Meant};
use super::row::{EntryKind, EntryStatus};
use super::window;
use crate::access::Write;
use crate::call::{Call, Problems};
use crate::error::{Code, Error, Problem};

/// What can be taken away from an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub(crate) enum Clear {
    People,
    Project,
    Task,
    Event,
    Team,
    Location,
    Notes,
    Recurrence,
    /// When a shift really was.
    Actual,
}

/// What is to change of an entry.
pub(crate) struct Changes<'a> {
    /// Where it stands in the call.
    pub(crate) at: &'a str,
    pub(crate) start: Option<&'a str>,
    pub(crate) end: Option<&'a str>,
    /// When a shift really began and ended.
    pub(crate) actual: (Option<&'a str>, Option<&'a str>),
    pub(crate) given: &'a Given,
    pub(crate) meant: &'a Meant,
    pub(crate) clear: &'a [Clear],
}

impl Changes<'_> {
    pub(super) fn clears(&self, what: Clear) -> bool {
        self.clear.contains(&what)
    }

    /// What a reference becomes.
    fn pointer<T: Copy>(&self, old: Option<T>, new: Option<T>, what: Clear) -> Option<T> {
        if self.clears(what) { None } else { new.or(old) }
    }

    /// What a text becomes.
    fn text(&self, old: &mut Option<String>, new: Option<&String>, what: Clear) {
        if self.clears(what) {
            *old = None;
        } else if let Some(new) = new {
            *old = Some(new.clone());
        }
    }

    /// Whether nothing but when it is changes.
    pub(crate) fn only_times(&self) -> bool {
        (self.start.is_some() || self.end.is_some())
            && self.clear.is_empty()
            && self.is_plain()
            && self.given.status.is_none()
    }

    /// Whether nothing but that it is called off changes.
    pub(crate) fn only_cancels(&self) -> bool {
        let times = self.start.is_some() || self.end.is_some();
        !times && self.clear.is_empty() && self.is_plain() && self.given.status == Some(EntryStatus::Cancelled)
    }

    /// Whether nothing is given that every occurrence of a series shares.
    fn is_plain(&self) -> bool {
        let given = self.given;
        given.title.is_none()
            && given.people.is_none()
            && given.busy.is_none()
            && given.project.is_none()
            && given.team.is_none()
            && given.location.is_none()
            && given.notes.is_none()
            && given.recurrence.is_none()
    }

    /// When it is now, that was at `old`: what is not given stays as it was, and a start alone moves the whole.
    pub(crate) fn span(
        &self,
        call: &mut Call<'_, Write>,
        problems: &mut Problems,
        kind: EntryKind,
        old: Span,
        zone: TimeZone,
    ) -> Result<Option<Span>, Error> {
        let (start, end) = match (self.start, self.end) {
            (None, None) => return Ok(Some(rezoned(old, self.meant.zone))),
            (Some(start), Some(end)) => (start.to_owned(), end.to_owned()),
            (Some(start), None) => {
                let argument = format!("{}.start", self.at);
                let Some(when) = problems.keep(window::bound(call, &argument, start, false, zone))? else {
                    return Ok(None);
                };
                let moved = match (when, rezoned(old, self.meant.zone)) {
                    (When::Instant(start), old @ Span::Timed { .. }) => Some(old.moved_to(zone.local(start))),
                    (When::Days { first, .. }, old @ Span::AllDay { .. }) => Some(old.moved_to(first.into())),
                    _ => None,
                };
                if moved.is_none() {
                    let message = "Give the end as well: whole days become times, or times whole days.";
                    problems.add(Problem::new(Code::InvalidDate, message).field(argument));
                }
                return Ok(moved);
            }
            (None, Some(end)) => {
                let start = match old {
                    Span::Timed { start, .. } => zone.rfc3339(start),
                    Span::AllDay { first, .. } => first.to_string(),
                };
                (start, end.to_owned())
            }
        };
        given::span(call, problems, (self.at, kind), (&start, &end), self.given.all_day, zone)
    }
}

fn rezoned(span: Span, zone: Option<TimeZone>) -> Span {
    match (span, zone) {
        (Span::Timed { start, end, .. }, Some(zone)) => Span::Timed { start, end, zone },
        _ => span,
    }
}

/// Changes an event that is at `span` now, all of it. `false`: there was a problem.
pub(crate) fn event(
    problems: &mut Problems,
    changes: &Changes<'_>,
    event: &mut Event,
    people: &mut Vec<(Party, Response)>,
    span: Span,
) -> Result<bool, Error> {
    let Changes { at, given, meant, .. } = changes;
    let was = event.span;
    event.span = span;
    event.zone = meant.zone.unwrap_or(event.zone);
    if let Some(title) = &given.title {
        event.title = title.trim().to_owned();
    }
    event.busy = given.busy.unwrap_or(event.busy);
    changes.text(&mut event.location, given.location.as_ref(), Clear::Location);
    changes.text(&mut event.notes, given.notes.as_ref(), Clear::Notes);
    event.project = changes.pointer(event.project, meant.project, Clear::Project);
    event.team = changes.pointer(event.team, meant.team, Clear::Team);
    if changes.clears(Clear::People) {
        people.clear();
    } else if let Some(parties) = &meant.people {
        // Who was there keeps their answer.
        let answer = |party: &Party| people.iter().find(|(there, _)| there == party).map(|(_, response)| *response);
        *people = parties.iter().map(|party| (*party, answer(party).unwrap_or(Response::Pending))).collect();
    }
    if let Some(wanted) = given.status
        && !wanted.of_event().is_some_and(|to| move_event(event, to))
    {
        problems.add(not_allowed(at, event.status.allowed_transitions().iter().map(|to| to.as_str())));
        return Ok(false);
    }
    let zone = event.zone;
    if changes.clears(Clear::Recurrence) {
        (event.recurrence, event.exceptions) = (None, BTreeMap::new());
        return Ok(true);
    }
    let text = match (&given.recurrence, &event.recurrence) {
        (Some(text), _) => text.clone(),
        // It must fit the new beginning as well.
        (None, Some(rule)) if was.local_start() != span.local_start() => rule.to_string(),
        _ => return Ok(true),
    };
    let Some(rule) = given::recurrence(problems, &text, at, span, zone) else { return Ok(false) };
    // Exceptions go with the occurrences that they are of.
    let later = span.local_start() - was.local_start();
    let series = Series { first: span, rule: rule.clone(), exceptions: BTreeMap::new() };
    let mut exceptions = BTreeMap::new();
    for (id, moved) in std::mem::take(&mut event.exceptions) {
        let id = id + later;
        let is_one = series.occurrence(id, zone).map_err(|error| Error::Internal(Box::new(error)))?.is_some();
        if is_one {
            exceptions.insert(id, moved);
        }
    }
    (event.recurrence, event.exceptions) = (Some(rule), exceptions);
    Ok(true)
}

/// Changes a shift that is at `span` now. `false`: there was a problem.
pub(crate) fn shift(
    call: &Call<'_, Write>,
    problems: &mut Problems,
    changes: &Changes<'_>,
    shift: &mut Shift,
    span: Span,
) -> bool {
    let Changes { at, given, meant, .. } = changes;
    if let Span::Timed { start, end, zone } = span {
        (shift.start, shift.end, shift.zone) = (start, end, zone);
    }
    if let Some(role) = &given.role {
        shift.role = role.trim().to_owned();
    }
    if changes.clears(Clear::People) {
        shift.person = None;
    } else if let Some(people) = &meant.people {
        shift.person = people.iter().find_map(|party| match party {
            Party::Member(person) => Some(*person),
            Party::Contact(_) => None,
        });
    }
    shift.break_minutes = given.break_minutes.unwrap_or(shift.break_minutes);
    shift.paid_break = given.paid_break.unwrap_or(shift.paid_break);
    changes.text(&mut shift.location, given.location.as_ref(), Clear::Location);
    changes.text(&mut shift.notes, given.notes.as_ref(), Clear::Notes);
    shift.project = changes.pointer(shift.project, meant.project, Clear::Project);
    shift.task = changes.pointer(shift.task, meant.task, Clear::Task);
    shift.event = changes.pointer(shift.event, meant.event, Clear::Event);
    shift.team = changes.pointer(shift.team, meant.team, Clear::Team);
    if let Some(wanted) = given.status
        && !wanted.of_shift().is_some_and(|to| move_shift(shift, to, call.now()))
    {
        problems.add(not_allowed(at, shift.status.allowed_transitions().iter().map(|to| to.as_str())));
        return false;
    }
    if i64::from(shift.break_minutes) >= shift.stretch().minutes() {
        let problem = Problem::new(Code::InvalidArgument, "The break would be as long as the shift.");
        problems.add(problem.field(format!("{at}.break_minutes")));
        return false;
    }
    true
}

/// Moves an event to a status; `false`: from where it stands it cannot go there.
pub(crate) fn move_event(event: &mut Event, to: EventStatus) -> bool {
    let may = to == event.status || event.status.allowed_transitions().contains(&to);
    if may {
        event.status = to;
    }
    may
}

/// Moves a shift to a status; `false`: from where it stands it cannot go there.
pub(crate) fn move_shift(shift: &mut Shift, to: ShiftStatus, now: Timestamp) -> bool {
    if to == shift.status {
        return true;
    }
    let may = shift.status.allowed_transitions().contains(&to);
    if may {
        shift.status = to;
        shift.published_at = if to == ShiftStatus::Published { Some(now) } else { shift.published_at };
    }
    may
}

fn not_allowed(at: &str, allowed: impl Iterator<Item = &'static str>) -> Problem {
    Problem::new(Code::TransitionNotAllowed, "It cannot have this status now: see `allowed`.")
        .field(format!("{at}.status"))
        .allowed(allowed)
}
