//! What the rules of working time say about a shift (TOOLS.md D8; Directive 2003/88/EC articles 3 to 6).

use chrono::{Datelike, Days, NaiveDate, Weekday};

use crate::schedule::availability::Stretch;
use crate::time::TimeZone;

/// An organization's limits, in minutes. The defaults are the directive's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The least rest between two shifts (article 3).
    pub rest: i64,
    /// The longest work without a break (article 4).
    pub unbroken: i64,
    /// The most work in a week (article 6).
    pub week: i64,
    /// The longest shift.
    pub shift: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { rest: 11 * 60, unbroken: 6 * 60, week: 48 * 60, shift: 16 * 60 }
    }
}

/// One person's work in one shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Work {
    /// When.
    pub when: Stretch,
    /// How much of it is a break, in minutes: no work, whether paid or not.
    pub break_minutes: i64,
}

impl Work {
    /// How much of it is work, in minutes.
    pub fn minutes(self) -> i64 {
        (self.when.minutes() - self.break_minutes).max(0)
    }

    /// The work that falls into a stretch of time, in minutes; its break is shared out as its time is.
    pub fn minutes_in(self, stretch: Stretch) -> i64 {
        let whole = self.when.minutes();
        match self.when.shared(stretch) {
            Some(shared) if whole > 0 => self.minutes() * shared.minutes() / whole,
            _ => 0,
        }
    }
}

/// What is wrong with a shift. An overlap is refused, everything else is a warning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// The person has another shift at the time: which one of the others.
    Overlap(usize),
    /// The person is busy otherwise: which of the busy stretches.
    Busy(usize),
    /// Too little rest before or after another one.
    Rest {
        /// Which one of the others.
        other: usize,
        /// The minutes in between.
        minutes: i64,
    },
    /// Long work without a break.
    Unbroken {
        /// How long, in minutes.
        minutes: i64,
    },
    /// Too much work in a week.
    Week {
        /// The week's first day.
        begins: NaiveDate,
        /// The week's work, in minutes.
        minutes: i64,
    },
    /// A long shift.
    Long {
        /// How long, in minutes.
        minutes: i64,
    },
}

impl Finding {
    /// Whether the shift cannot be planned so.
    pub fn refuses(self) -> bool {
        matches!(self, Self::Overlap(_))
    }
}

/// Checks a shift of a person against their other pending and published shifts and what else takes their time.
/// Weeks begin on `week_start` in `zone`.
pub fn check(
    shift: Work,
    others: &[Work],
    busy: &[Stretch],
    limits: &Limits,
    zone: TimeZone,
    week_start: Weekday,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, other) in others.iter().enumerate() {
        if shift.when.shared(other.when).is_some() {
            findings.push(Finding::Overlap(index));
            continue;
        }
        let (earlier, later) = if other.when < shift.when { (other, &shift) } else { (&shift, other) };
        let minutes = later.when.start.seconds_since(earlier.when.end) / 60;
        if minutes < limits.rest {
            findings.push(Finding::Rest { other: index, minutes });
        }
    }
    let taken = busy.iter().enumerate().filter(|(_, stretch)| shift.when.shared(**stretch).is_some());
    findings.extend(taken.map(|(index, _)| Finding::Busy(index)));
    if shift.break_minutes == 0 && shift.when.minutes() > limits.unbroken {
        findings.push(Finding::Unbroken { minutes: shift.when.minutes() });
    }
    if shift.when.minutes() > limits.shift {
        findings.push(Finding::Long { minutes: shift.when.minutes() });
    }
    findings.extend(weeks(shift, others, limits, zone, week_start));
    findings
}

/// The weeks that the shift makes too long.
fn weeks<'a>(
    shift: Work,
    others: &'a [Work],
    limits: &'a Limits,
    zone: TimeZone,
    week_start: Weekday,
) -> impl Iterator<Item = Finding> + 'a {
    let first = zone.date(shift.when.start).week(week_start).first_day();
    let weeks = std::iter::successors(Some(first), |begins| begins.checked_add_days(Days::new(7)));
    weeks
        .map_while(move |begins| {
            let week =
                Stretch { start: zone.start_of(begins), end: zone.start_of(begins.checked_add_days(Days::new(7))?) };
            shift.when.shared(week).map(|_| (begins, week))
        })
        .filter_map(move |(begins, week)| {
            let all = others.iter().copied().chain([shift]);
            let minutes: i64 = all.map(|work| work.minutes_in(week)).sum();
            (minutes > limits.week).then_some(Finding::Week { begins, minutes })
        })
}

