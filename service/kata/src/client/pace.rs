//! How fast requests go to the Central Node.
//!
//! A bucket of one second's tokens. It is one number, the moment at which the bucket would be empty
//! for the next request: `governor`, which the gateway counts its callers with, would do the same
//! by a clock of its own that tests cannot step.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// The pace.
pub(super) struct Pace {
    interval: Duration,
    burst: Duration,
    /// When the last request that was let through would be due if none ever went at once.
    due: Mutex<Option<Instant>>,
}

impl Pace {
    pub(super) fn new(requests_per_second: u32) -> Self {
        let interval = Duration::from_secs(1) / requests_per_second.max(1);
        Self {
            interval,
            burst: Duration::from_secs(1),
            due: Mutex::default(),
        }
    }

    /// Waits for its turn, unless that would take longer than `most`: then it says how long, and
    /// takes no turn.
    ///
    /// A turn that is given up while waiting is lost, and nothing else is.
    pub(super) async fn turn(&self, most: Duration) -> Result<(), Duration> {
        let wait = self.book(most)?;
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
        Ok(())
    }

    fn book(&self, most: Duration) -> Result<Duration, Duration> {
        let now = Instant::now();
        let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        let next = due.map_or(now, |it| it.max(now)) + self.interval;
        let wait = next.saturating_duration_since(now + self.burst);
        if wait > most {
            return Err(wait);
        }
        *due = Some(next);
        Ok(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(30);

    #[tokio::test(start_paused = true)]
    async fn after_a_rest_a_seconds_worth_goes_at_once_and_then_each_in_its_turn() {
        let pace = Pace::new(5);
        let began = Instant::now();
        let mut at = Vec::new();

        for _ in 0..10 {
            pace.turn(LONG).await.unwrap();
            at.push(began.elapsed().as_millis() / 100);
        }

        assert_eq!(at, [0, 0, 0, 0, 0, 2, 4, 6, 8, 10]);
        tokio::time::advance(LONG).await;
        let rested = Instant::now();
        for _ in 0..5 {
            pace.turn(LONG).await.unwrap();
        }
        assert_eq!(rested.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn who_would_wait_too_long_is_told_so_and_takes_no_turn() {
        let pace = Pace::new(1);
        pace.turn(LONG).await.unwrap();

        for _ in 0..3 {
            let wait = pace.turn(Duration::from_millis(999)).await.unwrap_err();
            assert_eq!(wait, Duration::from_secs(1));
        }

        assert!(pace.turn(LONG).await.is_ok());
    }
}
