//! Bodies of the requests that most tests send.

use serde_json::{Value, json};

/// Isolates this host.
#[must_use]
pub fn isolation(host: &str) -> Value {
    json!({"targetHost": host, "action": "isolate"})
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
    json!({"targetHost": host, "action": "release"})
}

/// Asks for a task in the vendor's own form.
#[must_use]
pub fn native(task: &str, host: &str, params: Value) -> Value {
    let mut body = json!({"task": task, "targetHost": host});
    body["params"] = params;
    body
}
