//! Bodies of the requests that most tests send.

use serde_json::{Value, json};

/// Isolates this host.
#[must_use]
pub fn isolation(host: &str) -> Value {
    json!({"targetHost": host, "params": {"action": 1}})
}

/// Lets this host in again.
#[must_use]
pub fn release(host: &str) -> Value {
    json!({"targetHost": host, "params": {"action": 0}})
}
