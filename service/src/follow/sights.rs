//! How KSC tasks stand on their devices, asked for as cheaply as KSC allows.
//!
//! `GetTaskStatistics` is one call and says how many devices stand how; the rows with the device's
//! words are four. A response task is for one device, so as long as its statistics are what they
//! were, its row is too. The rows are read again at times all the same: that the statistics are
//! never late is not documented.
//!
//! The keys of the statistics are the bits of a row's `state_code`. The numbers in KSC's task events
//! are another table and are not read here.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ksc::{GetTask, GetTaskStatistics, HostStatus, Kind, Lease, TaskStatistics};
use time::OffsetDateTime;

use super::memory::Memory;
use super::state;

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
    /// Whether every device is through with the task. One without devices has not begun, and one of
    /// which KSC has no record yet is not through.
    pub(super) fn is_over(&self) -> bool {
        let over = |it: &HostStatus| it.state_code.is_some_and(state::is_final);
        let rows = i64::try_from(self.rows.len()).unwrap_or(i64::MAX);
        let recorded = self.statistics.is_none_or(|it| it.devices() <= rows);
        recorded && !self.rows.is_empty() && self.rows.iter().all(over)
    }
}

/// The last sight of each task.
pub(super) struct Sights {
    last: Mutex<Memory<String, Arc<Sight>>>,
}

impl Default for Sights {
    fn default() -> Self {
        Self {
            last: Mutex::new(Memory::of(MOST)),
        }
    }
}

impl Sights {
    /// How the task stands now; nothing when KSC has it no longer. What is over stays over, and is
    /// not asked for again.
    pub(super) async fn look(
        &self,
        lease: &mut Lease,
        task: &str,
        now: OffsetDateTime,
        request_id: &str,
    ) -> Result<Option<Arc<Sight>>, ksc::Error> {
        let last = self.last().get(&task.to_owned()).cloned();
        if let Some(last) = last.as_ref().filter(|it| it.is_over()) {
            return Ok(Some(Arc::clone(last)));
        }
        let call = GetTaskStatistics {
            task: task.to_owned(),
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
        let rows = match lease.host_statuses(task, request_id).await {
            Ok(statuses) => statuses.rows,
            Err(error) => return self.perhaps_gone(lease, task, error, request_id).await,
        };
        let sight = Arc::new(Sight {
            rows,
            statistics,
            at: now,
        });
        let task = task.to_owned();
        let mut all = self.last();
        // A look that began earlier may end later, and must not bring back what is over.
        let over = all.get(&task).filter(|it| it.is_over()).cloned();
        if let Some(over) = over {
            return Ok(Some(over));
        }
        all.note(task, Arc::clone(&sight));
        Ok(Some(sight))
    }

    /// What it means that the rows of a task were not found: it was their iterator, perhaps, that was
    /// not. Only a question for the task itself tells.
    async fn perhaps_gone(
        &self,
        lease: &mut Lease,
        task: &str,
        error: ksc::Error,
        request_id: &str,
    ) -> Result<Option<Arc<Sight>>, ksc::Error> {
        if matches!(error.kind(), Kind::NotFound) {
            let call = GetTask {
                task: task.to_owned(),
            };
            if let Err(error) = lease.call(&call, request_id).await {
                return self.gone(task, error);
            }
        }
        Err(error)
    }

    /// What was seen of a task does not hold any longer.
    pub(super) fn forget(&self, task: &str) {
        self.last().forget(&task.to_owned());
    }

    fn gone(&self, task: &str, error: ksc::Error) -> Result<Option<Arc<Sight>>, ksc::Error> {
        if !matches!(error.kind(), Kind::NotFound) {
            return Err(error);
        }
        self.forget(task);
        Ok(None)
    }

    fn last(&self) -> MutexGuard<'_, Memory<String, Arc<Sight>>> {
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
