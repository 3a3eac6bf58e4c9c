//! The response tasks that KSC holds, everybody's: counted for all who ask, and not for each.
//!
//! KES keeps a hundred response tasks and rotates the oldest out, finished or not. Who made them
//! does not matter, so the gateway's own are not the count. KSC has no call that counts them: one
//! walk over all tasks of the server finds those whose name begins as the service console begins
//! it. The requests of the last minutes that have no task yet will have one: they count too. Those
//! that should have one by now are counted for whoever keeps watch.

mod backlog;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use ksc::{CredentialState, Filter, Pool, TaskInfo};
use time::OffsetDateTime;
use tokio::runtime::Handle;

use super::correlate::{self, SKEW, SeenTask};
use super::response::{ResponseRequest, WaitingRequest};
use super::sights::Sights;
use crate::backends::ksc::fault::Failure;
use crate::backends::ksc::metrics::KscMetrics;
use crate::clock::Clock;
use crate::config;
use crate::request_id::RequestId;
use crate::single_flight::SingleFlight;
use crate::store::Store;
use crate::telemetry::place;
use crate::telemetry::trace::{self, Recorder};
use vocabulary::budget::BudgetPolicy;
use vocabulary::report::KscTask;
use vocabulary::task_id::Alias;

/// Takes the census.
pub struct Census {
    pool: Arc<Pool>,
    sights: Arc<Sights>,
    clock: Clock,
    settings: config::KscTasks,
    metrics: Arc<KscMetrics>,
    flights: SingleFlight<(), Result<Arc<Roll>, Failure>>,
    failed: Mutex<Option<(Instant, Failure)>>,
    runtime: Handle,
    recorder: Option<Recorder>,
    shared: Option<(Arc<Store>, Alias)>,
    latest: Mutex<Option<Arc<Roll>>>,
    /// Tasks that were made lately, those among them that are gone.
    made: Mutex<Vec<SeenTask>>,
}

/// The response tasks that KSC held at one moment.
#[derive(Debug)]
pub struct Roll {
    /// When they were counted.
    pub taken: OffsetDateTime,
    /// The tasks, the oldest first.
    pub(super) tasks: Vec<SeenTask>,
    /// The incidents of requests whose task has not been made yet, in their order.
    pub waiting: Vec<i64>,
    /// Requests whose task should have been made by now.
    pub stalled: usize,
    /// The youngest incident that the count knows of.
    pub last_incident: i64,
    /// How many requests of all replicas had left and been answered before it: it shows them.
    /// Nothing where they share no store, or it could not be asked.
    pub answered: Option<u64>,
}

/// Most requests that are looked through for those that have no task yet.
const MOST_REQUESTS: usize = 1000;

/// Most tasks that are remembered as made lately.
const MOST_MADE: usize = 10_000;

/// How long a count may take: a server with many tasks is a call for each.
const WITHIN: Duration = Duration::from_secs(30);

/// After a failure it is not tried again for so long.
const AFTER_FAILURE: Duration = Duration::from_secs(5);

/// How old the count may be that the gauges show.
const GAUGE_AGE: Duration = Duration::from_mins(1);

/// Most unfinished tasks that are named.
const FEW: usize = 5;

/// One part in so many of the budget is little room.
const LITTLE: usize = 5;

impl Roll {
    /// How many there are.
    #[must_use]
    pub fn live(&self) -> usize {
        self.tasks.len()
    }

    /// Whether it is no older than this. A clock that was set back makes nothing fresh.
    pub(super) fn is_within(&self, age: Duration, now: OffsetDateTime) -> bool {
        Duration::try_from(now - self.taken).is_ok_and(|it| it <= age)
    }

    /// The one that goes first; nothing when there is none.
    #[must_use]
    pub fn oldest(&self) -> Option<KscTask> {
        self.tasks.first().cloned().map(KscTask::from)
    }

    /// Whether every task is younger than this moment.
    pub(super) fn is_younger_than(&self, moment: OffsetDateTime) -> bool {
        let created = self.tasks.first().and_then(|it| it.created);
        created.is_some_and(|it| it > moment)
    }
}

impl Census {
    pub(super) fn new(
        pool: Arc<Pool>,
        sights: Arc<Sights>,
        settings: config::KscTasks,
        clock: Clock,
        metrics: Arc<KscMetrics>,
        recorder: Option<Recorder>,
        shared: Option<(Arc<Store>, Alias)>,
    ) -> Self {
        metrics.budget_limit(settings.budget);
        Self {
            pool,
            sights,
            clock,
            settings,
            metrics,
            flights: SingleFlight::here(),
            failed: Mutex::default(),
            runtime: Handle::current(),
            recorder,
            shared,
            latest: Mutex::default(),
            made: Mutex::default(),
        }
    }

