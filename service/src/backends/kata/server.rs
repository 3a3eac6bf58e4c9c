//! One KATA Central Node, as the house knows it.

use std::future::{Ready, ready};
use std::sync::Arc;
use std::time::{Duration, Instant};

use kata::{Client, Delivery, Registration};

use super::birth;
use super::calls::KataCalls;
use super::delivery::{self, OrderDelivery};
use super::fault;
use super::hosts::HostFinder;
use super::latest::LatestOrders;
use super::metrics::KataMetrics;
use super::order::IsolationTerms;
use super::plan::Planner;
use super::prepared::PreparedOrder;
use super::records::OrderBook;
use super::settings::{self, KataSetupError};
use super::task_id::OrderIds;
use super::tasks::OrderReader;
use super::view::Patience;
use super::witnesses::Witnesses;
use super::words::WORDS;
use crate::authority::{Authority, OnHost, Protection};
use crate::backends::seam::{
    Arrival, Backend, CancelProgress, Deadline, Depth, Health, HostPage, HostSearch, Landed, Mark,
    MissedLook, Presence, Receipt, Rehearsed, TaskFilter, TaskPage, Witness, Words,
};
use crate::carry::Carrier;
use crate::clock::Clock;
use crate::config;
use crate::host::Host;
use crate::metrics::Metrics;
use crate::problem::Problem;
use crate::request_id::RequestId;
use crate::store::Store;
use crate::telemetry::trace::Recorder;
use crate::ticket::{Cancellation, Ticket};
use vocabulary::budget::BudgetReport;
use vocabulary::host::HostDetails;
use vocabulary::host_id::HostId;
use vocabulary::names::HostName;
use vocabulary::problem::BackendFacts;
use vocabulary::report::Task;
use vocabulary::task::{Request, TaskType, Violation};
use vocabulary::task_id::{Alias, TaskId};

/// What kind of server it is, as callers are told.
pub const KIND: &str = "kata";

/// The tasks that it takes.
pub const TAKES: &[TaskType] = &[
    TaskType::StartProcess,
    TaskType::IsolateHost,
    TaskType::PreventExecution,
    TaskType::AllowExecution,
];

/// How long an order of unknown fate may still arrive: whoever holds a request back for longer than
/// this gives it up.
const SETTLES_AFTER: Duration = Duration::from_mins(1);

/// How often it is looked whether the gateway is still accepted, and asked when it is not; and
/// whether there are programs that have not begun in their time.
const LOOK_AGAIN: Duration = Duration::from_mins(1);

/// How many watches may ask at a time: the Central Node bears few requests a second.
const WATCHES: usize = 2;

/// How long an order of unknown fate may still arrive, where a call takes so long at most.
fn settles_after(longest_call: Duration) -> Duration {
    SETTLES_AFTER.max(2 * longest_call)
}

/// A Central Node.
pub struct KataServer {
    ids: OrderIds,
    client: Arc<Client>,
    hosts: Arc<HostFinder>,
    delivery: Arc<OrderDelivery>,
    tasks: OrderReader,
    records: Arc<OrderBook>,
    witnesses: Arc<Witnesses>,
    carrier: Carrier,
    longest_call: Duration,
}

/// What a Central Node is asked with.
pub struct KataParts {
    /// What it is called.
    pub alias: Alias,
    /// How to reach it, and how orders are given.
    pub settings: config::Kata,
    /// Which hosts nobody may touch.
    pub protection: Arc<Protection>,
    /// Who may do what.
    pub authority: Arc<Authority>,
    /// What the replicas share.
    pub shared: Option<Arc<Store>>,
    /// Records what nobody asked for.
    pub recorder: Option<Recorder>,
    /// The time.
    pub clock: Clock,
    /// What is counted.
    pub metrics: Arc<Metrics>,
}

