//! Where requests are handed in.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::created::Created;
use super::isolations::Isolations;
use super::ledger::Ledger;
use super::means::Means;
use super::once::Once;
use super::order::Order;
use super::rehearsal::Rehearsal;
use super::sender::Sender;
use crate::authority::{Authority, Permit, Read};
use crate::backends::seam::Backend as _;
use crate::backends::{Backends, on_backend};
use crate::carry::Carrier;
use crate::clock::Clock;
use crate::config::StorePolicy;
use crate::ending::Ending;
use crate::metrics::Metrics;
use crate::problem::Problem;
use crate::request_id::RequestId;
use crate::store::Store;
use crate::ticket::Ticket;
use vocabulary::budget::BudgetReport;
use vocabulary::code::Code;
use vocabulary::rehearsal::DryRun;
use vocabulary::task::{Request, Violation};

/// What an intake is made of.
pub struct IntakeParts {
    /// Who carries requests out.
    pub backends: Backends,
    /// Who may have what done.
    pub authority: Arc<Authority>,
    /// What the replicas share, and what to do when it cannot be asked.
    pub shared: Option<(Arc<Store>, StorePolicy)>,
    /// How long a key is kept after its answer.
    pub ttl: Duration,
    /// Longest that a caller waits.
    pub request_timeout: Duration,
    /// The time.
    pub clock: Clock,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// When everything ends.
    pub ending: Ending,
}

/// Takes requests in and delivers them.
pub struct Intake {
    backends: Backends,
    means: Arc<Means>,
}

impl Intake {
    /// An intake whose work runs on the runtime that this is called on.
    ///
    /// # Panics
    /// Outside a runtime.
    #[must_use]
    pub fn new(parts: IntakeParts) -> Self {
        let IntakeParts {
            backends,
            authority,
            shared,
            ttl,
            request_timeout,
            clock,
            metrics,
            ending,
        } = parts;
        let settles_after = on_backend!(backends.default_one(), it => it.settles_after());
        let means = Means {
            authority,
            order: Order::new(shared.clone()),
            ledger: Ledger::new(ttl, shared.clone(), clock.clone(), settles_after),
            isolations: Isolations::default(),
            store_policy: shared.as_ref().map_or(StorePolicy::Refuse, |it| it.1),
            shared: shared.map(|it| it.0),
            clock,
            metrics,
            carrier: Carrier::here(),
            ending,
            request_timeout,
        };
        Self {
            backends,
            means: Arc::new(means),
        }
    }

    /// Creates the task, and answers when the back end has it or cannot have it. Whatever is
    /// answered, but `draining`, has its line in the audit log.
    ///
    /// # Errors
    /// The problem to answer with. After 504 the work may still go on.
    pub async fn submit(&self, ticket: Ticket) -> Result<Created, Problem> {
        self.means.ending.admit()?;
        let deadline = Instant::now() + self.means.request_timeout;
        let ticket = Arc::new(ticket);
        // The place is taken before anything is awaited that could change the order.
        let arrival = self.means.order.arrive().await;
        on_backend!(self.backends.default_one(), it => {
            let sender = Sender::new(&self.means, it);
            let answer = match ticket.key.clone() {
                Some(key) => Once::new(sender).carry_out(&key, ticket, arrival, deadline).await,
                None => sender.send(ticket, None, arrival, deadline).await,
            };
            if let Ok(created) = &answer {
                it.remember(&created.task);
            }
            answer
        })
    }

    /// Everything but the sending. Whatever comes of it, but `draining`, has one line in the audit
    /// log, even when the caller has gone or was told that it takes too long.
    ///
    /// # Errors
    /// The problem that keeps the request from being judged at all: no such host, no back end.
    pub async fn rehearse(&self, ticket: Ticket) -> Result<DryRun, Problem> {
        self.means.ending.admit()?;
        on_backend!(self.backends.default_one(), it => {
            Rehearsal::new(&self.means, it).carry_out(ticket).await
        })
    }

    /// Refuses a request that the back end does not take, or that this gateway's settings leave no
    /// room for.
    ///
    /// # Errors
    /// 422 with a pointer.
    pub fn accept(&self, request: &Request) -> Result<(), Problem> {
        on_backend!(self.backends.default_one(), it => {
            if !it.takes().contains(&request.task()) {
                let detail = format!("{} takes no such task.", it.words().name);
                let violation = Violation::new("/task", "task", detail.clone());
                let problem = Problem::new(Code::ValidationFailed, detail);
                return Err(problem.with_errors(vec![violation]));
            }
            it.accept(request)
        })
    }

    /// How much room there is for tasks.
    ///
    /// # Errors
    /// What went wrong with the back end.
    pub async fn budget(
        &self,
        _permit: &Permit<Read>,
        request_id: &RequestId,
    ) -> Result<BudgetReport, Problem> {
        on_backend!(self.backends.default_one(), it => {
            let (backend, id) = (Arc::clone(it), request_id.clone());
            let work = self
                .means
                .carrier
                .begin(async move { backend.budget(id.as_str()).await });
            let report = work.within(self.means.request_timeout).await;
            report.unwrap_or_else(|it| Err(self.backends.words().unfinished(it, request_id.as_str())))
        })
    }

    /// No more work is to come: the end is set, and what is open then is answered as unknown.
    pub fn close(&self) {
        self.means.carrier.close();
    }

    /// Waits until all work in hand is done, but not beyond this moment.
    pub async fn finish(&self, until: Instant) {
        let open = self.means.carrier.finish(until).await;
        if open > 0 {
            tracing::error!(
                open,
                "deliveries are still open at the end of the grace period"
            );
        }
    }
}
