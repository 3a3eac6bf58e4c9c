//! What is remembered for as long as there is room: the older half of it goes at a time.

use std::collections::HashMap;
use std::hash::Hash;

/// Remembers at most so many values; what was not noted for longest goes first, many at a time.
pub(super) struct BoundedMap<K, V> {
    young: HashMap<K, V>,
    old: HashMap<K, V>,
    half: usize,
}

impl<K: Eq + Hash + Clone, V> BoundedMap<K, V> {
    pub(super) fn of(most: usize) -> Self {
        Self {
            young: HashMap::new(),
            old: HashMap::new(),
            half: (most / 2).max(1),
        }
    }

    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.young.get(key).or_else(|| self.old.get(key))
    }

    /// Takes out what is to be changed.
    pub(super) fn take(&mut self, key: &K) -> Option<V> {
        self.young.remove(key).or_else(|| self.old.remove(key))
    }

    pub(super) fn note(&mut self, key: K, value: V) {
        if self.young.len() >= self.half {
            self.old = std::mem::take(&mut self.young);
        }
        self.old.remove(&key);
        self.young.insert(key, value);
    }

    pub(super) fn forget(&mut self, key: &K) {
        self.young.remove(key);
        self.old.remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_older_half_goes_when_there_is_no_room() {
        let mut memory = BoundedMap::of(4);
        for key in 0..5 {
            memory.note(key, ());
        }

        let known: Vec<i32> = (0..5).filter(|it| memory.get(it).is_some()).collect();
        assert_eq!(known, [2, 3, 4]);
        memory.forget(&4);
        assert!(memory.get(&4).is_none());
    }

    #[test]
    fn what_is_noted_again_is_young_again() {
        let mut memory = BoundedMap::of(4);
        for key in [1, 2, 3, 1, 4] {
            memory.note(key, ());
        }

        assert!(memory.get(&1).is_some());
        assert!(memory.get(&2).is_none());
    }
}