impl KataServer {
    /// Nothing is asked yet. Calls will be made on the runtime that this is called on.
    ///
    /// # Errors
    /// When a file of the settings cannot be used.
    ///
    /// # Panics
    /// Outside a runtime.
    pub fn new(parts: KataParts) -> Result<Self, KataSetupError> {
        let KataParts {
            alias,
            settings: of,
            protection,
            authority,
            shared,
            recorder,
            clock,
            metrics,
        } = parts;
        let metrics = Arc::new(KataMetrics::declare(&metrics, &alias));
        let client = Client::new(
            settings::settings(&of)?,
            Arc::new(KataCalls::new(Arc::clone(&metrics), recorder)),
        )?;
        let client = Arc::new(client);
        metrics.certificate_ends(client.registrant().certificate_ends.unix_timestamp());
        let carrier = Carrier::here();
        let hosts = Arc::new(HostFinder::new(
            alias.clone(),
            Arc::clone(&client),
            clock.clone(),
            of.synchronization_period,
        ));
        let ids = OrderIds::of(alias.clone());
        let witnesses = Arc::new(Witnesses::none_yet(carrier.clone()));
        let latest = LatestOrders::new(alias.clone(), shared.clone());
        let records = Arc::new(OrderBook::new(&alias, shared, carrier.clone()));
        let delivery = Arc::new(OrderDelivery {
            ids: ids.clone(),
            client: Arc::clone(&client),
            planner: Planner {
                client: Arc::clone(&client),
                hosts: Arc::clone(&hosts),
                protection,
                ids: ids.clone(),
                records: Arc::clone(&records),
                terms: IsolationTerms {
                    usually: of.isolation_default,
                    presets: of.exclusion_presets.clone(),
                },
                most: of.isolation_max,
            },
            witnesses: Arc::clone(&witnesses),
            latest,
            clock: clock.clone(),
            metrics,
            longest_call: of.longest_call(),
        });
        let tasks = OrderReader {
            hosts: Arc::clone(&hosts),
            delivery: Arc::clone(&delivery),
            records: Arc::clone(&records),
            clock,
            patience: Patience {
                confirm_within: of.confirm_within,
                start_within: of.start_within,
                settles_after: settles_after(of.longest_call()),
                states: of.task_states.clone(),
            },
            authority,
            witnesses: Arc::clone(&witnesses),
        };
        Ok(Self {
            ids,
            client,
            hosts,
            delivery,
            tasks,
            records,
            witnesses,
            carrier,
            longest_call: of.longest_call(),
        })
    }

    /// From now on these are asked for the word of devices.
    pub fn hear(&self, witnesses: Vec<Arc<dyn Witness>>) {
        self.witnesses.are(witnesses);
    }

    /// Asks until the Central Node has accepted the gateway, or it is told to stop.
    pub async fn keep_up(&self, stop: impl Future<Output = ()>) {
        let registrant = self.client.registrant();
        tracing::debug!(
            { kata.external_system = %registrant.id.masked(), kata.certificate_sha256 = %registrant.sha256 },
            "the gateway shows itself to KATA with this id and this certificate"
        );
        let knocking = async {
            let mut said = false;
            loop {
                let refused = match self.health().not_ready {
                    None => None,
                    Some(_) => self.client.knock("start").await.err(),
                };
                if let Some(error) = &refused
                    && !said
                {
                    tracing::warn!(
                        {
                            error = error as &dyn std::error::Error,
                            kata.external_system = %registrant.id.masked(),
                            kata.certificate_sha256 = %registrant.sha256
                        },
                        "KATA does not take requests of the gateway"
                    );
                }
                said = refused.is_some();
                let pause = refused.map_or(LOOK_AGAIN, |it| {
                    let pause = it.retry_after().unwrap_or(Duration::from_secs(5));
                    pause.clamp(Duration::from_secs(1), LOOK_AGAIN)
                });
                tokio::time::sleep(pause).await;
            }
        };
        let tidying = async {
            self.tasks.learn().await;
            loop {
                tokio::time::sleep(LOOK_AGAIN).await;
                self.tasks.remove_late().await;
            }
        };
        tokio::select! {
            () = stop => {}
            () = knocking => {}
            () = tidying => {}
        }
    }

