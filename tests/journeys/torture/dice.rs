//! Chance that can be had again: everything random of a run comes from its seed.

use std::time::Duration;

use lavori_domain::Timestamp;
use lavori_domain::env::{Env, SystemEnv, TestEnv};

const SEED: &str = "LAVORI_TORTURE_SEED";

/// The seed that was asked for, or a new one.
pub(super) fn seed() -> u64 {
    match std::env::var(SEED) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{SEED} is a number")),
        Err(_) => {
            let mut bytes = [0; 4];
            SystemEnv.fill(&mut bytes);
            u32::from_le_bytes(bytes).into()
        }
    }
}

/// What one task of a run draws from.
pub(super) struct Dice(TestEnv);

impl Dice {
    /// Each `number` gives others with the same seed.
    pub(super) fn new(seed: u64, number: u64) -> Self {
        Self(TestEnv::new(Timestamp::from_millis(0), seed.wrapping_mul(1_000_003).wrapping_add(number)))
    }

    pub(super) fn below(&self, end: u64) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        u64::from_le_bytes(bytes) % end
    }

    pub(super) fn one_in(&self, number: u64) -> bool {
        self.below(number) == 0
    }

    pub(super) fn milliseconds(&self, end: u64) -> Duration {
        Duration::from_millis(self.below(end))
    }
}
