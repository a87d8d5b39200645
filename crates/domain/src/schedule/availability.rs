//! Who has time: stretches of time that are left between others.

use crate::time::Timestamp;

/// A stretch of time, half-open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stretch {
    /// The first instant.
    pub start: Timestamp,
    /// The first instant after it.
    pub end: Timestamp,
}

impl Stretch {
    /// Its length in minutes.
    pub fn minutes(self) -> i64 {
        self.end.seconds_since(self.start) / 60
    }

    /// What two stretches share, if anything.
    pub fn shared(self, other: Self) -> Option<Self> {
        let (start, end) = (self.start.max(other.start), self.end.min(other.end));
        (start < end).then_some(Self { start, end })
    }
}

/// What is left of `window` between the busy stretches, in order, where it lasts at least `minutes`.
pub fn free(window: Stretch, busy: &[Stretch], minutes: i64) -> Vec<Stretch> {
    let mut busy: Vec<_> = busy.iter().filter_map(|stretch| stretch.shared(window)).collect();
    busy.sort_unstable();
    let mut left = Vec::new();
    let mut from = window.start;
    for stretch in busy {
        if stretch.start > from {
            left.push(Stretch { start: from, end: stretch.start });
        }
        from = from.max(stretch.end);
    }
    if from < window.end {
        left.push(Stretch { start: from, end: window.end });
    }
    left.retain(|stretch| stretch.minutes() >= minutes.max(1));
    left
}

/// When everybody has time: what all lists of free stretches share, where it lasts at least `minutes`. Of nobody's lists
/// nothing is shared.
pub fn common(everybody: &[Vec<Stretch>], minutes: i64) -> Vec<Stretch> {
    let Some((first, others)) = everybody.split_first() else { return Vec::new() };
    let mut shared = first.clone();
    for one in others {
        shared = shared.iter().flat_map(|stretch| one.iter().filter_map(|other| stretch.shared(*other))).collect();
    }
    shared.retain(|stretch| stretch.minutes() >= minutes.max(1));
    shared.sort_unstable();
    shared
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(start: i64, end: i64) -> Stretch {
        let at = |hour: i64| Timestamp::from_millis(hour * 3_600_000);
        Stretch { start: at(start), end: at(end) }
    }

    #[test]
    fn what_is_free_lies_between_what_is_busy() {
        let day = hours(8, 20);
        for (busy, expected) in [
            (vec![], vec![hours(8, 20)]),
            (vec![hours(10, 12)], vec![hours(8, 10), hours(12, 20)]),
            // In any order, overlapping, touching, one inside another, beyond the window.
            (vec![hours(14, 15), hours(9, 12), hours(11, 14), hours(10, 11), hours(0, 9)], vec![hours(15, 20)]),
            (vec![hours(0, 30)], vec![]),
            (vec![hours(8, 19)], vec![hours(19, 20)]),
        ] {
            assert_eq!(free(day, &busy, 60), expected, "{busy:?}");
        }
        assert!(free(day, &[hours(8, 19)], 61).is_empty(), "too short");
    }

    #[test]
    fn everybody_has_time_where_nobody_is_busy() {
        let day = hours(8, 20);
        let free = |busy: &[Stretch]| free(day, busy, 1);
        let everybody = [free(&[hours(8, 10)]), free(&[hours(12, 13)]), free(&[hours(19, 20)])];
        assert_eq!(common(&everybody, 60), [hours(10, 12), hours(13, 19)]);
        assert_eq!(common(&everybody, 180), [hours(13, 19)]);
        assert!(common(&[], 1).is_empty());
    }
}