    /// Waits until what was ordered is remembered, but not beyond the later moment.
    pub async fn finish(&self, _end: Instant, until: Instant) {
        let open = self.carrier.finish(until).await;
        if open > 0 {
            tracing::error!(
                open,
                "orders are not remembered at the end of the grace period"
            );
        }
    }

    /// There are no sessions to end.
    pub fn leave(&self) -> Ready<()> {
        ready(())
    }
}

impl Backend for KataServer {
    type Error = kata::Error;
    type Prepared = PreparedOrder;
    type Case = ();

    fn alias(&self) -> &Alias {
        self.ids.alias()
    }

    fn kind(&self) -> &'static str {
        KIND
    }

    fn words(&self) -> Words {
        WORDS
    }

    fn takes(&self) -> &'static [TaskType] {
        TAKES
    }

    fn exclusion_presets(&self) -> Vec<String> {
        let names = self.delivery.planner.terms.presets.names();
        names.map(str::to_owned).collect()
    }

    fn longest_call(&self) -> Duration {
        self.longest_call
    }

    fn settles_after(&self) -> Duration {
        settles_after(self.longest_call)
    }

    fn health(&self) -> Health {
        let not_ready = match self.client.status().registration {
            Registration::Accepted => None,
            Registration::Unknown => Some("KATA has not been asked yet"),
            Registration::NotAccepted { .. } => {
                Some("KATA has not accepted the gateway as an external system")
            }
        };
        Health { not_ready }
    }

    async fn greet(&self, request_id: &str) -> Result<Option<String>, Problem> {
        let version = self.client.knock(request_id).await;
        version.map_err(|it| fault::problem(&it, request_id))
    }

    fn sessions(&self) -> usize {
        WATCHES
    }

    fn tell_gauges(&self) {}

    fn freshen(&self) {}

    async fn host(&self, name: &HostName, request_id: &str) -> Result<Host, Problem> {
        self.hosts.resolve(name, request_id).await
    }

    async fn find_hosts(&self, search: &HostSearch, request_id: &str) -> Result<HostPage, Problem> {
        self.hosts.find(search, request_id).await
    }

    async fn host_details(&self, id: &HostId, request_id: &str) -> Result<HostDetails, Problem> {
        self.hosts.details(id, request_id).await
    }

    fn accept(&self, request: &Request) -> Result<(), Problem> {
        self.delivery.planner.accept(request)
    }

    async fn prepare(
        &self,
        ticket: &Ticket,
        on: &OnHost,
        _latest: Option<&str>,
        deadline: Deadline,
    ) -> Result<PreparedOrder, Problem> {
        self.delivery.prepare(ticket, on, deadline).await
    }

    async fn ready(
        &self,
        prepared: &mut PreparedOrder,
        deadline: Deadline,
    ) -> Result<Result<(), kata::Error>, Problem> {
        deadline.bounds(self.delivery.ready(prepared)).await??;
        Ok(Ok(()))
    }

    async fn host_again(
        &self,
        _prepared: &mut PreparedOrder,
        name: &HostName,
        request_id: &str,
    ) -> Result<Host, Problem> {
        self.hosts.resolve(name, request_id).await
    }

    fn counts_departures(&self) -> bool {
        false
    }

    async fn has_room(&self, _departed: u64, _request_id: &str) -> Result<(), Problem> {
        Ok(())
    }

    async fn recount(&self, _request_id: &str) {}

    async fn send(
        &self,
        prepared: &mut PreparedOrder,
        request_id: &str,
    ) -> Result<TaskId, kata::Error> {
        if let Some(left) = &mut prepared.left {
            left.leaves();
        }
        let sent = self.delivery.send(prepared, request_id).await;
        if let Err(error) = &sent
            && !matches!(error.delivery(), Delivery::Unknown)
        {
            prepared.is_known();
        }
        sent?;
        Ok(prepared.id.clone())
    }

    fn change_session(&self, _prepared: &mut PreparedOrder) {}

    fn sent(&self, prepared: &mut PreparedOrder, fate: Arrival<'_>) -> Option<String> {
        if let Arrival::There { id, .. } = fate {
            self.records.arrived(id, prepared.placed.clone());
            prepared.is_known();
        }
        None
    }

    async fn find(
        &self,
        mark: &Mark,
        _depth: Depth,
        within: Option<&mut PreparedOrder>,
        request_id: &str,
    ) -> Result<Presence, kata::Error> {
        let found = self.delivery.find(mark, request_id).await;
        // Who looks from within the sending has the server's own word that it is not at work on it.
        if let (Some(prepared), Ok(Presence::Absent)) = (within, &found) {
            prepared.is_known();
        }
        found
    }

    async fn land(
        self: &Arc<Self>,
        prepared: PreparedOrder,
        fate: Arrival<'_>,
        until: Instant,
        request_id: &RequestId,
    ) -> Landed {
        if matches!(fate, Arrival::Unknown) {
            return Landed::default();
        }
        let read = self.delivery.read_back(&prepared, request_id.as_str());
        let warning = match tokio::time::timeout_at(until.into(), read).await {
            Ok(warning) => warning,
            Err(_) => {
                Some("KATA has taken the order, and it was not read back in time.".to_owned())
            }
        };
        Landed {
            warnings: warning.into_iter().collect(),
            room: None,
        }
    }

    fn land_late(self: &Arc<Self>, id: &TaskId, mark: &Mark, _request_id: &RequestId) {
        if let Some(placed) = delivery::read(mark) {
            self.records.arrived(id, placed);
        }
    }

    async fn isolations_among(
        &self,
        _host_id: &str,
        _attempts: &[String],
        _release: Option<&TaskId>,
        _request_id: &str,
    ) -> Vec<(String, String)> {
        // A host has one rule: what was isolated before is released with it.
        Vec::new()
    }

    fn birth(&self, id: &TaskId, receipt: &Receipt, request: &Request) -> Task {
        birth::birth(self.alias(), id, receipt, request, birth::TAKEN)
    }

    fn facts(&self, _id: &TaskId) -> BackendFacts {
        BackendFacts::default()
    }

    fn remember(&self, task: &Task) {
        self.records.born(task, self.delivery.order_of(task));
    }

    async fn rehearse(
        &self,
        request: &Request,
        host: &Host,
        request_id: &str,
    ) -> Result<Rehearsed, Problem> {
        self.delivery.rehearse(request, host, request_id).await
    }

    async fn budget(&self, _request_id: &str) -> Result<BudgetReport, Problem> {
        let rule = "Must name a KSC: KATA has no budget of tasks.";
        Err(Problem::invalid(vec![Violation::new(
            "?backend", "backend", rule,
        )]))
    }

    fn is_possible(&self, id: &TaskId) -> bool {
        self.ids.is_possible(id)
    }

    async fn read(
        self: &Arc<Self>,
        id: &TaskId,
        request_id: &RequestId,
    ) -> Result<Option<Arc<Task>>, Problem> {
        let request_id = request_id.as_str();
        let task = self.tasks.task(id, request_id).await;
        task.map_err(|it| it.problem(request_id))
    }

    async fn look<P: Send>(
        &self,
        id: &TaskId,
        _case: &mut Option<()>,
        permit: P,
        request_id: &str,
    ) -> Result<Option<Arc<Task>>, MissedLook> {
        let task = self.tasks.task(id, request_id).await;
        drop(permit);
        task
    }

    fn pace(&self, task: &Task) -> Duration {
        Duration::from_secs(u64::from(task.poll_after_seconds.max(5)))
    }

    async fn page(
        &self,
        filter: &TaskFilter,
        limit: usize,
        below: Option<&TaskId>,
        request_id: &str,
    ) -> Result<TaskPage, Problem> {
        self.tasks.page(filter, limit, below, request_id).await
    }

    async fn cancel(
        &self,
        cancellation: &Cancellation,
        progress: &CancelProgress,
    ) -> Result<Arc<Task>, Problem> {
        self.tasks.cancel(cancellation, progress).await
    }
}
