//! What a caller gives of an event or a shift, and what it means.

use std::collections::HashMap;

use lavori_domain::schedule::shift::LONGEST_DAYS;
use lavori_domain::schedule::{InvalidRecurrence, Party, Recurrence, Shift, Span, SpanRefused};
use lavori_domain::when::When;
use lavori_domain::{EventId, Key, KeyKind, ProjectId, TaskId, TeamId, TimeZone};
use lavori_store::tasks::{self, TaskKeys};
use schemars::JsonSchema;
use serde::Deserialize;

use super::row::{EntryKind, EntryStatus};
use super::window;
use crate::access::Write;
use crate::call::{Call, Problems};
use crate::error::{Code, Error, Problem};
use crate::refs;

/// What may be given of an entry beside its times.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[schemars(description = "")]
pub(crate) struct Given {
    /// Of an event.
    #[schemars(length(min = 1, max = 200))]
    pub(crate) title: Option<String>,
    /// Of a shift: rigger, sound, runner.
    #[schemars(length(min = 1, max = 100))]
    pub(crate) role: Option<String>,
    /// IANA zone of local times.
    pub(crate) time_zone: Option<String>,
    /// Event of whole days.
    pub(crate) all_day: Option<bool>,
    /// Shift: one member. Event: members and contacts.
    #[schemars(length(max = 100))]
    pub(crate) people: Option<Vec<String>>,
    #[schemars(range(min = 0, max = 1440))]
    pub(crate) break_minutes: Option<i32>,
    pub(crate) paid_break: Option<bool>,
    pub(crate) busy: Option<bool>,
    pub(crate) project: Option<String>,
    /// Of a shift.
    pub(crate) task: Option<String>,
    /// Of a shift.
    pub(crate) event: Option<String>,
    pub(crate) team: Option<String>,
    #[schemars(length(max = 300))]
    pub(crate) location: Option<String>,
    #[schemars(length(max = 10_000))]
    pub(crate) notes: Option<String>,
    /// Event: RRULE such as FREQ=WEEKLY;BYDAY=MO;COUNT=10.
    #[schemars(length(max = 200))]
    pub(crate) recurrence: Option<String>,
    pub(crate) status: Option<EntryStatus>,
}

/// What was given, resolved.
#[derive(Debug, Default)]
pub(crate) struct Meant {
    pub(crate) zone: Option<TimeZone>,
    pub(crate) people: Option<Vec<Party>>,
    pub(crate) project: Option<ProjectId>,
    pub(crate) task: Option<TaskId>,
    pub(crate) event: Option<EventId>,
    pub(crate) team: Option<TeamId>,
}

/// Resolves what entry `at` names; what is wrong with it is kept in `problems`.
///
/// # Errors
/// What the caller cannot fix.
pub(crate) async fn meant(
    call: &mut Call<'_, Write>,
    problems: &mut Problems,
    at: &str,
    kind: EntryKind,
    given: &Given,
) -> Result<Meant, Error> {
    let mut meant = Meant::default();
    fits(problems, at, kind, given);
    if given.time_zone.is_some() {
        meant.zone = problems.keep(window::zone(call, &format!("{at}.time_zone"), given.time_zone.as_deref()))?;
    }
    if let Some(people) = &given.people {
        meant.people = parties(call, problems, at, kind, people).await?;
    }
    if let Some(text) = &given.project {
        meant.project = problems.keep(refs::project(call, &format!("{at}.project"), text).await)?.map(|it| it.id);
    }
    if let Some(text) = &given.task {
        meant.task = problems.keep(refs::task(call, &format!("{at}.task"), text).await)?.map(|it| it.id);
    }
    if let Some(text) = &given.event {
        meant.event = problems.keep(refs::event(call, &format!("{at}.event"), text).await)?.map(|it| it.id);
    }
    if let Some(text) = &given.team {
        meant.team = problems.keep(refs::team(call, &format!("{at}.team"), text).await)?.map(|it| it.id);
    }
    Ok(meant)
}

/// Refuses what the kind of entry does not have.
fn fits(problems: &mut Problems, at: &str, kind: EntryKind, given: &Given) {
    let (others, whose): (&[(&str, bool)], _) = match kind {
        EntryKind::Event => (
            &[
                ("role", given.role.is_some()),
                ("break_minutes", given.break_minutes.is_some()),
                ("paid_break", given.paid_break.is_some()),
                ("task", given.task.is_some()),
                ("event", given.event.is_some()),
            ],
            "Only a shift has this: leave it out, or make the entry a shift.",
        ),
        EntryKind::Shift => (
            &[
                ("title", given.title.is_some()),
                ("all_day", given.all_day == Some(true)),
                ("busy", given.busy.is_some()),
                ("recurrence", given.recurrence.is_some()),
            ],
            "Only an event has this: a shift has a role, times, and is given for each day by itself.",
        ),
    };
    for (name, _) in others.iter().filter(|(_, is_given)| *is_given) {
        problems.add(Problem::new(Code::InvalidArgument, whose).field(format!("{at}.{name}")));
    }
}

/// Who takes part. `None`: somebody of them is a problem.
async fn parties(
    call: &mut Call<'_, Write>,
    problems: &mut Problems,
    at: &str,
    kind: EntryKind,
    people: &[String],
) -> Result<Option<Vec<Party>>, Error> {
    if kind == EntryKind::Shift && people.len() > 1 {
        let problem = Problem::new(Code::InvalidArgument, "One person works a shift: make one for each.");
        problems.add(problem.field(format!("{at}.people")));
        return Ok(None);
    }
    let mut found = Vec::with_capacity(people.len());
    for (index, text) in people.iter().enumerate() {
        let argument = format!("{at}.people[{index}]");
        let party = match kind {
            EntryKind::Shift => refs::person(call, &argument, text).await.map(Party::Member),
            EntryKind::Event => party(call, &argument, text).await,
        };
        found.push(problems.keep(party)?);
    }
    let Some(mut found) = found.into_iter().collect::<Option<Vec<Party>>>() else { return Ok(None) };
    found.sort_unstable();
    found.dedup();
    Ok(Some(found))
}

