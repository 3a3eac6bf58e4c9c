//! What is known of a device beside its settings.

use serde::{Deserialize, Serialize};

use crate::version::KesVersion;

/// What is known of a device, as far as somebody knows it.
///
/// Nothing is a fair answer: what depends on it is then told as a hint. `Some(true)` and `Some(false)`
/// silence the hint or make a risk of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Facts {
    /// The version of the product. Without it, it is concluded from the keys.
    pub kes_version: Option<KesVersion>,
    /// Whether a client certificate is added on the device.
    pub client_certificate_added: Option<bool>,
    /// Whether the server certificate is added on the device.
    pub server_certificate_added: Option<bool>,
    /// Whether network isolation is going to be used.
    pub isolation_used: Option<bool>,
    /// Whether DHCP, DNS and the proxy are excluded from an isolation, as far as they are needed.
    pub isolation_exclusions_set: Option<bool>,
    /// Whether a policy is in force on the device.
    pub policy_in_force: Option<bool>,
    /// Whether the integration with Kaspersky Managed Detection and Response is on.
    pub mdr_integration: Option<bool>,
    /// Whether the Behavior Detection task runs.
    pub behavior_detection: Option<bool>,
    /// Whether the general settings name a proxy.
    pub proxy: Option<bool>,
    /// Whether the product runs as a container.
    pub container: Option<bool>,
    /// Whether there is a licence key for EDR.
    pub licence: Option<bool>,
    /// Whether `systemd-journald-audit.socket` is masked.
    pub audit_socket_masked: Option<bool>,
}
