//! The only place that knows what time it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use time::OffsetDateTime;

/// The system's time, or one that a test moves by hand.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    System,
    Stepped(Arc<AtomicI64>),
}

impl Clock {
    /// The system's time.
    #[must_use]
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A time that stands still until it is moved; all clones move with it.
    #[must_use]
    pub fn stepped(start: OffsetDateTime) -> Self {
        Self(Source::Stepped(Arc::new(AtomicI64::new(
            start.unix_timestamp(),
        ))))
    }

    /// Moves a stepped clock forward by whole seconds; the system's time moves by itself.
    pub fn advance(&self, by: Duration) {
        if let Source::Stepped(seconds) = &self.0 {
            seconds.fetch_add(
                i64::try_from(by.as_secs()).unwrap_or(i64::MAX),
                Ordering::SeqCst,
            );
        }
    }

    /// Now, in UTC.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the clock that everything else asks"
    )]
    #[must_use]
    pub fn now(&self) -> OffsetDateTime {
        match &self.0 {
            Source::System => OffsetDateTime::now_utc(),
            Source::Stepped(seconds) => {
                OffsetDateTime::from_unix_timestamp(seconds.load(Ordering::SeqCst))
                    .unwrap_or(OffsetDateTime::UNIX_EPOCH)
            }
        }
    }
}
