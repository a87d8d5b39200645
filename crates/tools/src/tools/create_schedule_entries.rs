//! `create_schedule_entries`: events and shifts, all of the call or none.

use std::collections::BTreeMap;

use lavori_domain::schedule::{Event, EventStatus, Party, Response, Shift, ShiftStatus, Span};
use lavori_domain::{Id, KeyKind, TimeZone};
use lavori_policy::Scope;
use lavori_store::{counters, events, shifts};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::access::Write;
use crate::call::{Call, Problems};
use crate::effect::Creates;
use crate::error::{Code, Error, Problem};
use crate::schedule::given::{self, Given, Meant};
use crate::schedule::row::{EntryKind, EntryStatus};
use crate::schedule::written::{self, After, More};
use crate::tool::Tool;
use crate::views;
use crate::written::Written;

/// `create_schedule_entries`.
pub(crate) struct CreateScheduleEntries;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Input {
    /// All of them or none.
    #[schemars(length(min = 1, max = 100))]
    entries: Vec<NewEntry>,
}

#[derive(Deserialize, JsonSchema)]
#[schemars(inline)]
struct NewEntry {
    kind: EntryKind,
    /// Time, such as 2026-11-23T08:00; for whole days a date.
    start: String,
    /// For whole days the last one.
    end: String,
    #[serde(flatten)]
    given: Given,
}

/// A record on its way.
enum Draft {
    Event(Box<Event>, Vec<(Party, Response)>),
    Shift(Box<Shift>),
}

impl Tool for CreateScheduleEntries {
    const NAME: &'static str = "create_schedule_entries";
    const TITLE: &'static str = "Create events or shifts";
    const ABOUT: &'static str = "Use to add events (meetings, shows, absences; recurring too) and shifts (assigned, or \
                                 open without people). Says what conflicts; two shifts of a person at a time are refused.";
    const SCOPE: Scope = Scope::Write;
    const ALLOWS_DUPLICATES: bool = true;

    type Effect = Creates;
    type Access = Write;
    type Input = Input;
    type Output = Written<More>;

    async fn run(call: &mut Call<'_, Write>, input: Input) -> Result<Written<More>, Error> {
        let mut problems = Problems::default();
        let mut drafts = Vec::with_capacity(input.entries.len());
        for (index, entry) in input.entries.iter().enumerate() {
            let at = format!("entries[{index}]");
            let meant = given::meant(call, &mut problems, &at, entry.kind, &entry.given).await?;
            let zone = meant.zone.unwrap_or_else(|| call.zone());
            let ends = (entry.start.as_str(), entry.end.as_str());
            let span = given::span(call, &mut problems, (&at, entry.kind), ends, entry.given.all_day, zone)?;
            drafts.extend(match entry.kind {
                EntryKind::Event => event(call, &mut problems, &at, entry, meant, span, zone),
                EntryKind::Shift => shift(call, &mut problems, &at, entry, meant, span, zone),
            });
        }
        problems.told()?;
        let shifts = drafts.iter_mut().enumerate().filter_map(|(index, draft)| match draft {
            Draft::Shift(shift) => Some((index, &mut **shift)),
            Draft::Event(..) => None,
        });
        given::of_tasks(call, shifts.collect()).await?;
        if !call.options().allow_duplicates {
            duplicates(call, &drafts).await?;
        }
        number(call, &mut drafts).await?;
        let after = insert(call, drafts).await?;
        let kept: Vec<&After> = after.iter().collect();
        let conflicts = written::conflicts(call, "entries", &kept).await?;
        let conflicting = kept.iter().zip(&conflicts.each).filter(|(_, conflicts)| !conflicts.is_empty());
        let warnings = conflicting
            .map(|(kept, _)| written::warning(kept.index, vec![kept.entry.key()]))
            .chain(conflicts.truncated.then(written::unseen))
            .collect();
        let mut results = Vec::with_capacity(after.len());
        for (kept, conflicts) in after.iter().zip(conflicts.each) {
            let fields = kept.entry.fields(None)?;
            results.push(call.created(kept.index, &kept.entry.touched(), &fields, More { conflicts, split: None }));
        }
        Ok(Written::new(call, results, warnings))
    }
}

