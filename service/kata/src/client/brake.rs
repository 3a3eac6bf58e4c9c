//! What the server asked for with 429: a while without requests.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Where the server does not say how long.
const UNSAID: Duration = Duration::from_secs(5);

/// However long it says: a mistake of somebody's must not silence a response for a day.
const MOST: Duration = Duration::from_mins(5);

/// Least: a server that says "in 0 seconds" has said no all the same.
const LEAST: Duration = Duration::from_secs(1);

/// The brake.
#[derive(Default)]
pub(super) struct Brake {
    until: Mutex<Option<Instant>>,
}

impl Brake {
    /// Lets a request through, or says for how long not.
    pub(super) fn enter(&self) -> Result<(), Duration> {
        match self.left() {
            None => Ok(()),
            Some(left) => Err(left),
        }
    }

    /// For how long nothing goes through.
    pub(super) fn left(&self) -> Option<Duration> {
        let until = *self.until();
        let left = until?.saturating_duration_since(Instant::now());
        (!left.is_zero()).then_some(left)
    }

    /// 429. Returns for how long nothing goes through now.
    pub(super) fn pull(&self, retry_after: Option<Duration>) -> Duration {
        let wait = retry_after.unwrap_or(UNSAID).clamp(LEAST, MOST);
        let until = Instant::now() + wait;
        let mut known = self.until();
        *known = (*known).max(Some(until));
        wait
    }

    fn until(&self) -> MutexGuard<'_, Option<Instant>> {
        self.until.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn nothing_goes_through_for_as_long_as_was_said() {
        let brake = Brake::default();
        assert_eq!(brake.enter(), Ok(()));

        assert_eq!(
            brake.pull(Some(Duration::from_secs(7))),
            Duration::from_secs(7)
        );
        brake.pull(Some(Duration::from_secs(2)));

        assert_eq!(
            brake.enter(),
            Err(Duration::from_secs(7)),
            "the longer counts"
        );
        tokio::time::advance(Duration::from_secs(7)).await;
        assert_eq!(brake.enter(), Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_said_is_taken_within_reason() {
        for (said, taken) in [
            (None, UNSAID),
            (Some(Duration::ZERO), LEAST),
            (Some(Duration::MAX), MOST),
        ] {
            assert_eq!(Brake::default().pull(said), taken);
        }
    }
}
