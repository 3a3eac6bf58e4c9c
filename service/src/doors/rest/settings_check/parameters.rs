//! What is known of the device beside its settings, as parameters.

use kataedr::{Facts, KesVersion};
use utoipa::IntoParams;

use crate::doors::rest::query::{Query, Rule};
use crate::problem::Problem;

const VERSION: Rule = (
    "kes_version",
    "Must be a version of Kaspersky Endpoint Security for Linux from 11.4 on, such as 12.4.",
);
const TRUE_OR_FALSE: Rule = ("boolean", "Must be true or false.");

/// What is known of the device. What is left out is not known, and told as a hint.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(
    dead_code,
    clippy::struct_excessive_bools,
    reason = "it stands for the parameters in the published document alone"
)]
pub(super) struct SettingsQuery {
    /// The version of the product on the device, such as `12.4`. Without it, the layout is concluded
    /// from the keys, and no commands are answered.
    #[param(required = false)]
    kes_version: String,
    /// Whether a client certificate is added on the device.
    #[param(required = false)]
    client_certificate_added: bool,
    /// Whether the server certificate is added on the device.
    #[param(required = false)]
    server_certificate_added: bool,
    /// Whether network isolation is going to be used.
    #[param(required = false)]
    isolation_used: bool,
    /// Whether DHCP, DNS and the proxy are excluded from an isolation, as far as they are needed.
    #[param(required = false)]
    isolation_exclusions_set: bool,
    /// Whether a policy is in force on the device.
    #[param(required = false)]
    policy_in_force: bool,
    /// Whether the integration with Kaspersky Managed Detection and Response is on.
    #[param(required = false)]
    mdr_integration: bool,
    /// Whether the Behavior Detection task runs.
    #[param(required = false)]
    behavior_detection: bool,
    /// Whether the general settings name a proxy.
    #[param(required = false)]
    proxy: bool,
    /// Whether the product runs as a container.
    #[param(required = false)]
    container: bool,
    /// Whether there is a licence key for EDR.
    #[param(required = false)]
    licence: bool,
    /// Whether `systemd-journald-audit.socket` is masked.
    #[param(required = false)]
    audit_socket_masked: bool,
}

/// Every parameter.
const NAMES: [&str; 12] = [
    "kesVersion",
    "clientCertificateAdded",
    "serverCertificateAdded",
    "isolationUsed",
    "isolationExclusionsSet",
    "policyInForce",
    "mdrIntegration",
    "behaviorDetection",
    "proxy",
    "container",
    "licence",
    "auditSocketMasked",
];

/// Reads them.
///
/// # Errors
/// 422 with every violation.
pub(super) fn read(text: &str) -> Result<Facts, Problem> {
    let mut query = Query::of(text, &NAMES);
    let kes_version = query.take("kesVersion", VERSION, |it| it.parse::<KesVersion>().ok());
    let mut known = |name| query.take(name, TRUE_OR_FALSE, |it| it.parse::<bool>().ok());
    let facts = Facts {
        kes_version,
        client_certificate_added: known("clientCertificateAdded"),
        server_certificate_added: known("serverCertificateAdded"),
        isolation_used: known("isolationUsed"),
        isolation_exclusions_set: known("isolationExclusionsSet"),
        policy_in_force: known("policyInForce"),
        mdr_integration: known("mdrIntegration"),
        behavior_detection: known("behaviorDetection"),
        proxy: known("proxy"),
        container: known("container"),
        licence: known("licence"),
        audit_socket_masked: known("auditSocketMasked"),
    };
    query.finish()?;
    Ok(facts)
}
