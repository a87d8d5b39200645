//! Occurrences of events, and shifts, in the order of time: page by page, however much there is.

use std::sync::Arc;

use chrono::{DateTime, NaiveDateTime};
use lavori_domain::schedule::{Occurrence, Stretch};
use lavori_domain::{KeyKind, PersonId, TimeZone, Timestamp};
use lavori_store::events::{self, EventDetail, EventFilter};
use lavori_store::shifts::{self, ShiftDetail, ShiftFilter};
use lavori_store::{Conn, Within};

use super::agenda::{self, Agenda, Agendas};
use super::conflicts::{self, AROUND, Conflict};
use crate::error::Error;

/// Where an entry stands in the order: by start, events before shifts, by key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    start: Timestamp,
    kind: Kind,
    number: i64,
    occurrence: NaiveDateTime,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Event,
    Shift,
}

impl Place {
    /// As a cursor carries it.
    pub(crate) fn write(self) -> String {
        let kind = match self.kind {
            Kind::Event => KeyKind::Event,
            Kind::Shift => KeyKind::Shift,
        };
        format!("{}.{kind}.{}.{}", self.start.millis(), self.number, self.occurrence.and_utc().timestamp_millis())
    }

    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let start = Timestamp::from_millis(parts.next()?.parse().ok()?);
        let kind = match parts.next()?.parse().ok()? {
            KeyKind::Event => Kind::Event,
            KeyKind::Shift => Kind::Shift,
            _ => return None,
        };
        let number = parts.next()?.parse().ok()?;
        let occurrence = DateTime::from_timestamp_millis(parts.next()?.parse().ok()?)?.naive_utc();
        parts.next().is_none().then_some(Self { start, kind, number, occurrence })
    }
}

/// An entry of the schedule.
pub(crate) enum Entry {
    /// An event, this time.
    Event(Arc<EventDetail>, Occurrence),
    /// A shift.
    Shift(Box<ShiftDetail>),
}

impl Entry {
    /// From when to when, for somebody in `zone` where it is whole days.
    pub(crate) fn when(&self, zone: TimeZone) -> Stretch {
        match self {
            Self::Event(_, occurrence) => {
                Stretch { start: occurrence.span.start(zone), end: occurrence.span.end(zone) }
            }
            Self::Shift(detail) => detail.shift.stretch(),
        }
    }

    pub(crate) fn place(&self, zone: TimeZone) -> Place {
        let start = self.when(zone).start;
        match self {
            Self::Event(detail, occurrence) => {
                Place { start, kind: Kind::Event, number: detail.event.number, occurrence: occurrence.id }
            }
            Self::Shift(detail) => {
                let number = detail.shift.number;
                Place { start, kind: Kind::Shift, number, occurrence: NaiveDateTime::default() }
            }
        }
    }

    fn people(&self) -> Vec<PersonId> {
        match self {
            Self::Event(detail, _) if detail.event.takes_time() => agenda::members(detail).collect(),
            Self::Shift(detail) if detail.shift.status.is_planned() => detail.shift.person.into_iter().collect(),
            _ => Vec::new(),
        }
    }
}

/// Which entries; `None` of a kind: none of it.
pub(crate) struct Filter {
    pub(crate) window: Stretch,
    pub(crate) events: Option<EventFilter>,
    pub(crate) shifts: Option<ShiftFilter>,
}

/// The entries of a stretch of time, to be read in pieces.
pub(crate) struct Entries {
    filter: Filter,
    zone: TimeZone,
    events: Vec<Arc<EventDetail>>,
    /// There are more events than are looked at: some are missing.
    pub(crate) truncated: bool,
}

impl Entries {
    /// Looks for them. The events are read at once; the shifts with each piece, in the order of an index.
    pub(crate) async fn open(conn: &mut Conn, within: Within, filter: Filter, zone: TimeZone) -> Result<Self, Error> {
        let window = (filter.window.start, filter.window.end);
        let (events, truncated) = match &filter.events {
            Some(wanted) => {
                let events = events::between(conn, within, wanted, window).await?;
                (events.found.into_iter().map(Arc::new).collect(), events.truncated)
            }
            None => (Vec::new(), false),
        };
        Ok(Self { filter, zone, events, truncated })
    }

