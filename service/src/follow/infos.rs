//! What KSC says of a task that does not change by itself: name, type, time of creation.
//!
//! An administrator may rename a task. The name at first sight is the one that the service console
//! gave it, and the one to go by.
//!
//! A host has all its group tasks beside the response tasks, and each is a call to KSC. They are
//! asked for once and remembered, so that a poll costs a few calls and not a hundred.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use ksc::{GetTask, Kind, Lease, TaskInfo};

/// Most tasks that are remembered; then all are forgotten and asked for anew.
const MOST: usize = 10_000;

#[derive(Default)]
pub(super) struct Infos {
    known: Mutex<HashMap<String, Arc<TaskInfo>>>,
}

impl Infos {
    /// The task of this id; nothing when KSC no longer has it.
    pub(super) async fn get(
        &self,
        lease: &mut Lease,
        id: &str,
        request_id: &str,
    ) -> Result<Option<Arc<TaskInfo>>, ksc::Error> {
        if let Some(info) = self.known().get(id) {
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
            Ok(info) => {
                let info = Arc::new(info);
                // What is not whole may be so next time.
                if info.display_name.is_none() || info.created.is_none() {
                    return Ok(Some(info));
                }
                let mut known = self.known();
                if known.len() >= MOST {
                    known.clear();
                }
                known.insert(id.to_owned(), Arc::clone(&info));
                Ok(Some(info))
            }
            Err(error) if matches!(error.kind(), Kind::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<TaskInfo>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
