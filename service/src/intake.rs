//! THE STORY of a request for a task, from admission to answer.
//!
//! admit → resolve the host → wait for the host's turn → console? → room? → translate → still that host? → deliver → confirm → answer
//!
//! # The rules
//!
//! * One request makes at most one `AddIncident` whose fate is open. What KSC may have executed is
//!   looked up and never sent again.
//! * Once bytes may have left, the work belongs to the gateway and not to the caller's connection:
//!   it runs in a task of its own, tracked until shutdown, and its audit line is written whoever
//!   hangs up meanwhile.
//! * Requests for one host leave in the order in which they came, one at a time: a release must
//!   not overtake the isolation before it.
//!
//! # Rationale
//!
//! Handlers run on the HTTP server's threads, KSC calls on the runtime that `main` owns. actix
//! drops a handler with its connection and ends its threads early at shutdown; both would take a
//! half-made incident with them.

mod aftermath;
mod birth;
mod body;
mod budget;
mod confirm;
mod console;
mod deliver;
mod evidence;
mod fingerprint;
mod host_tasks;
mod isolations;
mod known;
mod ledger;
mod milestone;
mod once;
mod receipt;
mod order;
mod lost;
mod rehearse;
mod spacing;
mod translate;
mod wish;

use crate::ticket::Ticket;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ksc::{Lease, Pool};

use crate::audit;
use crate::authority::{Authority, Permit, Read};
use crate::backends::ksc::fault;
use crate::backends::ksc::hosts::Hosts;
use crate::backends::ksc::tasks::Follow;
use crate::backends::ksc::tasks::register::Register;
use crate::carry::{Carrier, Unfinished};
use crate::clock::Clock;
use crate::config::{self, StorePolicy};
use crate::ending::Ending;
use crate::metrics::{Metrics, TaskOutcome};
use crate::problem::Problem;
use crate::request_id::RequestId;
use crate::store::Store;
use budget::Budget;
use console::Console;
use isolations::Isolations;
use known::Progress;
use ledger::{Hold, Ledger};
use milestone::Latest;
use order::{Order, Place};
use translate::Translator;
use vocabulary::budget::{BudgetReport, BudgetRoom};
use vocabulary::code::Code;
use vocabulary::report::Task;
use vocabulary::task::Request;

/// A task that was created.
#[derive(Debug)]
pub struct Created {
    /// The task at its birth.
    pub task: Task,
    /// The room that is left after it, when it is counted.
    pub room: Option<BudgetRoom>,
    /// Whether it was created before, by a request with the same key.
    pub replayed: bool,
}

/// What an intake goes by.
#[derive(Clone)]
pub struct IntakeSettings {
    /// Who may have what done.
    pub authority: Arc<Authority>,
    /// How tasks are made.
    pub tasks: config::Tasks,
    /// How long a key is kept after its answer.
    pub ttl: Duration,
    /// What the replicas share, and what to do when it cannot be asked.
    pub shared: Option<(Arc<Store>, StorePolicy)>,
    /// Longest that a caller waits.
    pub request_timeout: Duration,
}

/// Takes requests in and delivers them.
pub struct Intake {
    pool: Arc<Pool>,
    hosts: Arc<Hosts>,
    authority: Arc<Authority>,
    order: Order,
    ledger: Ledger,
    shared: Option<Arc<Store>>,
    store_policy: StorePolicy,
    budget: Arc<Budget>,
    register: Arc<Register>,
    translator: Translator,
    latest: Latest,
    isolations: Isolations,
    clock: Clock,
    metrics: Arc<Metrics>,
    settings: config::Tasks,
    request_timeout: Duration,
    carrier: Carrier,
    ending: Ending,
}

impl Intake {
    /// An intake that delivers over this pool, on the runtime that this is called on.
    ///
    /// # Panics
    /// Outside a runtime.
    #[must_use]
    pub fn new(
        pool: Arc<Pool>,
        hosts: Arc<Hosts>,
        follow: &Follow,
        settings: IntakeSettings,
        clock: Clock,
        metrics: Arc<Metrics>,
        ending: Ending,
    ) -> Self {
        let IntakeSettings {
            authority,
            tasks: settings,
            ttl,
            shared,
            request_timeout,
        } = settings;
        let store_policy = shared.as_ref().map_or(StorePolicy::Refuse, |it| it.1);
        Self {
            pool,
            hosts,
            authority,
            order: Order::new(shared.clone()),
            ledger: Ledger::new(
                ttl,
                shared.clone(),
                clock.clone(),
                settings.unknown_settles_after,
            ),
            shared: shared.map(|it| it.0),
            store_policy,
            budget: Budget::new(Arc::clone(follow.census()), settings.clone(), clock.clone()),
            register: Arc::clone(follow.register()),
            translator: Translator::new(&settings),
            latest: Latest::default(),
            isolations: Isolations::default(),
            clock,
            metrics,
            settings,
            request_timeout,
            carrier: Carrier::here(),
            ending,
        }
    }

