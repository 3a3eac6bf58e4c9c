//! A gate on a request's way: a test holds it, sees who waits, and lets calls through one by one.
//!
//! It stands before a server, where nothing is done yet, or on the way out, where all is done and
//! the answer is not sent. Races between two callers, or a caller who gives up, become plain
//! sequences that way. Calls queue in the order of their arrival; a call whose client hangs up
//! leaves the queue.

use crate::names::matches;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{oneshot, watch};

/// Handle of the gate; clones share one gate.
#[derive(Debug, Clone)]
pub struct Gate {
    turnstile: Arc<Turnstile>,
}

#[derive(Debug)]
struct Turnstile {
    queue: Mutex<Queue>,
    changed: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct Queue {
    held: Option<String>,
    permits: usize,
    waiting: VecDeque<Waiting>,
    next: u64,
}

#[derive(Debug)]
struct Waiting {
    ticket: u64,
    call: String,
    go: oneshot::Sender<()>,
}

impl Default for Gate {
    fn default() -> Self {
        let (changed, _) = watch::channel(0);
        Self {
            turnstile: Arc::new(Turnstile {
                queue: Mutex::default(),
                changed,
            }),
        }
    }
}

impl Gate {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.turnstile
            .queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self) {
        self.turnstile.changed.send_modify(|version| *version += 1);
    }

    /// From now on every call waits.
    pub fn hold(&self) {
        self.hold_calls_to("*");
    }

    /// From now on calls of this name wait (a trailing `*` matches any rest); the others pass.
    pub fn hold_calls_to(&self, call: &str) {
        let mut queue = self.queue();
        queue.held = Some(call.to_owned());
        queue.permits = 0;
        drop(queue);
        self.tell();
    }

    /// Lets the next `count` calls through: those that wait first, then those that come later.
    pub fn let_through(&self, count: usize) {
        let mut queue = self.queue();
        for _ in 0..count {
            loop {
                let Some(first) = queue.waiting.pop_front() else {
                    queue.permits += 1;
                    break;
                };
                if first.go.send(()).is_ok() {
                    break;
                }
            }
        }
        drop(queue);
        self.tell();
    }

    /// Lets everybody through, now and later.
    pub fn open(&self) {
        let mut queue = self.queue();
        queue.held = None;
        queue.permits = 0;
        for waiting in queue.waiting.drain(..) {
            // A client that hung up in this moment needs no permission.
            let _ = waiting.go.send(());
        }
        drop(queue);
        self.tell();
    }

    /// How many calls wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.queue().waiting.len()
    }

    /// Which calls wait, in the order of their arrival.
    #[must_use]
    pub fn waiting_calls(&self) -> Vec<String> {
        self.queue()
            .waiting
            .iter()
            .map(|waiting| waiting.call.clone())
            .collect()
    }

    /// `true` while calls are held.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.queue().held.is_some()
    }

    /// Waits until at least `count` calls wait.
    ///
    /// # Panics
    ///
    /// After twenty real seconds, with the queue.
    pub async fn wait_until_waiting(&self, count: usize) {
        let mut changed = self.turnstile.changed.subscribe();
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
    pub async fn pass(&self, call: &str) {
        let (ticket, go) = {
            let mut queue = self.queue();
            let holds = queue
                .held
                .as_deref()
                .is_some_and(|pattern| matches(pattern, call));
            if !holds {
                return;
            }
            if queue.permits > 0 {
                queue.permits -= 1;
                return;
            }
            let (go, gone) = oneshot::channel();
            let ticket = queue.next;
            queue.next += 1;
            queue.waiting.push_back(Waiting {
                ticket,
                call: call.to_owned(),
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
        let mut queue = self.gate.queue();
        let before = queue.waiting.len();
        queue
            .waiting
            .retain(|waiting| waiting.ticket != self.ticket);
        let left = queue.waiting.len() != before;
        drop(queue);
        if left {
            self.gate.tell();
        }
    }
}
