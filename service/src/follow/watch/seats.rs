//! Seats for those who watch: so many in all, and so many for one caller.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::config;
use crate::metrics::{Counted, Metrics};

/// Who watches how often.
pub(super) struct WatchSeats {
    taken: Mutex<HashMap<Arc<str>, usize>>,
    most: usize,
    most_per_caller: usize,
    metrics: Arc<Metrics>,
}

/// A place among those who watch; given up on drop.
pub(super) struct WatchSeat {
    seats: Arc<WatchSeats>,
    caller: Arc<str>,
    _counted: Counted,
}

impl WatchSeats {
    pub(super) fn new(limits: &config::Limits, metrics: Arc<Metrics>) -> Arc<Self> {
        Arc::new(Self {
            taken: Mutex::default(),
            most: limits.watchers,
            most_per_caller: limits.watchers_per_caller,
            metrics,
        })
    }

    /// A place for a caller, unless there are too many.
    pub(super) fn take(self: &Arc<Self>, caller: &Arc<str>) -> Option<WatchSeat> {
        let mut taken = self.lock();
        if taken.values().sum::<usize>() >= self.most {
            return None;
        }
        let own = taken.entry(Arc::clone(caller)).or_default();
        if *own >= self.most_per_caller {
            return None;
        }
        *own += 1;
        Some(WatchSeat {
            seats: Arc::clone(self),
            caller: Arc::clone(caller),
            _counted: self.metrics.watcher_comes(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Arc<str>, usize>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for WatchSeat {
    fn drop(&mut self) {
        if let Entry::Occupied(mut own) = self.seats.lock().entry(Arc::clone(&self.caller)) {
            *own.get_mut() -= 1;
            if *own.get() == 0 {
                own.remove();
            }
        }
    }
}
