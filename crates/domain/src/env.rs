//! Time and chance, the two things that make a run unrepeatable, behind one small trait.

use std::sync::Mutex;

use crate::time::Timestamp;

/// Where the current time and random bytes come from.
pub trait Env: Send + Sync {
    /// The current instant.
    fn now(&self) -> Timestamp;
    /// Fills `bytes` with unpredictable bytes, fit for secrets.
    fn fill(&self, bytes: &mut [u8]);
}

/// The machine's clock and the operating system's random source.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEnv;

impl Env for SystemEnv {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    fn now(&self) -> Timestamp {
        Timestamp::from(chrono::Utc::now())
    }

    #[expect(clippy::disallowed_methods, reason = "the one place that draws random bytes")]
    fn fill(&self, bytes: &mut [u8]) {
        // Without the operating system's random source no secret can be made, and none must be.
        getrandom::fill(bytes).expect("the operating system's random source answers");
    }
}

/// A clock that moves one millisecond whenever it is read and a seeded generator: a run is the same every time.
///
/// Never for production: its "random" bytes are predictable.
#[derive(Debug)]
pub struct TestEnv {
    state: Mutex<(Timestamp, u64)>,
}

impl TestEnv {
    /// Starts at `start`; the same `seed` gives the same bytes.
    pub fn new(start: Timestamp, seed: u64) -> Self {
        Self { state: Mutex::new((start, seed)) }
    }

    /// Moves the clock by `seconds`, backwards if negative.
    pub fn advance(&self, seconds: i64) {
        let mut state = self.lock();
        state.0 = state.0.plus_seconds(seconds);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, (Timestamp, u64)> {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Default for TestEnv {
    /// Sunday 2026-11-22 at noon UTC, seed 1.
    fn default() -> Self {
        Self::new(Timestamp::from_millis(1_795_348_800_000), 1)
    }
}

impl Env for TestEnv {
    fn now(&self) -> Timestamp {
        let mut state = self.lock();
        state.0 = Timestamp::from_millis(state.0.millis() + 1);
        state.0
    }

    fn fill(&self, bytes: &mut [u8]) {
        let mut state = self.lock();
        for byte in bytes {
            // SplitMix64 (Steele, Lea, Flood 2014): tiny, and every seed is a good one.
            state.1 = state.1.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = state.1;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            *byte = (z ^ (z >> 31)) as u8;
        }
    }
}
