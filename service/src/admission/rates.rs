//! How many requests a caller may make in a minute.
//!
//! With a shared store the count is that of all replicas together. When it does not answer at once,
//! this replica counts alone for a while: a limit protects the gateway, and to refuse everybody, or
//! to keep those waiting who only want to read, would do what it is to prevent.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::digest;
use crate::store::{Rate, Store};

/// Counts of callers that have been quiet are swept out after so many requests.
const SWEEP_EVERY: u32 = 10_000;

/// Longest that a request waits to be counted by the shared store.
const WITHIN: Duration = Duration::from_millis(200);

/// So long a store that did not answer is not asked.
const ALONE_FOR: Duration = Duration::from_secs(2);

type Local =
    RateLimiter<String, DashMapStateStore<String>, DefaultClock, StateInformationMiddleware>;

/// The counts of all callers.
pub(super) struct Rates {
    per_minute: Option<NonZeroU32>,
    local: Option<Local>,
    shared: Option<Arc<Store>>,
    /// Until when this replica counts alone.
    alone_until: Mutex<Option<Instant>>,
    counted: AtomicU32,
}

impl Rates {
    /// With 0 nothing is counted.
    pub(super) fn new(per_minute: u32, shared: Option<Arc<Store>>) -> Self {
        let per_minute = NonZeroU32::new(per_minute);
        let local = per_minute.map(|it| {
            RateLimiter::dashmap(Quota::per_minute(it))
                .with_middleware::<StateInformationMiddleware>()
        });
        Self {
            per_minute,
            local,
            shared,
            alone_until: Mutex::default(),
            counted: AtomicU32::new(0),
        }
    }

    /// How many there may be in a minute; any, without an answer.
    pub(super) fn per_minute(&self) -> Option<NonZeroU32> {
        self.per_minute
    }

    /// So many of these requests as there may be in a minute.
    pub(super) fn in_a_minute(&self, requests: usize) -> usize {
        let most = self.per_minute.map(NonZeroU32::get);
        most.and_then(|it| usize::try_from(it).ok())
            .map_or(requests, |most| requests.min(most))
    }

    /// The time that makes up for one request; none when nothing is counted.
    pub(super) fn gap(&self) -> Duration {
        self.per_minute
            .map_or(Duration::ZERO, |it| Duration::from_mins(1) / it.get())
    }

    /// Counts so many requests of a caller, and tells how it stands; nothing when nobody counts.
    pub(super) async fn count(&self, caller: &str, requests: usize) -> Option<Rate> {
        let per_minute = self.per_minute?;
        let requests = u32::try_from(self.in_a_minute(requests)).unwrap_or(u32::MAX);
        let requests = NonZeroU32::new(requests)?;
        if let Some(rate) = self.count_together(caller, per_minute, requests).await {
            return Some(rate);
        }
        self.count_here(caller, per_minute, requests)
    }

    /// Nothing when there is no shared store, or none that answers.
    async fn count_together(
        &self,
        caller: &str,
        per_minute: NonZeroU32,
        requests: NonZeroU32,
    ) -> Option<Rate> {
        let shared = self.shared.as_ref()?;
        if self.alone_until().is_some_and(|it| Instant::now() < it) {
            return None;
        }
        // Names of keys hold nothing that an issuer chose.
        let name = digest::of_text(caller);
        let asking = shared.rate(&name, per_minute.get(), requests.get());
        let rate = match tokio::time::timeout(WITHIN, asking).await {
            Ok(rate) => rate.ok(),
            Err(_) => None,
        };
        if rate.is_none() {
            *self.alone_until() = Some(Instant::now() + ALONE_FOR);
        }
        rate
    }

    fn alone_until(&self) -> MutexGuard<'_, Option<Instant>> {
        self.alone_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn count_here(
        &self,
        caller: &str,
        per_minute: NonZeroU32,
        requests: NonZeroU32,
    ) -> Option<Rate> {
        let local = self.local.as_ref()?;
        if self.counted.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            local.retain_recent();
            local.shrink_to_fit();
        }
        let gap = self.gap();
        let reset = |left: u32| gap * per_minute.get().saturating_sub(left);
        Some(
            match local.check_key_n(&caller.to_owned(), requests).ok()? {
                Ok(state) => {
                    let left = state.remaining_burst_capacity();
                    Rate {
                        within: true,
                        left,
                        retry_after: Duration::ZERO,
                        reset: reset(left),
                    }
                }
                Err(until) => Rate {
                    within: false,
                    left: 0,
                    retry_after: until.wait_time_from(DefaultClock::default().now()),
                    reset: reset(0),
                },
            },
        )
    }
}

/// Whole seconds, rounded up.
#[must_use]
pub fn whole_seconds(duration: Duration) -> u32 {
    let whole = duration.as_secs() + u64::from(duration.subsec_nanos() > 0);
    u32::try_from(whole).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_caller_has_its_own_count_and_more_than_a_minutes_worth_counts_as_that() {
        let rates = Rates::new(5, None);
        let within = async |caller, requests| {
            let rate = rates.count(caller, requests).await.expect("it is counted");
            (rate.within, rate.left)
        };

        assert_eq!(within("a", 2).await, (true, 3));
        assert_eq!(within("a", 3).await, (true, 0));
        assert_eq!(within("a", 1).await, (false, 0));
        assert_eq!(within("b", 100).await, (true, 0));
        assert_eq!(within("b", 1).await, (false, 0));
        assert!(Rates::new(0, None).count("a", 1).await.is_none());
    }
}
