//! What has become known of a request on its way, for those who cannot wait for its end.

use std::sync::{Arc, OnceLock};

use super::ledger::{Hold, Sent};
use super::{Created, once};
use crate::api::problem::{Code, Problem};
use crate::audit::Outcome;

/// Each fact is noted once, as soon as it is one.
#[derive(Default)]
pub(super) struct Known {
    host_id: OnceLock<String>,
    area: OnceLock<String>,
    incident: OnceLock<i64>,
    sent: OnceLock<Arc<Sent>>,
}

impl Known {
    pub(super) fn host(&self, id: &str) {
        self.host_id.get_or_init(|| id.to_owned());
    }

    pub(super) fn area(&self, area: &str) {
        self.area.get_or_init(|| area.to_owned());
    }

    pub(super) fn incident(&self, id: i64) {
        self.incident.get_or_init(|| id);
    }

    /// From here on the request may have reached KSC.
    pub(super) fn sent(&self, sent: impl FnOnce() -> Sent) {
        self.sent.get_or_init(|| Arc::new(sent()));
    }

    /// Decides what the key of a request is good for from now on.
    pub(super) fn settle(&self, hold: Hold, result: &Result<Created, Problem>) {
        match (result, self.incident.get(), self.sent.get()) {
            (Ok(created), _, _) => hold.settle(&created.task),
            (Err(problem), incident, Some(sent)) if problem.code() == Code::OutcomeUnknown => {
                match incident {
                    Some(incident) => hold.settle(&once::born(&sent.task, *incident)),
                    None => hold.leave_unknown(Arc::clone(sent)),
                }
            }
            // Certainly nothing came of it: the key is given back.
            (Err(_), _, _) => drop(hold),
        }
    }

    /// The problem of a request whose end is not known, with its incident if that much is.
    pub(super) fn unknown(&self, detail: &str) -> Problem {
        let problem = Problem::new(Code::OutcomeUnknown, detail);
        match self.incident.get() {
            Some(incident) => problem.with_incident(*incident),
            None => problem,
        }
    }

    /// What the audit log says.
    pub(super) fn outcome<'a>(&'a self, result: &'a Result<Created, Problem>) -> Outcome<'a> {
        Outcome {
            host_id: self.host_id.get().map(String::as_str),
            result: result.as_ref().map(|it| it.task.incident.id),
            area: self.area.get().map(String::as_str),
        }
    }
}