    /// The last count, however old.
    pub fn latest(&self) -> Option<Arc<Roll>> {
        self.latest
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// A count that is no older than this, or the one under way.
    ///
    /// # Errors
    /// When KSC must be asked and fails.
    pub async fn roll(
        self: &Arc<Self>,
        max_age: Duration,
        request_id: &str,
    ) -> Result<Arc<Roll>, Failure> {
        let now = self.clock.now();
        if let Some(roll) = self.latest().filter(|it| it.is_within(max_age, now)) {
            return Ok(roll);
        }
        self.renew(request_id).await
    }

    /// A new count, or the one that is under way.
    async fn renew(self: &Arc<Self>, request_id: &str) -> Result<Arc<Roll>, Failure> {
        if let Some(failure) = self.failed_lately() {
            return Err(failure);
        }
        let work = || {
            let (this, request_id) = (Arc::clone(self), request_id.to_owned());
            async move {
                let counting = tokio::time::timeout(WITHIN, this.count(&request_id)).await;
                let counted = match counting {
                    Ok(counted) => counted.map_err(Failure::Ksc),
                    Err(_) => Err(Failure::Late),
                };
                this.remember_failure(counted.as_ref().err());
                counted
            }
        };
        self.flights.share((), work).await?
    }

    /// A KSC that cannot be counted is not asked again for each of many who want to know.
    fn failed_lately(&self) -> Option<Failure> {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, failure) = failed.as_ref()?;
        (at.elapsed() < AFTER_FAILURE).then(|| failure.clone())
    }

    fn remember_failure(&self, failure: Option<&Failure>) {
        let failed = failure.map(|it| (Instant::now(), it.clone()));
        *self.failed.lock().unwrap_or_else(PoisonError::into_inner) = failed;
    }

    /// A count that was begun at this moment or later.
    ///
    /// # Errors
    /// When KSC fails.
    pub async fn roll_since(
        self: &Arc<Self>,
        moment: OffsetDateTime,
        request_id: &str,
    ) -> Result<Arc<Roll>, Failure> {
        // The first may be one that was under way already.
        for _ in 0..2 {
            let roll = self.renew(request_id).await?;
            if roll.taken >= moment {
                return Ok(roll);
            }
        }
        Err(Failure::Late)
    }

    /// Has the tasks counted in the background when nobody has for a while: what the gauges show
    /// shall not depend on callers. Asks nothing while there is no KSC to ask.
    pub fn freshen(self: &Arc<Self>) {
        let counts = self.settings.budget_policy != BudgetPolicy::Off;
        let fresh = |it: &Arc<Roll>| it.is_within(GAUGE_AGE, self.clock.now());
        let connected = self.pool.status().credentials == CredentialState::Accepted;
        if counts && connected && !self.latest().is_some_and(|it| fresh(&it)) {
            let this = Arc::clone(self);
            self.runtime.spawn(place::carried(async move {
                let request_id = RequestId::default();
                let roll = this.roll(GAUGE_AGE, request_id.as_str());
                let roll = trace::own("count_tasks", this.recorder.as_ref(), roll);
                if let Err(failure) = roll.await {
                    // Logged there; nobody waits for it.
                    let _problem = failure.problem(request_id.as_str());
                }
            }));
        }
    }

    /// Tells the gauge how many more tasks there is room for, before one that has not finished is
    /// pushed out.
    ///
    /// # Errors
    /// When KSC must be asked and fails.
    pub(super) async fn tell_room(self: &Arc<Self>, request_id: &str) -> Result<(), Failure> {
        if self.settings.budget_policy == BudgetPolicy::Off {
            return Ok(());
        }
        let limit = self.settings.budget;
        let roll = self.roll(GAUGE_AGE, request_id).await?;
        let total = roll.live() + roll.waiting.len();
        // Far from the limit nobody needs to know which of the oldest are over.
        let pushed = (total + (limit / LITTLE).max(1)).saturating_sub(limit);
        let harmless = self.oldest_over(&roll, pushed, request_id).await?;
        self.metrics
            .budget_room((limit + harmless).saturating_sub(total));
        Ok(())
    }

