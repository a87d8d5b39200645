//! From when to when: instants in a zone, or whole days that never shift (TOOLS.md D2, D3).

use chrono::{Days, NaiveDate, NaiveDateTime, TimeDelta};

use crate::time::{TimeZone, Timestamp};

/// The longest entry, in days: anything longer is a project.
const LONGEST: i64 = 366;

/// When an event or a shift is. Half-open: it ends before [`Span::end`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// From an instant to an instant, written in this zone.
    Timed {
        /// The first instant.
        start: Timestamp,
        /// The first instant after it.
        end: Timestamp,
        /// The zone whose wall clock it follows.
        zone: TimeZone,
    },
    /// Whole days, wherever one is.
    AllDay {
        /// The first day.
        first: NaiveDate,
        /// The last day, included.
        last: NaiveDate,
    },
}

/// Why something cannot be from then to then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SpanRefused {
    /// It would end before it begins, or at once.
    #[error("the end must be after the start")]
    Backwards,
    /// It would last longer than a year.
    #[error("an entry lasts at most {LONGEST} days")]
    TooLong,
}

impl Span {
    /// From an instant to an instant.
    ///
    /// # Errors
    /// [`SpanRefused`].
    pub fn timed(start: Timestamp, end: Timestamp, zone: TimeZone) -> Result<Self, SpanRefused> {
        if end <= start {
            return Err(SpanRefused::Backwards);
        }
        if end.seconds_since(start) > LONGEST * 86_400 {
            return Err(SpanRefused::TooLong);
        }
        Ok(Self::Timed { start, end, zone })
    }

    /// Whole days, the last one included.
    ///
    /// # Errors
    /// [`SpanRefused`].
    pub fn all_day(first: NaiveDate, last: NaiveDate) -> Result<Self, SpanRefused> {
        if last < first {
            return Err(SpanRefused::Backwards);
        }
        if (last - first).num_days() >= LONGEST {
            return Err(SpanRefused::TooLong);
        }
        Ok(Self::AllDay { first, last })
    }

    /// The first instant, for somebody in `zone` where it is whole days.
    pub fn start(self, zone: TimeZone) -> Timestamp {
        match self {
            Self::Timed { start, .. } => start,
            Self::AllDay { first, .. } => zone.start_of(first),
        }
    }

    /// The first instant after it, for somebody in `zone` where it is whole days.
    pub fn end(self, zone: TimeZone) -> Timestamp {
        match self {
            Self::Timed { end, .. } => end,
            Self::AllDay { last, .. } => zone.end_of(last),
        }
    }

    /// How long it really lasts, in minutes (TOOLS.md D6).
    pub fn minutes(self, zone: TimeZone) -> i64 {
        self.end(zone).seconds_since(self.start(zone)) / 60
    }

    /// Where it begins on the wall clock: what tells the occurrences of a series apart (RFC 5545 RECURRENCE-ID).
    pub fn local_start(self) -> NaiveDateTime {
        match self {
            Self::Timed { start, zone, .. } => zone.local(start),
            Self::AllDay { first, .. } => first.into(),
        }
    }

    /// The same stretch of the wall clock, beginning at `start`: a night's work from ten to six stays so, however long
    /// that is on the night when the clocks change.
    pub fn moved_to(self, start: NaiveDateTime) -> Self {
        match self {
            // Itself: of a doubled hour it may be the second, which no wall clock tells.
            _ if start == self.local_start() => self,
            Self::Timed { start: from, end: to, zone } => {
                let length = zone.local(to) - zone.local(from);
                let end = start.checked_add_signed(length).unwrap_or(start);
                let (first, after) = (zone.instant(start), zone.instant(end));
                // Where the clocks go back within it, its end could come first.
                let real = TimeDelta::milliseconds(to.millis() - from.millis()).num_seconds();
                let end = if after > first { after } else { first.plus_seconds(real) };
                Self::Timed { start: first, end, zone }
            }
            Self::AllDay { first, last } => {
                let days = u64::try_from((last - first).num_days()).unwrap_or(0);
                let first = start.date();
                Self::AllDay { first, last: first.checked_add_days(Days::new(days)).unwrap_or(first) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_rfc3339(text).unwrap()
    }

    fn rome() -> TimeZone {
        "Europe/Rome".parse().unwrap()
    }

    #[test]
    fn d3_an_end_comes_after_its_start() {
        let noon = at("2026-11-22T12:00:00Z");
        assert_eq!(Span::timed(noon, noon, rome()), Err(SpanRefused::Backwards));
        assert_eq!(Span::timed(noon, noon.plus_seconds(367 * 86_400), rome()), Err(SpanRefused::TooLong));
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(Span::all_day(day("2026-11-22"), day("2026-11-21")), Err(SpanRefused::Backwards));
        let one = Span::all_day(day("2026-11-22"), day("2026-11-22")).unwrap();
        assert_eq!(one.minutes(rome()), 24 * 60);
        assert_eq!(one.end(rome()), at("2026-11-22T23:00:00Z"), "exclusive inside");
    }

    #[test]
    fn d6_a_night_lasts_as_long_as_it_lasts() {
        let night = Span::timed(at("2026-10-20T22:00:00+02:00"), at("2026-10-21T06:00:00+02:00"), rome()).unwrap();
        for (start, hours) in [("2026-10-20T22:00", 8), ("2026-10-24T22:00", 9), ("2027-03-27T22:00", 7)] {
            let start = NaiveDateTime::parse_from_str(start, "%Y-%m-%dT%H:%M").unwrap();
            let moved = night.moved_to(start);
            assert_eq!((moved.local_start(), moved.minutes(rome())), (start, hours * 60), "{start}");
        }
    }

    #[test]
    fn a_whole_day_is_the_same_day_everywhere() {
        let day: NaiveDate = "2026-11-22".parse().unwrap();
        let moved = Span::all_day(day, day).unwrap().moved_to("2026-12-24T00:00:00".parse().unwrap());
        assert_eq!(moved, Span::AllDay { first: "2026-12-24".parse().unwrap(), last: "2026-12-24".parse().unwrap() });
    }
}
