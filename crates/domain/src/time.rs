//! Instants are UTC; what a person reads is in the organization's IANA zone.

use std::fmt;
use std::str::FromStr;

use chrono::{
    DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Offset, SecondsFormat, TimeZone as _, Utc,
};

/// An instant, exact to the millisecond: both databases keep exactly what was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(DateTime<Utc>);

/// 0001-01-01T00:00:00.000Z and 9999-12-31T23:59:59.999Z: beyond them a year has other than four digits. Such a text is
/// no RFC 3339, so that a database could not give back what it was given, and does not sort as the instants do.
const ENDS: (i64, i64) = (-62_135_596_800_000, 253_402_300_799_999);

impl Timestamp {
    /// The instant `millis` milliseconds after 1970-01-01T00:00:00Z. Those before the year 1 and after the year 9999
    /// become the nearest end.
    pub fn from_millis(millis: i64) -> Self {
        // chrono knows every instant between the ends.
        Self(DateTime::from_timestamp_millis(millis.clamp(ENDS.0, ENDS.1)).unwrap_or_default())
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub fn millis(self) -> i64 {
        self.0.timestamp_millis()
    }

    /// The instant `seconds` later, or earlier if negative.
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self::from_millis(self.millis().saturating_add(seconds.saturating_mul(1000)))
    }

    /// Whole seconds from `earlier` to `self`; negative when `earlier` is later.
    pub fn seconds_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).num_seconds()
    }

    /// The same instant as chrono's type.
    pub fn utc(self) -> DateTime<Utc> {
        self.0
    }

    /// Reads RFC 3339 with an offset, such as `2026-11-22T17:30:00+01:00`.
    ///
    /// # Errors
    /// When the text is not RFC 3339.
    pub fn parse_rfc3339(text: &str) -> Result<Self, chrono::ParseError> {
        DateTime::parse_from_rfc3339(text).map(|time| Self::from(time.to_utc()))
    }
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(time: DateTime<Utc>) -> Self {
        Self::from_millis(time.timestamp_millis())
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC with milliseconds: as text these sort as the instants do.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// An IANA time zone, such as `Europe/Rome`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TimeZone(chrono_tz::Tz);

impl TimeZone {
    /// Coordinated universal time.
    pub const UTC: Self = Self(chrono_tz::UTC);

    /// The IANA name.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The zones that a list offers: by region and city, and UTC. Names of old, which still work when typed, are left
    /// out.
    pub fn offered() -> impl Iterator<Item = Self> {
        const REGIONS: [&str; 10] = [
            "Africa",
            "America",
            "Antarctica",
            "Arctic",
            "Asia",
            "Atlantic",
            "Australia",
            "Europe",
            "Indian",
            "Pacific",
        ];
        let is_offered = |zone: &chrono_tz::Tz| {
            zone.name().split_once('/').map_or(*zone == chrono_tz::UTC, |(region, _)| REGIONS.contains(&region))
        };
        chrono_tz::TZ_VARIANTS.iter().copied().filter(is_offered).map(Self)
    }

    /// The calendar date in this zone at `instant`.
    pub fn date(self, instant: Timestamp) -> NaiveDate {
        instant.0.with_timezone(&self.0).date_naive()
    }

    /// `instant` as RFC 3339 in this zone, such as `2026-11-22T18:30:00+01:00`.
    pub fn rfc3339(self, instant: Timestamp) -> String {
        instant.0.with_timezone(&self.0).to_rfc3339_opts(SecondsFormat::Secs, true)
    }

    /// `instant` as a person reads it in this zone: `22 Nov 2026, 18:30`.
    pub fn readable(self, instant: Timestamp) -> String {
        instant.0.with_timezone(&self.0).format("%-d %b %Y, %H:%M").to_string()
    }

    /// What clocks in this zone show at `instant`.
    pub fn local(self, instant: Timestamp) -> NaiveDateTime {
        instant.0.with_timezone(&self.0).naive_local()
    }

    /// The date in this zone as a person reads it: `22 November 2026`.
    pub fn long_date(self, instant: Timestamp) -> String {
        instant.0.with_timezone(&self.0).format("%-d %B %Y").to_string()
    }

    /// The time of day in this zone as a person reads it: `18:30`.
    pub fn clock(self, instant: Timestamp) -> String {
        instant.0.with_timezone(&self.0).format("%H:%M").to_string()
    }

    /// The weekday in this zone at `instant`, in English.
    pub fn weekday(self, instant: Timestamp) -> &'static str {
        weekday(self.date(instant))
    }

    /// The instant of a local date and time. In a gap the offset before the gap counts; of a doubled time it is
    /// the first (RFC 5545 section 3.3.5).
    pub fn instant(self, local: NaiveDateTime) -> Timestamp {
        match self.0.from_local_datetime(&local).earliest() {
            Some(time) => Timestamp::from(time.to_utc()),
            None => {
                // In a gap: take the offset in force a day before. No zone has two gaps within one day.
                let before = local.checked_sub_days(Days::new(1)).unwrap_or(local);
                let offset = self.0.offset_from_utc_datetime(&before).fix().local_minus_utc();
                Timestamp::from(local.and_utc()).plus_seconds(-i64::from(offset))
            }
        }
    }

    /// The first instant of `date` in this zone.
    pub fn start_of(self, date: NaiveDate) -> Timestamp {
        self.instant(date.and_time(NaiveTime::MIN))
    }

    /// The first instant after `date` in this zone: a date-only deadline lasts until then.
    pub fn end_of(self, date: NaiveDate) -> Timestamp {
        self.start_of(date.checked_add_days(Days::new(1)).unwrap_or(date))
    }
}

