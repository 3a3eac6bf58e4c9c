//! Room for so many requests at a time, and a queue of the same length before it.
//!
//! No caller has more in hand and in the queue together than there is room: when one fills it, what
//! becomes free goes to others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::metrics::{Counted, Metrics};
use crate::problem::Problem;
use vocabulary::code::Code;

/// Longest in the queue. A caller whose time is up anyway is better told than kept.
const WAIT: Duration = Duration::from_secs(5);

/// The room.
pub(super) struct Slots {
    room: Arc<Semaphore>,
    size: usize,
    wait: Duration,
    book: Mutex<SlotBook>,
    metrics: Arc<Metrics>,
}

#[derive(Default)]
struct SlotBook {
    /// What each caller has in hand or in the queue; one with nothing is not in it.
    by_caller: HashMap<Arc<str>, usize>,
    /// How many are in the queue.
    waiting: usize,
}

/// Room that is taken, given back on drop.
pub(super) struct Slot {
    _share: Share,
    _counted: Counted,
    _permit: OwnedSemaphorePermit,
}

/// A caller's part of the room and the queue, given back on drop.
struct Share {
    slots: Arc<Slots>,
    caller: Arc<str>,
    weight: usize,
}

/// A place in the queue, given up on drop.
struct Queued<'a> {
    slots: &'a Slots,
    _counted: Counted,
}

impl Slots {
    pub(super) fn new(size: usize, metrics: Arc<Metrics>) -> Arc<Self> {
        Self::with(size, WAIT, metrics)
    }

    fn with(size: usize, wait: Duration, metrics: Arc<Metrics>) -> Arc<Self> {
        Arc::new(Self {
            room: Arc::new(Semaphore::new(size)),
            size,
            wait,
            book: Mutex::default(),
            metrics,
        })
    }

    /// Takes room for a request of this weight, now or after a while in the queue.
    pub(super) async fn take(
        self: &Arc<Self>,
        caller: &Arc<str>,
        weight: usize,
    ) -> Result<Slot, Problem> {
        let weight = weight.clamp(1, self.size);
        let share = self.share(caller, weight)?;
        let permits = u32::try_from(weight).expect("no room is larger");
        let room = || Arc::clone(&self.room);
        let permit = if let Ok(permit) = room().try_acquire_many_owned(permits) {
            permit
        } else {
            let _queued = self.queue()?;
            let waiting = tokio::time::timeout(self.wait, room().acquire_many_owned(permits));
            let permit = waiting.await.map_err(|_| full())?;
            permit.expect("the room is never closed")
        };
        Ok(Slot {
            _share: share,
            _counted: self.metrics.in_hand(weight),
            _permit: permit,
        })
    }

    fn share(self: &Arc<Self>, caller: &Arc<str>, weight: usize) -> Result<Share, Problem> {
        let mut book = self.book();
        let own = book.by_caller.entry(Arc::clone(caller)).or_default();
        if *own > 0 && *own + weight > self.size {
            return Err(Problem::new(
                Code::RateLimited,
                "This caller has as much in hand as the gateway takes at a time (limits.max_in_flight). Nothing was sent.",
            )
            .with_retry_after(1));
        }
        *own += weight;
        Ok(Share {
            slots: Arc::clone(self),
            caller: Arc::clone(caller),
            weight,
        })
    }

    fn queue(&self) -> Result<Queued<'_>, Problem> {
        let mut book = self.book();
        if book.waiting >= self.size {
            return Err(full());
        }
        book.waiting += 1;
        Ok(Queued {
            slots: self,
            _counted: self.metrics.waits_for_room(),
        })
    }

    fn book(&self) -> MutexGuard<'_, SlotBook> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut book = self.slots.book();
        if let Some(own) = book.by_caller.get_mut(&self.caller) {
            *own -= self.weight;
            if *own == 0 {
                book.by_caller.remove(&self.caller);
            }
        }
    }
}

impl Drop for Queued<'_> {
    fn drop(&mut self) {
        self.slots.book().waiting -= 1;
    }
}

fn full() -> Problem {
    Problem::new(
        Code::Overloaded,
        "The gateway has as much in hand as it takes (limits.max_in_flight), and KSC is not fast enough. Nothing was sent.",
    )
    .with_retry_after(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slots(size: usize) -> Arc<Slots> {
        let wait = Duration::from_millis(10);
        Slots::with(size, wait, Arc::new(Metrics::new()))
    }

    async fn take(slots: &Arc<Slots>, caller: &str, weight: usize) -> Result<Slot, Code> {
        let taken = slots.take(&caller.into(), weight).await;
        taken.map_err(|it| it.code())
    }

    #[tokio::test]
    async fn one_caller_cannot_take_the_queue_as_well_as_the_room() {
        let slots = slots(2);
        let first = take(&slots, "greedy", 1).await;
        let second = take(&slots, "greedy", 1).await;

        let third = take(&slots, "greedy", 1).await;
        let mut other = Box::pin(take(&slots, "modest", 1));

        assert!(futures_util::poll!(&mut other).is_pending());
        drop(first);
        assert_eq!(third.err(), Some(Code::RateLimited));
        assert!(other.await.is_ok());
        drop(second);
        assert!(slots.book().by_caller.is_empty());
        assert_eq!(
            (slots.book().waiting, slots.room.available_permits()),
            (0, 2)
        );
    }

    #[tokio::test]
    async fn the_queue_is_bounded_in_length_and_in_time() {
        let slots = slots(1);
        let _held = take(&slots, "a", 1).await;
        let mut waiting = Box::pin(take(&slots, "b", 1));
        assert!(futures_util::poll!(&mut waiting).is_pending());

        let one_too_many = take(&slots, "c", 1).await;
        let late = waiting.await;

        assert_eq!(one_too_many.err(), Some(Code::Overloaded));
        assert_eq!(late.err(), Some(Code::Overloaded));
        assert_eq!(slots.book().waiting, 0);
    }

    #[tokio::test]
    async fn what_weighs_more_than_the_room_takes_all_of_it() {
        let slots = slots(4);

        let all = take(&slots, "a", 100).await;

        assert!(all.is_ok());
        assert_eq!(slots.room.available_permits(), 0);
    }
}
