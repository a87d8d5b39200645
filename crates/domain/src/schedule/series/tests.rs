use chrono::{Datelike, Days, Timelike};
use chrono_tz::TZ_VARIANTS;

use super::*;

fn zone(name: &str) -> TimeZone {
    name.parse().unwrap()
}

fn local(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap()
}

/// A series of Rome's, from the first occurrence's start and end on the wall clock.
fn series(start: &str, end: &str, rule: &str) -> Series {
    let rome = zone("Europe/Rome");
    let first = Span::timed(rome.instant(local(start)), rome.instant(local(end)), rome).unwrap();
    Series { first, rule: rule.parse().unwrap(), exceptions: BTreeMap::new() }
}

fn shown(series: &Series, from: &str, to: &str) -> Vec<String> {
    let rome = zone("Europe/Rome");
    let found = series.occurrences(rome.instant(local(from)), rome.instant(local(to)), rome).unwrap().found;
    found
        .iter()
        .map(|occurrence| {
            format!("{} {}h", rome.rfc3339(occurrence.span.start(rome)), occurrence.span.minutes(rome) / 60)
        })
        .collect()
}

#[test]
fn d4_d6_a_night_shift_keeps_its_hours_on_the_wall_over_both_clock_changes() {
    let nights = series("2026-10-17T22:00", "2026-10-18T06:00", "FREQ=WEEKLY;BYDAY=SA");
    assert_eq!(
        shown(&nights, "2026-10-17T00:00", "2026-11-01T00:00"),
        ["2026-10-17T22:00:00+02:00 8h", "2026-10-24T22:00:00+02:00 9h", "2026-10-31T22:00:00+01:00 8h"]
    );
    assert_eq!(shown(&nights, "2027-03-27T12:00", "2027-03-28T12:00"), ["2027-03-27T22:00:00+01:00 7h"]);
    assert_eq!(shown(&nights, "2026-10-25T05:00", "2026-10-25T05:30").len(), 1, "what began before still touches it");
    assert!(shown(&nights, "2026-10-25T06:00", "2026-10-25T12:00").is_empty(), "and its end does not");
}

#[test]
fn d4_an_occurrence_is_left_out_or_moved_by_itself() {
    let mut daily = series("2026-11-23T09:00", "2026-11-23T10:00", "FREQ=DAILY;COUNT=4");
    let rome = zone("Europe/Rome");
    daily.exceptions.insert(local("2026-11-24T09:00"), None);
    let moved =
        Span::timed(rome.instant(local("2026-12-24T18:00")), rome.instant(local("2026-12-24T20:00")), rome).unwrap();
    daily.exceptions.insert(local("2026-11-25T09:00"), Some(moved));
    assert_eq!(
        shown(&daily, "2026-11-01T00:00", "2026-12-31T00:00"),
        ["2026-11-23T09:00:00+01:00 1h", "2026-11-26T09:00:00+01:00 1h", "2026-12-24T18:00:00+01:00 2h"]
    );
    assert_eq!(shown(&daily, "2026-12-24T00:00", "2026-12-25T00:00").len(), 1, "it is found where it went");
    assert_eq!(daily.occurrence(local("2026-11-24T09:00"), rome), Ok(None));
    assert_eq!(daily.occurrence(local("2026-11-25T09:00"), rome), Ok(Some(moved)));
    assert!(daily.occurrence(local("2026-11-26T09:00"), rome).unwrap().is_some());
    assert_eq!(daily.occurrence(local("2026-11-26T10:00"), rome), Ok(None), "no occurrence begins then");
}

#[test]
fn d5_this_and_the_following_ones_become_a_series_of_their_own() {
    let rome = zone("Europe/Rome");
    for (rule, counts) in [
        ("FREQ=DAILY;COUNT=10", ("COUNT=3", "COUNT=7")),
        ("FREQ=DAILY;UNTIL=20261202T080000Z", ("COUNT=3", "UNTIL=20261202T080000Z")),
    ] {
        let mut daily = series("2026-11-23T09:00", "2026-11-23T10:00", rule);
        daily.exceptions.insert(local("2026-11-24T09:00"), None);
        daily.exceptions.insert(local("2026-11-27T09:00"), None);
        let whole = shown(&daily, "2026-11-01T00:00", "2027-01-01T00:00");
        let (head, tail) = daily.split(local("2026-11-26T09:00"), rome).unwrap().unwrap();
        assert!(
            head.rule.to_string().ends_with(counts.0) && tail.rule.to_string().ends_with(counts.1),
            "{}",
            tail.rule
        );
        let mut parts = shown(&head, "2026-11-01T00:00", "2027-01-01T00:00");
        assert_eq!(parts.len(), 2);
        parts.extend(shown(&tail, "2026-11-01T00:00", "2027-01-01T00:00"));
        assert_eq!(parts, whole, "{rule}");
        assert_eq!(daily.split(local("2026-11-23T09:00"), rome), Ok(None), "the first one means all");
        assert_eq!(daily.split(local("2026-11-26T09:30"), rome), Ok(None), "no occurrence");
    }
}

