//! A gate before the server: a test holds it, counts who waits, and lets calls through one by one.
//!
//! Races between a caller and KSC (two requests in flight, a client that gives up) become plain sequences that way.
//! Calls queue in the order of their arrival; a call whose client hangs up leaves the queue.

use crate::faults::matches;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{oneshot, watch};

/// Handle of the gate; clones share one gate.
#[derive(Debug, Clone)]
pub struct Gate {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    state: Mutex<State>,
    changed: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct State {
    held: Option<String>,
    permits: usize,
    queue: VecDeque<Waiting>,
    next: u64,
}

#[derive(Debug)]
struct Waiting {
    ticket: u64,
    method: String,
    go: oneshot::Sender<()>,
}

impl Gate {
    pub(crate) fn new() -> Self {
        let (changed, _) = watch::channel(0);
        Self {
            inner: Arc::new(Inner {
                state: Mutex::default(),
                changed,
            }),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.inner
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self) {
        self.inner.changed.send_modify(|version| *version += 1);
    }

    /// From now on every call waits.
    pub fn hold(&self) {
        self.hold_calls_to("*");
    }

    /// From now on calls to `method` wait (a trailing `*` matches any rest); the others pass.
    pub fn hold_calls_to(&self, method: &str) {
        let mut state = self.state();
        state.held = Some(method.to_owned());
        state.permits = 0;
        drop(state);
        self.tell();
    }

    /// Lets the next `count` calls through: those that wait first, then those that come later.
    pub fn let_through(&self, count: usize) {
        let mut state = self.state();
        for _ in 0..count {
            loop {
                let Some(first) = state.queue.pop_front() else {
                    state.permits += 1;
                    break;
                };
                if first.go.send(()).is_ok() {
                    break;
                }
            }
        }
        drop(state);
        self.tell();
    }

    /// Lets everybody through, now and later.
    pub fn open(&self) {
        let mut state = self.state();
        state.held = None;
        state.permits = 0;
        for waiting in state.queue.drain(..) {
            // A client that hung up in this moment needs no permission.
            let _ = waiting.go.send(());
        }
        drop(state);
        self.tell();
    }

    /// How many calls wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.state().queue.len()
    }

    /// Which calls wait, in the order of their arrival.
    #[must_use]
    pub fn waiting_calls(&self) -> Vec<String> {
        self.state()
            .queue
            .iter()
            .map(|waiting| waiting.method.clone())
            .collect()
    }

    /// `true` while calls are held.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.state().held.is_some()
    }

    /// Waits until at least `count` calls wait.
    ///
    /// # Panics
    ///
    /// After twenty real seconds, with the queue.
    pub async fn wait_until_waiting(&self, count: usize) {
        let mut changed = self.inner.changed.subscribe();
        let enough = async {
            while self.waiting() < count {
                if changed.changed().await.is_err() {
                    return;
                }
            }
        };
        if tokio::time::timeout(Duration::from_secs(20), enough)
            .await
            .is_err()
        {
            panic!(
                "{count} calls should wait at the gate, but there are {:?}",
                self.waiting_calls()
            );
        }
    }

    /// Passes the gate, at once or when let through.
    pub(crate) async fn pass(&self, method: &str) {
        let (ticket, go) = {
            let mut state = self.state();
            let holds = state
                .held
                .as_deref()
                .is_some_and(|pattern| matches(pattern, method));
            if !holds {
                return;
            }
            if state.permits > 0 {
                state.permits -= 1;
                return;
            }
            let (go, gone) = oneshot::channel();
            let ticket = state.next;
            state.next += 1;
            state.queue.push_back(Waiting {
                ticket,
                method: method.to_owned(),
                go,
            });
            (ticket, gone)
        };
        self.tell();
        let _place = Place { gate: self, ticket };
        // An error means that the gate itself is gone, and with it the reason to wait.
        let _ = go.await;
    }
}

/// A place in the queue, given up when the call is let through or its client hangs up.
struct Place<'a> {
    gate: &'a Gate,
    ticket: u64,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut state = self.gate.state();
        let before = state.queue.len();
        state.queue.retain(|waiting| waiting.ticket != self.ticket);
        let left = state.queue.len() != before;
        drop(state);
        if left {
            self.gate.tell();
        }
    }
}
