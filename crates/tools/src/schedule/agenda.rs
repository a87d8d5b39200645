//! What takes people's time.

use std::collections::HashMap;

use lavori_domain::schedule::{EventStatus, Party, Response, ShiftStatus, Stretch, Work};
use lavori_domain::{EventId, PersonId, ShiftId, TimeZone};
use lavori_store::events::{self, EventDetail, EventFilter, Who};
use lavori_store::shifts::{self, ShiftFilter};
use lavori_store::{Conn, Within};

use crate::error::Error;

/// The most shifts that are looked at for one answer.
const MOST_SHIFTS: i64 = 20_000;

/// Everybody's time.
#[derive(Debug, Default)]
pub(crate) struct Agendas {
    pub(crate) of: HashMap<PersonId, Agenda>,
    /// There was more than is looked at for one answer: something may be missing.
    pub(crate) truncated: bool,
}

/// One person's time.
#[derive(Debug, Default)]
pub(crate) struct Agenda {
    pub(crate) shifts: Vec<Planned>,
    pub(crate) events: Vec<Taken>,
}

impl Agenda {
    /// All that takes it.
    pub(crate) fn stretches(&self) -> Vec<Stretch> {
        let shifts = self.shifts.iter().map(|shift| shift.work.when);
        shifts.chain(self.events.iter().map(|event| event.when)).collect()
    }
}

/// A shift in it.
#[derive(Debug)]
pub(crate) struct Planned {
    pub(crate) id: ShiftId,
    pub(crate) number: i64,
    pub(crate) role: String,
    /// As it was worked, where that is known.
    pub(crate) work: Work,
    /// Whether it is still to be worked: what was worked already is no mistake of planning.
    pub(crate) is_planned: bool,
}

/// An occurrence of an event in it.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(crate) id: EventId,
    pub(crate) number: i64,
    pub(crate) title: String,
    pub(crate) when: Stretch,
}

/// The time of `people` between two instants, as `within` shows it: two queries and those for who takes part.
pub(crate) async fn agendas(
    conn: &mut Conn,
    within: Within,
    people: &[PersonId],
    window: Stretch,
    zone: TimeZone,
) -> Result<Agendas, Error> {
    let mut found: HashMap<PersonId, Agenda> = people.iter().map(|person| (*person, Agenda::default())).collect();
    if people.is_empty() {
        return Ok(Agendas::default());
    }
    let who = || Some(Who::Of(people.to_vec()));
    let window = (window.start, window.end);
    let statuses = vec![ShiftStatus::Pending, ShiftStatus::Published, ShiftStatus::Completed];
    let filter = ShiftFilter { who: who(), statuses, ..ShiftFilter::default() };
    let shifts = shifts::between(conn, within, &filter, window, None, MOST_SHIFTS).await?;
    let mut truncated = shifts.len() >= usize::try_from(MOST_SHIFTS).unwrap_or(usize::MAX);
    for detail in shifts {
        let shift = detail.shift;
        let Some(agenda) = shift.person.and_then(|person| found.get_mut(&person)) else { continue };
        let mut work = shift.work();
        let is_planned = shift.status.is_planned();
        if let (false, Some(actual)) = (is_planned, shift.actual) {
            work.when = actual;
        }
        agenda.shifts.push(Planned { id: shift.id, number: shift.number, role: shift.role, work, is_planned });
    }
    let statuses = vec![EventStatus::Pending, EventStatus::Confirmed];
    let filter = EventFilter { who: who(), statuses, ..EventFilter::default() };
    let events = events::between(conn, within, &filter, window).await?;
    truncated |= events.truncated;
    for detail in events.found {
        if !detail.event.takes_time() {
            continue;
        }
        let occurrences =
            detail.event.occurrences(window.0, window.1, zone).map_err(|error| Error::Internal(Box::new(error)))?.found;
        for person in members(&detail) {
            let Some(agenda) = found.get_mut(&person) else { continue };
            agenda.events.extend(occurrences.iter().map(|occurrence| Taken {
                id: detail.event.id,
                number: detail.event.number,
                title: detail.event.title.clone(),
                when: Stretch { start: occurrence.span.start(zone), end: occurrence.span.end(zone) },
            }));
        }
    }
    Ok(Agendas { of: found, truncated })
}

/// The members whose time an event takes: those who did not decline.
pub(crate) fn members(detail: &EventDetail) -> impl Iterator<Item = PersonId> + '_ {
    detail.people.iter().filter(|guest| guest.response != Response::Declined).filter_map(|guest| match guest.party {
        Party::Member(person) => Some(person),
        Party::Contact(_) => None,
    })
}
