//! What tasks are read with, and what is remembered of them.

use super::census::Census;
use super::confirmation::Confirmations;
use super::last_asked::LastAsked;
use super::last_seen::LastSeen;
use super::register::Register;
use super::sights::Sights;
use super::task_infos::TaskInfos;
use super::weighings::Weighings;
use crate::authority::Authority;
use crate::backends::ksc::hosts::Hosts;
use crate::backends::ksc::metrics::KscMetrics;
use crate::backends::ksc::task_id::TaskIds;
use crate::carry::Carrier;
use crate::clock::Clock;
use crate::config;
use crate::ending::Ending;
use crate::metrics::Metrics;
use crate::single_flight::SingleFlight;
use crate::store::Store;
use crate::telemetry::trace::Recorder;
use ksc::Pool;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use vocabulary::report::Task;

/// Reads tasks back from KSC.
pub struct TaskReader {
    pub(super) ids: TaskIds,
    pub(super) pool: Arc<Pool>,
    pub(super) hosts: Arc<Hosts>,
    pub(super) authority: Arc<Authority>,
    pub(super) infos: Arc<TaskInfos>,
    pub(super) sights: Arc<Sights>,
    pub(super) last_seen: LastSeen,
    pub(super) weighings: Weighings,
    pub(super) confirmations: Arc<Confirmations>,
    pub(super) register: Arc<Register>,
    pub(super) census: Arc<Census>,
    pub(super) reads: SingleFlight<i64, Result<Option<Arc<Task>>, ksc::Error>>,
    /// Pages that may be read at a time.
    pub(super) lists: Semaphore,
    pub(super) clock: Clock,
    pub(super) settings: config::KscTasks,
    pub(super) metrics: Arc<Metrics>,
    pub(super) ksc_metrics: Arc<KscMetrics>,
    pub(super) request_timeout: Duration,
    pub(super) carrier: Carrier,
    pub(super) console_asked: LastAsked,
}

/// What tasks are read with.
pub struct TaskReaderParts {
    /// The ids of the server's tasks.
    pub ids: TaskIds,
    /// The sessions.
    pub pool: Arc<Pool>,
    /// The hosts.
    pub hosts: Arc<Hosts>,
    /// Who may have what done.
    pub authority: Arc<Authority>,
    /// How tasks are followed.
    pub settings: config::KscTasks,
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
    /// What is counted of KSC alone.
    pub ksc_metrics: Arc<KscMetrics>,
    /// When everything ends.
    pub ending: Ending,
}

impl TaskReader {
    /// Reads with these, on the runtime that this is called on.
    ///
    /// # Panics
    /// Outside a runtime.
    #[must_use]
    pub fn new(parts: TaskReaderParts) -> Self {
        let TaskReaderParts {
            ids,
            pool,
            hosts,
            authority,
            settings,
            request_timeout,
            recorder,
            shared,
            clock,
            metrics,
            ksc_metrics,
            ending,
        } = parts;
        let infos = Arc::new(TaskInfos::new(clock.clone()));
        let sights = Arc::new(Sights::new(Arc::clone(&infos)));
        let register = Arc::new(Register::new(
            ids.clone(),
            shared.clone(),
            Arc::clone(&infos),
        ));
        let census = Census::new(
            Arc::clone(&pool),
            Arc::clone(&sights),
            settings.clone(),
            clock.clone(),
            Arc::clone(&ksc_metrics),
            recorder,
            shared.map(|it| (it, ids.alias().clone())),
        );
        let carrier = Carrier::here();
        let confirmations = Confirmations::new(
            Arc::clone(&pool),
            Arc::clone(&hosts),
            clock.clone(),
            Arc::clone(&ksc_metrics),
            carrier.clone(),
            ending,
        );
        Self {
            ids,
            lists: Semaphore::new((pool.size() / 2).max(1)),
            pool,
            hosts,
            authority,
            infos,
            sights,
            last_seen: LastSeen::default(),
            weighings: Weighings::default(),
            confirmations: Arc::new(confirmations),
            register,
            census: Arc::new(census),
            reads: SingleFlight::here(),
            clock,
            settings,
            metrics,
            ksc_metrics,
            request_timeout,
            carrier,
            console_asked: LastAsked::default(),
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
}
