//! Changes of events and shifts that are there: found and held, worked out, written.

use std::collections::BTreeMap;
use std::sync::Arc;

use lavori_domain::schedule::{Party, Response, Shift, Span};
use lavori_domain::{EventId, Id, Key, KeyKind, ShiftId};
use lavori_store::events::{self, EventDetail, EventKeys};
use lavori_store::shifts::{self, ShiftDetail, ShiftKeys};
use lavori_store::{Reference, counters};

use super::actual;
use super::changed::{self, Changes};
use super::row::EntryKind;
use super::series_edit::{self, ApplyTo, Attended};
use super::written::{self, After, Kept};
use crate::access::Write;
use crate::call::{Call, Problems};
use crate::error::{Code, Error, Problem};
use crate::refs;

/// What an entry will be.
pub(crate) struct Plan {
    index: usize,
    asked: Asked,
    before: Kept,
    new: New,
}

/// What a call says about a change beside what the entry becomes.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// The version that it was made from.
    pub(crate) version: Option<i32>,
    /// Why.
    pub(crate) reason: Option<String>,
}

enum New {
    Event(Box<Attended>, Option<Box<Attended>>),
    Shift(Box<Shift>),
}

/// What an entry was and is, and the event that the changed part of its series is now.
pub(crate) struct Done {
    pub(crate) asked: Asked,
    pub(crate) before: Kept,
    pub(crate) after: After,
    pub(crate) detached: Option<After>,
}

impl Plan {
    /// Its place in the call.
    pub(crate) fn index(&self) -> usize {
        self.index
    }

    /// An event that becomes `event`, with these people.
    pub(crate) fn of_event(index: usize, asked: Asked, before: &Arc<EventDetail>, after: Attended) -> Self {
        Self { index, asked, before: Kept::Event(Arc::clone(before)), new: New::Event(Box::new(after), None) }
    }

    /// A shift that becomes `shift`.
    pub(crate) fn of_shift(index: usize, asked: Asked, before: Box<ShiftDetail>, shift: Shift) -> Self {
        Self { index, asked, before: Kept::Shift(before), new: New::Shift(Box::new(shift)) }
    }
}

/// Finds the entries of these names and holds them until the transaction ends, in the order of the names: a few queries,
/// however many.
///
/// # Errors
/// When one is missing or named twice.
pub(crate) async fn locate(call: &mut Call<'_, Write>, names: &[&str]) -> Result<Vec<Kept>, Error> {
    let within = call.within();
    let (mut of_events, mut of_shifts) = (Vec::new(), Vec::new());
    let (mut event_ids, mut shift_ids): (Vec<EventId>, Vec<ShiftId>) = (Vec::new(), Vec::new());
    for name in names.iter().map(|name| name.trim()) {
        match (name.parse::<Id<()>>(), name.parse::<Key>()) {
            (Ok(id), _) => {
                event_ids.push(id.uuid().into());
                shift_ids.push(id.uuid().into());
            }
            (_, Ok(key)) if key.kind == KeyKind::Event => of_events.push(key.number),
            (_, Ok(key)) if key.kind == KeyKind::Shift => of_shifts.push(key.number),
            _ => {
                let found = events::find(call.conn(), within, Reference::Name(name)).await?;
                event_ids.extend(found.first().filter(|_| found.len() == 1).map(|brief| brief.id));
            }
        }
    }
    if !of_events.is_empty() {
        let found = events::details(call.conn(), within, EventKeys::Numbers(&of_events)).await?;
        event_ids.extend(found.iter().map(|detail| detail.event.id));
    }
    if !of_shifts.is_empty() {
        let found = shifts::details(call.conn(), within, ShiftKeys::Numbers(&of_shifts)).await?;
        shift_ids.extend(found.iter().map(|detail| detail.shift.id));
    }
    let (events, shifts) = hold(call, &event_ids, &shift_ids).await?;
    let mut held: Vec<Option<Kept>> =
        events.into_values().map(Kept::Event).chain(shifts.into_values().map(Kept::Shift)).map(Some).collect();

    let mut problems = Problems::default();
    let mut found = Vec::with_capacity(names.len());
    for (index, name) in names.iter().enumerate() {
        let argument = format!("entries[{index}].id");
        let is = |kept: &Option<Kept>| kept.as_ref().is_some_and(|kept| kept.is_called(name.trim()));
        match held.iter().position(is).and_then(|place| held[place].take()) {
            Some(kept) => found.push(kept),
            None if names[..index].iter().any(|other| other.trim().eq_ignore_ascii_case(name.trim())) => {
                let problem =
                    Problem::new(Code::InvalidArgument, "This entry is there twice: give all its changes at once.");
                problems.add(problem.field(argument));
            }
            None => problems.add(refs::not_found(&argument, name, &[])),
        }
    }
    problems.told()?;
    Ok(found)
}

