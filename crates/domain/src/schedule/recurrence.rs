//! How often something recurs: the part of RFC 5545's RRULE that people use (TOOLS.md D4).

use std::fmt;
use std::str::FromStr;

use chrono::{NaiveDate, NaiveDateTime, Utc};
use rrule::{Frequency, NWeekday, RRule, RRuleSet, Unvalidated, Weekday};

use crate::time::{TimeZone, Timestamp};

/// The parts that may be given.
const PARTS: [&str; 7] = ["FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "COUNT", "UNTIL", "WKST"];
/// The most occurrences that a rule may count.
const MOST: u32 = 5_000;

/// When a series ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Not by itself.
    Never,
    /// After so many occurrences, those left out included.
    Count(u32),
    /// With the last occurrence that begins no later.
    Until(Timestamp),
    /// With the last occurrence that begins on that day or before: for whole days.
    UntilDay(NaiveDate),
}

/// A recurrence rule: `rule` says how often, without an end of its own. As text it is an RRULE value such as `FREQ=WEEKLY;BYDAY=MO,WE;COUNT=10`.
#[derive(Debug, Clone, PartialEq)]
pub struct Recurrence {
    rule: RRule<Unvalidated>,
    end: End,
}

/// Why a text is no rule that is understood here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRecurrence {
    /// It cannot be read.
    #[error("not a recurrence rule (RFC 5545), such as FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;COUNT=10")]
    Unreadable,
    /// It has a part that is not understood.
    #[error("{0} is not supported: use FREQ, INTERVAL, BYDAY, BYMONTHDAY and COUNT or UNTIL")]
    Part(String),
    /// It has a part twice (RFC 5545 section 3.3.10: each at most once).
    #[error("{0} is given twice: give it once")]
    Twice(&'static str),
    /// It recurs more often than daily.
    #[error("FREQ must be DAILY, WEEKLY, MONTHLY or YEARLY")]
    Frequency,
    /// It has both ends.
    #[error("give COUNT or UNTIL, not both")]
    TwoEnds,
    /// Its end has another shape.
    #[error("UNTIL must be in UTC, such as 20261231T225959Z, or a date, such as 20261231")]
    Until,
    /// It counts too many.
    #[error("COUNT is at most {MOST}")]
    Count,
    /// The first occurrence is not one of the rule's.
    #[error("the start does not fit the rule: the first occurrence would be {0}")]
    Start(NaiveDateTime),
    /// It has no occurrence at all.
    #[error("the rule has no occurrence")]
    Never,
}

impl FromStr for Recurrence {
    type Err = InvalidRecurrence;

    fn from_str(text: &str) -> Result<Self, InvalidRecurrence> {
        let text = text.trim().to_ascii_uppercase();
        let text = text.strip_prefix("RRULE:").unwrap_or(&text);
        let (mut until, mut count) = (None, None);
        let (mut rest, mut given) = (Vec::new(), Vec::new());
        for part in text.split(';') {
            let (name, value) = part.split_once('=').ok_or(InvalidRecurrence::Unreadable)?;
            let Some(name) = PARTS.into_iter().find(|known| *known == name) else {
                return Err(InvalidRecurrence::Part(name.chars().take(20).collect()));
            };
            if given.contains(&name) {
                return Err(InvalidRecurrence::Twice(name));
            }
            given.push(name);
            match name {
                // The crate reads a time without Z in this machine's zone, which means nothing to anybody.
                "UNTIL" => until = Some(read_until(value)?),
                "COUNT" => count = Some(value.parse::<u32>().map_err(|_| InvalidRecurrence::Unreadable)?),
                _ => rest.push(part),
            }
        }
        let rule: RRule<Unvalidated> = rest.join(";").parse().map_err(|_| InvalidRecurrence::Unreadable)?;
        if !matches!(rule.get_freq(), Frequency::Daily | Frequency::Weekly | Frequency::Monthly | Frequency::Yearly) {
            return Err(InvalidRecurrence::Frequency);
        }
        let end = match (count, until) {
            (Some(_), Some(_)) => return Err(InvalidRecurrence::TwoEnds),
            (Some(count), None) if count > MOST => return Err(InvalidRecurrence::Count),
            (Some(0), None) => return Err(InvalidRecurrence::Never),
            (Some(count), None) => End::Count(count),
            (None, until) => until.unwrap_or(End::Never),
        };
        Ok(Self { rule, end })
    }
}

