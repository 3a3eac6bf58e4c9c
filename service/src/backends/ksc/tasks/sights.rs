//! How KSC tasks stand on their devices, asked for as cheaply as KSC allows.
//!
//! `GetTaskStatistics` is one call and says how many devices stand how; the rows with the device's
//! words are four. A response task is for one device, so as long as its statistics are what they
//! were, its row is too. The rows are read again at times all the same: that the statistics are
//! never late is not documented.
//!
//! The keys of the statistics are the bits of a row's `state_code`. The numbers in KSC's task
//! events are another table and are not read here.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ksc::{GetTask, GetTaskStatistics, HostStatus, Kind, Lease, TaskStatistics};
use time::OffsetDateTime;

use super::correlate::SeenTask;
use super::keys::TaskKey;
use super::memory::BoundedMap;
use super::own_row::OwnRow;
use super::state;
use super::task_infos::TaskInfos;

/// Rows are read again after so long, whatever the statistics say.
const TRUST: time::Duration = time::Duration::minutes(1);

/// Most tasks that are remembered.
const MOST: usize = 2_000;

/// How a task stood on its devices.
pub(super) struct Sight {
    /// One row a device.
    pub(super) rows: Vec<HostStatus>,
    statistics: Option<TaskStatistics>,
    at: OffsetDateTime,
}

impl Sight {
    /// What is said of this host. Rows of other hosts say nothing of it.
    pub(super) fn row_of(&self, host_id: &str) -> OwnRow<'_> {
        let of_host = |it: &&HostStatus| it.host_id.eq_ignore_ascii_case(host_id);
        let mut own = self.rows.iter().filter(of_host);
        let Some(first) = own.next() else {
            return OwnRow::Missing;
        };
        match own.find(|it| it.state_code != first.state_code) {
            Some(other) => OwnRow::Contradicting(
                first.state_code.unwrap_or_default(),
                other.state_code.unwrap_or_default(),
            ),
            None => OwnRow::One(first),
        }
    }

    /// Whether the host is through with the task.
    fn is_over_for(&self, host_id: &str) -> bool {
        match self.row_of(host_id) {
            OwnRow::One(row) => row.state_code.is_some_and(state::is_final),
            OwnRow::Missing | OwnRow::Contradicting(..) => false,
        }
    }

    /// Whether every device is through with the task. One without devices has not begun, and one of
    /// which KSC has no record yet is not through.
    pub(super) fn is_over(&self) -> bool {
        let over = |it: &HostStatus| self.is_over_for(&it.host_id);
        let rows = i64::try_from(self.rows.len()).unwrap_or(i64::MAX);
        let recorded = self.statistics.is_none_or(|it| it.devices() <= rows);
        recorded && !self.rows.is_empty() && self.rows.iter().all(over)
    }

    /// Whether whoever asks about this host, or about all of them, need not ask again.
    fn settles(&self, host_id: Option<&str>) -> bool {
        host_id.map_or_else(|| self.is_over(), |it| self.is_over_for(it))
    }
}

/// The last sight of each task.
pub(super) struct Sights {
    infos: Arc<TaskInfos>,
    last: Mutex<BoundedMap<TaskKey, Arc<Sight>>>,
}

impl Sights {
    /// Of tasks that these are known of.
    pub(super) fn new(infos: Arc<TaskInfos>) -> Self {
        Self {
            infos,
            last: Mutex::new(BoundedMap::of(MOST)),
        }
    }

    /// What is known of the tasks themselves.
    pub(super) const fn infos(&self) -> &Arc<TaskInfos> {
        &self.infos
    }

    /// How the task stands now, for this host or on all its devices; nothing when KSC has it no
    /// longer. What is over stays over, and is not asked for again.
    pub(super) async fn look(
        &self,
        lease: &mut Lease,
        task: &SeenTask,
        host_id: Option<&str>,
        now: OffsetDateTime,
        request_id: &str,
    ) -> Result<Option<Arc<Sight>>, ksc::Error> {
        let key = TaskKey::from(task);
        let last = self.last().get(&key).cloned();
        if let Some(last) = last.as_ref().filter(|it| it.settles(host_id)) {
            return Ok(Some(Arc::clone(last)));
        }
        let call = GetTaskStatistics {
            task: task.id.clone(),
        };
        let statistics = match lease.call(&call, request_id).await {
            Ok(statistics) => Some(statistics),
            // The rows alone will do.
            Err(error) if matches!(error.kind(), Kind::NoSuchCall) => None,
            Err(error) => return self.gone(task, error),
        };
        if let Some(last) = last.filter(|it| it.still_holds(statistics, now)) {
            return Ok(Some(last));
        }
        let rows = match lease.host_statuses(&task.id, request_id).await {
            Ok(statuses) => statuses.rows,
            Err(error) => return self.perhaps_gone(lease, task, error, request_id).await,
        };
        let sight = Arc::new(Sight {
            rows,
            statistics,
            at: now,
        });
        if sight.settles(host_id) && !self.infos.is_there(lease, task, request_id).await? {
            self.forget(task);
            return Ok(None);
        }
        let mut all = self.last();
        // A look that began earlier may end later, and must not bring back what is over.
        let over = all.get(&key).filter(|it| it.settles(host_id)).cloned();
        if let Some(over) = over {
            return Ok(Some(over));
        }
        all.note(key, Arc::clone(&sight));
        Ok(Some(sight))
    }

    /// What it means that the rows of a task were not found: it was their iterator, perhaps, that
    /// was not. Only a question for the task itself tells.
    async fn perhaps_gone(
        &self,
        lease: &mut Lease,
        task: &SeenTask,
        error: ksc::Error,
        request_id: &str,
    ) -> Result<Option<Arc<Sight>>, ksc::Error> {
        if matches!(error.kind(), Kind::NotFound) {
            let call = GetTask {
                task: task.id.clone(),
            };
            if let Err(error) = lease.call(&call, request_id).await {
                return self.gone(task, error);
            }
        }
        Err(error)
    }

    /// What was seen of a task does not hold any longer.
    pub(super) fn forget(&self, task: &SeenTask) {
        self.last().forget(&task.into());
    }

    fn gone(&self, task: &SeenTask, error: ksc::Error) -> Result<Option<Arc<Sight>>, ksc::Error> {
        if !matches!(error.kind(), Kind::NotFound) {
            return Err(error);
        }
        self.forget(task);
        Ok(None)
    }

    fn last(&self) -> MutexGuard<'_, BoundedMap<TaskKey, Arc<Sight>>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sight {
    fn still_holds(&self, statistics: Option<TaskStatistics>, now: OffsetDateTime) -> bool {
        let one_device = statistics.is_some_and(|it| it.devices() <= 1);
        let age = now - self.at;
        let trusted = (time::Duration::ZERO..TRUST).contains(&age);
        one_device && self.statistics == statistics && trusted
    }
}
