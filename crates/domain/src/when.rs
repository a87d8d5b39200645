//! Reading dates as people and models write them (TOOLS.md D1, D7): a date, a local or zoned date-time, or one of a
//! closed list of words that the server resolves, so that nobody else has to know what day it is.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, Weekday};

use crate::time::{TimeZone, Timestamp};

/// What may be written, for error messages and descriptions.
pub const FORMS: &[&str] = &[
    "2026-11-22",
    "2026-11-22T18:30",
    "2026-11-22T18:30:00+01:00",
    "today",
    "tomorrow",
    "yesterday",
    "this_week",
    "next_week",
    "last_week",
    "this_month",
    "next_month",
    "last_month",
    "this_quarter",
    "next_quarter",
    "last_quarter",
    "this_year",
    "next_year",
    "last_year",
    "mon",
    "tue",
    "wed",
    "thu",
    "fri",
    "sat",
    "sun",
    "+3d",
    "-3d",
    "+2w",
    "-2w",
    "+1m",
    "-1m",
];

/// The most days, weeks or months that an offset may have.
const FARTHEST: u32 = 1000;

/// The years that may be written: the end of a day of theirs is in the calendar, in every zone.
const YEARS: std::ops::RangeInclusive<i32> = 1..=9998;

/// A moment, a day or a stretch of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// An instant.
    Instant(Timestamp),
    /// Whole days, from the first to the last one, both included.
    Days {
        /// The first day.
        first: NaiveDate,
        /// The last day.
        last: NaiveDate,
    },
}

impl When {
    /// The first instant that belongs to it: what "from" and "since" mean.
    pub fn start(self, zone: TimeZone) -> Timestamp {
        match self {
            Self::Instant(instant) => instant,
            Self::Days { first, .. } => zone.start_of(first),
        }
    }

    /// The first instant after it: a date as an upper bound lasts until its end (D3).
    pub fn end(self, zone: TimeZone) -> Timestamp {
        match self {
            Self::Instant(instant) => instant,
            Self::Days { last, .. } => zone.end_of(last),
        }
    }
}

/// Reads `text`, written at `now` by someone in `zone`.
///
/// ```
/// use lavori_domain::{Timestamp, when};
/// let now = Timestamp::parse_rfc3339("2026-11-22T12:00:00Z").unwrap(); // a Sunday
/// let rome = "Europe/Rome".parse().unwrap();
/// let friday = when::parse("fri", now, rome).unwrap();
/// assert_eq!(friday.end(rome).to_string(), "2026-11-27T23:00:00.000Z");
/// ```
///
/// # Errors
/// [`NotAWhen`] when it is none of [`FORMS`], or beyond the calendar.
pub fn parse(text: &str, now: Timestamp, zone: TimeZone) -> Result<When, NotAWhen> {
    let text = text.trim();
    let today = zone.date(now);
    word(text, today).or_else(|| offset(text, today)).or_else(|| written(text, zone)).ok_or(NotAWhen)
}

/// The text is no date, date-time or word of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a date: expected a date, a date-time or one of the words")]
pub struct NotAWhen;

fn word(text: &str, today: NaiveDate) -> Option<When> {
    let lower = text.to_ascii_lowercase();
    match lower.as_str() {
        "today" => return days(today, today),
        "tomorrow" => return day(today.checked_add_days(Days::new(1))),
        "yesterday" => return day(today.checked_sub_days(Days::new(1))),
        _ => {}
    }
    if let Some(weekday) = weekday(&lower) {
        // The first such day strictly after today: said on a Monday, "mon" is a week away.
        let ahead = (weekday.num_days_from_monday() + 6 - today.weekday().num_days_from_monday()) % 7 + 1;
        return day(today.checked_add_days(Days::new(u64::from(ahead))));
    }
    let (which, unit) = lower.split_once('_')?;
    let step = match which {
        "last" => -1,
        "this" => 0,
        "next" => 1,
        _ => return None,
    };
    match unit {
        "week" => {
            let monday = today.week(Weekday::Mon).checked_first_day()?;
            let first = shift_days(monday, step * 7)?;
            days(first, shift_days(first, 6)?)
        }
        "month" => months(today.with_day(1)?, step, 1),
        "quarter" => months(today.with_day(1)?.with_month0(today.month0() / 3 * 3)?, step * 3, 3),
        "year" => months(today.with_day(1)?.with_month0(0)?, step * 12, 12),
        _ => None,
    }
}

