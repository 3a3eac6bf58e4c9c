//! Which endpoint is asked, and which after it.

use std::sync::atomic::{AtomicUsize, Ordering};

/// The endpoints in a circle, of which the one that worked last is the first.
pub(super) struct Course {
    count: usize,
    first: AtomicUsize,
}

impl Course {
    pub(super) fn new(count: usize) -> Self {
        Self {
            count,
            first: AtomicUsize::new(0),
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// The one to begin with.
    pub(super) fn first(&self) -> usize {
        self.first.load(Ordering::Relaxed)
    }

    /// The one after this; itself where there is no other.
    pub(super) fn after(&self, endpoint: usize) -> usize {
        (endpoint + 1) % self.count
    }

    /// This one has answered.
    pub(super) fn worked(&self, endpoint: usize) {
        self.first.store(endpoint, Ordering::Relaxed);
    }
}
