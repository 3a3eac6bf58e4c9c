//! Who makes rules: callers of the API are not the only ones.

use serde::{Deserialize, Serialize};

/// Who has made or changed a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Writer {
    /// An external system, by its id; all who share the id are one.
    Api(String),
    /// A person at the web console.
    Console,
    /// The sandbox, whose presets make rules of their own for what it has detected.
    Sandbox,
    /// Somebody else with a client: KUMA, XDR, a second gateway.
    Other(String),
}
