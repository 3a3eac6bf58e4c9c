//! What a request that may have arrived is known again by.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use vocabulary::task_id::TaskId;

/// Whom a request is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "TargetRecord", into = "TargetRecord")]
pub enum Target {
    /// One host, by the back end's own id.
    Host(String),
    /// Every host that the back end has.
    Everywhere,
}

/// A target as it is written down: members that are not known are passed over.
#[derive(Serialize, Deserialize)]
struct TargetRecord {
    #[serde(default)]
    host: Option<String>,
}

impl From<TargetRecord> for Target {
    fn from(record: TargetRecord) -> Self {
        record.host.map_or(Self::Everywhere, Self::Host)
    }
}

impl From<Target> for TargetRecord {
    fn from(target: Target) -> Self {
        Self {
            host: match target {
                Target::Host(id) => Some(id),
                Target::Everywhere => None,
            },
        }
    }
}

/// What a request that may have arrived is known again by. It is written down before the request
/// leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// What no other sending of the same or of another request has.
    pub attempt: String,
    /// Whom it is for.
    pub target: Target,
    /// What only the back end can read.
    #[serde(default)]
    pub own: Value,
}

impl Mark {
    /// The host that it is for; nothing when it is for more than one.
    #[must_use]
    pub fn host_id(&self) -> Option<&str> {
        match &self.target {
            Target::Host(id) => Some(id),
            Target::Everywhere => None,
        }
    }
}

/// How much is looked at for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// What the back end shows as requests: that it is not among them proves nothing.
    Shown,
    /// Everything that could have come of it, by a back end that shows what it has shown before.
    Whole,
}

/// What one look shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presence {
    /// The back end has it.
    There(TaskId),
    /// Everything was read, and none of it can be of the request.
    Absent,
    /// Something may be, or was not shown; with a sentence on what a person may look at.
    Open(Option<String>),
}
