//! The switches: what the vendor's pages leave open, or say in two ways.
//!
//! Each can be turned while the simulator runs, by
//! [`Simulator::behave`](crate::Simulator::behave), and stand in a scenario file.

use serde::{Deserialize, Serialize};

/// How the server behaves where more than one behaviour is to be reckoned with.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Behaviour {
    /// `true` accepts every external system at its first call, as if an administrator had been
    /// quicker than the wire.
    pub accept_everybody: bool,
    /// What `GET scans/state` has to tell; 204 when empty.
    pub scans: Vec<Scan>,
}

/// A verdict of the scanner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Scan {
    /// The number that whoever sent the file gave it.
    pub scan_id: i64,
    /// `processing`, `detect`, `not detected`, `error`, `timeout`.
    pub state: Vec<String>,
}
