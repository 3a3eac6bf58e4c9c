//! All that a Central Node tells of one host, and what it does not.

use std::time::Duration;

use kata::{OsFamily, Sensor};

use super::shown::host;
use vocabulary::host::{
    CheckOutcome, HostCheck, HostDetails, HostIsolation, IsolationState, Ready,
};
use vocabulary::names::Address;
use vocabulary::task_id::Alias;

/// Whether a host could carry out a task is not told.
pub(super) const READY: Ready = Ready::Unknown;

/// Nor is whether it is isolated.
pub(super) const ISOLATION: IsolationState = IsolationState::Unknown;

/// What is told of a host. A rule at the Central Node is no isolated device, so of isolation only
/// the device's own word says anything, and that is not told here.
pub(super) fn of(alias: &Alias, sensor: &Sensor, period: Option<Duration>) -> HostDetails {
    let host = host(sensor);
    // The period is a setting of the product for Linux.
    let period = period.filter(|_| sensor.os() == Some(OsFamily::Linux));
    HostDetails {
        backend: alias.clone(),
        name: host.name().to_owned(),
        id: host.id,
        fqdn: host.fqdn,
        dns_name: host.dns_name,
        netbios: None,
        ip: host.ip.map(Address::get),
        os: sensor.os_name.clone().or_else(|| sensor.os_family.clone()),
        group_id: None,
        last_seen: sensor.last_access.known(),
        // Both are of KSC's Network Agent.
        last_agent_connection: None,
        agent_installed: None,
        agent_connected: None,
        kes_version: sensor.version.clone(),
        edr_component: None,
        order_arrives_within_seconds: period.map(|it| it.as_secs()),
        isolation: HostIsolation {
            state: ISOLATION,
            evidence: "KATA tells which rule stands, and not whether the device has carried it out"
                .to_owned(),
        },
        ready: READY,
        checks: vec![system(sensor)],
    }
}

fn system(sensor: &Sensor) -> HostCheck {
    let (outcome, detail) = match sensor.os() {
        Some(OsFamily::Windows) => (CheckOutcome::Passed, "A Windows host"),
        Some(OsFamily::Linux) => (CheckOutcome::Passed, "A Linux host"),
        None => (
            CheckOutcome::Unknown,
            "KATA does not say plainly which system it is",
        ),
    };
    HostCheck {
        name: "operatingSystem".to_owned(),
        outcome,
        detail: detail.to_owned(),
    }
}
