//! From an incident to the KSC task that came of it, and from there to a state.
//!
//! Only an explicit success of KSC is success. Whatever is not recognised is `pending`, with the
//! raw code in the evidence; whatever could be two things is `ambiguous`, with both listed. Every
//! state says what it rests on.
//!
//! KSC documents no link from an incident to its task. [`correlate`] finds it by what both sides
//! do show: host, name, type, time and order. One [`look`] at a task is shared by all who ask at
//! that time.

mod absent;
mod bygone;
pub mod cancel;
pub mod census;
mod confirmation;
mod correlate;
mod gauges;
mod task_infos;
pub mod list;
mod look;
mod memory;
mod last_seen;
pub mod register;
mod response;
mod sights;
mod state;
mod surroundings;
mod view;

use std::sync::Arc;
use std::time::{Duration, Instant};

use ksc::Pool;
use tokio::sync::Semaphore;

use crate::authority::Authority;
use crate::backends::ksc::fault::Failure;
use crate::backends::ksc::hosts::Hosts;
use crate::carry::Carrier;
use crate::clock::Clock;
use crate::config;
use crate::ending::Ending;
use crate::metrics::Metrics;
use crate::problem::Problem;
use crate::request_id::RequestId;
use crate::single_flight::SingleFlight;
use crate::store::Store;
use crate::telemetry::trace::Recorder;
use census::Census;
use confirmation::Confirmations;
pub(crate) use correlate::{SKEW, is_named, number_in};
use last_seen::LastSeen;
pub use look::Case;
use register::Register;
use response::ResponseRequest;
use sights::Sights;
use task_infos::TaskInfos;
use vocabulary::report::Task;

/// Reads tasks back from KSC.
pub struct TaskReader {
    pool: Arc<Pool>,
    hosts: Arc<Hosts>,
    authority: Arc<Authority>,
    infos: Arc<TaskInfos>,
    sights: Arc<Sights>,
    last_seen: LastSeen,
    confirmations: Arc<Confirmations>,
    register: Arc<Register>,
    census: Arc<Census>,
    reads: SingleFlight<i64, Result<Option<Arc<Task>>, ksc::Error>>,
    /// Pages that may be read at a time.
    lists: Semaphore,
    clock: Clock,
    settings: config::Tasks,
    metrics: Arc<Metrics>,
    request_timeout: Duration,
    carrier: Carrier,
    console_asked: gauges::LastAsked,
}

/// What tasks are read with.
pub struct TaskReaderParts {
    /// The sessions.
    pub pool: Arc<Pool>,
    /// The hosts.
    pub hosts: Arc<Hosts>,
    /// Who may have what done.
    pub authority: Arc<Authority>,
    /// How tasks are followed.
    pub settings: config::Tasks,
    /// Longest that a caller waits.
    pub request_timeout: Duration,
    /// Records what nobody asked for.
    pub recorder: Option<Recorder>,
    /// What the replicas share.
    pub shared: Option<Arc<Store>>,
    /// The time.
    pub clock: Clock,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// When everything ends.
    pub ending: Ending,
}

/// KSC deletes a response task after so long (KUMA 3.4, article 300229).
const LIFE: time::Duration = time::Duration::days(30);

impl TaskReader {
    /// Reads with these, on the runtime that this is called on.
    ///
    /// # Panics
    /// Outside a runtime.
    #[must_use]
    pub fn new(parts: TaskReaderParts) -> Self {
        let TaskReaderParts {
            pool,
            hosts,
            authority,
            settings,
            request_timeout,
            recorder,
            shared,
            clock,
            metrics,
            ending,
        } = parts;
        let infos = Arc::new(TaskInfos::new(clock.clone()));
        let sights = Arc::new(Sights::new(Arc::clone(&infos)));
        let register = Arc::new(Register::new(shared.clone(), Arc::clone(&infos)));
        let census = Census::new(
            Arc::clone(&pool),
            Arc::clone(&sights),
            settings.clone(),
            clock.clone(),
            Arc::clone(&metrics),
            recorder,
            shared,
        );
        let carrier = Carrier::here();
        let confirmations = Confirmations::new(
            Arc::clone(&pool),
            Arc::clone(&hosts),
            clock.clone(),
            Arc::clone(&metrics),
            carrier.clone(),
            ending,
        );
        Self {
            lists: Semaphore::new((pool.size() / 2).max(1)),
            pool,
            hosts,
            authority,
            infos,
            sights,
            last_seen: LastSeen::default(),
            confirmations: Arc::new(confirmations),
            register,
            census: Arc::new(census),
            reads: SingleFlight::here(),
            clock,
            settings,
            metrics,
            request_timeout,
            carrier,
            console_asked: gauges::LastAsked::default(),
        }
    }

    /// Waits until the questions in hand are done, but not beyond this moment.
    pub async fn finish(&self, until: Instant) {
        let _open = self.carrier.finish(until).await;
    }

    /// Counts the response tasks in KSC.
    #[must_use]
    pub fn census(&self) -> &Arc<Census> {
        &self.census
    }

    /// Remembers what was asked for.
    #[must_use]
    pub fn register(&self) -> &Arc<Register> {
        &self.register
    }

    /// The task of this incident, with its state and what that rests on; nothing when KSC has no such incident or it
    /// asks for no response task.
    ///
    /// # Errors
    /// What went wrong with KSC.
    pub async fn task(
        self: &Arc<Self>,
        incident: i64,
        request_id: &RequestId,
    ) -> Result<Option<Arc<Task>>, Problem> {
        let work = || {
            let (this, request_id) = (Arc::clone(self), request_id.clone());
            async move { this.read(incident, request_id.as_str()).await }
        };
        let read = tokio::time::timeout(self.request_timeout, self.reads.share(incident, work));
        let failed = |it: Failure| it.problem(request_id.as_str());
        let read = read.await.map_err(|_| failed(Failure::Late))?;
        let read = read.map_err(|it| failed(it.into()))?;
        read.map_err(|it| failed(it.into()))
    }

    async fn read(&self, incident: i64, request_id: &str) -> Result<Option<Arc<Task>>, ksc::Error> {
        let case = self
            .open(incident, ResponseRequest::read, request_id)
            .await?;
        let Some(mut case) = case else {
            return Ok(None);
        };
        let view = self.look(&mut case, request_id).await?;
        Ok(Some(Arc::new(self.confirmed_task_of(&case, view).await)))
    }

    /// One look of many at the task of an incident. `permit` is given back as soon as the task itself has been looked
    /// at.
    ///
    /// # Errors
    /// What went wrong with KSC.
    pub async fn look_once_more<P: Send>(
        &self,
        incident: i64,
        case: &mut Option<Case>,
        permit: P,
        request_id: &str,
    ) -> Result<Option<Arc<Task>>, ksc::Error> {
        if case.is_none() {
            *case = self
                .open(incident, ResponseRequest::read_light, request_id)
                .await?;
        }
        let Some(case) = case else { return Ok(None) };
        let view = self.look_under(case, request_id, permit).await?;
        Ok(Some(Arc::new(self.confirmed_task_of(case, view).await)))
    }

    /// When a task that stands so is looked at next.
    #[must_use]
    pub fn pace(&self, task: &Task) -> Duration {
        state::look_again(task.state, self.clock.now() - task.requested_at)
    }
}
