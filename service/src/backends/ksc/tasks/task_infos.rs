//! What KSC says of a task that does not change by itself: name, type, time of creation.
//!
//! An administrator may rename a task. The name at first sight is the one that the service console
//! gave it, and the one to go by.
//!
//! A host has all its group tasks beside the response tasks, and each is a call to KSC. They are
//! asked for once and remembered, so that a poll costs a few calls and not a hundred.
//!
//! Where KSC is restored from a backup it counts its tasks anew, and another task has the id: so
//! each is asked for again at times, and before an end is told of it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ksc::{GetTask, Kind, Lease, TaskInfo};

use super::correlate::SeenTask;
use super::memory::BoundedMap;
use crate::clock::Clock;

/// Most tasks that are remembered.
const MOST: usize = 10_000;

/// A KSC is not restored within so short a time.
const FRESH: Duration = Duration::from_secs(30);

/// How long what KSC has told is taken to be so.
const TRUST: Duration = Duration::from_mins(5);

pub(super) struct TaskInfos {
    clock: Clock,
    known: Mutex<BoundedMap<String, KnownInfo>>,
}

#[derive(Clone)]
struct KnownInfo {
    info: Arc<TaskInfo>,
    /// When KSC last told this, by the clock that nobody sets.
    at: Duration,
}

impl TaskInfos {
    /// Nothing is known yet.
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            clock,
            known: Mutex::new(BoundedMap::of(MOST)),
        }
    }

    /// KSC was restored from a backup: nothing is known any more.
    pub(super) fn forget(&self) {
        *self.known() = BoundedMap::of(MOST);
    }

    /// What is known of a task and no older than this.
    fn fresh(&self, id: &str, most: Duration) -> Option<Arc<TaskInfo>> {
        let now = self.clock.passed();
        let known = self.known().get(&id.to_owned()).cloned();
        let known = known.filter(|it| now.saturating_sub(it.at) < most);
        known.map(|it| it.info)
    }

    /// The task of this id; nothing when KSC no longer has it.
    pub(super) async fn get(
        &self,
        lease: &mut Lease,
        id: &str,
        request_id: &str,
    ) -> Result<Option<Arc<TaskInfo>>, ksc::Error> {
        match self.fresh(id, TRUST) {
            Some(info) => Ok(Some(info)),
            None => self.ask(lease, id, request_id).await,
        }
    }

    /// Whether KSC still has this very task, and not another one under its id.
    pub(super) async fn is_there(
        &self,
        lease: &mut Lease,
        task: &SeenTask,
        request_id: &str,
    ) -> Result<bool, ksc::Error> {
        let info = match self.fresh(&task.id, FRESH) {
            Some(info) => Some(info),
            None => self.ask(lease, &task.id, request_id).await?,
        };
        Ok(info.is_some_and(|it| it.created == task.created))
    }

    async fn ask(
        &self,
        lease: &mut Lease,
        id: &str,
        request_id: &str,
    ) -> Result<Option<Arc<TaskInfo>>, ksc::Error> {
        let call = GetTask {
            task: id.to_owned(),
        };
        match lease.call(&call, request_id).await {
            Ok(info) => Ok(Some(self.remember(info))),
            Err(error) if matches!(error.kind(), Kind::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What is known of a task that KSC has just told of. What is not whole is not remembered: it
    /// may be whole next time.
    pub(super) fn remember(&self, info: TaskInfo) -> Arc<TaskInfo> {
        let whole = info.display_name.is_some() && info.created.is_some();
        let mut known = self.known();
        let first = known.get(&info.id).map(|it| Arc::clone(&it.info));
        let info = match first.filter(|it| it.created == info.created) {
            Some(first) => first,
            None if whole => Arc::new(info),
            None => return Arc::new(info),
        };
        let fresh = KnownInfo {
            info: Arc::clone(&info),
            at: self.clock.passed(),
        };
        known.note(info.id.clone(), fresh);
        info
    }

    fn known(&self) -> std::sync::MutexGuard<'_, BoundedMap<String, KnownInfo>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