fn read_until(value: &str) -> Result<End, InvalidRecurrence> {
    // chrono also reads years of other than four digits.
    let is_digit = |at: usize| value.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    if !(0..8).all(is_digit) {
        return Err(InvalidRecurrence::Until);
    }
    if let Ok(day) = NaiveDate::parse_from_str(value, "%Y%m%d") {
        return Ok(End::UntilDay(day));
    }
    let instant = NaiveDateTime::parse_from_str(value, "%Y%m%dT%H%M%SZ").map_err(|_| InvalidRecurrence::Until)?;
    Ok(End::Until(Timestamp::from(instant.and_utc())))
}

/// A weekday of a BYDAY part. The crate writes the first one of a month as every one.
fn weekday(day: &NWeekday) -> String {
    match day {
        NWeekday::Every(_) => day.to_string(),
        NWeekday::Nth(nth, day) => format!("{nth}{}", NWeekday::Every(*day)),
    }
}

impl fmt::Display for Recurrence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FREQ={}", self.rule.get_freq())?;
        if self.rule.get_interval() != 1 {
            write!(f, ";INTERVAL={}", self.rule.get_interval())?;
        }
        let list = |values: Vec<String>| values.join(",");
        if !self.rule.get_by_weekday().is_empty() {
            write!(f, ";BYDAY={}", list(self.rule.get_by_weekday().iter().map(weekday).collect()))?;
        }
        if !self.rule.get_by_month_day().is_empty() {
            write!(f, ";BYMONTHDAY={}", list(self.rule.get_by_month_day().iter().map(i8::to_string).collect()))?;
        }
        // Monday is what it is without being said; it decides which weeks count where every second one does.
        if self.rule.get_week_start() != Weekday::Mon {
            write!(f, ";WKST={}", NWeekday::Every(self.rule.get_week_start()))?;
        }
        match self.end {
            End::Never => Ok(()),
            End::Count(count) => write!(f, ";COUNT={count}"),
            End::Until(instant) => write!(f, ";UNTIL={}", instant.utc().format("%Y%m%dT%H%M%SZ")),
            End::UntilDay(day) => write!(f, ";UNTIL={}", day.format("%Y%m%d")),
        }
    }
}

impl Recurrence {
    /// When it ends.
    pub fn end(&self) -> End {
        self.end
    }

    /// The same rule with another end.
    pub fn ending(&self, end: End) -> Self {
        Self { rule: self.rule.clone(), end }
    }

    /// Checks that a series may begin at `first`: its first occurrence is the rule's first (RFC 5545 section 3.8.5.3
    /// leaves undefined what else would mean).
    ///
    /// # Errors
    /// [`InvalidRecurrence::Start`] with the date that would do, or [`InvalidRecurrence::Never`].
    pub fn check_start(&self, first: NaiveDateTime, zone: TimeZone) -> Result<(), InvalidRecurrence> {
        match self.starts(first, zone)?.next() {
            Some(start) if start == first => Ok(()),
            Some(start) => Err(InvalidRecurrence::Start(start)),
            None => Err(InvalidRecurrence::Never),
        }
    }

