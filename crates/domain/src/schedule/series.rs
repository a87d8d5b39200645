//! A recurring entry: its occurrences, and how a change of some of them splits it (TOOLS.md D4, D5).

use std::collections::BTreeMap;

use chrono::NaiveDateTime;

use crate::schedule::recurrence::{End, InvalidRecurrence, Recurrence};
use crate::schedule::span::Span;
use crate::time::{TimeZone, Timestamp};

/// The most occurrences of one answer.
pub const MOST: usize = 500;
/// The longest stretch of time that is looked at, in days.
pub const WINDOW_DAYS: i64 = 731;

/// A recurring event or shift.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Its first occurrence.
    pub first: Span,
    /// How often it recurs.
    pub rule: Recurrence,
    /// Occurrences that are otherwise than the rule says, by where they would begin on the wall clock: left out (EXDATE),
    /// or at another time (RECURRENCE-ID).
    pub exceptions: BTreeMap<NaiveDateTime, Option<Span>>,
}

/// One occurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occurrence {
    /// Which one: where the rule lets it begin.
    pub id: NaiveDateTime,
    /// When it is.
    pub span: Span,
}

/// The occurrences of a stretch of time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Occurrences {
    /// Those that touch it, in order.
    pub found: Vec<Occurrence>,
    /// Whether there are more than [`MOST`], or the stretch was longer than [`WINDOW_DAYS`].
    pub truncated: bool,
}

impl Series {
    /// The occurrences that touch the time from `from` to `to`, for somebody in `zone`.
    ///
    /// # Errors
    /// When the rule means nothing with that start.
    pub fn occurrences(
        &self,
        from: Timestamp,
        to: Timestamp,
        zone: TimeZone,
    ) -> Result<Occurrences, InvalidRecurrence> {
        let farthest = from.plus_seconds(WINDOW_DAYS * 86_400);
        let (to, mut truncated) = if to > farthest { (farthest, true) } else { (to, false) };
        let touches = |span: Span| span.start(zone) < to && span.end(zone) > from;
        let mut found: Vec<_> = self
            .exceptions
            .iter()
            .filter_map(|(id, moved)| moved.filter(|span| touches(*span)).map(|span| Occurrence { id: *id, span }))
            .collect();
        for id in self.starts(zone)? {
            let span = self.first.moved_to(id);
            if span.start(zone) >= to {
                break;
            }
            if self.exceptions.contains_key(&id) || span.end(zone) <= from {
                continue;
            }
            if found.len() == MOST {
                truncated = true;
                break;
            }
            found.push(Occurrence { id, span });
        }
        found.sort_by_key(|occurrence| (occurrence.span.start(zone), occurrence.id));
        Ok(Occurrences { found, truncated })
    }

    /// Two instants between which all of it lies, for somebody in `zone`; without a second one it goes on for ever. The
    /// second may be later than it need be, never earlier.
    ///
    /// # Errors
    /// As [`Series::occurrences`].
    pub fn reach(&self, zone: TimeZone) -> Result<(Timestamp, Option<Timestamp>), InvalidRecurrence> {
        let moved = self.exceptions.values().flatten();
        let first = moved.clone().map(|span| span.start(zone)).fold(self.first.start(zone), Timestamp::min);
        // A day more for the clocks: an occurrence may last longer than the first one does.
        let length = self.first.minutes(zone) * 60 + 86_400;
        let last = match self.rule.end() {
            End::Never => return Ok((first, None)),
            End::Until(instant) => Some(instant.plus_seconds(length)),
            End::UntilDay(day) => Some(zone.end_of(day).plus_seconds(length)),
            End::Count(_) => self.starts(zone)?.last().map(|start| self.first.moved_to(start).end(zone)),
        };
        let last = last.unwrap_or_else(|| self.first.end(zone));
        Ok((first, Some(moved.map(|span| span.end(zone)).fold(last, Timestamp::max))))
    }

    /// When the occurrence is that the rule lets begin at `id`; `None` when there is none, or it is left out.
    ///
    /// # Errors
    /// As [`Series::occurrences`].
    pub fn occurrence(&self, id: NaiveDateTime, zone: TimeZone) -> Result<Option<Span>, InvalidRecurrence> {
        if let Some(exception) = self.exceptions.get(&id) {
            return Ok(*exception);
        }
        let is_one = self.starts(zone)?.find(|start| *start >= id) == Some(id);
        Ok(is_one.then(|| self.first.moved_to(id)))
    }

    /// The two series that this one becomes when the occurrence `id` and all that follow are to be changed: those before
    /// it, which stay as they are, and those from it on. `None` when `id` is the first one, or none at all: then the whole
    /// series is meant.
    ///
    /// # Errors
    /// As [`Series::occurrences`].
    pub fn split(&self, id: NaiveDateTime, zone: TimeZone) -> Result<Option<(Self, Self)>, InvalidRecurrence> {
        let mut before = 0;
        let mut is_one = false;
        for start in self.starts(zone)? {
            if start >= id {
                is_one = start == id;
                break;
            }
            before += 1;
        }
        if before == 0 || !is_one {
            return Ok(None);
        }
        // A series counts what it left out, so both counts stay those of the rule.
        let end = match self.rule.end() {
            End::Count(count) => End::Count(count - before),
            end => end,
        };
        let (earlier, later) = self.exceptions.iter().partition(|(start, _)| **start < id);
        let head = Self { first: self.first, rule: self.rule.ending(End::Count(before)), exceptions: earlier };
        let tail = Self { first: self.first.moved_to(id), rule: self.rule.ending(end), exceptions: later };
        Ok(Some((head, tail)))
    }

    fn starts(&self, zone: TimeZone) -> Result<impl Iterator<Item = NaiveDateTime> + use<>, InvalidRecurrence> {
        let own = match self.first {
            Span::Timed { zone, .. } => zone,
            Span::AllDay { .. } => zone,
        };
        self.rule.starts(self.first.local_start(), own)
    }
}

#[cfg(test)]
mod tests;
