//! One KSC Administration Server, as the house knows it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ksc::{CredentialState, Lease, Observer, Pool};

use super::budget::Budget;
use super::calls::KscCalls;
use super::fault;
use super::hosts::Hosts;
use super::incidents::{self, Delivery, DeliveryParts, PreparedIncident, Sought};
use super::metrics::KscMetrics;
use super::settings::{self, KscSetupError};
use super::task_id::TaskIds;
use super::tasks::{Case, TaskReader, TaskReaderParts};
use super::upkeep::upkeep;
use super::version;
use super::words::WORDS;
use crate::authority::{Authority, OnHost, Protection};
use crate::backends::seam::{
    Arrival, Backend, CancelProgress, Deadline, Depth, Health, HostPage, HostSearch, Landed, Mark,
    MissedLook, Presence, Receipt, Rehearsed, TaskFilter, TaskPage, Testimony, Witness, Words,
};
use crate::carry::Carrier;
use crate::clock::Clock;
use crate::config;
use crate::ending::Ending;
use crate::host::Host;
use crate::metrics::Metrics;
use crate::problem::Problem;
use crate::request_id::RequestId;
use crate::store::Store;
use crate::telemetry::trace::Recorder;
use crate::ticket::{Cancellation, Ticket};
use vocabulary::budget::BudgetReport;
use vocabulary::code::Code;
use vocabulary::host::HostDetails;
use vocabulary::host_id::HostId;
use vocabulary::names::{HostName, Normal};
use vocabulary::problem::BackendFacts;
use vocabulary::report::Task;
use vocabulary::task::{Request, TaskType};
use vocabulary::task_id::{Alias, TaskId};

/// What kind of server it is, as callers are told.
pub const KIND: &str = "ksc";

/// The tasks that it takes.
pub const TAKES: &[TaskType] = &TaskType::THREAT_RESPONSE;

/// An Administration Server.
pub struct KscServer {
    ids: TaskIds,
    pool: Arc<Pool>,
    hosts: Arc<Hosts>,
    tasks: Arc<TaskReader>,
    delivery: Delivery,
    deliveries: Carrier,
    settles_after: Duration,
    longest_call: Duration,
}

/// What a KSC is asked with.
pub struct KscParts {
    /// What it is called.
    pub alias: Alias,
    /// How to reach it, and how its tasks are made and followed.
    pub settings: config::Ksc,
    /// Longest that a caller waits.
    pub request_timeout: Duration,
    /// Which hosts nobody may touch.
    pub protection: Arc<Protection>,
    /// Who may have what done.
    pub authority: Arc<Authority>,
    /// What the replicas share.
    pub shared: Option<Arc<Store>>,
    /// Records what nobody asked for.
    pub recorder: Option<Recorder>,
    /// The time.
    pub clock: Clock,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// When everything ends.
    pub ending: Ending,
}

impl KscServer {
    /// Nothing is asked yet. Calls will be made on the runtime that this is called on.
    ///
    /// # Errors
    /// When a file of the settings cannot be used.
    ///
    /// # Panics
    /// Outside a runtime.
    pub fn new(parts: KscParts) -> Result<Self, KscSetupError> {
        let KscParts {
            alias,
            settings: ksc,
            request_timeout,
            protection,
            authority,
            shared,
            recorder,
            clock,
            metrics,
            ending,
        } = parts;
        let settings = ksc.tasks.clone();
        let ids = TaskIds::of(alias.clone());
        let ksc_metrics = Arc::new(KscMetrics::declare(&metrics, &alias));
        let observer = KscCalls::new(Arc::clone(&ksc_metrics), recorder.clone());
        let longest_call = ksc.longest_call();
        let pool = Pool::new(
            settings::settings(ksc)?,
            Arc::new(observer) as Arc<dyn Observer>,
        )?;
        ksc_metrics.leases_limit(pool.size());
        let hosts = Arc::new(Hosts::new(alias.clone(), clock.clone(), protection));
        let settles_after = settings.unknown_settles_after;
        let tasks = TaskReader::new(TaskReaderParts {
            ids: ids.clone(),
            pool: Arc::clone(&pool),
            hosts: Arc::clone(&hosts),
            authority,
            settings: settings.clone(),
            request_timeout,
            recorder,
            shared,
            clock: clock.clone(),
            metrics,
            ksc_metrics: Arc::clone(&ksc_metrics),
            ending,
        });
        let budget = Budget::new(
            alias,
            Arc::clone(tasks.census()),
            settings.clone(),
            clock.clone(),
        );
        let deliveries = Carrier::here();
        let delivery = Delivery::new(DeliveryParts {
            pool: Arc::clone(&pool),
            hosts: Arc::clone(&hosts),
            budget,
            register: Arc::clone(tasks.register()),
            settings,
            clock,
            metrics: ksc_metrics,
            carrier: deliveries.clone(),
        });
        Ok(Self {
            ids,
            pool,
            hosts,
            tasks: Arc::new(tasks),
            delivery,
            deliveries,
            settles_after,
            longest_call,
        })
    }