    /// The wall-clock times at which the occurrences of a series begin that begins at `first`, in order. They are counted
    /// on a calendar without clock changes, so that none is lost or doubled where a zone has them.
    ///
    /// # Errors
    /// When the rule means nothing with that start.
    pub(crate) fn starts(
        &self,
        first: NaiveDateTime,
        zone: TimeZone,
    ) -> Result<impl Iterator<Item = NaiveDateTime> + use<>, InvalidRecurrence> {
        let floating = first.and_utc().with_timezone(&rrule::Tz::UTC);
        let rule = self.rule.clone().validate(floating).map_err(|_| InvalidRecurrence::Unreadable)?;
        let set = RRuleSet::new(floating).rrule(rule).limit();
        let end = self.end;
        let most = match end {
            End::Count(count) => usize::try_from(count).unwrap_or(usize::MAX),
            _ => usize::MAX,
        };
        let starts = (&set).into_iter().map(|date| date.with_timezone(&Utc).naive_utc()).take(most);
        Ok(starts.take_while(move |start| match end {
            End::Never | End::Count(_) => true,
            End::Until(instant) => zone.instant(*start) <= instant,
            End::UntilDay(day) => start.date() <= day,
        }))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rule(text: &str) -> Recurrence {
        text.parse().unwrap()
    }

    fn starts(rule: &Recurrence, first: &str, most: usize) -> Vec<String> {
        let first = NaiveDateTime::parse_from_str(first, "%Y-%m-%dT%H:%M").unwrap();
        let starts = rule.starts(first, "Europe/Rome".parse().unwrap()).unwrap();
        starts.take(most).map(|start| start.format("%Y-%m-%dT%H:%M").to_string()).collect()
    }

    #[test]
    fn d4_what_is_understood_is_read_and_written_the_same() {
        for text in [
            "FREQ=DAILY",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;COUNT=10",
            "FREQ=MONTHLY;BYDAY=-1FR",
            "FREQ=MONTHLY;BYDAY=1MO,3MO",
            "FREQ=MONTHLY;BYMONTHDAY=15;UNTIL=20261231T225959Z",
            "FREQ=YEARLY;UNTIL=20301231",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU;COUNT=4",
        ] {
            assert_eq!(rule(text).to_string(), text);
        }
        assert_eq!(rule("rrule:freq=weekly;byday=mo").to_string(), "FREQ=WEEKLY;BYDAY=MO");
    }

    #[test]
    fn d4_the_first_day_of_the_week_decides_which_weeks_count() {
        // The example of RFC 5545 section 3.8.5.3.
        let every_second = |week: &str| {
            let text = format!("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST={week};COUNT=4");
            // As it is kept and read again.
            let kept = rule(&rule(&text).to_string());
            starts(&kept, "1997-08-05T09:00", 9)
        };
        let days = |days: [&str; 4]| days.map(|day| format!("1997-08-{day}T09:00"));
        assert_eq!(every_second("MO"), days(["05", "10", "19", "24"]));
        assert_eq!(every_second("SU"), days(["05", "17", "19", "31"]));
    }

    fn rules() -> impl Strategy<Value = String> {
        let days = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
        let day = || prop::sample::select(days.to_vec());
        let by = prop_oneof![
            Just((String::from("DAILY"), String::new())),
            prop::sample::subsequence(days.to_vec(), 1..=7)
                .prop_map(|days| ("WEEKLY".to_owned(), format!(";BYDAY={}", days.join(",")))),
            (prop::sample::select(vec![1, 2, 3, 4, -1]), day())
                .prop_map(|(nth, day)| ("MONTHLY".to_owned(), format!(";BYDAY={nth}{day}"))),
            prop::sample::select(vec![1, 15, 31, -1])
                .prop_map(|day| ("MONTHLY".to_owned(), format!(";BYMONTHDAY={day}"))),
            Just((String::from("YEARLY"), String::new())),
        ];
        let end = prop_oneof![
            Just(String::new()),
            (1..200_u32).prop_map(|count| format!(";COUNT={count}")),
            Just(";UNTIL=20271231".to_owned()),
            Just(";UNTIL=20271231T225959Z".to_owned()),
        ];
        (by, 1..5_u32, prop::option::of(day()), end).prop_map(|((freq, by), interval, week, end)| {
            let week = week.map_or(String::new(), |day| format!(";WKST={day}"));
            format!("FREQ={freq};INTERVAL={interval}{by}{week}{end}")
        })
    }

    proptest! {
        #[test]
        fn d4_every_rule_is_the_same_when_it_is_read_again(text in rules()) {
            let once = rule(&text);
            let again = rule(&once.to_string());
            prop_assert_eq!(&once, &again, "{}", text);
            prop_assert_eq!(once.to_string(), again.to_string());
            // Some Sunday, and whatever the rule makes of it.
            let dates = |rule: &Recurrence| starts(rule, "2026-11-22T09:00", 12);
            prop_assert_eq!(dates(&once), dates(&again));
        }
    }

    #[test]
    fn d4_what_is_not_says_why() {
        for (text, why) in [
            ("", InvalidRecurrence::Unreadable),
            ("every monday", InvalidRecurrence::Unreadable),
            ("INTERVAL=2", InvalidRecurrence::Unreadable),
            ("FREQ=HOURLY", InvalidRecurrence::Frequency),
            ("FREQ=WEEKLY;BYHOUR=3", InvalidRecurrence::Part("BYHOUR".to_owned())),
            ("FREQ=WEEKLY;BYDAY=XX", InvalidRecurrence::Unreadable),
            ("FREQ=DAILY;COUNT=2;UNTIL=20261231", InvalidRecurrence::TwoEnds),
            ("FREQ=DAILY;COUNT=2;COUNT=3", InvalidRecurrence::Twice("COUNT")),
            ("FREQ=DAILY;FREQ=WEEKLY", InvalidRecurrence::Twice("FREQ")),
            ("FREQ=DAILY;UNTIL=20261231T225959", InvalidRecurrence::Until),
            ("FREQ=DAILY;UNTIL=+120261231", InvalidRecurrence::Until),
            ("FREQ=DAILY;UNTIL=-20261231T225959Z", InvalidRecurrence::Until),
            ("FREQ=DAILY;COUNT=5001", InvalidRecurrence::Count),
            ("FREQ=DAILY;COUNT=0", InvalidRecurrence::Never),
        ] {
            assert_eq!(text.parse::<Recurrence>(), Err(why), "{text}");
        }
    }

    #[test]
    fn d4_occurrences_keep_their_time_on_the_wall() {
        let weekly = rule("FREQ=WEEKLY;BYDAY=SA,SU;COUNT=4");
        let expected = ["2026-10-24T22:00", "2026-10-25T22:00", "2026-10-31T22:00", "2026-11-01T22:00"];
        assert_eq!(starts(&weekly, "2026-10-24T22:00", 10), expected);
        let last_friday = rule("FREQ=MONTHLY;BYDAY=-1FR");
        assert_eq!(starts(&last_friday, "2026-11-27T09:00", 2), ["2026-11-27T09:00", "2026-12-25T09:00"]);
        let thirty_first = rule("FREQ=MONTHLY;BYMONTHDAY=31");
        assert_eq!(starts(&thirty_first, "2026-10-31T09:00", 2), ["2026-10-31T09:00", "2026-12-31T09:00"]);
    }

    #[test]
    fn d4_until_is_an_instant_in_the_zone_of_the_series() {
        // 22:00 in Rome on the 26th is 21:00 in UTC.
        let until = |text: &str| starts(&rule(&format!("FREQ=DAILY;UNTIL={text}")), "2026-11-24T22:00", 9).len();
        assert_eq!((until("20261126T210000Z"), until("20261126T205959Z"), until("20261126")), (3, 2, 3));
    }

    #[test]
    fn a_start_that_does_not_fit_is_told_the_one_that_does() {
        let monday = rule("FREQ=WEEKLY;BYDAY=MO");
        let sunday: NaiveDateTime = "2026-11-22T10:00:00".parse().unwrap();
        let rome = "Europe/Rome".parse().unwrap();
        let next = "2026-11-23T10:00:00".parse().unwrap();
        assert_eq!(monday.check_start(sunday, rome), Err(InvalidRecurrence::Start(next)));
        assert_eq!(monday.check_start(next, rome), Ok(()));
        assert_eq!(rule("FREQ=DAILY;UNTIL=20200101").check_start(next, rome), Err(InvalidRecurrence::Never));
    }
}
