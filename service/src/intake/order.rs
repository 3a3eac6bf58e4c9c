//! Requests for one host leave in the order in which they came, whatever they call it.
//!
//! Which host a name means is known only after KSC was asked, and one answer may take longer than
//! the next. So a request queues twice: on arrival, and for its host. Look-ups go on side by side,
//! but places in the hosts' queues are given out strictly in the order of arrival; so a release by
//! id cannot pass an isolation by name whose look-up is slow.
//!
//! # Rationale
//!
//! Queueing by the name that the caller used lets requests under two names of one host pass each
//! other. The price of the strict order is that a look-up that hangs holds up those behind it, for
//! as long as a look-up may take.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use futures_util::poll;
use tokio::sync::{Mutex as Turns, OwnedMutexGuard};

/// The queues: one of arrivals, and one for each host that anybody waits for.
#[derive(Default)]
pub(super) struct Order {
    arrivals: Arc<Turns<()>>,
    hosts: Mutex<HashMap<String, Weak<Turns<()>>>>,
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
    /// Takes the next place among all that arrive, at once.
    pub(super) async fn arrive(&self) -> Place {
        Place::take(Arc::clone(&self.arrivals)).await
    }

    /// Takes the next place in a host's queue, at once.
    pub(super) async fn queue(&self, host_id: &str) -> Place {
        Place::take(self.turns(host_id)).await
    }

    fn turns(&self, host_id: &str) -> Arc<Turns<()>> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if hosts.len() > SWEEP_ABOVE {
            hosts.retain(|_, it| it.strong_count() > 0);
        }
        let slot = hosts.entry(host_id.to_lowercase()).or_default();
        slot.upgrade().unwrap_or_else(|| {
            let turns = Arc::default();
            *slot = Arc::downgrade(&turns);
            turns
        })
    }
}

impl Place {
    async fn take(turns: Arc<Turns<()>>) -> Self {
        let mut waiting = Box::pin(turns.lock_owned());
        // The lock serves in the order of the first poll: this one.
        match poll!(&mut waiting) {
            std::task::Poll::Ready(guard) => Self::First(Turn(guard)),
            std::task::Poll::Pending => Self::Behind(waiting),
        }
    }

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
        let first = order.queue("A").await;
        let second = order.queue("a").await;
        let third = order.queue("a").await;
        let other = order.queue("b").await;
        let came = Mutex::new(Vec::new());
        let take = async |place: Place, number: u8| {
            let _turn = place.turn().await;
            came.lock().expect("no panic").push(number);
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
        let first = order.arrive().await.turn().await;
        let second = order.arrive().await;
        let Place::Behind(mut third) = order.arrive().await else {
            panic!("it must wait")
        };

        drop(second);

        assert!(poll!(&mut third).is_pending());
        drop(first);
        assert!(poll!(&mut third).is_ready());
    }
}