    /// Opens the first session, trying again until it stands, and keeps the sessions alive until it
    /// is told to stop.
    pub async fn keep_up(&self, stop: impl Future<Output = ()>) {
        upkeep(Arc::clone(&self.pool), stop).await;
    }

    /// Waits until what is in hand is done: incidents are confirmed until the end, so that there is
    /// time left for the sessions, and questions are asked until the later moment.
    pub async fn finish(&self, end: Instant, until: Instant) {
        let open = self.deliveries.finish(end).await;
        if open > 0 {
            tracing::error!(
                open,
                "incidents are not confirmed at the end of the grace period"
            );
        }
        self.tasks.finish(until).await;
    }

    /// Ends the sessions.
    pub async fn leave(&self) {
        self.pool.drain().await;
    }

    async fn lease(&self, request_id: &str) -> Result<Lease, Problem> {
        let lease = self.pool.lease().await;
        lease.map_err(|error| fault::problem(&error, request_id))
    }

    /// The incident of a task that is this server's.
    fn incident(&self, id: &TaskId) -> i64 {
        // Ids of other servers lead nowhere here: no incident has this number.
        self.ids.decode(id).unwrap_or_default()
    }
}

impl Witness for KscServer {
    fn isolation_of<'a>(&'a self, host: &'a Host, request_id: &'a str) -> Testimony<'a> {
        Box::pin(async move {
            let own = host.display_name.as_deref().map(Normal::of)?;
            let address = host.ip.map(|it| it.to_string());
            let names = [host.display_name.as_ref(), address.as_ref()];
            for name in names
                .into_iter()
                .flatten()
                .filter_map(|it| HostName::parse(it))
            {
                match self.host(&name, request_id).await {
                    // An address may have been another's a while ago.
                    Ok(known) if known.is_named(&own) => {
                        let mut lease = self.pool.lease().await.ok()?;
                        let word = self
                            .hosts
                            .isolation(&mut lease, &known.id, None, request_id);
                        return Some(word.await);
                    }
                    Err(problem) if problem.code() == Code::HostNotFound => {}
                    Ok(_) | Err(_) => return None,
                }
            }
            None
        })
    }
}

impl Backend for KscServer {
    type Error = ksc::Error;
    type Prepared = PreparedIncident;
    type Case = Case;

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

    fn longest_call(&self) -> Duration {
        self.longest_call
    }

    fn settles_after(&self) -> Duration {
        self.settles_after
    }

    fn health(&self) -> Health {
        let not_ready = match self.pool.status().credentials {
            CredentialState::Accepted => None,
            CredentialState::Unproven => Some("no KSC session has been opened yet"),
            CredentialState::Refused { .. } => Some("KSC refuses the account"),
            CredentialState::SecondFactor { .. } => {
                Some("KSC asks the account for a second factor")
            }
        };
        Health { not_ready }
    }

    async fn greet(&self, request_id: &str) -> Result<Option<String>, Problem> {
        let mut lease = self.lease(request_id).await?;
        version::ask(&mut lease, request_id).await
    }

    fn sessions(&self) -> usize {
        self.pool.size()
    }

    fn tell_gauges(&self) {
        self.tasks.tell_credentials();
    }

    fn freshen(&self) {
        self.tasks.freshen();
    }

    async fn host(&self, name: &HostName, request_id: &str) -> Result<Host, Problem> {
        self.delivery.host(name, request_id).await
    }

    async fn find_hosts(&self, search: &HostSearch, request_id: &str) -> Result<HostPage, Problem> {
        let mut lease = self.lease(request_id).await?;
        self.hosts.find(&mut lease, search, request_id).await
    }

    async fn host_details(&self, id: &HostId, request_id: &str) -> Result<HostDetails, Problem> {
        let mut lease = self.lease(request_id).await?;
        self.hosts.details(&mut lease, id, request_id).await
    }

    fn accept(&self, request: &Request) -> Result<(), Problem> {
        self.delivery.accept(request)
    }

    async fn prepare(
        &self,
        ticket: &Ticket,
        on: &OnHost,
        latest: Option<&str>,
        deadline: Deadline,
    ) -> Result<PreparedIncident, Problem> {
        let (request, request_id) = (ticket.request(), ticket.request_id.as_str());
        self.delivery
            .prepare(request, on, latest, deadline, request_id)
            .await
    }

    async fn ready(
        &self,
        prepared: &mut PreparedIncident,
        deadline: Deadline,
    ) -> Result<Result<(), ksc::Error>, Problem> {
        self.delivery.ready(prepared, deadline).await
    }

    async fn host_again(
        &self,
        prepared: &mut PreparedIncident,
        name: &HostName,
        request_id: &str,
    ) -> Result<Host, Problem> {
        self.delivery.host_again(prepared, name, request_id).await
    }

    fn counts_departures(&self) -> bool {
        self.delivery.budget.refuses()
    }

