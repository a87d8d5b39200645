//! How often one connection may call the MCP endpoint (MCP 2026-07-28 server/tools, "Security Considerations": servers
//! MUST rate limit tool invocations).
//!
//! Each connection has a bucket of calls that fills again at an even pace. A bucket is one number, the moment at which it
//! is full again, so a call costs a look into a table in memory and no question to the database. Each process counts what
//! it is asked itself: with several of them a connection gets as many times the limit, which still keeps one client from
//! taking the server away from the others, and that is what the limit is for.
//!
//! Our own lines and not a crate (`governor` was looked at): time comes from the database's clock, which each request has
//! read already, so that tests can move it; a bucket also remembers when its last refusal was recorded; and what is left
//! is sixty lines.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use lavori_domain::{ConnectionId, Timestamp};
use lavori_tools::{Allowance, Allowances};

/// How long a refusal is not recorded again for the same connection, in microseconds.
const RECORD_LAG: i64 = 60_000_000;
/// Buckets are looked through for those that need not be remembered when there are so many, and then at each doubling.
const FIRST_SWEEP: usize = 1024;

/// How often one connection may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallLimit {
    /// Calls that may come at once.
    pub at_once: u32,
    /// How long it takes until one more may.
    pub every: Duration,
}

impl CallLimit {
    /// So many at once, and so many a second for as long as one likes.
    pub fn per_second(at_once: u32, per_second: u32) -> Self {
        Self { at_once, every: Duration::from_secs(1) / per_second.max(1) }
    }
}

impl Default for CallLimit {
    fn default() -> Self {
        Self::per_second(120, 20)
    }
}

/// The calls of every connection.
pub(crate) struct CallLimits {
    at_once: u32,
    /// Microseconds until one more call may come.
    every: i64,
    buckets: Mutex<Buckets>,
}

struct Buckets {
    of: HashMap<ConnectionId, Bucket>,
    sweep_at: usize,
}

/// Times are microseconds of the database's clock.
#[derive(Debug, Clone, Copy, Default)]
struct Bucket {
    full_at: i64,
    /// A refusal was recorded; the next one is not before this.
    record_again_at: i64,
}

/// A call that comes too soon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooMany {
    /// How long until one call may come.
    pub(crate) retry_after: Duration,
    /// When as many as at the beginning may come at once.
    pub(crate) resets_at: Timestamp,
    /// Whether this refusal is to be recorded: the first one in a while is.
    pub(crate) record: bool,
}

impl CallLimits {
    pub(crate) fn new(limit: CallLimit) -> Self {
        let every = i64::try_from(limit.every.as_micros()).unwrap_or(i64::MAX).clamp(1, 3_600_000_000);
        let buckets = Buckets { of: HashMap::new(), sweep_at: FIRST_SWEEP };
        Self { at_once: limit.at_once.max(1), every, buckets: Mutex::new(buckets) }
    }

    /// Takes one call of a connection.
    ///
    /// # Errors
    /// When it has none left. Nothing is taken then.
    pub(crate) fn take(&self, connection: ConnectionId, now: Timestamp) -> Result<(), TooMany> {
        let now = micros(now);
        let mut buckets = self.buckets();
        buckets.sweep(now);
        let bucket = buckets.of.entry(connection).or_default();
        // A clock that was set back adds nothing, and keeps nobody out for longer than an empty bucket does.
        bucket.full_at = bucket.full_at.clamp(now, now + self.whole());
        bucket.record_again_at = bucket.record_again_at.min(now + RECORD_LAG);
        let full_at = bucket.full_at + self.every;
        let too_soon = full_at - now - self.whole();
        if too_soon <= 0 {
            bucket.full_at = full_at;
            return Ok(());
        }
        let record = bucket.record_again_at <= now;
        if record {
            bucket.record_again_at = now + RECORD_LAG;
        }
        Err(TooMany {
            retry_after: Duration::from_micros(too_soon.unsigned_abs()),
            resets_at: timestamp(bucket.full_at),
            record,
        })
    }

    /// A refusal could not be recorded: the next one has to be.
    pub(crate) fn not_recorded(&self, connection: ConnectionId) {
        if let Some(bucket) = self.buckets().of.get_mut(&connection) {
            bucket.record_again_at = 0;
        }
    }

    /// How long an empty bucket takes to fill.
    fn whole(&self) -> i64 {
        i64::from(self.at_once) * self.every
    }

    fn buckets(&self) -> MutexGuard<'_, Buckets> {
        // Nothing that runs under the lock can panic half way.
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Allowances for CallLimits {
    fn of(&self, connection: ConnectionId, now: Timestamp) -> Allowance {
        let full_at = self.buckets().of.get(&connection).map_or(0, |bucket| bucket.full_at).max(micros(now));
        let left = (self.whole() - (full_at - micros(now))).max(0) / self.every;
        Allowance {
            at_once: self.at_once,
            per_minute: u32::try_from(60_000_000 / self.every).unwrap_or(u32::MAX),
            left: u32::try_from(left).unwrap_or(u32::MAX),
            all_back_at: timestamp(full_at),
        }
    }
}

impl Buckets {
    /// Forgets what is as good as never used. So there are never more than twice those that were used within the time
    /// a bucket takes to fill, and each of those cost its connection a call.
    fn sweep(&mut self, now: i64) {
        if self.of.len() >= self.sweep_at {
            self.of.retain(|_, bucket| bucket.full_at > now || bucket.record_again_at > now);
            self.sweep_at = (2 * self.of.len()).max(FIRST_SWEEP);
        }
    }
}

fn micros(at: Timestamp) -> i64 {
    at.millis().saturating_mul(1000)
}

/// To the millisecond, and not before it.
fn timestamp(micros: i64) -> Timestamp {
    Timestamp::from_millis((micros + 999).div_euclid(1000))
}

#[cfg(test)]
mod tests {
    use super::*;
    use lavori_domain::Id;
    use lavori_domain::env::TestEnv;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(1_000_000 + millis)
    }

