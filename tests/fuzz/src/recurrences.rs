//! Recurrence rules: what is read prints to something that means the same, and no rule takes forever.

use chrono::{NaiveDate, NaiveDateTime};
use lavori_domain::schedule::{Recurrence, Series, Span};
use lavori_domain::{TimeZone, Timestamp};

use crate::first_line;

/// The first line is the day on which a series of whole days begins, the rest is the rule.
pub(crate) fn run(data: &[u8]) {
    let (first, rest) = first_line(data);
    let (Ok(first), Ok(text)) = (std::str::from_utf8(first), std::str::from_utf8(rest)) else { return };
    let Ok(rule) = text.parse::<Recurrence>() else { return };
    let shown = rule.to_string();
    let again: Recurrence = shown.parse().unwrap_or_else(|error| panic!("{text:?} became {shown:?}: {error}"));
    // What the library keeps of what was not said may differ; what is shown, and what it means, may not.
    assert_eq!(again.to_string(), shown, "a rule reads back: {text:?}");
    assert_eq!(again.end(), rule.end(), "so does its end: {text:?}");
    let zone: TimeZone = "Europe/Rome".parse().expect("a zone");
    // 2026-11-22, a Sunday.
    let sunday = Timestamp::from_millis(1_795_348_800_000);
    let first = NaiveDate::parse_from_str(first, "%Y-%m-%d").ok().filter(|day| day.to_string().len() == 10);
    let first = first.unwrap_or_else(|| zone.date(sunday));
    let start: NaiveDateTime = first.into();
    assert_eq!(again.check_start(start, zone), rule.check_start(start, zone), "{text:?} and {shown:?} begin alike");

    let span = Span::all_day(first, first).expect("one day");
    let of = |rule: &Recurrence| Series { first: span, rule: rule.clone(), exceptions: Default::default() };
    let (from, to) = (span.start(zone), span.start(zone).plus_seconds(400 * 86_400));
    let found = of(&rule).occurrences(from, to, zone);
    assert_eq!(of(&again).occurrences(from, to, zone), found, "{text:?} and {shown:?} are on the same days");
    let Ok(found) = found else { return };
    assert!(found.found.windows(2).all(|pair| pair[0].id < pair[1].id), "in order: {text:?}");
    let series = of(&rule);
    if let Ok((earliest, latest)) = series.reach(zone) {
        for occurrence in &found.found {
            let inside = occurrence.span.start(zone) >= earliest;
            assert!(inside && latest.is_none_or(|latest| occurrence.span.end(zone) <= latest), "{shown} on {first}");
        }
    }
    // Split at one of its days, both parts together are on the same days.
    if let Some(at) = found.found.get(2)
        && let Ok(Some((head, tail))) = series.split(at.id, zone)
    {
        let days = |series: &Series| series.occurrences(from, to, zone).map(|part| part.found).unwrap_or_default();
        let together = [days(&head), days(&tail)].concat();
        assert!(found.truncated || together == found.found, "{shown} from {first}, split at {}: {together:?}", at.id);
    }
}