impl FromStr for TimeZone {
    type Err = UnknownTimeZone;

    fn from_str(name: &str) -> Result<Self, UnknownTimeZone> {
        name.parse().map(Self).map_err(|_| UnknownTimeZone)
    }
}

/// The name is not in the IANA time zone database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an IANA time zone name")]
pub struct UnknownTimeZone;

/// The weekday of `date`, in English.
pub fn weekday(date: NaiveDate) -> &'static str {
    const NAMES: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    NAMES[date.weekday().num_days_from_monday() as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rome() -> TimeZone {
        "Europe/Rome".parse().unwrap()
    }

    fn local(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap()
    }

    #[test]
    fn d1_a_local_time_in_a_gap_uses_the_offset_before_it() {
        assert_eq!(rome().instant(local("2026-03-29T02:30")).to_string(), "2026-03-29T01:30:00.000Z");
    }

    #[test]
    fn d1_of_a_doubled_local_time_the_first_is_meant() {
        assert_eq!(rome().instant(local("2026-10-25T02:30")).to_string(), "2026-10-25T00:30:00.000Z");
    }

    #[test]
    fn d6_a_night_shift_over_a_clock_change_has_its_real_length() {
        let hours = |from, to| rome().instant(local(to)).seconds_since(rome().instant(local(from))) / 3600;
        assert_eq!(hours("2026-10-24T22:00", "2026-10-25T06:00"), 9);
        assert_eq!(hours("2027-03-27T22:00", "2027-03-28T06:00"), 7);
    }

    #[test]
    fn p4_the_offered_zones_are_places_each_once_and_in_order() {
        let names: Vec<_> = TimeZone::offered().map(TimeZone::name).collect();
        assert!(names.is_sorted_by(|one, next| one < next));
        for name in ["Europe/Rome", "America/Argentina/Buenos_Aires", "Asia/Tokyo", "UTC"] {
            assert!(names.contains(&name), "{name}");
        }
        assert!(!names.iter().any(|name| name.starts_with("Etc/") || name.starts_with("US/") || *name == "GB"));
        assert!(names.len() < 520, "{}", names.len());
    }

    #[test]
    fn p28_a_time_reads_as_it_was_in_the_zone() {
        let summer = Timestamp::parse_rfc3339("2026-07-04T22:05:00Z").unwrap();
        assert_eq!(rome().readable(summer), "5 Jul 2026, 00:05");
        assert_eq!(TimeZone::UTC.readable(summer), "4 Jul 2026, 22:05");
        assert_eq!((rome().long_date(summer).as_str(), rome().clock(summer).as_str()), ("5 July 2026", "00:05"));
    }

    #[test]
    fn the_ends_of_the_calendar_read_back_and_nothing_is_beyond_them() {
        for (millis, shown) in [(i64::MIN, "0001-01-01T00:00:00.000Z"), (i64::MAX, "9999-12-31T23:59:59.999Z")] {
            let end = Timestamp::from_millis(millis);
            assert_eq!(end.to_string(), shown);
            assert_eq!(Timestamp::parse_rfc3339(shown), Ok(end));
            assert_eq!(end.plus_seconds(millis.signum()), end);
        }
        let beyond = Timestamp::parse_rfc3339("9999-12-31T23:59:59-12:00").unwrap();
        assert_eq!(beyond, Timestamp::from_millis(i64::MAX));
    }

    #[test]
    fn as_text_instants_sort_as_they_do_in_time() {
        let early = Timestamp::from_millis(999);
        let late = Timestamp::from_millis(1000);
        assert!(early.to_string() < late.to_string());
        assert_eq!(Timestamp::parse_rfc3339(&late.to_string()).unwrap(), late);
    }
}
