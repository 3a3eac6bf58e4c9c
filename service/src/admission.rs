//! How much the gateway takes in hand at a time, and of whom: decided before a body is read, and
//! once more for a batch, when it has shown how many requests it holds.
//!
//! Two questions, in this order:
//!
//! * [`rates`]: does this caller ask for too much in a minute? `429` says when it may ask again.
//! * [`slots`]: is there room? Whoever finds none waits a little, in a queue that is bounded too;
//!   then `503` says so, and nothing was sent.
//!
//! A request holds its slot until its work is done, also when its caller hangs up before: work that
//! goes on in a task of its own takes the slot along ([`carry::held`]). Whoever only waits for a
//! task to change gives its slot back ([`carry::let_go`]) and takes a seat, which is bounded
//! elsewhere.
//!
//! Health and metrics are on another listener and pass none of this.

mod rates;
mod slots;

use std::num::NonZeroU32;
use std::sync::Arc;

use crate::carry::{self, Luggage};
use crate::config;
use crate::metrics::Metrics;
use crate::problem::Problem;
use crate::store::{Rate, Store};
use rates::Rates;
pub use rates::whole_seconds;
use slots::Slots;
use vocabulary::code::Code;

/// A body counts as one more request for each of so many bytes: memory is what a slot stands for.
const BYTES_A_SLOT: usize = 256 << 10;

/// What a request says of the length of its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// So many bytes.
    Bytes(usize),
    /// It may be as long as any.
    Unknown,
}

/// Decides what is taken in hand.
pub struct Admission {
    rates: Rates,
    slots: Arc<Slots>,
    largest_body: usize,
}

impl Admission {
    /// Admission by these limits; with a shared store, rates are those of all replicas together.
    #[must_use]
    pub fn new(
        limits: &config::Limits,
        largest_body: usize,
        shared: Option<Arc<Store>>,
        metrics: Arc<Metrics>,
    ) -> Self {
        Self {
            rates: Rates::new(limits.requests_per_minute_per_caller, shared),
            slots: Slots::new(limits.max_in_flight, metrics),
            largest_body,
        }
    }

    /// How many requests a caller may make in a minute; any, without an answer.
    #[must_use]
    pub fn requests_per_minute(&self) -> Option<NonZeroU32> {
        self.rates.per_minute()
    }

    /// Counts a request and takes room for it: how the caller's rate stands, where it is counted,
    /// and the room to hold, or the 429 or 503 that refuses it.
    pub async fn admit(
        &self,
        caller: &Arc<str>,
        body: Length,
    ) -> (Option<Rate>, Result<Luggage, Problem>) {
        let rate = self.rates.count(caller, 1).await;
        let slot = match rate {
            Some(rate) if !rate.within => Err(too_many(rate)),
            Some(_) | None => self.slots.take(caller, self.weight(body)).await,
        };
        (rate, slot.map(|it| Arc::new(it) as Luggage))
    }

    /// Takes room for each request of a batch in the place of the batch's own: one in hand takes up
    /// as much as one that came alone.
    ///
    /// # Errors
    /// 429 when the caller has too much in hand, 503 when there is no room.
    pub async fn make_room(
        &self,
        caller: &Arc<str>,
        body: Length,
        batch: usize,
    ) -> Result<(), Problem> {
        // Batches that kept theirs while they wait could wait for each other.
        carry::let_go();
        let weight = batch.max(self.weight(body));
        let slot = self.slots.take(caller, weight).await?;
        carry::exchange(Arc::new(slot));
        Ok(())
    }

    /// Counts the requests of a batch, the first of which was counted when it was let in. More than
    /// a minute's worth could never come at once, and counts as that.
    ///
    /// # Errors
    /// 429 when they are too many.
    pub async fn count(&self, caller: &str, batch: usize) -> Result<(), Problem> {
        let more = self.rates.in_a_minute(batch).saturating_sub(1);
        match self.rates.count(caller, more).await {
            // To ask again will count as one, too.
            Some(rate) if !rate.within => Err(too_many(Rate {
                retry_after: rate.retry_after + self.rates.gap(),
                ..rate
            })),
            Some(_) | None => Ok(()),
        }
    }

    /// How many slots a request takes, by what it says of its body.
    fn weight(&self, body: Length) -> usize {
        let length = match body {
            Length::Bytes(bytes) => bytes,
            Length::Unknown => self.largest_body,
        };
        1 + length.min(self.largest_body) / BYTES_A_SLOT
    }
}

fn too_many(rate: Rate) -> Problem {
    Problem::new(
        Code::RateLimited,
        "This caller asks for more in a minute than limits.requests_per_minute_per_caller. Nothing was sent.",
    )
    .with_retry_after(whole_seconds(rate.retry_after).max(1))
}
