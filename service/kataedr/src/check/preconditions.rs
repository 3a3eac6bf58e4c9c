//! What must be so on the device and around it, whatever the file says.
//!
//! Told as hints of their own kind until somebody knows better; what is known to be broken is a risk.

use crate::facts::Facts;
use crate::finding::{Code, Finding, Place, Severity};
use crate::mode::Mode;

pub(super) fn judge(facts: &Facts, mode: Mode) -> Vec<Finding> {
    let mut findings = Vec::new();
    // Whether it is known to be well; nothing where nobody knows.
    let mut say = |code, is_well: Option<bool>, reason: &str, mend: &str| {
        if is_well == Some(true) {
            return;
        }
        let mut finding = Finding::new(code, Place::default(), reason, mend);
        if is_well == Some(false) {
            finding.severity = Severity::Risk;
        }
        findings.push(finding);
    };
    let not = |it: Option<bool>| it.map(|it| !it);
    say(
        Code::PolicyOverrides,
        not(facts.policy_in_force),
        "A policy that is in force overrides these settings: kesl-control --set-settings ends with exit code 68.",
        "Set them in the policy: Application settings, Detection and Response.",
    );
    say(
        Code::BehaviorDetectionNeeded,
        facts.behavior_detection,
        "Without the Behavior Detection task the telemetry that the integration needs is not sent.",
        "Start Behavior Detection; File, Network and Web Threat Protection add data.",
    );
    say(
        Code::MdrMustBeOff,
        not(facts.mdr_integration),
        "Telemetry exclusions do not apply while the integration with Managed Detection and Response is on.",
        "Switch that integration off, if exclusions are used.",
    );
    say(
        Code::IsolationExclusions,
        match (facts.isolation_used, facts.isolation_exclusions_set) {
            (Some(false), _) | (_, Some(true)) => Some(true),
            (_, Some(false)) => Some(false),
            (Some(true) | None, None) => None,
        },
        "DHCP, DNS and the proxy are not excluded from an isolation by themselves, and the product must run for it to hold.",
        "Exclude the proxy and whatever the device needs to keep its address and to reach the server.",
    );
    say(
        Code::ServerUnchecked,
        facts.server_certificate_added,
        "Until the server certificate is added, the connection is encrypted and nobody checks who the server is.",
        "Add the certificate that the administrator of the platform supplies, before the task starts.",
    );
    say(
        Code::ProxyOfTheProduct,
        not(facts.proxy),
        "The connection goes through the proxy of the general settings, if one is set there.",
        "Make sure that the proxy lets the device through to the server, during an isolation too.",
    );
    say(
        Code::AuditNoise,
        facts.audit_socket_masked,
        "The integration may fill the journal of systemd with audit records.",
        "systemctl stop, disable and mask systemd-journald-audit.socket, then restart the system.",
    );
    say(
        Code::NotInContainer,
        not(facts.container),
        "The integration does not work in the container of the product, nor is it managed from the Cloud Console.",
        "Install the product on the host.",
    );
    say(
        Code::LicenceNeeded,
        facts.licence,
        match mode {
            Mode::EdrKata => "EDR (KATA) needs a licence key of its own.",
            Mode::EdrExpertOnPrem => {
                "EDR Expert (on-premise) is expected to need a licence key of its own, as EDR (KATA) does."
            }
        },
        "Look which licence the device has.",
    );
    findings
}
