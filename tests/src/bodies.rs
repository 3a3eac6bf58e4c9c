//! Bodies of the requests that most tests send.

use serde_json::{Value, json};

/// Isolates this host.
#[must_use]
pub fn isolation(host: &str) -> Value {
    json!({"targetHost": host, "params": {"action": 1}})
}

/// The same request, for the back end of this alias.
#[must_use]
pub fn at(backend: &str, mut body: Value) -> Value {
    body["backend"] = backend.into();
    body
}

/// Lets this host in again.
#[must_use]
pub fn release(host: &str) -> Value {
    json!({"targetHost": host, "params": {"action": 0}})
}
