//! What was learnt a moment ago, for as long as it may be trusted.
//!
//! The time of an entry is the one at which the back end was asked, not the one of its answer: what
//! a slow one said is as old as the question. It is told by how much has passed in the process' life
//! ([`crate::clock::Clock::passed`]): a clock that is set back makes nothing young again.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long it is remembered which host a name means.
pub(in crate::backends) const RESOLVED_FOR: Duration = Duration::from_secs(5);

/// A bounded map whose entries grow old.
pub(in crate::backends) struct ExpiringMap<V> {
    life: Duration,
    most: usize,
    entries: Mutex<HashMap<String, (Duration, V)>>,
}

impl<V: Clone> ExpiringMap<V> {
    /// Remembers at most so many entries, each for so long.
    pub(in crate::backends) fn new(life: Duration, most: usize) -> Self {
        Self {
            life,
            most,
            entries: Mutex::default(),
        }
    }

    /// Whether an entry of this time may still be trusted.
    pub(in crate::backends) fn is_fresh(&self, at: Duration, now: Duration) -> bool {
        at <= now && now.saturating_sub(at) < self.life
    }

    /// A fresh entry.
    pub(in crate::backends) fn get(&self, key: &str, now: Duration) -> Option<V> {
        let entries = self.entries();
        let (at, value) = entries.get(key)?;
        self.is_fresh(*at, now).then(|| value.clone())
    }

    /// A fresh entry and its time, made now when there is none.
    pub(in crate::backends) fn join(
        &self,
        key: &str,
        now: Duration,
        make: impl FnOnce() -> V,
    ) -> (Duration, V) {
        let mut entries = self.entries();
        if let Some((at, value)) = entries.get(key)
            && self.is_fresh(*at, now)
        {
            return (*at, value.clone());
        }
        let value = make();
        self.put(&mut entries, key, now, value.clone());
        (now, value)
    }

    /// Remembers what was asked at this time.
    pub(in crate::backends) fn insert(&self, key: &str, at: Duration, value: V) {
        self.put(&mut self.entries(), key, at, value);
    }

    /// Drops an entry if it is still the one that is meant.
    pub(in crate::backends) fn forget(&self, key: &str, is_meant: impl FnOnce(&V) -> bool) {
        let mut entries = self.entries();
        if entries.get(key).is_some_and(|(_, value)| is_meant(value)) {
            entries.remove(key);
        }
    }

    fn put(&self, entries: &mut HashMap<String, (Duration, V)>, key: &str, at: Duration, value: V) {
        if entries.len() >= self.most && !entries.contains_key(key) {
            entries.retain(|_, (then, _)| self.is_fresh(*then, at));
            // Everything is fresh: to ask again is cheaper than to keep books on what is dear.
            if entries.len() >= self.most {
                entries.clear();
            }
        }
        entries.insert(key.to_owned(), (at, value));
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<String, (Duration, V)>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn an_entry_is_trusted_until_its_life_is_over_and_not_before_it_began() {
        let memory = ExpiringMap::new(Duration::from_secs(5), 10);
        memory.insert("a", after(10), 1);

        assert_eq!(memory.get("a", after(10)), Some(1));
        assert_eq!(memory.get("a", after(14)), Some(1));
        assert_eq!(memory.get("a", after(15)), None);
        assert_eq!(memory.get("a", after(9)), None, "what was asked later");
    }

    #[test]
    fn whoever_joins_a_fresh_entry_keeps_its_time() {
        let memory = ExpiringMap::new(Duration::from_secs(5), 10);

        assert_eq!(memory.join("a", after(0), || 1), (after(0), 1));
        assert_eq!(memory.join("a", after(4), || 2), (after(0), 1));
        assert_eq!(memory.join("a", after(5), || 3), (after(5), 3));
    }

    #[test]
    fn it_never_holds_more_than_it_may() {
        let memory = ExpiringMap::new(Duration::from_secs(5), 3);
        for (second, key) in [(0, "a"), (1, "b"), (2, "c")] {
            memory.insert(key, after(second), second);
        }

        memory.insert("d", after(5), 5);
        assert_eq!(memory.get("a", after(5)), None, "it was old");
        assert_eq!(memory.get("b", after(5)), Some(1));
        memory.insert("e", after(5), 5);

        assert!(memory.entries().len() <= 3);
        assert_eq!(memory.get("e", after(5)), Some(5));
    }

    #[test]
    fn only_the_entry_that_is_meant_is_forgotten() {
        let memory = ExpiringMap::new(Duration::from_secs(5), 3);
        memory.insert("a", after(0), 1);

        memory.forget("a", |it| *it == 2);
        assert_eq!(memory.get("a", after(0)), Some(1));
        memory.forget("a", |it| *it == 1);
        assert_eq!(memory.get("a", after(0)), None);
    }
}