    /// How many calls come through before one is refused.
    fn take_all(limits: &CallLimits, connection: ConnectionId, now: Timestamp) -> u32 {
        (0..).find(|_| limits.take(connection, now).is_err()).unwrap()
    }

    #[test]
    fn a_connection_has_a_burst_and_then_an_even_pace() {
        let connection = Id::new(&TestEnv::default());
        let limits = CallLimits::new(CallLimit::default());
        assert_eq!(take_all(&limits, connection, at(0)), 120);
        let refused = limits.take(connection, at(0)).unwrap_err();
        assert_eq!((refused.retry_after, refused.resets_at), (Duration::from_millis(50), at(6000)));
        assert_eq!(limits.take(connection, at(49)).unwrap_err().retry_after, Duration::from_millis(1));
        assert_eq!(take_all(&limits, connection, at(50)), 1, "what is refused takes nothing");
        assert_eq!(take_all(&limits, connection, at(1050)), 20);
        assert_eq!(take_all(&limits, connection, at(60_000)), 120, "and no more than a burst comes back");
    }

    #[test]
    fn connections_do_not_share_a_bucket() {
        let env = TestEnv::default();
        let limits = CallLimits::new(CallLimit::per_second(3, 1));
        let (first, second) = (Id::new(&env), Id::new(&env));
        assert_eq!(take_all(&limits, first, at(0)), 3);
        assert_eq!(take_all(&limits, second, at(0)), 3);
    }

    #[test]
    fn what_is_left_is_told_without_taking_it() {
        let connection = Id::new(&TestEnv::default());
        let limits = CallLimits::new(CallLimit::per_second(3, 2));
        let told = |now| {
            let Allowance { at_once, per_minute, left, all_back_at } = limits.of(connection, now);
            (at_once, per_minute, left, all_back_at)
        };
        assert_eq!(told(at(0)), (3, 120, 3, at(0)));
        limits.take(connection, at(0)).unwrap();
        assert_eq!(told(at(0)), (3, 120, 2, at(500)));
        take_all(&limits, connection, at(0));
        assert_eq!(told(at(0)), (3, 120, 0, at(1500)));
        assert_eq!(told(at(499)), (3, 120, 0, at(1500)));
        assert_eq!(told(at(500)), (3, 120, 1, at(1500)));
        assert_eq!(told(at(9000)), (3, 120, 3, at(9000)));
    }

    #[test]
    fn a_refusal_is_recorded_once_a_minute_however_long_it_goes_on() {
        let connection = Id::new(&TestEnv::default());
        let limits = CallLimits::new(CallLimit::per_second(2, 1));
        let recorded = |now| {
            take_all(&limits, connection, now);
            // `take_all` met the first refusal itself.
            limits.take(connection, now).unwrap_err().record
        };
        let mut events = 0;
        for second in 0..180 {
            let now = at(second * 1000);
            for _ in 0..50 {
                events += i32::from(limits.take(connection, now).is_err_and(|refused| refused.record));
            }
        }
        assert_eq!(events, 3);
        assert!(!recorded(at(180_500)), "take_all took the one of this minute");
        limits.not_recorded(connection);
        assert!(limits.take(connection, at(180_500)).unwrap_err().record, "one that could not be written comes again");
    }

    #[test]
    fn memory_is_bounded_and_no_flood_of_connections_resets_a_bucket() {
        let env = TestEnv::default();
        let limits = CallLimits::new(CallLimit::per_second(5, 1));
        let one = Id::new(&env);
        assert_eq!(take_all(&limits, one, at(0)), 5);
        let mut most = 0;
        for second in 0..60 {
            for _ in 0..1000 {
                limits.take(Id::new(&env), at(second * 1000)).unwrap();
                most = most.max(limits.buckets().of.len());
            }
            if second < 5 {
                assert_eq!(limits.of(one, at(second * 1000)).left, u32::try_from(second).unwrap());
            }
        }
        // A bucket of which one call was taken is full again after a second.
        assert!(most <= 2 * 2000, "{most} are remembered");
    }

    #[test]
    fn p37_a_clock_set_back_gives_nothing_and_keeps_nobody_out() {
        let connection = Id::new(&TestEnv::default());
        let limits = CallLimits::new(CallLimit::per_second(2, 1));
        assert_eq!(take_all(&limits, connection, at(3_600_000)), 2);
        assert_eq!(limits.take(connection, at(9000)).unwrap_err().retry_after, Duration::from_secs(1));
        assert_eq!(limits.of(connection, at(9000)).left, 0);
        assert_eq!(take_all(&limits, connection, at(10_000)), 1, "an hour is not waited for");
        assert_eq!(take_all(&limits, connection, at(12_000)), 2, "and it goes on from there");
    }
}