/// The events and shifts that a call changes, by id.
pub(crate) type Held = (BTreeMap<EventId, Arc<EventDetail>>, BTreeMap<ShiftId, Box<ShiftDetail>>);

/// Holds entries until the transaction ends. Those that do not exist within the call's limits are left out.
pub(crate) async fn hold(call: &mut Call<'_, Write>, events: &[EventId], shifts: &[ShiftId]) -> Result<Held, Error> {
    let within = call.within();
    let events = match events {
        [] => Vec::new(),
        ids => events::lock(&mut call.db, within, ids).await?,
    };
    let shifts = match shifts {
        [] => Vec::new(),
        ids => shifts::lock(&mut call.db, within, ids).await?,
    };
    let events = events.into_iter().map(|detail| (detail.event.id, Arc::new(detail)));
    let shifts = shifts.into_iter().map(|detail| (detail.shift.id, Box::new(detail)));
    Ok((events.collect(), shifts.collect()))
}

/// Works out what an entry will be. `None`: there was a problem.
pub(crate) fn make(
    call: &mut Call<'_, Write>,
    problems: &mut Problems,
    (index, asked): (usize, Asked),
    changes: &Changes<'_>,
    which: (Option<&str>, Option<ApplyTo>),
    before: Kept,
) -> Result<Option<Plan>, Error> {
    let narrowed = call.within().team;
    let new = match &before {
        Kept::Event(detail) => {
            let actual = [("actual_start", changes.actual.0), ("actual_end", changes.actual.1)];
            if let Some((name, _)) = actual.iter().find(|(_, text)| text.is_some()) {
                let problem = Problem::new(Code::InvalidArgument, "Only a shift has this: leave it out.");
                problems.add(problem.field(format!("{}.{name}", changes.at)));
                return Ok(None);
            }
            let attended = (detail.event.clone(), guests(detail));
            let Some((mut whole, mut part)) = series_edit::change(call, problems, changes, which, attended)? else {
                return Ok(None);
            };
            // P13: what a narrowed connection writes stays its team's.
            for (event, people) in std::iter::once(&mut whole).chain(&mut part) {
                event.team = narrowed.or(event.team);
                // Who is not seen cannot be left out of a list either.
                let unseen = detail.people.iter().filter(|guest| guest.name.is_none());
                let missing: Vec<_> = unseen
                    .filter(|guest| !people.iter().any(|(party, _)| *party == guest.party))
                    .map(|guest| (guest.party, guest.response))
                    .collect();
                people.extend(missing);
                people.sort_unstable();
            }
            New::Event(Box::new(whole), part.map(Box::new))
        }
        Kept::Shift(detail) => {
            if let (Some(_), _) | (_, Some(ApplyTo::This | ApplyTo::ThisAndFuture)) = which {
                let problem = Problem::new(Code::InvalidArgument, "A shift does not recur: leave it out.");
                problems.add(problem.field(format!("{}.occurrence", changes.at)));
                return Ok(None);
            }
            let mut shift = detail.shift.clone();
            let zone = changes.meant.zone.unwrap_or(shift.zone);
            let old = Span::Timed { start: shift.start, end: shift.end, zone: shift.zone };
            let Some(span) = changes.span(call, problems, EntryKind::Shift, old, zone)? else { return Ok(None) };
            if !changed::shift(call, problems, changes, &mut shift, span)
                || !actual::record(call, problems, changes, &mut shift)?
            {
                return Ok(None);
            }
            shift.team = narrowed.or(shift.team);
            New::Shift(Box::new(shift))
        }
    };
    Ok(Some(Plan { index, asked, before, new }))
}