/// The first day of the week in which `date` is.
pub fn week_of(date: NaiveDate, week_start: Weekday) -> NaiveDate {
    let back = (7 + date.weekday().num_days_from_monday() - week_start.num_days_from_monday()) % 7;
    date.checked_sub_days(Days::new(u64::from(back))).unwrap_or(date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    /// Work from an hour to an hour of the week that begins on Monday, 23 November 2026, in UTC.
    fn work(start: i64, end: i64, break_minutes: i64) -> Work {
        let monday = Timestamp::parse_rfc3339("2026-11-23T00:00:00Z").unwrap();
        let at = |hour: i64| monday.plus_seconds(hour * 3600);
        Work { when: Stretch { start: at(start), end: at(end) }, break_minutes }
    }

    fn found(shift: Work, others: &[Work]) -> Vec<Finding> {
        check(shift, others, &[], &Limits::default(), TimeZone::UTC, Weekday::Mon)
    }

    #[test]
    fn d8_one_person_is_in_one_place_at_a_time() {
        let shift = work(8, 14, 0);
        assert!(found(shift, &[]).is_empty());
        assert_eq!(found(shift, &[work(13, 18, 0)]), [Finding::Overlap(0)]);
        assert!(Finding::Overlap(0).refuses() && !Finding::Busy(0).refuses());
        let busy = [work(40, 50, 0).when, work(12, 13, 0).when];
        let findings = check(shift, &[], &busy, &Limits::default(), TimeZone::UTC, Weekday::Mon);
        assert_eq!(findings, [Finding::Busy(1)]);
    }

    #[test]
    fn d8_eleven_hours_of_rest_before_and_after() {
        let shift = work(24 + 8, 24 + 14, 0);
        assert!(found(shift, &[work(13, 21, 30), work(48 + 1, 48 + 6, 0)]).is_empty(), "just enough on both sides");
        assert_eq!(found(shift, &[work(14, 22, 30)]), [Finding::Rest { other: 0, minutes: 600 }]);
        assert_eq!(found(shift, &[work(48, 48 + 6, 0)]), [Finding::Rest { other: 0, minutes: 600 }]);
        assert_eq!(
            found(shift, &[work(24 + 14, 24 + 16, 0)]),
            [Finding::Rest { other: 0, minutes: 0 }],
            "one on the other"
        );
    }

    #[test]
    fn d8_six_hours_without_a_break_and_sixteen_at_all() {
        assert!(found(work(8, 14, 0), &[]).is_empty());
        assert_eq!(found(work(8, 15, 0), &[]), [Finding::Unbroken { minutes: 420 }]);
        assert!(found(work(8, 24, 45), &[]).is_empty());
        assert_eq!(found(work(7, 24, 45), &[]), [Finding::Long { minutes: 1020 }]);
    }

    #[test]
    fn d8_forty_eight_hours_a_week_without_breaks_and_by_the_organizations_week() {
        let days: Vec<_> = (0..4).map(|day| work(day * 24 + 8, day * 24 + 19, 60)).collect();
        let friday = work(4 * 24 + 8, 4 * 24 + 16, 0);
        let short = Work { break_minutes: 1, ..friday };
        assert!(found(short, &days).is_empty(), "47 hours and 59 minutes");
        let long = work(4 * 24 + 8, 4 * 24 + 17, 30);
        let begins = "2026-11-23".parse().unwrap();
        assert_eq!(found(long, &days), [Finding::Week { begins, minutes: 48 * 60 + 30 }]);
        // A week that begins on Wednesday holds two of the days only.
        let findings = check(long, &days, &[], &Limits::default(), TimeZone::UTC, Weekday::Wed);
        assert!(findings.is_empty(), "{findings:?}");
    }

    #[test]
    fn d8_a_night_over_the_end_of_the_week_counts_in_both() {
        let days: Vec<_> = (0..4).map(|day| work(day * 24, day * 24 + 12, 0)).collect();
        let sunday_night = work(6 * 24 + 22, 7 * 24 + 4, 0);
        let begins = "2026-11-23".parse().unwrap();
        assert_eq!(found(sunday_night, &days), [Finding::Week { begins, minutes: 50 * 60 }]);
    }

    #[test]
    fn a_week_begins_where_the_organization_says() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(week_of(day("2026-11-22"), Weekday::Mon), day("2026-11-16"));
        assert_eq!(week_of(day("2026-11-22"), Weekday::Sun), day("2026-11-22"));
        assert_eq!(week_of(day("2026-11-22"), Weekday::Sat), day("2026-11-21"));
    }
}
