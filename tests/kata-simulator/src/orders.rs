//! What the control listener is told, as JSON.

use crate::edit::Edit;
use crate::writer::Writer;
use serde::Deserialize;

/// Of an administrator.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decision {
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) fingerprint: Option<String>,
}

/// Of the clock.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    pub(crate) seconds: f64,
}

/// Of a gate.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GateOrder {
    pub(crate) hold: Option<bool>,
    pub(crate) call: Option<String>,
    pub(crate) let_through: Option<usize>,
}

/// Of a writer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Writing {
    #[serde(default = "console")]
    pub(crate) by: Writer,
    pub(crate) edit: Edit,
}

fn console() -> Writer {
    Writer::Console
}

/// Of a device.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AtDevice {
    pub(crate) sensor: String,
}

/// Of an address.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AtAddress {
    pub(crate) listener: usize,
    pub(crate) state: AddressState,
}

/// What becomes of an address.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AddressState {
    /// It refuses connections.
    Dead,
    /// It takes them and says nothing.
    Silent,
    /// All is well.
    Alive,
}