/// An event as it was asked for. `None`: there was a problem.
fn event(
    call: &Call<'_, Write>,
    problems: &mut Problems,
    at: &str,
    entry: &NewEntry,
    meant: Meant,
    span: Option<Span>,
    zone: TimeZone,
) -> Option<Draft> {
    let given = &entry.given;
    let title = required(problems, at, "title", given.title.as_deref());
    let status = match given.status {
        None | Some(EntryStatus::Confirmed) => EventStatus::Confirmed,
        Some(EntryStatus::Pending) => EventStatus::Pending,
        Some(_) => {
            problems.add(first_status(at, ["pending", "confirmed"]));
            return None;
        }
    };
    let span = span?;
    let recurrence = match &given.recurrence {
        Some(text) => Some(given::recurrence(problems, text, at, span, zone)?),
        None => None,
    };
    let people = meant.people.unwrap_or_default().into_iter().map(|party| (party, Response::Pending)).collect();
    let event = Event {
        organization: call.caller.tenant.organization,
        id: Id::new(call.env),
        number: 0,
        title: title?,
        span,
        zone,
        recurrence,
        exceptions: BTreeMap::new(),
        location: given.location.clone(),
        notes: given.notes.clone(),
        project: meant.project,
        team: call.within().team.or(meant.team),
        status,
        busy: given.busy.unwrap_or(true),
        version: 1,
        created_at: call.now(),
        updated_at: call.now(),
    };
    Some(Draft::Event(Box::new(event), people))
}

/// A shift as it was asked for. `None`: there was a problem.
fn shift(
    call: &Call<'_, Write>,
    problems: &mut Problems,
    at: &str,
    entry: &NewEntry,
    meant: Meant,
    span: Option<Span>,
    zone: TimeZone,
) -> Option<Draft> {
    let given = &entry.given;
    let role = required(problems, at, "role", given.role.as_deref());
    let status = match given.status {
        None | Some(EntryStatus::Pending) => ShiftStatus::Pending,
        Some(EntryStatus::Published) => ShiftStatus::Published,
        Some(_) => {
            problems.add(first_status(at, ["pending", "published"]));
            return None;
        }
    };
    let Some(Span::Timed { start, end, .. }) = span else { return None };
    let break_minutes = given.break_minutes.unwrap_or(0);
    if i64::from(break_minutes) * 60 >= end.seconds_since(start) {
        let problem = Problem::new(Code::InvalidArgument, "The break would be longer than the shift.");
        problems.add(problem.field(format!("{at}.break_minutes")));
        return None;
    }
    let person = meant.people.unwrap_or_default().into_iter().find_map(|party| match party {
        Party::Member(person) => Some(person),
        Party::Contact(_) => None,
    });
    Some(Draft::Shift(Box::new(Shift {
        organization: call.caller.tenant.organization,
        id: Id::new(call.env),
        number: 0,
        person,
        team: call.within().team.or(meant.team),
        role: role?,
        start,
        end,
        zone,
        break_minutes,
        paid_break: given.paid_break.unwrap_or(false),
        project: meant.project,
        task: meant.task,
        event: meant.event,
        location: given.location.clone(),
        notes: given.notes.clone(),
        status,
        published_at: (status == ShiftStatus::Published).then(|| call.now()),
        actual: None,
        version: 1,
        created_at: call.now(),
        updated_at: call.now(),
    })))
}

fn required(problems: &mut Problems, at: &str, name: &str, text: Option<&str>) -> Option<String> {
    match text.map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => Some(text.to_owned()),
        None => {
            let problem = Problem::new(Code::MissingArgument, "This kind of entry needs it.");
            problems.add(problem.field(format!("{at}.{name}")));
            None
        }
    }
}

