//! What the handlers of the REST door work with.

use std::sync::Arc;

use super::addresses::Addresses;
use super::contract::Contract;
use crate::admission::Admission;
use crate::authority::Authority;
use crate::clock::Clock;
use crate::config;
use crate::directory::Directory;
use crate::follow::Follow;
use crate::intake::Intake;
use crate::metrics::Metrics;
use vocabulary::task_id::TaskId;

/// The rooms behind the door, and what the door itself goes by.
pub struct Desk {
    /// Says who may do what.
    pub authority: Arc<Authority>,
    /// Takes requests for tasks in.
    pub intake: Arc<Intake>,
    /// Reads tasks back.
    pub follow: Arc<Follow>,
    /// Looks hosts up.
    pub directory: Arc<Directory>,
    /// Counts the requests of a batch, and makes room for them.
    pub admission: Arc<Admission>,
    /// What bodies are checked against.
    pub contract: Arc<Contract>,
    /// Which addresses there are.
    pub addresses: Addresses,
    /// Counts what is refused within a batch.
    pub metrics: Arc<Metrics>,
    /// The bounds of bodies and answers, and where callers reach the gateway.
    pub server: config::Server,
    /// Tells when a token is over.
    pub clock: Clock,
}

impl Desk {
    /// Where a task is read, as the caller reaches it.
    #[must_use]
    pub fn location(&self, id: &TaskId) -> String {
        let path = format!("/v1/tasks/{id}");
        match &self.server.public_url {
            Some(url) => url.with(&path),
            None => path,
        }
    }
}
