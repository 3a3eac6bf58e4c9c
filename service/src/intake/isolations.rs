//! Isolations of which nobody knows whether KSC has them: a release of the same host says that one is open.
//!
//! A release that follows an isolation whose answer was lost may come before it after all: KSC may still be at work on
//! the isolation, or a console that was away act on it later. Nothing can be done about it here, but that whoever
//! releases the host be told.
//!
//! An isolation is open from before it leaves until its outcome is known: by its answer, by the look-up after it, by
//! its key, or because a release found its incident. Where that never comes, it is forgotten with the response tasks
//! of that time. With a shared store all replicas know of it, also when the one that sent it is gone; without one it
//! is forgotten when the replica stops.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::deliver::Errand;
use super::ledger::Mark;
use super::{Intake, lost};
use crate::backends::ksc::hosts;
use crate::digest;
use crate::ticket::Ticket;
use vocabulary::task::isolate_host::IsolationAction;
use vocabulary::task::{Params, Request, TaskType};

/// As long as KSC keeps response tasks.
const OPEN_FOR: Duration = Duration::from_hours(24 * 30);

/// Most that are remembered: each is a hundred bytes.
const MOST: usize = 10_000;

/// How long a release is kept by the question where the isolations before it are.
const LOOK_WITHIN: Duration = Duration::from_secs(3);

const STILL_OPEN: &str = "An isolation of this host is still open: its answer was lost, and it may take effect after this release. Look at the host in the KSC console.";

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
    pub(super) fn begins(&self, mark: &Mark, passed: Duration) {
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
        let own = open.entry(mark.host_id.to_lowercase()).or_default();
        own.retain(young);
        own.push(Sending {
            attempt: mark.body.clone(),
            left: passed,
        });
    }

    /// What became of it is known.
    fn settled(&self, host_id: &str, attempt: &str) {
        let mut open = self.lock();
        let host_id = host_id.to_lowercase();
        if let Some(own) = open.get_mut(&host_id) {
            own.retain(|it| it.attempt != attempt);
            if own.is_empty() {
                open.remove(&host_id);
            }
        }
    }

    /// Those of a host.
    pub(super) fn of(&self, host_id: &str) -> Vec<String> {
        let open = self.lock();
        let own = open.get(&host_id.to_lowercase());
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
        | Params::OnDemandScan(_) => None,
    }
}

impl Intake {
    /// What became of the request at its turn is known: should it be an isolation, it is open no more.
    pub(super) fn isolation_settled(&self, errand: &Errand<'_>) {
        if action(errand.ticket.request()) == Some(IsolationAction::On) {
            let mark = errand.mark();
            self.isolations.settled(&mark.host_id, &mark.body);
            // Told with the turn: the next one for the host must not find it open.
            if let Some(ticket) = errand.turn.ticket() {
                ticket.settles(&mark.body);
            }
        }
    }

    /// What became of a request of this type, that left some time ago, is known.
    pub(super) fn isolation_known(&self, task: TaskType, mark: &Mark) {
        if task == TaskType::IsolateHost {
            self.isolation_found(&mark.host_id, &mark.body);
        }
    }

    fn isolation_found(&self, host_id: &str, attempt: &str) {
        self.isolations.settled(host_id, attempt);
        if let Some(shared) = &self.shared {
            shared.isolation_known(&digest::of_text(&host_id.to_lowercase()), attempt);
        }
    }

    /// What the caller of a release, which is this incident, should know of the isolations that were open before it.
    pub(super) async fn isolations_before(
        &self,
        errand: &Errand<'_>,
        incident: i64,
    ) -> Vec<String> {
        let open = errand.open.get().map_or(&[][..], Vec::as_slice);
        let host_id = errand.on.host().id.as_str();
        let found = self.isolations_in_ksc(errand.ticket, host_id, open).await;
        for (attempt, _) in &found {
            self.isolation_found(host_id, attempt);
        }
        told(open, &found, incident)
    }

    /// The same of a release that would be sent now; nothing is settled by it.
    pub(super) async fn isolations_before_now(
        &self,
        ticket: &Ticket,
        host_id: &str,
        open: &[String],
    ) -> Vec<String> {
        if action(ticket.request()) != Some(IsolationAction::Off) {
            return Vec::new();
        }
        let found = self.isolations_in_ksc(ticket, host_id, open).await;
        told(open, &found, i64::MAX)
    }

    /// Those of the open isolations that KSC has, with their incidents.
    async fn isolations_in_ksc(
        &self,
        ticket: &Ticket,
        host_id: &str,
        open: &[String],
    ) -> Vec<(String, i64)> {
        if open.is_empty() {
            return Vec::new();
        }
        let request_id = ticket.request_id.as_str();
        let wanted = open.to_vec();
        let look = async {
            let mut lease = self.pool.lease().await?;
            let filter = hosts::every_incident_of(host_id);
            let found = lease.select_incidents(filter, lost::MOST_ROWS, request_id, move |it| {
                let text = digest::of_text(&it.body?);
                wanted.contains(&text).then_some((text, it.id))
            });
            Ok::<_, ksc::Error>(found.await?.rows)
        };
        match tokio::time::timeout(LOOK_WITHIN, look).await {
            Ok(Ok(found)) => found,
            // It is told that they are open.
            Ok(Err(_)) | Err(_) => Vec::new(),
        }
    }
}

/// What is said of open isolations, of which KSC has some, to whoever releases the host by this incident.
fn told(open: &[String], found: &[(String, i64)], incident: i64) -> Vec<String> {
    let in_ksc = found.iter().map(|(_, id)| {
        if *id < incident {
            format!("An isolation of this host whose answer was lost is in KSC, before this release: incident {id}.")
        } else {
            format!("An isolation of this host whose answer was lost is in KSC, after this release: incident {id} may isolate the host again.")
        }
    });
    let rest = (found.len() < open.len()).then(|| STILL_OPEN.to_owned());
    in_ksc.chain(rest).collect()
}