fn weekday(text: &str) -> Option<Weekday> {
    Some(match text {
        "mon" => Weekday::Mon,
        "tue" => Weekday::Tue,
        "wed" => Weekday::Wed,
        "thu" => Weekday::Thu,
        "fri" => Weekday::Fri,
        "sat" => Weekday::Sat,
        "sun" => Weekday::Sun,
        _ => return None,
    })
}

/// `+3d`, `-2w`, `+1m`.
fn offset(text: &str, today: NaiveDate) -> Option<When> {
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (digits, unit) = text.get(1..)?.split_at_checked(text.len().checked_sub(2)?)?;
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let count = digits.parse::<u32>().ok().filter(|count| *count <= FARTHEST)?;
    let count = sign * i32::try_from(count).ok()?;
    day(match unit {
        "d" => shift_days(today, count),
        "w" => shift_days(today, count * 7),
        "m" => shift_months(today, count),
        _ => None,
    })
}

fn written(text: &str, zone: TimeZone) -> Option<When> {
    // chrono also reads `-9999` and `+99999`.
    let (year, rest) = text.split_at_checked(4)?;
    let is_year = year.bytes().all(|byte| byte.is_ascii_digit()) && rest.starts_with('-');
    if !is_year || year.parse().is_ok_and(|year: i32| !YEARS.contains(&year)) {
        return None;
    }
    if text.len() == 10 {
        return day(NaiveDate::parse_from_str(text, "%Y-%m-%d").ok());
    }
    if let Ok(instant) = Timestamp::parse_rfc3339(text) {
        return Some(When::Instant(instant));
    }
    ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
        .map(|local| When::Instant(zone.instant(local)))
}

fn day(date: Option<NaiveDate>) -> Option<When> {
    date.and_then(|date| days(date, date))
}

fn days(first: NaiveDate, last: NaiveDate) -> Option<When> {
    Some(When::Days { first, last })
}

/// `length` whole months, `step` months after the one that begins on `first`.
fn months(first: NaiveDate, step: i32, length: u32) -> Option<When> {
    let first = shift_months(first, step)?;
    days(first, first.checked_add_months(Months::new(length))?.pred_opt()?)
}

fn shift_days(date: NaiveDate, count: i32) -> Option<NaiveDate> {
    let distance = Days::new(u64::from(count.unsigned_abs()));
    if count < 0 { date.checked_sub_days(distance) } else { date.checked_add_days(distance) }
}

