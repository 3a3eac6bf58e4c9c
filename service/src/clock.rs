//! The only place that knows what time it is, and how much of it has passed.
//!
//! These are two questions. What time it is, people and NTP set: a step of it makes a minute of a
//! second. How much has passed since something, only a clock that nobody can set knows
//! ([`Clock::passed`]).

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use time::OffsetDateTime;
use tokio::sync::watch;

/// The system's time, or one that a test moves by hand.
#[derive(Debug, Clone)]
pub struct Clock(ClockSource);

#[derive(Debug, Clone)]
enum ClockSource {
    System,
    Stepped(watch::Sender<Stepped>),
}

#[derive(Debug, Clone, Copy)]
struct Stepped {
    now: OffsetDateTime,
    passed: Duration,
}

/// Some moment that is the same for all clocks of the process.
static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);

impl Clock {
    /// The system's time.
    #[must_use]
    pub fn system() -> Self {
        Self(ClockSource::System)
    }

    /// A time that stands still until it is moved; all clones move with it.
    #[must_use]
    pub fn stepped(start: OffsetDateTime) -> Self {
        let start = Stepped {
            now: start,
            passed: Duration::ZERO,
        };
        Self(ClockSource::Stepped(watch::Sender::new(start)))
    }

    /// Lets time pass on a stepped clock; the system's time passes by itself.
    pub fn advance(&self, by: Duration) {
        if let ClockSource::Stepped(clock) = &self.0 {
            clock.send_modify(|it| {
                it.now += by;
                it.passed += by;
            });
        }
    }

    /// Sets a stepped clock forward or back, as NTP or an administrator does: no time passes.
    pub fn set(&self, by: time::Duration) {
        if let ClockSource::Stepped(clock) = &self.0 {
            clock.send_modify(|it| it.now += by);
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
            ClockSource::System => OffsetDateTime::now_utc(),
            ClockSource::Stepped(clock) => clock.borrow().now,
        }
    }

    /// How much time has passed since some moment in this process' life, whoever sets the time
    /// meanwhile.
    #[must_use]
    pub fn passed(&self) -> Duration {
        match &self.0 {
            ClockSource::System => BEGAN.elapsed(),
            ClockSource::Stepped(clock) => clock.borrow().passed,
        }
    }

    /// Waits until so much has passed in all ([`Clock::passed`]).
    pub async fn sleep_until_passed(&self, moment: Duration) {
        match &self.0 {
            ClockSource::System => tokio::time::sleep(moment.saturating_sub(self.passed())).await,
            ClockSource::Stepped(clock) => {
                let mut told = clock.subscribe();
                // The sender is at hand, so it cannot have gone.
                let _passed = told.wait_for(|it| it.passed >= moment).await.is_ok();
            }
        }
    }

    /// Waits until this moment. For what follows the course of the world, such as when to ask KSC
    /// again; how long somebody's patience lasts is real time, on any clock.
    pub async fn sleep_until(&self, moment: OffsetDateTime) {
        match &self.0 {
            ClockSource::System => {
                let left = Duration::try_from(moment - self.now()).unwrap_or_default();
                tokio::time::sleep(left).await;
            }
            ClockSource::Stepped(clock) => {
                let mut told = clock.subscribe();
                // The sender is at hand, so it cannot have gone.
                let _passed = told.wait_for(|it| it.now >= moment).await.is_ok();
            }
        }
    }
}
