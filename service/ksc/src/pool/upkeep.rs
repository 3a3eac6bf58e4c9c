//! What happens while nobody asks, and at the end.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tracing::{debug, info};

use super::lease::{After, Lease};
use super::sessions::{Pool, Session};
use crate::call::Ping;

/// Between two rounds.
const LEAST_PAUSE: Duration = Duration::from_secs(1);

impl Pool {
    /// Ends sessions that nobody has needed for `ping_after_idle`, but for one; pings that one, lets
    /// it go when it is dead, and after a
    /// back-off tries the credentials again, so that readiness comes back without a caller. Ends
    /// when `stop` does; afterwards call [`Pool::drain`].
    pub async fn maintain(self: Arc<Self>, stop: impl Future<Output = ()>) {
        let work = async {
            loop {
                tokio::time::sleep_until(self.next_round().into()).await;
                self.try_credentials_again().await;
                while let Some(lease) = self.lease_due() {
                    self.tend(lease).await;
                }
            }
        };
        tokio::select! {
            () = stop => {}
            () = work => {}
        }
    }

    /// The end: no new leases, `EndSession` on every session. Waits for leases that are still out
    /// and for the sessions to end, `request_timeout` at most.
    pub async fn drain(self: &Arc<Self>) {
        self.state().draining = true;
        self.permits.close();
        for session in self.take_idle_where(|_| true) {
            self.retire(session);
        }
        let done = async {
            loop {
                let changed = self.changed.notified();
                tokio::pin!(changed);
                // Registered before looking, so that no change in between is missed.
                changed.as_mut().enable();
                {
                    let state = self.state();
                    if state.in_use + state.entering + state.ending == 0 {
                        return;
                    }
                }
                changed.await;
            }
        };
        if tokio::time::timeout(self.settings.request_timeout, done)
            .await
            .is_err()
        {
            let state = self.state();
            info!(
                ksc.leases = state.in_use,
                ksc.sessions = state.ending,
                "not every KSC session was ended; they will expire"
            );
        }
    }

    /// When the next resting session is due, or the bar ends; a round at least every
    /// `ping_after_idle`, which is also how often a new password is looked for.
    fn next_round(&self) -> Instant {
        let now = Instant::now();
        let after = self.settings.ping_after_idle;
        let state = self.state();
        let due = state.idle.iter().map(|session| session.since + after);
        let bar_ends = state.bar.as_ref().map(|bar| bar.until);
        // A bar that is over and has not been lifted waits for the next round as well.
        let bar_ends = bar_ends.filter(|ends| *ends > now);
        let next = due
            .chain(bar_ends)
            .chain([now + after])
            .min()
            .unwrap_or(now + after);
        // A session may be due while every permit is lent: no reason to spin.
        next.max(now + after.min(LEAST_PAUSE))
    }

    async fn try_credentials_again(self: &Arc<Self>) {
        if self.state().bar.is_none() || self.admit().is_err() {
            return;
        }
        if let Err(error) = self.lease().await.map(drop) {
            debug!(error = %error, "KSC still cannot be used");
        }
    }

    /// A lease of the session that has rested longest, when it has rested long enough.
    fn lease_due(self: &Arc<Self>) -> Option<Lease> {
        // All lent: then none rests that would not be used in a moment.
        let permit = Arc::clone(&self.permits).try_acquire_owned().ok()?;
        let session = self.take_due()?;
        let mut lease = Lease::new(Arc::clone(self), permit);
        lease.hold(session);
        Some(lease)
    }

    fn take_due(&self) -> Option<Session> {
        let mut state = self.state();
        let oldest = (0..state.idle.len()).min_by_key(|at| state.idle[*at].since)?;
        let due = state.idle[oldest].since + self.settings.ping_after_idle <= Instant::now();
        due.then(|| state.idle.remove(oldest))
    }

    /// There are as many sessions as were needed at a time. One that was not for so long is there
    /// for a load that is over; the last one stays, so that the next request finds one.
    async fn tend(self: &Arc<Self>, mut lease: Lease) {
        if self.state().open > 1 {
            lease.retire();
        } else {
            Self::ping(lease).await;
        }
    }

    async fn ping(mut lease: Lease) {
        let Err(error) = lease.attempt(&Ping, "").await else {
            return;
        };
        match lease.settle(&error) {
            After::SessionLost | After::EndpointLost => {
                debug!(error = %error, "a resting KSC session is over");
            }
            After::AnswerLost | After::Doubtful => lease.retire(),
            // It says nothing about the session; the next round asks again.
            After::SessionGood => debug!(error = %error, "a ping of KSC failed"),
        }
    }
}