fn shift_months(date: NaiveDate, count: i32) -> Option<NaiveDate> {
    let distance = Months::new(count.unsigned_abs());
    if count < 0 { date.checked_sub_months(distance) } else { date.checked_add_months(distance) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rome() -> TimeZone {
        "Europe/Rome".parse().unwrap()
    }

    /// As text: `first..last` for days, RFC 3339 for an instant, `-` for what is refused.
    fn check(now: &str, cases: &[(&str, &str)]) {
        let now = Timestamp::parse_rfc3339(now).unwrap();
        for (text, expected) in cases {
            let read = match parse(text, now, rome()) {
                Ok(When::Instant(instant)) => rome().rfc3339(instant),
                Ok(When::Days { first, last }) if first == last => first.to_string(),
                Ok(When::Days { first, last }) => format!("{first}..{last}"),
                Err(NotAWhen) => "-".to_owned(),
            };
            assert_eq!(&read, expected, "{text}");
        }
    }

    #[test]
    fn d1_a_year_has_four_digits_and_its_days_an_end() {
        let now = "2026-11-22T12:00:00Z";
        check(now, &[("9998-12-31", "9998-12-31"), ("0001-01-01", "0001-01-01")]);
        let beyond =
            ["9999-12-31", "0000-01-01", "-999-01-01", "+99999-1-1", "+12026-01-01T00:00", "-9999-01-01T00:00"];
        check(now, &beyond.map(|text| (text, "-")));
    }

    #[test]
    fn d7_every_word_is_resolved_in_the_zone() {
        // Sunday 22 November in UTC, and already so in Rome.
        check(
            "2026-11-22T12:00:00Z",
            &[
                ("today", "2026-11-22"),
                ("TODAY ", "2026-11-22"),
                ("tomorrow", "2026-11-23"),
                ("yesterday", "2026-11-21"),
                ("this_week", "2026-11-16..2026-11-22"),
                ("next_week", "2026-11-23..2026-11-29"),
                ("last_week", "2026-11-09..2026-11-15"),
                ("this_month", "2026-11-01..2026-11-30"),
                ("next_month", "2026-12-01..2026-12-31"),
                ("last_month", "2026-10-01..2026-10-31"),
                ("this_quarter", "2026-10-01..2026-12-31"),
                ("next_quarter", "2027-01-01..2027-03-31"),
                ("last_quarter", "2026-07-01..2026-09-30"),
                ("this_year", "2026-01-01..2026-12-31"),
                ("next_year", "2027-01-01..2027-12-31"),
                ("last_year", "2025-01-01..2025-12-31"),
                ("mon", "2026-11-23"),
                ("sat", "2026-11-28"),
                ("sun", "2026-11-29"),
                ("+0d", "2026-11-22"),
                ("+10d", "2026-12-02"),
                ("-3w", "2026-11-01"),
                ("+3m", "2027-02-22"),
            ],
        );
    }

    #[test]
    fn d7_the_day_is_the_one_in_the_zone() {
        check("2026-11-22T23:30:00Z", &[("today", "2026-11-23"), ("mon", "2026-11-30"), ("tue", "2026-11-24")]);
        check("2026-01-31T12:00:00Z", &[("+1m", "2026-02-28"), ("last_quarter", "2025-10-01..2025-12-31")]);
        check("2028-02-29T12:00:00Z", &[("next_year", "2029-01-01..2029-12-31"), ("-12m", "2027-02-28")]);
    }

    #[test]
    fn d1_written_dates_and_times_are_read_in_the_zone() {
        check(
            "2026-11-22T12:00:00Z",
            &[
                ("2026-12-24", "2026-12-24"),
                ("2026-12-24T18:30", "2026-12-24T18:30:00+01:00"),
                ("2026-07-24 18:30", "2026-07-24T18:30:00+02:00"),
                ("2026-12-24T18:30:15", "2026-12-24T18:30:15+01:00"),
                ("2026-12-24T18:30:00Z", "2026-12-24T19:30:00+01:00"),
                ("2026-03-29T02:30", "2026-03-29T03:30:00+02:00"),
                ("2026-10-25T02:30", "2026-10-25T02:30:00+02:00"),
            ],
        );
    }

    #[test]
    fn d7_anything_else_is_refused() {
        let refused = [
            "",
            "+",
            "-",
            "+d",
            "++1d",
            "+1",
            "+1001d",
            "+1y",
            "1d",
            "+1D",
            "é",
            "+é",
            "soon",
            "this_day",
            "some_week",
            "monday",
            "2026-02-30",
            "2026-2-3",
            "22/11/2026",
            "2026-11-22T25:00",
            "+99999999999d",
        ];
        for text in refused {
            check("2026-11-22T12:00:00Z", &[(text, "-")]);
        }
    }

    #[test]
    fn d7_every_form_of_the_list_is_read() {
        for form in FORMS {
            assert!(parse(form, Timestamp::from_millis(0), rome()).is_ok(), "{form}");
        }
    }

    #[test]
    fn d3_a_date_as_an_upper_bound_lasts_until_its_end() {
        let day = parse("2026-10-25", Timestamp::from_millis(0), rome()).unwrap();
        assert_eq!(day.end(rome()).seconds_since(day.start(rome())), 25 * 3600);
        let instant = parse("2026-10-25T12:00", Timestamp::from_millis(0), rome()).unwrap();
        assert_eq!(instant.start(rome()), instant.end(rome()));
    }
}