    async fn count(&self, request_id: &str) -> Result<Arc<Roll>, ksc::Error> {
        let taken = self.clock.now();
        let answered = match &self.shared {
            Some((shared, alias)) => shared.answered(alias).await.ok(),
            None => None,
        };
        let mut lease = self.pool.lease().await?;
        // Requests first: one whose task is made meanwhile is then in the tasks and waits no more.
        // As far back again shows what has stalled lately.
        let since = taken - self.settings.stalled_after * 2;
        let found = lease
            .select_incidents(
                Filter::after("KLINCDT_ADDED", since),
                MOST_REQUESTS,
                request_id,
                |it| ResponseRequest::read_light(it).map(|it| it.to_request()),
            )
            .await?;
        let requests = found.rows;
        let mut tasks = lease.walk_tasks(request_id, |it| self.take(it)).await?.rows;
        tasks.sort_by(|a, b| a.age().cmp(&b.age()));
        let overdue = taken - self.settings.stalled_after;
        let (young, old): (Vec<WaitingRequest>, Vec<WaitingRequest>) =
            requests.into_iter().partition(|it| it.added > overdue);
        let made = self.made_since(since.saturating_sub(SKEW), &tasks);
        // Where KSC is full, what is older than all that it holds may have been rotated out.
        let full = tasks
            .first()
            .filter(|_| tasks.len() >= self.settings.budget);
        let oldest = full.and_then(|it| it.created);
        let whole = oldest.map_or(since, |it| it.min(overdue));
        let last_incident = young.iter().chain(&old).map(|it| it.incident).max();
        let passed = backlog::passed(&young, &made);
        let mut waiting = backlog::without_task(&young, &made);
        let unseen = waiting.len();
        waiting.retain(|it| *it > passed);
        let asked: Vec<WaitingRequest> = young
            .into_iter()
            .chain(old)
            .filter(|it| it.added >= whole)
            .collect();
        let roll = Arc::new(Roll {
            taken,
            waiting,
            stalled: backlog::without_task(&asked, &made)
                .len()
                .saturating_sub(unseen),
            last_incident: last_incident.unwrap_or(0),
            answered,
            tasks,
        });
        self.metrics
            .budget_live(roll.live(), roll.waiting.len(), roll.stalled);
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&roll));
        Ok(roll)
    }

    /// The tasks that were made since then, the oldest first: those that are there, and those that
    /// were there at an earlier count. One that was rotated out or deleted was made all the same.
    fn made_since(&self, since: OffsetDateTime, tasks: &[SeenTask]) -> Vec<SeenTask> {
        let there: HashSet<&str> = tasks.iter().map(|it| it.id.as_str()).collect();
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.retain(|it| !there.contains(it.id.as_str()));
        made.extend_from_slice(tasks);
        made.retain(|it| it.created.is_none_or(|it| it >= since));
        made.sort_by(|a, b| a.age().cmp(&b.age()));
        let surplus = made.len().saturating_sub(MOST_MADE);
        made.drain(..surplus);
        made.clone()
    }

    /// A task that the service console made of an incident, by its name. What the walk tells of any
    /// task nobody has to ask for again.
    fn take(&self, info: TaskInfo) -> Option<SeenTask> {
        let info = self.sights.infos().remember(info);
        let name = info.display_name.as_deref()?;
        correlate::is_response(name).then(|| SeenTask::from(&*info))
    }

    /// How many of the oldest tasks are over, up to the first that is not and up to `most`: KSC may
    /// rotate these out without harm.
    ///
    /// # Errors
    /// When KSC must be asked and fails.
    pub async fn oldest_over(
        &self,
        roll: &Roll,
        most: usize,
        request_id: &str,
    ) -> Result<usize, ksc::Error> {
        if most == 0 || roll.tasks.is_empty() {
            return Ok(0);
        }
        let mut lease = self.pool.lease().await?;
        let mut over = 0;
        for task in roll.tasks.iter().take(most) {
            let now = self.clock.now();
            let sight = self
                .sights
                .look(&mut lease, task, None, now, request_id)
                .await?;
            // One that is gone makes room too.
            if sight.is_some_and(|it| !it.is_over()) {
                break;
            }
            over += 1;
        }
        Ok(over)
    }

    /// Which of the oldest tasks, beyond the first `over` and up to `most`, are not over: at most a
    /// few, as people name them.
    ///
    /// # Errors
    /// When KSC must be asked and fails.
    pub async fn unfinished(
        &self,
        roll: &Roll,
        (over, most): (usize, usize),
        request_id: &str,
    ) -> Result<Vec<String>, ksc::Error> {
        let mut lease = self.pool.lease().await?;
        let mut names = Vec::new();
        for task in roll.tasks.iter().take(most).skip(over) {
            let now = self.clock.now();
            let look = self.sights.look(&mut lease, task, None, now, request_id);
            if look.await?.is_some_and(|it| !it.is_over()) {
                names.push(format!("KSC task {} ({})", task.id, task.name));
            }
            if names.len() == FEW {
                break;
            }
        }
        Ok(names)
    }
}
