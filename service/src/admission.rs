//! How much the gateway takes in hand at a time, and of whom: decided before a body is read, and once more for
//! a batch, when it has shown how many requests it holds.
//!
//! Two questions, in this order:
//!
//! * [`rates`]: does this caller ask for too much in a minute? `429` says when it may ask again.
//! * [`slots`]: is there room? Whoever finds none waits a little, in a queue that is bounded too;
//!   then `503` says so, and nothing was sent.
//!
//! A request holds its slot until its work is done, also when its caller hangs up before: work that
//! goes on in a task of its own takes the slot along ([`carry`]). Whoever only waits for a
//! task to change gives its slot back ([`carry::let_go`]) and takes a seat, which is bounded elsewhere.
//!
//! Health and metrics are on another listener and pass none of this.

mod rates;
mod slots;

use std::sync::Arc;
use std::time::Duration;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_LENGTH, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, Responder, web};

use crate::auth::Caller;
use crate::carry;
use crate::config;
use crate::metrics::Metrics;
use crate::problem::Problem;
use crate::store::{Rate, Store};
use rates::Rates;
use slots::Slots;
use vocabulary::code::Code;

/// A body counts as one more request for each of so many bytes: memory is what a slot stands for.
const BYTES_A_SLOT: usize = 256 << 10;

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

    /// Takes room for each request of a batch in the place of the batch's own: one in hand takes up as much as one that
    /// came alone.
    ///
    /// # Errors
    /// 429 when the caller has too much in hand, 503 when there is no room.
    pub async fn make_room(
        &self,
        request: &HttpRequest,
        caller: &Arc<str>,
        batch: usize,
    ) -> Result<(), Problem> {
        // Batches that kept theirs while they wait could wait for each other.
        carry::let_go();
        let weight = batch.max(self.weight(request));
        let slot = self.slots.take(caller, weight).await?;
        carry::exchange(Arc::new(slot));
        Ok(())
    }

    /// Counts the requests of a batch, the first of which was counted when it was let in. More than a minute's worth
    /// could never come at once, and counts as that.
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

    /// How many slots a request takes, by what it says of its body. One that does not say may be as large as any.
    fn weight(&self, request: &HttpRequest) -> usize {
        let announced = request.headers().get(CONTENT_LENGTH);
        let length = match announced.and_then(|it| it.to_str().ok()?.parse().ok()) {
            Some(length) => length,
            None if request.headers().contains_key("transfer-encoding") => self.largest_body,
            None => 0,
        };
        1 + length.min(self.largest_body) / BYTES_A_SLOT
    }
}

/// Lets a caller's request on when it is not too much; answers it otherwise.
pub async fn admit(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let admission = request.app_data::<web::Data<Admission>>();
    let admission = admission.expect("the app holds an admission").clone();
    let caller = request.extensions().get::<Caller>().cloned();
    let caller = caller.expect("the guard has been passed").id;
    let rate = admission.rates.count(&caller, 1).await;
    let slot = match rate {
        Some(rate) if !rate.within => Err(too_many(rate)),
        Some(_) | None => {
            let weight = admission.weight(request.request());
            admission.slots.take(&caller, weight).await
        }
    };
    let mut response = match slot {
        Err(problem) => {
            let response = problem.respond_to(request.request());
            request.into_response(response)
        }
        Ok(slot) => {
            let response = carry::with(Arc::new(slot), next.call(request)).await;
            response.map(ServiceResponse::map_into_boxed_body)?
        }
    };
    for (name, value) in rate.iter().flat_map(|it| admission.rates.headers(*it)) {
        response.headers_mut().append(name, value);
    }
    Ok(response)
}

fn too_many(rate: Rate) -> Problem {
    Problem::new(
        Code::RateLimited,
        "This caller asks for more in a minute than limits.requests_per_minute_per_caller. Nothing was sent.",
    )
    .with_retry_after(seconds(rate.retry_after).max(1))
}

/// Whole seconds, rounded up.
fn seconds(duration: Duration) -> u32 {
    let whole = duration.as_secs() + u64::from(duration.subsec_nanos() > 0);
    u32::try_from(whole).unwrap_or(u32::MAX)
}

fn field(name: &'static str, value: &str) -> (HeaderName, HeaderValue) {
    let value = HeaderValue::from_str(value).expect("numbers and plain names");
    (HeaderName::from_static(name), value)
}
