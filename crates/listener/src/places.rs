//! Places for what goes on for a while: each of them takes something for as long as it lasts, so they are counted.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How many places there are in one process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlaceLimits {
    /// For each holder.
    pub each: usize,
    /// For all of them together.
    pub in_all: usize,
}

/// Why there is no place left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// Who asks has too many.
    ForOne,
    /// The process has.
    InAll,
}

impl Full {
    /// After how long it may be tried again.
    pub const RETRY_AFTER: Duration = Duration::from_secs(10);
}

/// The places of one kind, by who holds them.
pub struct Places<K: Copy + Eq + Hash> {
    limits: PlaceLimits,
    held: Mutex<Held<K>>,
}

struct Held<K> {
    by: HashMap<K, usize>,
    in_all: usize,
}

/// A place. It is free again when this is dropped.
pub struct Place<K: Copy + Eq + Hash> {
    places: Arc<Places<K>>,
    holder: K,
}

impl<K: Copy + Eq + Hash> Places<K> {
    /// None is taken yet.
    pub fn new(limits: PlaceLimits) -> Arc<Self> {
        Arc::new(Self { limits, held: Mutex::new(Held { by: HashMap::new(), in_all: 0 }) })
    }

    /// A place for this holder.
    ///
    /// # Errors
    /// [`Full`].
    pub fn take(self: &Arc<Self>, holder: K) -> Result<Place<K>, Full> {
        self.take_of(holder, self.limits.each)
    }

    /// A place for a holder who may have as many as there are.
    ///
    /// # Errors
    /// [`Full::InAll`].
    pub fn take_any(self: &Arc<Self>, holder: K) -> Result<Place<K>, Full> {
        self.take_of(holder, usize::MAX)
    }

    fn take_of(self: &Arc<Self>, holder: K, most: usize) -> Result<Place<K>, Full> {
        let mut held = self.held();
        let own = held.by.get(&holder).copied().unwrap_or_default();
        if own >= most {
            return Err(Full::ForOne);
        }
        if held.in_all >= self.limits.in_all {
            return Err(Full::InAll);
        }
        held.by.insert(holder, own + 1);
        held.in_all += 1;
        Ok(Place { places: Arc::clone(self), holder })
    }

    /// How many places are taken.
    pub fn taken(&self) -> usize {
        self.held().in_all
    }

    fn held(&self) -> MutexGuard<'_, Held<K>> {
        // Nothing that runs under the lock can panic half way.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Copy + Eq + Hash> Drop for Place<K> {
    fn drop(&mut self) {
        let mut held = self.places.held();
        held.in_all -= 1;
        if let Some(own) = held.by.get_mut(&self.holder) {
            *own -= 1;
            if *own == 0 {
                held.by.remove(&self.holder);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_bounded_for_each_holder_and_in_all_and_come_free_again() {
        let places = Places::new(PlaceLimits { each: 2, in_all: 4 });
        let held = [places.take("ada").ok().unwrap(), places.take("ada").ok().unwrap()];
        assert_eq!(places.take("ada").err(), Some(Full::ForOne));
        let third = places.take_any("ada").ok().unwrap();
        let bens = places.take("ben").ok().unwrap();
        assert_eq!(places.take("ben").err(), Some(Full::InAll));
        assert_eq!(places.take_any("ben").err(), Some(Full::InAll));
        drop((held, third));
        assert!(places.take("ben").is_ok());
        drop(bens);
        assert_eq!((places.taken(), places.held().by.len()), (0, 0));
    }
}