    /// Creates the task, and answers when KSC has its incident or cannot have it. Whatever is answered,
    /// but `draining`, has its line in the audit log.
    ///
    /// # Errors
    /// The problem to answer with. After 504 the work may still go on.
    pub async fn submit(self: &Arc<Self>, ticket: Ticket) -> Result<Created, Problem> {
        self.ending.admit()?;
        let deadline = Instant::now() + self.request_timeout;
        let ticket = Arc::new(ticket);
        // The place is taken before anything is awaited that could change the order.
        let arrival = self.order.arrive().await;
        let answer = match ticket.key.clone() {
            Some(key) => self.once(&key, ticket, arrival, deadline).await,
            None => self.send(ticket, None, arrival, deadline).await,
        };
        if let Ok(created) = &answer {
            self.register.note(&created.task);
        }
        answer
    }

    /// Sends a request on its way; `hold` is the claim of its key.
    async fn send(
        self: &Arc<Self>,
        ticket: Arc<Ticket>,
        hold: Option<Arc<Hold>>,
        arrival: Place,
        deadline: Instant,
    ) -> Result<Created, Problem> {
        let keyed = hold.is_some();
        let known = Arc::new(Progress::default());
        let way = {
            let (this, ticket, known) = (Arc::clone(self), Arc::clone(&ticket), Arc::clone(&known));
            let hold = hold.clone();
            async move {
                let hold = hold.as_deref();
                this.way(&ticket, hold, arrival, deadline, &known).await
            }
        };
        let way = self.carrier.aside(way);
        // The audit line is written here, whatever becomes of the work and of its caller.
        let audited = {
            let (this, known) = (Arc::clone(self), Arc::clone(&known));
            async move {
                let result = match way.until(&this.ending).await {
                    Ok(result) => result,
                    Err(Unfinished::BrokeOff) => Err(broken_off(&known)),
                    Err(Unfinished::Late) => Err(known.unknown(
                        "The gateway was stopped before KSC answered. Look for the request in the KSC console before you send it again.",
                    )),
                };
                audit::decided(&ticket, &known.outcome(&result));
                if let Some(hold) = hold {
                    known.settle(&hold, &result).await;
                }
                result
            }
        };
        let work = self.carrier.begin(audited);
        let answer = match work.by(patience(deadline)).await {
            Ok(result) => result,
            Err(Unfinished::BrokeOff) => Err(broken_off(&known)),
            Err(Unfinished::Late) => Err(known.unknown(
                "KSC has not answered in time. The gateway goes on; its audit log will tell the outcome under this request's id.",
            )),
        };
        answer.map_err(|problem| {
            if keyed && problem.code() == Code::OutcomeUnknown {
                // Whoever has a key may ask with it what became of the request.
                problem.retryable_with_key().with_retry_after(5)
            } else {
                problem
            }
        })
    }

    /// Refuses a request that this gateway's settings leave no room for.
    ///
    /// # Errors
    /// 422 with a pointer.
    pub fn accept(&self, request: &Request) -> Result<(), Problem> {
        self.translator.demand_room(request)
    }

    /// How much room KSC has for response tasks.
    ///
    /// # Errors
    /// What went wrong with KSC.
    pub async fn budget(
        self: &Arc<Self>,
        _permit: &Permit<Read>,
        request_id: &RequestId,
    ) -> Result<BudgetReport, Problem> {
        let (this, id) = (Arc::clone(self), request_id.clone());
        let work = self
            .carrier
            .begin(async move { this.budget.report(id.as_str()).await });
        let report = work.within(self.request_timeout).await;
        let report = report.unwrap_or_else(|unfinished| Err(unfinished.into()));
        report.map_err(|it| it.problem(request_id.as_str()))
    }

    /// No more work is to come: the end is set, and what is open then is answered as unknown.
    pub fn close(&self) {
        self.carrier.close();
    }

    /// Waits until all work in hand is done, but not beyond this moment.
    pub async fn finish(&self, until: Instant) {
        let open = self.carrier.finish(until).await;
        if open > 0 {
            tracing::error!(
                open,
                "deliveries are still open at the end of the grace period"
            );
        }
    }

    async fn lease(&self, request_id: &str) -> Result<Lease, Problem> {
        let lease = self.pool.lease().await;
        lease.map_err(|error| fault::problem(&error, request_id))
    }

    /// Refuses when nobody is there to act on an incident. An incident written all the same would
    /// wait, and fire when the console comes back, long after the caller has given up.
    fn demand(&self, console: Console) -> Result<(), Problem> {
        match console {
            Console::Connected => self.metrics.service_console(true),
            Console::Missing => self.metrics.service_console(false),
            Console::Unknown => {}
        }
        if console == Console::Missing && self.settings.require_service_console {
            return Err(Problem::new(
                Code::ServiceConsoleUnavailable,
                "No service console is connected to KSC, so no task would come of the request: check the background connection between the Administration Server and the Web Console.",
            )
            .with_retry_after(60));
        }
        Ok(())
    }

    fn count(&self, ticket: &Ticket, outcome: TaskOutcome) {
        self.metrics.task(ticket.request().task(), outcome);
    }
}

/// How long the answer of work is waited for that has this deadline. A little more than the work itself
/// is given: its own answer is the better one.
fn patience(deadline: Instant) -> Instant {
    deadline + Duration::from_millis(250)
}

/// What is said of work that ended by a mistake in the program.
fn broken_off(known: &Progress) -> Problem {
    // The panic has its own line.
    tracing::error!("a delivery broke off");
    known.unknown("The gateway failed while the request was on its way to KSC.")
}
