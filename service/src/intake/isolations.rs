//! Isolations of which nobody knows whether they have arrived: a release of the same host says that
//! one is open.
//!
//! A release that follows an isolation whose answer was lost may come before it after all: the back
//! end may still be at work on the isolation, or act on it later. Nothing can be done about it
//! here, but that whoever releases the host be told.
//!
//! An isolation is open from before it leaves until its outcome is known: by its answer, by the
//! look-up after it, by its key, or because a release found it. Where that never comes, it is
//! forgotten with the response tasks of that time. With a shared store all replicas know of it,
//! also when the one that sent it is gone; without one it is forgotten when the replica stops.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::order::host_name;
use crate::backends::seam::Words;
use vocabulary::task::isolate_host::IsolationAction;
use vocabulary::task::{Params, Request};
use vocabulary::task_id::Alias;

/// As long as a back end keeps response tasks.
const OPEN_FOR: Duration = Duration::from_hours(24 * 30);

/// Most that are remembered: each is a hundred bytes.
const MOST: usize = 10_000;

/// The open isolations that this replica has sent.
#[derive(Default)]
pub(super) struct Isolations(Mutex<HashMap<String, Vec<Sending>>>);

struct Sending {
    /// The digest of its text.
    attempt: String,
    /// When it left, as so much had passed.
    left: Duration,
}

impl Isolations {
    /// One is about to leave.
    pub(super) fn begins(&self, backend: &Alias, host_id: &str, attempt: &str, passed: Duration) {
        let mut open = self.lock();
        let young = |it: &Sending| passed.saturating_sub(it.left) < OPEN_FOR;
        if open.len() >= MOST {
            open.retain(|_, own| {
                own.retain(young);
                !own.is_empty()
            });
        }
        if open.len() >= MOST {
            tracing::warn!("too many isolations are open; a release of this host will not say so");
            return;
        }
        let own = open.entry(host_name(backend, host_id)).or_default();
        own.retain(young);
        own.push(Sending {
            attempt: attempt.to_owned(),
            left: passed,
        });
    }

    /// What became of it is known.
    pub(super) fn settled(&self, backend: &Alias, host_id: &str, attempt: &str) {
        let mut open = self.lock();
        let host_id = host_name(backend, host_id);
        if let Some(own) = open.get_mut(&host_id) {
            own.retain(|it| it.attempt != attempt);
            if own.is_empty() {
                open.remove(&host_id);
            }
        }
    }

    /// Those of a host.
    pub(super) fn of(&self, backend: &Alias, host_id: &str) -> Vec<String> {
        let open = self.lock();
        let own = open.get(&host_name(backend, host_id));
        own.iter()
            .flat_map(|it| it.iter())
            .map(|it| it.attempt.clone())
            .collect()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Vec<Sending>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a request isolates its host or releases it.
pub(super) fn action(request: &Request) -> Option<IsolationAction> {
    match request.params() {
        Params::IsolateHost(params) => Some(params.action),
        Params::GetFile(_)
        | Params::DeleteFile(_)
        | Params::QuarantineFile(_)
        | Params::IocScan(_)
        | Params::StartProcess(_)
        | Params::TerminateProcess(_)
        | Params::PreventExecution(_)
        | Params::OnDemandScan(_)
        | Params::AllowExecution(_) => None,
    }
}

/// What is said of open isolations, of which the back end has some.
pub(super) fn told(words: Words, open: &[String], found: Vec<(String, String)>) -> Vec<String> {
    let rest = (found.len() < open.len()).then(|| {
        format!(
            "An isolation of this host is still open: its answer was lost, and it may take effect after this release. Look at the host in {}.",
            words.shown_in
        )
    });
    let found = found.into_iter().map(|(_, sentence)| sentence);
    found.chain(rest).collect()
}
