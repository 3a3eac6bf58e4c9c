//! What has become known of a cancellation on its way, for those who cannot wait for its end.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use super::words::Words;
use crate::problem::Problem;
use vocabulary::code::Code;

/// How far a cancellation has come. Each fact is noted as soon as it is one.
#[derive(Debug, Default)]
pub struct CancelProgress {
    host_id: OnceLock<String>,
    native_task: OnceLock<String>,
    sent: AtomicBool,
    taken: AtomicBool,
}

impl CancelProgress {
    /// The task is this host's.
    pub fn host(&self, id: &str) {
        self.host_id.get_or_init(|| id.to_owned());
    }

    /// The back end calls what is cancelled so.
    pub fn native_task(&self, id: &str) {
        self.native_task.get_or_init(|| id.to_owned());
    }

    /// From now on it may have arrived, or certainly has not.
    pub fn sent(&self, may_have_arrived: bool) {
        self.sent.store(may_have_arrived, Ordering::SeqCst);
    }

    /// The back end has confirmed it.
    pub fn taken(&self) {
        self.taken.store(true, Ordering::SeqCst);
    }

    /// The host, once it is known.
    #[must_use]
    pub fn host_id(&self) -> Option<&str> {
        self.host_id.get().map(String::as_str)
    }

    /// What is cancelled, once it is known.
    #[must_use]
    pub fn native_task_id(&self) -> Option<&str> {
        self.native_task.get().map(String::as_str)
    }

    /// Whether it may have arrived.
    #[must_use]
    pub fn may_have_arrived(&self) -> bool {
        self.sent.load(Ordering::SeqCst)
    }

    /// Whether the back end has confirmed it.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        self.taken.load(Ordering::SeqCst)
    }

    /// What is said of one of which nobody knows whether it has arrived.
    #[must_use]
    pub fn may_be_taken(words: Words) -> Problem {
        let detail = format!(
            "{} may or may not have taken the cancellation. Read the task; to cancel again does no harm.",
            words.name
        );
        Problem::new(Code::OutcomeUnknown, detail)
    }
}