/// A member, or else a contact.
pub(crate) async fn party(call: &mut Call<'_, Write>, argument: &str, text: &str) -> Result<Party, Error> {
    if text.trim().parse::<Key>().is_ok_and(|key| key.kind == KeyKind::Contact) {
        return Ok(Party::Contact(refs::contact(call, argument, text).await?.id));
    }
    match refs::person(call, argument, text).await {
        Ok(person) => Ok(Party::Member(person)),
        Err(Error::Refused(problems)) if problems.iter().all(|problem| problem.code == Code::NotFound) => {
            match refs::contact(call, argument, text).await {
                Ok(contact) => Ok(Party::Contact(contact.id)),
                Err(Error::Refused(others)) if others.iter().all(|problem| problem.code == Code::NotFound) => {
                    Err(Error::Refused(problems))
                }
                Err(error) => Err(error),
            }
        }
        Err(error) => Err(error),
    }
}

/// Reads from when to when an entry is, written in `zone`: instants, or for an event whole days.
///
/// # Errors
/// What the caller cannot fix; the rest is kept in `problems`, and there is no span then.
pub(crate) fn span(
    call: &mut Call<'_, Write>,
    problems: &mut Problems,
    (at, kind): (&str, EntryKind),
    (start, end): (&str, &str),
    all_day: Option<bool>,
    zone: TimeZone,
) -> Result<Option<Span>, Error> {
    let (start_at, end_at) = (format!("{at}.start"), format!("{at}.end"));
    let start = problems.keep(window::bound(call, &start_at, start, false, zone))?;
    let end = problems.keep(window::bound(call, &end_at, end, true, zone))?;
    let (Some(start), Some(end)) = (start, end) else { return Ok(None) };
    let read = match (start, end) {
        (When::Days { .. }, _) | (_, When::Days { .. }) if kind == EntryKind::Shift => {
            let problem = Problem::new(Code::InvalidDate, "A shift has times, such as 2026-11-23T08:00.");
            problems.add(problem.field(if matches!(start, When::Days { .. }) { start_at } else { end_at }));
            return Ok(None);
        }
        (When::Instant(start), When::Instant(end)) if all_day == Some(true) => {
            Span::all_day(zone.date(start), zone.date(end))
        }
        (When::Instant(start), When::Instant(end)) => Span::timed(start, end, zone),
        (When::Days { first, .. }, When::Days { last, .. }) if all_day != Some(false) => Span::all_day(first, last),
        _ => {
            let message =
                "Give start and end both with a time, or both as dates for whole days, the last one included.";
            problems.add(Problem::new(Code::InvalidDate, message).field(start_at));
            return Ok(None);
        }
    };
    let refused = match read {
        Ok(Span::Timed { start, end, .. })
            if kind == EntryKind::Shift && end.seconds_since(start) > LONGEST_DAYS * 86_400 =>
        {
            Problem::new(Code::InvalidArgument, format!("A shift lasts at most {LONGEST_DAYS} days: make several."))
        }
        Ok(span) => return Ok(Some(span)),
        Err(SpanRefused::Backwards) => Problem::new(Code::InvalidArgument, "The end must be after the start."),
        Err(SpanRefused::TooLong) => Problem::new(Code::InvalidArgument, "An entry lasts at most a year."),
    };
    problems.add(refused.field(end_at));
    Ok(None)
}

/// Reads how often an event recurs that takes place at `span` first. `None`: it is a problem.
pub(crate) fn recurrence(
    problems: &mut Problems,
    text: &str,
    at: &str,
    span: Span,
    zone: TimeZone,
) -> Option<Recurrence> {
    let read = text.parse::<Recurrence>().and_then(|rule| {
        rule.check_start(span.local_start(), zone)?;
        Ok(rule)
    });
    let message = match read {
        Ok(rule) => return Some(rule),
        // The part is the caller's word, which stands in `got`.
        Err(InvalidRecurrence::Part(_)) => {
            "A part is not supported: use FREQ, INTERVAL, BYDAY, BYMONTHDAY and COUNT or UNTIL.".to_owned()
        }
        Err(other) => format!("Not possible: {other}."),
    };
    let problem = Problem::new(Code::InvalidRecurrence, message).field(format!("{at}.recurrence"));
    problems.add(problem.got(&text.into()));
    None
}

/// A shift on a task is one for the task's project. Each comes with its place in the call.
///
/// # Errors
/// When a shift is for another project than its task.
pub(crate) async fn of_tasks(call: &mut Call<'_, Write>, shifts: Vec<(usize, &mut Shift)>) -> Result<(), Error> {
    let wanted: Vec<TaskId> = shifts.iter().filter_map(|(_, shift)| shift.task).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let within = call.within();
    let found = tasks::details(call.conn(), within, TaskKeys::Ids(&wanted)).await?;
    let projects: HashMap<TaskId, ProjectId> =
        found.into_iter().map(|detail| (detail.line.id, detail.line.project.id)).collect();
    let mut problems = Problems::default();
    for (index, shift) in shifts {
        let Some(of_task) = shift.task.and_then(|task| projects.get(&task)) else { continue };
        if shift.project.is_some_and(|project| project != *of_task) {
            let message = "The task is part of another project: leave the project out, or take another task.";
            problems.add(Problem::new(Code::InvalidArgument, message).field(format!("entries[{index}].project")));
        }
        shift.project = Some(*of_task);
    }
    problems.told()
}