    async fn has_room(&self, departed: u64, request_id: &str) -> Result<(), Problem> {
        self.delivery
            .budget
            .has_room_for(departed, request_id)
            .await
    }

    async fn recount(&self, request_id: &str) {
        self.delivery.budget.recount(request_id).await;
    }

    async fn send(
        &self,
        prepared: &mut PreparedIncident,
        request_id: &str,
    ) -> Result<TaskId, ksc::Error> {
        let incident = self.delivery.send(prepared, request_id).await?;
        Ok(self.ids.encode(incident))
    }

    fn change_session(&self, prepared: &mut PreparedIncident) {
        Delivery::change_session(prepared);
    }

    fn sent(&self, prepared: &mut PreparedIncident, fate: Arrival<'_>) -> Option<String> {
        let incident = match fate {
            Arrival::There { id, .. } => Some(self.incident(id)),
            Arrival::Unknown => None,
        };
        self.delivery.sent(prepared, incident)
    }

    async fn find(
        &self,
        mark: &Mark,
        depth: Depth,
        within: Option<&mut PreparedIncident>,
        request_id: &str,
    ) -> Result<Presence, ksc::Error> {
        let sought = self.delivery.find(mark, depth, within, request_id).await?;
        Ok(match sought {
            Sought::There(incident) => Presence::There(self.ids.encode(incident)),
            Sought::Absent => Presence::Absent,
            Sought::Open(doubt) => Presence::Open(doubt.sentence()),
        })
    }

    async fn land(
        self: &Arc<Self>,
        prepared: PreparedIncident,
        fate: Arrival<'_>,
        until: Instant,
        request_id: &RequestId,
    ) -> Landed {
        match fate {
            Arrival::There { id, is_old } => {
                let incident = self.incident(id);
                self.delivery
                    .land(prepared, incident, is_old, until, request_id)
                    .await
            }
            Arrival::Unknown => Landed::default(),
        }
    }

    fn land_late(self: &Arc<Self>, id: &TaskId, mark: &Mark, request_id: &RequestId) {
        self.delivery.land_late(self.incident(id), mark, request_id);
    }

    async fn isolations_among(
        &self,
        host_id: &str,
        attempts: &[String],
        release: Option<&TaskId>,
        request_id: &str,
    ) -> Vec<(String, String)> {
        let release = release.map(|it| self.incident(it));
        self.delivery
            .isolations_among(host_id, attempts, release, request_id)
            .await
    }

    fn birth(&self, id: &TaskId, receipt: &Receipt, request: &Request) -> Task {
        incidents::birth(&self.ids, self.incident(id), receipt, request)
    }

    fn facts(&self, id: &TaskId) -> BackendFacts {
        BackendFacts {
            ksc: None,
            incident_id: self.ids.decode(id),
        }
    }

    fn remember(&self, task: &Task) {
        self.tasks.register().note(task);
    }

    async fn rehearse(
        &self,
        request: &Request,
        host: &Host,
        request_id: &str,
    ) -> Result<Rehearsed, Problem> {
        self.delivery.rehearse(request, host, request_id).await
    }

    async fn budget(&self, request_id: &str) -> Result<BudgetReport, Problem> {
        let report = self.delivery.budget.report(request_id).await;
        report.map_err(|it| it.problem(request_id))
    }

    fn is_possible(&self, id: &TaskId) -> bool {
        self.ids.decode(id).is_some()
    }

    async fn read(
        self: &Arc<Self>,
        id: &TaskId,
        request_id: &RequestId,
    ) -> Result<Option<Arc<Task>>, Problem> {
        match self.ids.decode(id) {
            Some(incident) => self.tasks.task(incident, request_id).await,
            None => Ok(None),
        }
    }

    async fn look<P: Send>(
        &self,
        id: &TaskId,
        case: &mut Option<Case>,
        permit: P,
        request_id: &str,
    ) -> Result<Option<Arc<Task>>, MissedLook> {
        let Some(incident) = self.ids.decode(id) else {
            return Ok(None);
        };
        self.tasks
            .look_once_more(incident, case, permit, request_id)
            .await
            .map_err(|error| MissedLook::new(fault::meaning(&error), error))
    }

    fn pace(&self, task: &Task) -> Duration {
        self.tasks.pace(task)
    }

    async fn page(
        &self,
        filter: &TaskFilter,
        limit: usize,
        below: Option<&TaskId>,
        request_id: &str,
    ) -> Result<TaskPage, Problem> {
        let below = below.map(|it| self.incident(it));
        self.tasks.page(filter, limit, below, request_id).await
    }

    async fn cancel(
        &self,
        cancellation: &Cancellation,
        progress: &CancelProgress,
    ) -> Result<Arc<Task>, Problem> {
        let cancelled = match self.ids.decode(&cancellation.task) {
            Some(incident) => self.tasks.cancel(incident, cancellation, progress).await?,
            None => None,
        };
        cancelled.ok_or_else(|| WORDS.unknown_task())
    }
}
