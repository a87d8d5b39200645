//! A small seeded generator: the demo's variety, the same every time.

/// Numbers that look random and depend on the seed only.
#[derive(Debug, Clone)]
pub(crate) struct Chance(u64);

impl Chance {
    /// A generator of its own for everything that has a name: changing one production's text leaves the others be.
    pub(crate) fn named(name: &str) -> Self {
        // FNV-1a, 64 bits.
        Self(
            name.bytes()
                .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)),
        )
    }

    fn next(&mut self) -> u64 {
        // SplitMix64 (Steele, Lea, Flood 2014).
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from `low` to `high`, both included; `low` when they are the wrong way round.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = high.saturating_sub(low).max(0).unsigned_abs().saturating_add(1);
        low.saturating_add_unsigned(self.next() % width)
    }

    /// Whether something that happens `percent` times in a hundred happens now.
    pub(crate) fn percent(&mut self, percent: i64) -> bool {
        self.between(0, 99) < percent
    }

    /// A place in a list of `length`.
    pub(crate) fn index(&mut self, length: usize) -> usize {
        let length = u64::try_from(length).unwrap_or(1).max(1);
        usize::try_from(self.next() % length).unwrap_or(0)
    }

    /// One of the choices, each as often as its weight says.
    pub(crate) fn weighted<T: Copy>(&mut self, choices: &[(i64, T)]) -> Option<T> {
        let total: i64 = choices.iter().map(|(weight, _)| weight).sum();
        let mut drawn = self.between(0, total - 1);
        for (weight, choice) in choices {
            if drawn < *weight {
                return Some(*choice);
            }
            drawn -= weight;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_name_gives_the_same_numbers() {
        let draw = |name| {
            let mut chance = Chance::named(name);
            (0..8).map(|_| chance.between(-5, 5)).collect::<Vec<_>>()
        };
        assert_eq!(draw("opera"), draw("opera"));
        assert_ne!(draw("opera"), draw("festival"));
        assert!(draw("opera").iter().all(|number| (-5..=5).contains(number)));
    }

    #[test]
    fn weights_are_kept_and_a_weight_of_nothing_is_never_drawn() {
        let mut chance = Chance::named("weights");
        let drawn: Vec<_> = (0..1000).filter_map(|_| chance.weighted(&[(75, 'a'), (0, 'b'), (25, 'c')])).collect();
        let often = |letter| drawn.iter().filter(|drawn| **drawn == letter).count();
        assert!((650..850).contains(&often('a')) && often('b') == 0 && often('c') == 1000 - often('a'));
        assert_eq!(chance.weighted::<char>(&[]), None);
    }
}