    /// The next `most` entries (at most 500) after `after`, in order.
    pub(crate) async fn after(
        &self,
        conn: &mut Conn,
        within: Within,
        after: Option<Place>,
        most: usize,
    ) -> Result<Vec<Entry>, Error> {
        let (zone, Stretch { start, end }) = (self.zone, self.filter.window);
        // What began before the place is on the pages before it.
        let from = after.map_or(start, |place| place.start.max(start));
        let mut found = Vec::new();
        for detail in &self.events {
            let occurrences =
                detail.event.occurrences(from, end, zone).map_err(|error| Error::Internal(Box::new(error)))?;
            found.extend(occurrences.found.into_iter().map(|once| Entry::Event(Arc::clone(detail), once)));
        }
        if let Some(wanted) = &self.filter.shifts {
            let position = after.map(|place| match place.kind {
                Kind::Shift => (place.start, place.number),
                Kind::Event => (place.start, 0),
            });
            let limit = i64::try_from(most).unwrap_or(i64::MAX);
            let shifts = shifts::between(conn, within, wanted, (start, end), position, limit).await?;
            found.extend(shifts.into_iter().map(|detail| Entry::Shift(Box::new(detail))));
        }
        found.retain(|entry| after.is_none_or(|place| entry.place(zone) > place));
        found.sort_by_key(|entry| entry.place(zone));
        found.truncate(most);
        Ok(found)
    }
}

/// The conflicts of entries.
pub(crate) struct Conflicts {
    /// Those of each.
    pub(crate) each: Vec<Vec<Conflict>>,
    /// There was more than is looked at for one answer: some may be missing.
    pub(crate) truncated: bool,
}

/// The conflicts of each entry: for all of them the same few queries.
pub(crate) async fn conflicts(
    conn: &mut Conn,
    within: Within,
    entries: &[Entry],
    zone: TimeZone,
) -> Result<Conflicts, Error> {
    let Agendas { of: agendas, truncated } = around(conn, within, entries, zone).await?;
    let nobodys = Agenda::default();
    let each = entries.iter().map(|entry| match entry {
        Entry::Event(detail, _) => conflicts::of_event(&agendas, detail, entry.when(zone)),
        Entry::Shift(detail) if detail.shift.status.is_planned() => {
            let shift = &detail.shift;
            let agenda = shift.person.and_then(|person| agendas.get(&person)).unwrap_or(&nobodys);
            conflicts::of_shift(agenda, Some(shift.id), shift.work(), zone)
        }
        Entry::Shift(_) => Vec::new(),
    });
    Ok(Conflicts { each: each.collect(), truncated })
}

/// The time of everybody in `entries`, as far around them as it matters.
async fn around(conn: &mut Conn, within: Within, entries: &[Entry], zone: TimeZone) -> Result<Agendas, Error> {
    let mut people: Vec<PersonId> = entries.iter().flat_map(Entry::people).collect();
    people.sort_unstable();
    people.dedup();
    let busy = entries.iter().filter(|entry| !entry.people().is_empty()).map(|entry| entry.when(zone));
    let whole = busy.reduce(|a, b| Stretch { start: a.start.min(b.start), end: a.end.max(b.end) });
    let Some(whole) = whole else { return Ok(Agendas::default()) };
    let window = Stretch { start: whole.start.plus_seconds(-AROUND), end: whole.end.plus_seconds(AROUND) };
    agenda::agendas(conn, within, &people, window, zone).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r4_a_place_reads_back_as_itself() {
        for kind in [Kind::Event, Kind::Shift] {
            let occurrence = "2026-11-23T09:30:00".parse().unwrap();
            let place = Place { start: Timestamp::from_millis(-5), kind, number: 7, occurrence };
            assert_eq!(Place::read(&place.write()), Some(place));
        }
        for text in ["", "5", "5.T.1.0", "5.E.x.0", "5.E.1", "5.E.1.0.0"] {
            assert_eq!(Place::read(text), None, "{text}");
        }
    }

    #[test]
    fn events_come_before_shifts_that_begin_with_them() {
        let place = |millis, kind, number| Place {
            start: Timestamp::from_millis(millis),
            kind,
            number,
            occurrence: NaiveDateTime::default(),
        };
        let order = [place(1, Kind::Shift, 9), place(2, Kind::Event, 8), place(2, Kind::Shift, 1)];
        assert!(order.is_sorted());
    }
}
