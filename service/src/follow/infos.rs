//! What KSC says of a task that does not change by itself: name, type, time of creation.
//!
//! An administrator may rename a task. The name at first sight is the one that the service console
//! gave it, and the one to go by.
//!
//! A host has all its group tasks beside the response tasks, and each is a call to KSC. They are
//! asked for once and remembered, so that a poll costs a few calls and not a hundred.

use std::sync::{Arc, Mutex, PoisonError};

use ksc::{GetTask, Kind, Lease, TaskInfo};

use super::memory::Memory;

/// Most tasks that are remembered.
const MOST: usize = 10_000;

pub(super) struct Infos {
    known: Mutex<Memory<String, Arc<TaskInfo>>>,
}

impl Default for Infos {
    fn default() -> Self {
        Self {
            known: Mutex::new(Memory::of(MOST)),
        }
    }
}

impl Infos {
    /// The task of this id; nothing when KSC no longer has it.
    pub(super) async fn get(
        &self,
        lease: &mut Lease,
        id: &str,
        request_id: &str,
    ) -> Result<Option<Arc<TaskInfo>>, ksc::Error> {
        if let Some(info) = self.known().get(&id.to_owned()) {
            return Ok(Some(Arc::clone(info)));
        }
        match lease
            .call(
                &GetTask {
                    task: id.to_owned(),
                },
                request_id,
            )
            .await
        {
            Ok(info) => Ok(Some(self.remember(info))),
            Err(error) if matches!(error.kind(), Kind::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What is known of a task that KSC has just told of. What is not whole is not remembered: it may
    /// be whole next time.
    pub(super) fn remember(&self, info: TaskInfo) -> Arc<TaskInfo> {
        let whole = info.display_name.is_some() && info.created.is_some();
        let mut known = self.known();
        if let Some(first) = known.get(&info.id) {
            return Arc::clone(first);
        }
        let info = Arc::new(info);
        if whole {
            known.note(info.id.clone(), Arc::clone(&info));
        }
        info
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Memory<String, Arc<TaskInfo>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
