//! The only place that knows what time it is.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use time::OffsetDateTime;
use tokio::sync::watch;

/// What [`Clock::elapsed`] counts from.
static FIRST: LazyLock<Instant> = LazyLock::new(Instant::now);

/// The system's time, or one that a test moves by hand.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    System,
    Stepped(watch::Sender<OffsetDateTime>),
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
        Self(Source::Stepped(watch::Sender::new(start)))
    }

    /// Moves a stepped clock forward; the system's time moves by itself.
    pub fn advance(&self, by: Duration) {
        if let Source::Stepped(now) = &self.0 {
            now.send_modify(|it| *it += by);
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
            Source::Stepped(now) => *now.borrow(),
        }
    }

    /// How long it has run, from some moment on: for what must have taken its time, since nobody sets this
    /// forward or back. It means nothing to another process.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        match &self.0 {
            Source::System => FIRST.elapsed(),
            Source::Stepped(now) => {
                let passed = *now.borrow() - OffsetDateTime::UNIX_EPOCH;
                Duration::try_from(passed).unwrap_or_default()
            }
        }
    }

    /// Waits until this moment. For what follows the course of the world, such as when to ask KSC
    /// again; how long somebody's patience lasts is real time, on any clock.
    pub async fn sleep_until(&self, moment: OffsetDateTime) {
        match &self.0 {
            Source::System => {
                let left = Duration::try_from(moment - self.now()).unwrap_or_default();
                tokio::time::sleep(left).await;
            }
            Source::Stepped(now) => {
                let mut told = now.subscribe();
                // The sender is at hand, so it cannot have gone.
                let _passed = told.wait_for(|it| *it >= moment).await.is_ok();
            }
        }
    }
}
