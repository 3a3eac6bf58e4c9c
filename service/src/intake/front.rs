//! Where requests are handed in.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::created::Created;
use super::isolations::Isolations;
use super::ledger::{Ledger, SettleTimes};
use super::means::Means;
use super::once::Once;
use super::order::Order;
use super::rehearsal::Rehearsal;
use super::sender::Sender;
use crate::authority::{Authority, Create, Permit, Read};
use crate::backends::seam::Backend as _;
use crate::backends::{Backends, on_backend};
use crate::carry::Carrier;
use crate::clock::Clock;
use crate::config::StorePolicy;
use crate::ending::Ending;
use crate::metrics::Metrics;
use crate::problem::Problem;
use crate::register::AskerRegister;
use crate::request_id::RequestId;
use crate::store::Store;
use crate::telemetry::place;
use crate::ticket::Ticket;
use vocabulary::budget::BudgetReport;
use vocabulary::rehearsal::DryRun;
use vocabulary::task::Request;
use vocabulary::task_id::Alias;

/// What an intake is made of.
pub struct IntakeParts {
    /// Who carries requests out.
    pub backends: Backends,
    /// Who may have what done.
    pub authority: Arc<Authority>,
    /// Who asked for which task.
    pub register: Arc<AskerRegister>,
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
            register,
            shared,
            ttl,
            request_timeout,
            clock,
            metrics,
            ending,
        } = parts;
        let settle_times = backends
            .each()
            .map(|one| on_backend!(one, it => (it.alias().clone(), it.settles_after())));
        let settle_times = SettleTimes::of(settle_times);
        let aliases = backends.each().map(|it| it.alias().clone());
        let means = Means {
            order: Order::new(aliases, shared.clone()),
            backends,
            authority,
            ledger: Ledger::new(
                ttl,
                shared.clone(),
                clock.clone(),
                ending.clone(),
                settle_times,
            ),
            isolations: Isolations::default(),
            register,
            store_policy: shared.as_ref().map_or(StorePolicy::Refuse, |it| it.1),
            shared: shared.map(|it| it.0),
            clock,
            metrics,
            carrier: Carrier::here(),
            ending,
            request_timeout,
        };
        Self {
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
        let means = &self.means;
        // The places are taken before anything is awaited that could change the order.
        let arrival = means.arrive(&ticket).await;
        let sender = Sender::new(means);
        let answer = match ticket.key.clone() {
            Some(key) => {
                let once = Once::new(sender);
                once.carry_out(&key, ticket, arrival, deadline).await
            }
            None => sender.send(ticket, None, arrival, deadline).await,
        };
        let mut created = answer?;
        // One that was carried out just now is remembered where it was.
        if created.replayed
            && let Some(backend) = means.backends.that_has(&created.task.id)
        {
            on_backend!(backend, it => it.remember(&created.task));
        }
        created.asker.show_in(&mut created.task);
        created.task.warnings.append(&mut created.found);
        Ok(created)
    }

    /// Everything but the sending. Whatever comes of it, but `draining`, has one line in the audit
    /// log, even when the caller has gone or was told that it takes too long.
    ///
    /// # Errors
    /// The problem that keeps the request from being judged at all: no such host, no back end.
    pub async fn rehearse(&self, ticket: Ticket) -> Result<DryRun, Problem> {
        self.means.ending.admit()?;
        Rehearsal::new(&self.means).carry_out(ticket).await
    }

    /// Refuses a request that no back end takes to which it may go, or that this gateway's settings
    /// leave no room for. One with a key may name a back end that this replica does not know: it may
    /// have been carried out by another, and is refused only when it was not.
    ///
    /// # Errors
    /// 422 with a pointer.
    pub fn accept(
        &self,
        permit: &Permit<Create>,
        request: &Request,
        has_key: bool,
    ) -> Result<(), Problem> {
        let known = |it: &Alias| self.means.backends.knows(it.as_str());
        if has_key && !request.backend().is_none_or(known) {
            return Ok(());
        }
        let refusals = self
            .means
            .candidates(permit.reach(), request)?
            .into_iter()
            .map(|one| {
                on_backend!(&one, it => it.accept(request)).map_err(|it| it.of(one.alias()))
            });
        // Whether one that refuses it is the one that has the host is not known yet.
        let mut refused = None;
        for refusal in refusals {
            match refusal {
                Ok(()) => return Ok(()),
                Err(problem) => refused = refused.or(Some(problem)),
            }
        }
        refused.map_or(Ok(()), Err)
    }

    /// How much room there is for tasks at a back end, which must be named where there are several.
    ///
    /// # Errors
    /// 422 when it must be, or what went wrong with it.
    pub async fn budget(
        &self,
        permit: &Permit<Read>,
        backends: &[Alias],
        request_id: &RequestId,
    ) -> Result<BudgetReport, Problem> {
        let one = self.means.backends.only(backends, permit.reach())?;
        let work = on_backend!(&one, it => {
            let (backend, id) = (Arc::clone(it), request_id.clone());
            let work = async move { backend.budget(id.as_str()).await };
            self.means.carrier.begin(place::at(one.alias(), work))
        });
        let report = work.within(self.means.request_timeout).await;
        let report =
            report.unwrap_or_else(|it| Err(one.words().unfinished(it, request_id.as_str())));
        report.map_err(|it| it.of(one.alias()))
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
