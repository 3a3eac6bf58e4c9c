//! What has become known of a request on its way, for those who cannot wait for its end.

use std::sync::OnceLock;

use crate::api::problem::{Code, Problem};
use crate::api::task::Task;
use crate::audit::Outcome;

/// Each fact is noted once, as soon as it is one.
#[derive(Default)]
pub(super) struct Known {
    host_id: OnceLock<String>,
    area: OnceLock<String>,
    incident: OnceLock<i64>,
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

    /// The problem of a request whose end is not known, with its incident if that much is.
    pub(super) fn unknown(&self, detail: &str) -> Problem {
        let problem = Problem::new(Code::OutcomeUnknown, detail);
        match self.incident.get() {
            Some(incident) => problem.with_incident(*incident),
            None => problem,
        }
    }

    /// What the audit log says.
    pub(super) fn outcome<'a>(&'a self, result: &'a Result<Task, Problem>) -> Outcome<'a> {
        Outcome {
            host_id: self.host_id.get().map(String::as_str),
            result: result.as_ref().map(|it| it.incident.id),
            area: self.area.get().map(String::as_str),
        }
    }
}
