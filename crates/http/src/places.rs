//! Places for answers that go on: each of them takes something for as long as it lasts, so they are counted.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How many streams may be open in one process.
#[derive(Debug, Clone, Copy)]
pub struct StreamLimits {
    /// For one of those who listen: a person who watches an activity, a connection that listens for changes.
    pub each: usize,
    /// For all of them together.
    pub in_all: usize,
}

impl StreamLimits {
    /// For people who watch an activity in a browser.
    pub const ACTIVITY: Self = Self { each: 6, in_all: 256 };
    /// For connections whose clients listen for changes of their tools.
    pub const SUBSCRIPTIONS: Self = Self { each: 4, in_all: 1024 };
}

/// Why there is no place for one more stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Full {
    /// Who asks has too many.
    ForOne,
    /// The process has.
    InAll,
}

impl Full {
    /// After how long it may be tried again.
    pub(crate) const RETRY_AFTER: Duration = Duration::from_secs(10);
}

/// The places of one kind of stream, by who holds them.
pub(crate) struct Places<K: Copy + Eq + Hash> {
    limits: StreamLimits,
    held: Mutex<HashMap<K, usize>>,
}

/// A place. It is free again when this is dropped.
pub(crate) struct Place<K: Copy + Eq + Hash> {
    places: Arc<Places<K>>,
    holder: K,
}

impl<K: Copy + Eq + Hash> Places<K> {
    pub(crate) fn new(limits: StreamLimits) -> Arc<Self> {
        Arc::new(Self { limits, held: Mutex::default() })
    }

    /// A place for one more stream of this holder.
    ///
    /// # Errors
    /// [`Full`].
    pub(crate) fn take(self: &Arc<Self>, holder: K) -> Result<Place<K>, Full> {
        let mut held = self.held();
        if held.get(&holder).is_some_and(|own| *own >= self.limits.each) {
            return Err(Full::ForOne);
        }
        if held.values().sum::<usize>() >= self.limits.in_all {
            return Err(Full::InAll);
        }
        *held.entry(holder).or_default() += 1;
        Ok(Place { places: Arc::clone(self), holder })
    }

    fn held(&self) -> MutexGuard<'_, HashMap<K, usize>> {
        // Nothing that runs under the lock can panic half way.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many places are taken.
    #[cfg(test)]
    pub(crate) fn taken(&self) -> usize {
        self.held().values().sum()
    }
}

impl<K: Copy + Eq + Hash> Drop for Place<K> {
    fn drop(&mut self) {
        let mut held = self.places.held();
        if let Some(own) = held.get_mut(&self.holder) {
            *own -= 1;
            if *own == 0 {
                held.remove(&self.holder);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_bounded_for_each_holder_and_in_all_and_come_free_again() {
        let places = Places::new(StreamLimits { each: 2, in_all: 3 });
        let held = [places.take("ada").ok().unwrap(), places.take("ada").ok().unwrap()];
        assert_eq!(places.take("ada").err(), Some(Full::ForOne));
        let bens = places.take("ben").ok().unwrap();
        assert_eq!(places.take("ben").err(), Some(Full::InAll));
        drop(held);
        assert!(places.take("ben").is_ok());
        drop(bens);
        assert!(places.held().is_empty());
    }
}