#[test]
fn d4_an_answer_is_bounded_and_says_so() {
    let rome = zone("Europe/Rome");
    let daily = series("2020-01-01T09:00", "2020-01-01T10:00", "FREQ=DAILY");
    let at = |text: &str| rome.instant(local(text));
    let year = daily.occurrences(at("2026-01-01T00:00"), at("2027-01-01T00:00"), rome).unwrap();
    assert_eq!((year.found.len(), year.truncated), (365, false));
    let two = daily.occurrences(at("2026-01-01T00:00"), at("2028-01-01T00:00"), rome).unwrap();
    assert_eq!((two.found.len(), two.truncated), (MOST, true));
    let weekly = series("2020-01-01T09:00", "2020-01-01T10:00", "FREQ=WEEKLY");
    let ever = weekly.occurrences(at("2026-01-01T00:00"), at("2036-01-01T00:00"), rome).unwrap();
    assert!(ever.truncated && ever.found.len() == 104, "{}", ever.found.len());
}

#[test]
fn d2_whole_days_recur_as_whole_days() {
    let day = |text: &str| text.parse().unwrap();
    let first = Span::all_day(day("2026-03-27"), day("2026-03-28")).unwrap();
    let series = Series { first, rule: "FREQ=WEEKLY;COUNT=2".parse().unwrap(), exceptions: BTreeMap::new() };
    let rome = zone("Europe/Rome");
    let all = series.occurrences(rome.start_of(day("2026-01-01")), rome.start_of(day("2027-01-01")), rome).unwrap();
    assert_eq!(all.found[1].span, Span::AllDay { first: day("2026-04-03"), last: day("2026-04-04") });
}

/// Every zone of the database, every day of a year, at hours where clocks change: an occurrence is on the wall where its
/// series is, but for times that do not exist that day, and no occurrence is lost, doubled, empty or backwards.
#[test]
fn d1_d4_d6_every_zone_for_a_year() {
    let (mut gaps, mut odd) = (0, 0);
    for tz in TZ_VARIANTS {
        let zone: TimeZone = tz.name().parse().unwrap();
        for hour in [0, 2, 23] {
            let start = chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap().and_hms_opt(hour, 30, 0).unwrap();
            let end = start.checked_add_signed(chrono::TimeDelta::hours(8)).unwrap();
            let first = Span::timed(zone.instant(start), zone.instant(end), zone).unwrap();
            let mut before: Option<Span> = None;
            for day in 0..365 {
                let wanted = start.checked_add_days(Days::new(day)).unwrap();
                let span = first.moved_to(wanted);
                let minutes = span.minutes(zone);
                assert!((6 * 60..=10 * 60).contains(&minutes), "{tz} {wanted}: {minutes}");
                odd += i32::from(minutes != 8 * 60);
                let wall = zone.local(span.start(zone));
                if wall != wanted {
                    gaps += 1;
                    // It does not exist: the offset of before carries it past the gap, by no more than the gap.
                    assert!(wall > wanted && (wall - wanted).num_hours() <= 24, "{tz} {wanted}: {wall}");
                    assert!(wall.day() == wanted.day() || wall.hour() < 2, "{tz} {wanted}: {wall}");
                }
                if let Some(before) = before {
                    let apart = span.start(zone).seconds_since(before.start(zone)) / 3600;
                    assert!((22..=26).contains(&apart), "{tz} {wanted}: {apart}");
                }
                before = Some(span);
            }
        }
    }
    assert!(gaps > 10 && odd > 100, "the year has clock changes: {gaps} gaps, {odd} nights of another length");
}