fn first_status(at: &str, allowed: [&'static str; 2]) -> Problem {
    let problem = Problem::new(Code::TransitionNotAllowed, "A new entry of this kind cannot have this status.");
    problem.field(format!("{at}.status")).allowed(allowed)
}

/// Refuses events that are there already: the same title at the same time.
async fn duplicates(call: &mut Call<'_, Write>, drafts: &[Draft]) -> Result<(), Error> {
    let titles: Vec<&str> = drafts
        .iter()
        .filter_map(|draft| match draft {
            Draft::Event(event, _) => Some(event.title.as_str()),
            Draft::Shift(_) => None,
        })
        .collect();
    if titles.is_empty() {
        return Ok(());
    }
    let (within, zone) = (call.within(), call.zone());
    let alike = events::alike(call.conn(), within, &titles).await?;
    let mut problems = Problems::default();
    for (index, draft) in drafts.iter().enumerate() {
        let Draft::Event(event, _) = draft else { continue };
        let start = event.span.start(event.zone);
        let same = |it: &&events::Alike| it.start == start && it.title.to_lowercase() == event.title.to_lowercase();
        if let Some(there) = alike.iter().find(same) {
            let key = views::key(KeyKind::Event, there.number);
            let message = "There is an event of this title at this time. Change that one, or send `allow_duplicates`.";
            let problem = Problem::new(Code::DuplicateSuspected, message).field(format!("entries[{index}]"));
            problems
                .add(problem.current(json!({ "key": key, "title": there.title, "start": zone.rfc3339(there.start) })));
        }
    }
    problems.told()
}

/// Gives each its number.
async fn number(call: &mut Call<'_, Write>, drafts: &mut [Draft]) -> Result<(), Error> {
    let organization = call.caller.tenant.organization;
    for kind in [KeyKind::Event, KeyKind::Shift] {
        let mut numbers: Vec<&mut i64> = drafts
            .iter_mut()
            .filter_map(|draft| match draft {
                Draft::Event(event, _) if kind == KeyKind::Event => Some(&mut event.number),
                Draft::Shift(shift) if kind == KeyKind::Shift => Some(&mut shift.number),
                _ => None,
            })
            .collect();
        if numbers.is_empty() {
            continue;
        }
        let count = i64::try_from(numbers.len()).unwrap_or(i64::MAX);
        let first = counters::take(&mut call.db, organization, kind, count).await?;
        for (number, next) in numbers.iter_mut().zip(first..) {
            **number = next;
        }
    }
    Ok(())
}

/// Writes them, and reads them back with the names of what they point at.
async fn insert(call: &mut Call<'_, Write>, drafts: Vec<Draft>) -> Result<Vec<After>, Error> {
    let held: Vec<&Shift> = drafts
        .iter()
        .filter_map(|draft| match draft {
            Draft::Shift(shift) => Some(&**shift),
            Draft::Event(..) => None,
        })
        .collect();
    written::hold_people(call, &held).await?;
    let (mut event_ids, mut shift_ids) = (Vec::new(), Vec::new());
    let mut order = Vec::with_capacity(drafts.len());
    for draft in drafts {
        match draft {
            Draft::Event(event, people) => {
                events::insert(&mut call.db, &event).await?;
                events::set_people(&mut call.db, event.organization, event.id, &people).await?;
                event_ids.push(event.id);
                order.push(Id::<()>::from(event.id.uuid()));
            }
            Draft::Shift(shift) => {
                shifts::insert(&mut call.db, &shift).await?;
                shift_ids.push(shift.id);
                order.push(Id::<()>::from(shift.id.uuid()));
            }
        }
    }
    let mut kept = written::read_back(call, &event_ids, &shift_ids).await?;
    let after = order
        .into_iter()
        .enumerate()
        .filter_map(|(index, id)| Some(After { index, replans: true, entry: kept.remove(&id)? }));
    Ok(after.collect())
}
