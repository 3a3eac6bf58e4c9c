//! Requests for one host leave in the order in which they came.
//!
//! A caller may name one host in several ways. So a request queues first under the name it used
//! and, before it gives that place up, under the host's id: requests under one name keep their
//! order, and all requests for one host go one at a time.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use futures_util::poll;
use tokio::sync::{Mutex as Turns, OwnedMutexGuard};

/// The queues, by key. Keys in upper and lower case are one.
#[derive(Default)]
pub(super) struct Order {
    queues: Mutex<HashMap<String, Weak<Turns<()>>>>,
}

/// Queues whose last place is gone are swept out when there are more than this.
const SWEEP_ABOVE: usize = 1024;

/// A place in a queue. Dropping it gives it up.
pub(super) enum Place {
    First(Turn),
    Behind(Pin<Box<dyn Future<Output = OwnedMutexGuard<()>> + Send>>),
}

/// The turn: nobody else of the queue has it until it is dropped.
pub(super) struct Turn(#[expect(dead_code, reason = "held for its drop")] OwnedMutexGuard<()>);

impl Order {
    /// Takes a place at the end of the queue, at once.
    pub(super) async fn queue(&self, key: &str) -> Place {
        let mut waiting = Box::pin(self.turns(key).lock_owned());
        // The lock serves in the order of the first poll: this one.
        match poll!(&mut waiting) {
            std::task::Poll::Ready(guard) => Place::First(Turn(guard)),
            std::task::Poll::Pending => Place::Behind(waiting),
        }
    }

    fn turns(&self, key: &str) -> Arc<Turns<()>> {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        if queues.len() > SWEEP_ABOVE {
            queues.retain(|_, it| it.strong_count() > 0);
        }
        let slot = queues.entry(key.to_lowercase()).or_default();
        slot.upgrade().unwrap_or_else(|| {
            let turns = Arc::default();
            *slot = Arc::downgrade(&turns);
            turns
        })
    }
}

impl Place {
    /// Waits for the turn.
    pub(super) async fn turn(self) -> Turn {
        match self {
            Self::First(turn) => turn,
            Self::Behind(waiting) => Turn(waiting.await),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn turns_come_in_the_order_of_the_places_and_not_of_the_waiting() {
        let order = Order::default();
        let first = order.queue("WS-1").await;
        let second = order.queue("ws-1").await;
        let third = order.queue("ws-1").await;
        let other = order.queue("ws-2").await;
        let came = Mutex::new(Vec::new());
        let note = |it: u8| came.lock().expect("no panic").push(it);

        let take = |place: Place, number: u8| async move {
            let turn = place.turn().await;
            note(number);
            drop(turn);
        };
        tokio::join!(
            take(third, 3),
            take(second, 2),
            take(other, 4),
            take(first, 1)
        );

        let came = came.into_inner().expect("no panic");
        let of_one: Vec<u8> = came.into_iter().filter(|it| *it != 4).collect();
        assert_eq!(of_one, [1, 2, 3]);
    }

    #[tokio::test]
    async fn a_place_given_up_lets_nobody_past_the_one_before_it() {
        let order = Order::default();
        let first = order.queue("a").await.turn().await;
        let second = order.queue("a").await;
        let Place::Behind(mut third) = order.queue("a").await else {
            panic!("it must wait")
        };

        drop(second);

        assert!(poll!(&mut third).is_pending());
        drop(first);
        assert!(poll!(&mut third).is_ready());
    }
}
