//! One piece of work at a time under a key; whoever comes while it is under way shares its outcome.
//!
//! The work runs in a task of its own and is finished whoever walks away: another may be waiting
//! for it, and a KSC call that is broken off costs a session.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::runtime::Handle;
use tokio::sync::watch;

use crate::carry::{Unfinished, held};
use crate::telemetry::trace::{self, Trace};

/// Work under way, by key.
pub struct SingleFlight<K: Eq + Hash, T> {
    under_way: Arc<FlightsUnderWay<K, T>>,
    runtime: Handle,
}

type Outcomes<T> = watch::Receiver<Option<T>>;

/// What is told of work, and the trace of whoever began it.
type Flight<T> = (Outcomes<T>, Option<Trace>);

struct FlightsUnderWay<K: Eq + Hash, T>(Mutex<HashMap<K, Flight<T>>>);

impl<K, T> SingleFlight<K, T>
where
    K: Clone + Eq + Hash + Send + 'static,
    T: Clone + Send + Sync + 'static,
{
    /// Work will run on the runtime that this is called on.
    ///
    /// # Panics
    /// Outside a runtime.
    #[must_use]
    pub fn here() -> Self {
        Self {
            under_way: Arc::new(FlightsUnderWay(Mutex::default())),
            runtime: Handle::current(),
        }
    }

    /// The outcome of the work under this key: of the one under way, or of this, begun now.
    ///
    /// # Errors
    /// When the work panicked.
    pub async fn share<W>(&self, key: K, work: impl FnOnce() -> W) -> Result<T, Unfinished>
    where
        W: Future<Output = T> + Send + 'static,
    {
        let (mut told, other) = self.join(key, work);
        let outcome = async move {
            // The borrow must not live to the end of the block: it would outlive `told`.
            let outcome = told.wait_for(Option::is_some).await.map(|it| it.clone());
            outcome.ok().flatten()
        };
        trace::joined("share_work_under_way", other.as_ref(), outcome)
            .await
            .ok_or(Unfinished::BrokeOff)
    }

    /// The work under this key; with the trace of another one, when it is that one's.
    fn join<W>(&self, key: K, work: impl FnOnce() -> W) -> Flight<T>
    where
        W: Future<Output = T> + Send + 'static,
    {
        let (tell, told) = watch::channel(None);
        match self.under_way.lock().entry(key.clone()) {
            Entry::Occupied(it) => return it.get().clone(),
            Entry::Vacant(it) => it.insert((told.clone(), trace::here())),
        };
        let landing = Landing {
            under_way: Arc::clone(&self.under_way),
            key,
        };
        let work = work();
        // Not under the lock: a runtime that is gone drops the work, and with it the landing, at
        // once.
        self.runtime.spawn(held(async move {
            let outcome = work.await;
            // Whoever comes from now on wants to know how things are now.
            drop(landing);
            tell.send_replace(Some(outcome));
        }));
        (told, None)
    }
}

impl<K: Eq + Hash, T> FlightsUnderWay<K, T> {
    fn lock(&self) -> MutexGuard<'_, HashMap<K, Flight<T>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes room for the next under its key, also when the work panics.
struct Landing<K: Eq + Hash, T> {
    under_way: Arc<FlightsUnderWay<K, T>>,
    key: K,
}

impl<K: Eq + Hash, T> Drop for Landing<K, T> {
    fn drop(&mut self) {
        self.under_way.lock().remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::sync::Semaphore;

    use super::*;

    #[tokio::test]
    async fn those_who_come_meanwhile_share_and_those_who_come_later_do_not() {
        let flights: SingleFlight<u8, usize> = SingleFlight::here();
        let begun = Arc::new(AtomicUsize::new(0));
        let go = Arc::new(Semaphore::new(0));
        let work = || {
            let (begun, go) = (Arc::clone(&begun), Arc::clone(&go));
            move || async move {
                let number = begun.fetch_add(1, Ordering::SeqCst);
                go.acquire().await.expect("it stays open").forget();
                number
            }
        };

        let (one, two, other) =
            tokio::join!(flights.share(1, work()), flights.share(1, work()), async {
                // Both others wait by now.
                go.add_permits(2);
                flights.share(2, work()).await
            });
        go.add_permits(1);
        let later = flights.share(1, work()).await;

        assert_eq!(one, two);
        assert!(other.is_ok() && other != one);
        assert_eq!(later, Ok(2));
        assert!(flights.under_way.lock().is_empty());
    }

    #[tokio::test]
    async fn work_that_panics_is_told_of_and_makes_room() {
        let flights: SingleFlight<u8, ()> = SingleFlight::here();

        let broken = flights.share(1, || async { panic!("on purpose") }).await;

        assert_eq!(broken, Err(Unfinished::BrokeOff));
        assert_eq!(flights.share(1, || async {}).await, Ok(()));
    }
}
