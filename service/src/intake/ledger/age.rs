//! How old something is, by clocks that nobody can set.
//!
//! A moment is worth nothing to another process, nor to this one after its clock was set. An age
//! is: what was measured before, and what this process has measured since.

use std::time::Duration;

/// How long ago something was. It is never more than the truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::intake) struct Age {
    /// So long ago it was,
    before: Duration,
    /// when so much had passed by this process' clock ([`crate::clock::Clock::passed`]).
    at: Duration,
}

impl Age {
    /// Of something that was so long ago when so much has passed.
    pub(super) fn of(before: Duration, passed: Duration) -> Self {
        Self { before, at: passed }
    }

    /// Of something that is now.
    pub(super) fn begins(passed: Duration) -> Self {
        Self::of(Duration::ZERO, passed)
    }

    /// How long ago it is, when so much has passed.
    pub(in crate::intake) fn when(self, passed: Duration) -> Duration {
        self.before.saturating_add(passed.saturating_sub(self.at))
    }

    /// The greater one of two ages of the same thing: neither is more than the truth.
    pub(super) fn or(self, other: Self, passed: Duration) -> Self {
        if other.when(passed) > self.when(passed) {
            other
        } else {
            self
        }
    }
}
