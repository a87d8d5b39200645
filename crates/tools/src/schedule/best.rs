//! The best times for something: when most people can, with the least against the rules of working time.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use chrono::{NaiveTime, Timelike};
use lavori_domain::schedule::availability::free;
use lavori_domain::schedule::{Stretch, Work};
use lavori_domain::{PersonId, TimeZone, Timestamp};
use lavori_store::crew::CrewMember;
use schemars::JsonSchema;
use serde::Serialize;

use super::agenda::Agenda;
use super::conflicts;

/// How many are told.
const MOST: usize = 5;
/// How many beginnings are looked at.
const MOST_TRIED: usize = 400;
/// Slots begin at full quarters of an hour.
const QUARTER: i64 = 15 * 60;
/// The hours of the day that are better than others.
const DAYTIME: std::ops::Range<u32> = 8..20;
/// Work that is longer than this has a break, as the rules want, in minutes; and the break's length.
const UNBROKEN: i64 = 6 * 60;
const BREAK: i64 = 30;

/// A time for something.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct Best {
    start: String,
    end: String,
    weekday: &'static str,
    /// The names of who can.
    people: Vec<String>,
    /// How often it would be against the rules of working time, if it were a shift.
    #[serde(skip_serializing_if = "is_zero")]
    warnings: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// The best times of `minutes` within `window`, which do not overlap, the best first.
pub(crate) fn slots(
    people: &[CrewMember],
    agendas: &HashMap<PersonId, Agenda>,
    window: Stretch,
    minutes: i64,
    zone: TimeZone,
) -> Vec<Best> {
    if window.start >= window.end {
        return Vec::new();
    }
    let nothing = Agenda::default();
    let each: Vec<(&String, &Agenda, Vec<Stretch>)> = people
        .iter()
        .map(|member| {
            let agenda = agendas.get(&member.id).unwrap_or(&nothing);
            (&member.name, agenda, free(window, &agenda.stretches(), minutes))
        })
        .collect();
    let mut tried: Vec<_> = beginnings(window, each.iter().flat_map(|(_, _, free)| free), zone)
        .into_iter()
        .take(MOST_TRIED)
        .filter_map(|start| {
            let slot = Stretch { start, end: start.plus_seconds(minutes * 60) };
            let fits = |free: &Vec<Stretch>| free.iter().any(|stretch| stretch.shared(slot) == Some(slot));
            let able: Vec<_> = each.iter().filter(|(_, _, free)| fits(free)).collect();
            let work = Work { when: slot, break_minutes: if minutes > UNBROKEN { BREAK } else { 0 } };
            let warnings: usize =
                able.iter().map(|(_, agenda, _)| conflicts::of_shift(agenda, None, work, zone).len()).sum();
            let names: Vec<String> = able.into_iter().map(|(name, ..)| (*name).clone()).collect();
            (!names.is_empty()).then_some((Reverse(names.len()), warnings, !is_daytime(slot, zone), slot, names))
        })
        .collect();
    tried.sort_by_key(|slot| (slot.0, slot.1, slot.2, slot.3));
    let mut chosen: Vec<(Stretch, Best)> = Vec::new();
    for (_, warnings, _, slot, people) in tried {
        if chosen.len() < MOST && chosen.iter().all(|(other, _)| other.shared(slot).is_none()) {
            let (start, end) = (zone.rfc3339(slot.start), zone.rfc3339(slot.end));
            chosen.push((slot, Best { start, end, weekday: zone.weekday(slot.start), people, warnings }));
        }
    }
    chosen.into_iter().map(|(_, best)| best).collect()
}

/// Where a slot may begin: where somebody becomes free, and at eight and at two of every day.
fn beginnings<'a>(window: Stretch, free: impl Iterator<Item = &'a Stretch>, zone: TimeZone) -> BTreeSet<Timestamp> {
    let up = |instant: Timestamp| {
        let over = instant.millis().rem_euclid(QUARTER * 1000);
        if over == 0 { instant } else { Timestamp::from_millis(instant.millis() + QUARTER * 1000 - over) }
    };
    let mut found: BTreeSet<Timestamp> = free.map(|stretch| up(stretch.start)).collect();
    let last = zone.date(window.end);
    for day in zone.date(window.start).iter_days().take_while(|day| *day <= last) {
        for hour in [8, 14] {
            let time = NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
            found.insert(zone.instant(day.and_time(time)));
        }
    }
    found.into_iter().filter(|instant| *instant >= window.start && *instant < window.end).collect()
}

/// Whether all of it lies between eight and eight of one day.
fn is_daytime(slot: Stretch, zone: TimeZone) -> bool {
    let (start, end) = (zone.local(slot.start), zone.local(slot.end));
    let until = end.time() <= NaiveTime::from_hms_opt(DAYTIME.end, 0, 0).unwrap_or_default();
    start.date() == end.date() && DAYTIME.contains(&start.hour()) && until
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::agenda::Planned;
    use lavori_domain::Id;
    use lavori_domain::env::TestEnv;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_rfc3339(text).unwrap()
    }

    fn stretch(start: &str, end: &str) -> Stretch {
        Stretch { start: at(start), end: at(end) }
    }

    #[test]
    fn the_best_time_is_when_most_can_and_the_least_is_against_the_rules() {
        let env = TestEnv::default();
        let (ada, ben): (PersonId, PersonId) = (Id::new(&env), Id::new(&env));
        let member = |id, name: &str| CrewMember { id, name: name.to_owned(), weekly_capacity_minutes: 2400 };
        let people = [member(ada, "Ada"), member(ben, "Ben")];
        let shift = |start, end| Planned {
            id: Id::new(&env),
            number: 1,
            role: "Rigger".to_owned(),
            work: Work { when: stretch(start, end), break_minutes: 0 },
            is_planned: true,
        };
        // Ada works on Monday morning until noon, Ben through the night until six.
        let agendas = HashMap::from([
            (ada, Agenda { shifts: vec![shift("2026-11-23T07:00:00Z", "2026-11-23T12:00:00Z")], ..Agenda::default() }),
            (ben, Agenda { shifts: vec![shift("2026-11-23T00:00:00Z", "2026-11-23T05:50:00Z")], ..Agenda::default() }),
        ]);
        let day = stretch("2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z");
        let best = slots(&people, &agendas, day, 120, TimeZone::UTC);
        // Both can from noon on; at two Ada has rested as little as at noon, and Ben less than eleven hours too.
        assert_eq!(best[0].people, ["Ada", "Ben"]);
        assert_eq!((best[0].start.as_str(), best[0].warnings), ("2026-11-23T12:00:00Z", 2));
        assert!(best.iter().any(|slot| slot.people == ["Ada"]), "{best:?}");
        assert!(best.len() <= MOST);
        let past = Stretch { start: day.end, end: day.start };
        assert!(slots(&people, &agendas, past, 120, TimeZone::UTC).is_empty());
    }
}
