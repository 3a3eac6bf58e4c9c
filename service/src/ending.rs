//! The end of a stopping gateway: from when on nothing new is taken in, and at which moment those
//! who still wait for KSC are given their answer.
//!
//! One end is shared by whatever creates work that outlives a caller's connection, so that all of
//! it is refused from the same moment on and gives up at the same moment.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::watch;

use crate::problem::Problem;
use vocabulary::code::Code;

/// The end, which is not set until the gateway stops. A clone is the same end.
#[derive(Debug, Clone)]
pub struct Ending {
    at: Arc<watch::Sender<Option<Instant>>>,
}

impl Ending {
    /// An end that is not set yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            at: Arc::new(watch::Sender::new(None)),
        }
    }

    /// Nothing new is taken in from now on; what is open at `end` is given up.
    pub fn close(&self, end: Instant) {
        self.at.send_replace(Some(end));
    }

    /// Whether the gateway is stopping.
    #[must_use]
    pub fn is_closing(&self) -> bool {
        self.at.borrow().is_some()
    }

    /// Lets new work in.
    ///
    /// # Errors
    /// 503 `draining` when the gateway is stopping.
    pub fn admit(&self) -> Result<(), Problem> {
        if self.is_closing() {
            return Err(Problem::new(
                Code::Draining,
                "This replica is shutting down; another one will answer.",
            )
            .with_retry_after(1));
        }
        Ok(())
    }

    /// Resolves as soon as the gateway is stopping.
    pub async fn begun(&self) {
        // The sender is at hand, so it cannot have gone.
        let _closing = self.at.subscribe().wait_for(Option::is_some).await.is_ok();
    }

    /// Resolves at the end; never, when there is none.
    pub async fn reached(&self) {
        let mut told = self.at.subscribe();
        let end = told.wait_for(Option::is_some).await.map(|it| *it);
        match end {
            Ok(Some(end)) => tokio::time::sleep_until(end.into()).await,
            Ok(None) | Err(_) => std::future::pending().await,
        }
    }
}

impl Default for Ending {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures_util::poll;

    use super::*;

    #[tokio::test]
    async fn the_end_is_the_same_for_all_who_share_it() {
        let ending = Ending::new();
        let other = ending.clone();
        let mut reached = Box::pin(other.reached());
        assert!(other.admit().is_ok());
        assert!(poll!(&mut reached).is_pending());

        ending.close(Instant::now() + Duration::from_millis(1));

        let refused = other.admit().expect_err("it is closing");
        assert_eq!(refused.code(), Code::Draining);
        reached.await;
    }
}
