//! A rule of isolation; a host has one at most.
//!
//! It stays when its time is over, and says nothing of when that is: whether the host is cut off is
//! for the device to know.

use crate::writer::Writer;
use serde_json::{Value, json};

/// A rule.
#[derive(Debug, Clone)]
pub(crate) struct IsolationRule {
    /// Every POST makes a new rule, also one that says the same.
    pub(crate) number: u64,
    pub(crate) order: Order,
    pub(crate) by: Writer,
}

/// What a rule says.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) seconds: u64,
    /// As sent.
    pub(crate) exclusions: Vec<Value>,
}

impl Order {
    /// As the API writes it.
    pub(crate) fn value(&self) -> Value {
        json!({
            "excludedRules": self.exclusions,
            "autoTurnoffTimeoutInSec": self.seconds,
        })
    }
}