/// Who takes part, with their answers, in order.
pub(crate) fn guests(detail: &EventDetail) -> Vec<(Party, Response)> {
    let mut guests: Vec<_> = detail.people.iter().map(|guest| (guest.party, guest.response)).collect();
    guests.sort_unstable();
    guests
}

/// Gives shifts that are on a task its project.
///
/// # Errors
/// When a shift is for another project than its task.
pub(crate) async fn settle_projects(call: &mut Call<'_, Write>, plans: &mut [Plan]) -> Result<(), Error> {
    let shifts = plans.iter_mut().filter_map(|plan| match &mut plan.new {
        New::Shift(shift) => Some((plan.index, &mut **shift)),
        New::Event(..) => None,
    });
    super::given::of_tasks(call, shifts.collect()).await
}

/// Writes what changed, and reads all of it back with the names of what it points at.
pub(crate) async fn write(call: &mut Call<'_, Write>, plans: Vec<Plan>) -> Result<Vec<Done>, Error> {
    let held: Vec<&Shift> = plans
        .iter()
        .filter_map(|plan| match &plan.new {
            New::Shift(shift) => Some(&**shift),
            New::Event(..) => None,
        })
        .collect();
    written::hold_people(call, &held).await?;
    let (organization, now) = (call.caller.tenant.organization, call.now());
    let (mut event_ids, mut shift_ids) = (Vec::new(), Vec::new());
    let mut rows = Vec::with_capacity(plans.len());
    for plan in plans {
        let mut part_id = None;
        let mut replans = false;
        match (plan.new, &plan.before) {
            (New::Event(whole, part), Kept::Event(before)) => {
                let (mut event, people) = *whole;
                let others = guests(before) != people;
                if event != before.event || others {
                    (event.version, event.updated_at) = (event.version + 1, now);
                    events::update(&mut call.db, &event).await?;
                    if others {
                        events::set_people(&mut call.db, organization, event.id, &people).await?;
                    }
                }
                event_ids.push(event.id);
                if let Some(part) = part {
                    let (mut event, people) = *part;
                    event.number = counters::take(&mut call.db, organization, KeyKind::Event, 1).await?;
                    events::insert(&mut call.db, &event).await?;
                    events::set_people(&mut call.db, organization, event.id, &people).await?;
                    event_ids.push(event.id);
                    part_id = Some(Id::<()>::from(event.id.uuid()));
                }
            }
            (New::Shift(mut shift), Kept::Shift(before)) => {
                if *shift != before.shift {
                    let was = &before.shift;
                    replans =
                        shift.stretch() != was.stretch() || shift.person != was.person || shift.status != was.status;
                    (shift.version, shift.updated_at) = (shift.version + 1, now);
                    shifts::update(&mut call.db, &shift).await?;
                }
                shift_ids.push(shift.id);
            }
            // A plan is made of what was there, and is of its kind.
            (New::Event(..) | New::Shift(_), _) => continue,
        }
        rows.push((plan.index, plan.asked, plan.before, replans, part_id));
    }
    let mut kept = written::read_back(call, &event_ids, &shift_ids).await?;
    let done = rows.into_iter().filter_map(|(index, asked, before, replans, part)| {
        let entry = kept.remove(&before.touched().id)?;
        let detached = part.and_then(|id| kept.remove(&id)).map(|entry| After { index, replans: false, entry });
        Some(Done { asked, before, after: After { index, replans, entry }, detached })
    });
    Ok(done.collect())
}
