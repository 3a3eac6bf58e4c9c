//! What others than a caller of the API do to a Central Node, and at which moment.

use crate::file_hash::FileHash;
use crate::writer::Writer;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use stage::matches;
use thiserror::Error;

/// A change that somebody makes without the API.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Edit {
    /// Adds a rule of prevention and leaves the others be, as the console does.
    Prevent {
        /// A `sensorId`, or `all`.
        scope: String,
        /// The file.
        file: FileHash,
    },
    /// Removes one.
    Allow {
        /// A `sensorId`, or `all`.
        scope: String,
        /// The file.
        file: FileHash,
    },
    /// Replaces all of a scope, as another caller of the API does.
    ReplacePrevention {
        /// A `sensorId`, or `all`.
        scope: String,
        /// The files.
        files: Vec<FileHash>,
    },
    /// Isolates a host.
    Isolate {
        /// Its `sensorId`.
        sensor: String,
        /// For how long.
        seconds: u64,
        /// Whom it may still talk to, as the API writes it.
        #[serde(default)]
        exclusions: Vec<Value>,
    },
    /// Releases a host.
    Release {
        /// Its `sensorId`.
        sensor: String,
    },
    /// Accepts an external system.
    Accept {
        /// Its id.
        id: String,
    },
    /// Rejects an external system, or takes its access away.
    Reject {
        /// Its id.
        id: String,
    },
    /// A host's agent comes on line.
    OnLine {
        /// Its `sensorId`.
        sensor: String,
    },
    /// A host's agent goes off line.
    OffLine {
        /// Its `sensorId`.
        sensor: String,
    },
}

/// Why a change was not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum EditError {
    /// There is no host with this id.
    #[error("there is no such host")]
    NoSuchHost,
    /// The file has a rule in the other scope.
    #[error("the file has a rule in the other scope")]
    Conflict,
    /// There is nothing to change.
    #[error("there is nothing to change")]
    Nothing,
}

/// A second writer who comes between two requests of the first, always at the same moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intrusion {
    /// Of calls of this name (a trailing `*` stands for any rest) …
    pub call: String,
    /// … that one, counted from 1 and from now on …
    #[serde(default = "first")]
    pub nth: u32,
    /// … before it is carried out, or behind it, with its answer made already.
    #[serde(default)]
    pub when: When,
    /// Who comes.
    #[serde(default = "somebody")]
    pub by: Writer,
    /// What he does.
    pub edit: Edit,
}

/// On which side of a call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// Before it is carried out.
    Before,
    /// Behind it.
    #[default]
    After,
}

fn first() -> u32 {
    1
}

fn somebody() -> Writer {
    Writer::Other("second writer".to_owned())
}

impl Intrusion {
    /// Behind the next call of this name, by a second writer.
    #[must_use]
    pub fn after(call: &str, edit: Edit) -> Self {
        Self {
            call: call.to_owned(),
            nth: 1,
            when: When::After,
            by: somebody(),
            edit,
        }
    }

    /// Before the next call of this name.
    #[must_use]
    pub fn before(call: &str, edit: Edit) -> Self {
        Self {
            when: When::Before,
            ..Self::after(call, edit)
        }
    }

    /// At the nth call instead.
    #[must_use]
    pub fn nth(mut self, nth: u32) -> Self {
        self.nth = nth;
        self
    }

    /// By this one instead.
    #[must_use]
    pub fn by(mut self, by: Writer) -> Self {
        self.by = by;
        self
    }

    /// Counts a call; `true` when its moment has come.
    pub(crate) fn counts(&mut self, call: &str, when: When) -> bool {
        if self.when != when || !matches(&self.call, call) {
            return false;
        }
        self.nth = self.nth.saturating_sub(1);
        self.nth == 0
    }
}
