//! How often strangers can make this server ask others: so many documents a minute in all, and so many of one host.
//!
//! A host's budget is remembered until it is whole again, for then it is as if it had never been used; before that it is
//! never forgotten, so no flood of other hosts resets it. Memory is bounded all the same: a host is remembered only when
//! one of its documents is asked for, each of which takes from the common budget, and one is forgotten a minute after
//! its last. So there are never more than what the common budget gives in two minutes.

use std::collections::HashMap;

use lavori_domain::Timestamp;

/// Documents of one host a minute, and at once. One host serves many clients: ChatGPT has a document per connector.
pub(super) const PER_HOST: i64 = 30;
/// Documents of all hosts a minute, and at once.
pub(super) const IN_ALL: i64 = 120;

const MINUTE: i64 = 60_000;

/// A bucket that is full at first, and fills again within a minute.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    size: i64,
    /// What it holds, in 1/60000 of a document, so that each millisecond adds `size` of them.
    holds: i64,
    at: Timestamp,
}

impl Bucket {
    fn full(size: i64, now: Timestamp) -> Self {
        Self { size, holds: size * MINUTE, at: now }
    }

    fn filled(self, now: Timestamp) -> Self {
        // A clock that was set back adds nothing.
        let passed = (now.millis() - self.at.millis()).clamp(0, MINUTE);
        Self { holds: (self.holds + passed * self.size).min(self.size * MINUTE), at: now, ..self }
    }

    fn is_full(&self) -> bool {
        self.holds == self.size * MINUTE
    }

    /// Seconds until one more document is in it.
    fn wait(&self) -> i64 {
        let missing = (MINUTE - self.holds).max(0);
        // Both roundings up: milliseconds, then seconds.
        ((missing + self.size - 1) / self.size + 999) / 1000
    }
}

/// What may still be asked.
#[derive(Debug)]
pub(super) struct Budget {
    in_all: Bucket,
    hosts: HashMap<String, Bucket>,
}

impl Budget {
    pub(super) fn new(now: Timestamp) -> Self {
        Self { in_all: Bucket::full(IN_ALL, now), hosts: HashMap::new() }
    }

    /// Takes one document of `host`.
    ///
    /// # Errors
    /// The seconds to wait when there is none left; nothing is taken then, and nothing remembered.
    pub(super) fn take(&mut self, host: &str, now: Timestamp) -> Result<(), i64> {
        self.in_all = self.in_all.filled(now);
        let of_host = match self.hosts.get_mut(host) {
            Some(bucket) => {
                *bucket = bucket.filled(now);
                *bucket
            }
            None => Bucket::full(PER_HOST, now),
        };
        let wait = self.in_all.wait().max(of_host.wait());
        if wait > 0 {
            return Err(wait);
        }
        self.in_all.holds -= MINUTE;
        self.hosts.retain(|_, bucket| !bucket.filled(now).is_full());
        self.hosts.insert(host.to_owned(), Bucket { holds: of_host.holds - MINUTE, ..of_host });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    fn take_all(budget: &mut Budget, host: &str, now: Timestamp) -> i64 {
        (0..).find(|_| budget.take(host, now).is_err()).unwrap()
    }

    #[test]
    fn b10_a_host_has_its_own_budget_and_all_hosts_one_together() {
        let mut budget = Budget::new(at(0));
        assert_eq!(take_all(&mut budget, "a", at(0)), PER_HOST);
        assert_eq!(budget.take("a", at(0)), Err(2));
        assert_eq!(take_all(&mut budget, "a", at(2)), 1, "one more every two seconds");
        assert_eq!(take_all(&mut budget, "a", at(62)), PER_HOST, "and no more than a minute's worth");
        let hosts = (0..).find(|n| budget.take(&format!("h{n}"), at(62)).is_err()).unwrap();
        assert_eq!(hosts, IN_ALL - PER_HOST);
        assert_eq!(budget.take("new", at(62)), Err(1));
    }

    #[test]
    fn b10_a_flood_of_hosts_neither_grows_memory_nor_resets_a_budget() {
        let mut budget = Budget::new(at(0));
        assert_eq!(take_all(&mut budget, "a", at(0)), PER_HOST);
        let mut most = 0;
        for second in 0..600 {
            for n in 0..100 {
                let _taken = budget.take(&format!("{second}-{n}.evil.example"), at(second));
                most = most.max(budget.hosts.len());
            }
            if second == 59 {
                let a = budget.hosts["a"].filled(at(59));
                assert!(!a.is_full(), "ten thousand hosts later it is still remembered");
            }
        }
        assert!(most <= 2 * usize::try_from(IN_ALL).unwrap(), "{most} hosts were remembered");
        assert!(!budget.hosts.contains_key("a"), "and it is forgotten once it is whole again");
    }

    #[test]
    fn b10_what_is_refused_takes_nothing() {
        let mut budget = Budget::new(at(0));
        take_all(&mut budget, "a", at(0));
        let before = budget.in_all.holds;
        for _ in 0..1000 {
            assert!(budget.take("a", at(0)).is_err());
        }
        assert_eq!(budget.in_all.holds, before, "one host cannot use up what is for all");
    }

    #[test]
    fn a_clock_set_back_gives_nothing() {
        let mut budget = Budget::new(at(1000));
        take_all(&mut budget, "a", at(1000));
        assert!(budget.take("a", at(0)).is_err());
        assert!(budget.take("a", at(2)).is_ok(), "and it goes on from there");
    }
}
