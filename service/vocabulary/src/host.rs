//! A host, as the API shows it: in passing, in a list, and in full.
//!
//! What KSC does not know of a host is left out, never `null`.

use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

use crate::backend::UnavailableBackend;
use crate::task_id::Alias;

/// A device that KSC manages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HostSummary {
    /// KSC's own id of the device (`KLHST_WKS_HOSTNAME`), which is not a DNS name.
    pub id: String,
    /// The display name.
    pub name: String,
    /// The fully qualified DNS name, when KSC knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub fqdn: Option<String>,
}

/// A host that a name could mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HostCandidate {
    /// The alias of the back end that has it.
    #[schema(value_type = String)]
    pub backend: Alias,
    /// KSC's own id of the device (`KLHST_WKS_HOSTNAME`), which is not a DNS name.
    pub id: String,
    /// The display name.
    pub name: String,
    /// The fully qualified DNS name, when KSC knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub fqdn: Option<String>,
}

impl HostSummary {
    /// As one of several that a name could mean.
    #[must_use]
    pub fn at(self, backend: &Alias) -> HostCandidate {
        let Self { id, name, fqdn } = self;
        HostCandidate {
            backend: backend.clone(),
            id,
            name,
            fqdn,
        }
    }
}

/// A host that a search found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HostListItem {
    /// The alias of the back end that has it.
    #[schema(value_type = String)]
    pub backend: Alias,
    /// KSC's own id of the device (`KLHST_WKS_HOSTNAME`), which is not a DNS name.
    pub id: String,
    /// The display name.
    pub name: String,
    /// The fully qualified DNS name, when KSC knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub fqdn: Option<String>,
    /// The DNS name without its domain, when KSC knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub dns_name: Option<String>,
    /// The NetBIOS name, when KSC knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub netbios: Option<String>,
    /// The IPv4 address that KSC last saw.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = Ipv4, required = false)]
    pub ip: Option<Ipv4Addr>,
    /// When KSC last saw the host on the network.
    #[serde(
        with = "time::serde::rfc3339::option",
        skip_serializing_if = "Option::is_none",
        default
    )]
    #[schema(value_type = String, format = DateTime, required = false)]
    pub last_seen: Option<OffsetDateTime>,
    /// Whether its Network Agent is connected, when KSC says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = bool, required = false)]
    pub agent_connected: Option<bool>,
    /// What the host's checks say together; `GET /v1/hosts/{id}` shows them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Ready, required = false)]
    pub ready: Option<Ready>,
    /// Whether the device says that it is isolated: where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = HostIsolation, required = false)]
    pub isolation: Option<HostIsolation>,
}

/// One page of the hosts that a search found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HostList {
    /// The hosts, back end by back end, each in the order of their ids. Fewer than were asked for, or
    /// none, does not mean that it is the last page.
    pub hosts: Vec<HostListItem>,
    /// Asks for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub next_cursor: Option<String>,
    /// The back ends of which no hosts are listed, because they could not be asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub unavailable: Vec<UnavailableBackend>,
}

/// One host, and whether it can take a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HostDetails {
    /// The alias of the back end that has it.
    #[schema(value_type = String)]
    pub backend: Alias,
    /// KSC's own id of the device (`KLHST_WKS_HOSTNAME`), which is not a DNS name.
    pub id: String,
    /// The display name.
    pub name: String,
    /// The fully qualified DNS name, when KSC knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub fqdn: Option<String>,
    /// The DNS name without its domain, when KSC knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub dns_name: Option<String>,
    /// The NetBIOS name, when KSC knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub netbios: Option<String>,
    /// The IPv4 address that KSC last saw.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = Ipv4, required = false)]
    pub ip: Option<Ipv4Addr>,
    /// The operating system, when KSC knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub os: Option<String>,
    /// KSC's number of the administration group that the host is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i64, required = false)]
    pub group_id: Option<i64>,
    /// When KSC last saw the host on the network.
    #[serde(
        with = "time::serde::rfc3339::option",
        skip_serializing_if = "Option::is_none",
        default
    )]
    #[schema(value_type = String, format = DateTime, required = false)]
    pub last_seen: Option<OffsetDateTime>,
    /// When its Network Agent was last connected.
    #[serde(
        with = "time::serde::rfc3339::option",
        skip_serializing_if = "Option::is_none",
        default
    )]
    #[schema(value_type = String, format = DateTime, required = false)]
    pub last_agent_connection: Option<OffsetDateTime>,
    /// Whether a Network Agent is installed, when KSC says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = bool, required = false)]
    pub agent_installed: Option<bool>,
    /// Whether its Network Agent is connected, when KSC says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = bool, required = false)]
    pub agent_connected: Option<bool>,
    /// The version of Kaspersky Endpoint Security, when KSC knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub kes_version: Option<String>,
    /// The EDR component of Kaspersky Endpoint Security, when KSC knows its state.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = EdrComponent, required = false)]
    pub edr_component: Option<EdrComponent>,
    /// How long an order may take to arrive there, seconds: how often the device asks for one. Only of
    /// Linux hosts of a KATA whose period the gateway's operator has set.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = u64, required = false)]
    pub order_arrives_within_seconds: Option<u64>,
    /// Whether the device is cut off from the network, by its own word.
    pub isolation: HostIsolation,
    /// Whether the host can take an EDR task now: `no` when a check failed; `unknown` when none
    /// failed and KSC does not say enough.
    pub ready: Ready,
    /// What `ready` rests on.
    pub checks: Vec<HostCheck>,
}

/// Whether a device is cut off from the network, by its own word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HostIsolation {
    /// What the device says.
    pub state: IsolationState,
    /// What that rests on.
    pub evidence: String,
}

/// What a device says of its isolation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum IsolationState {
    /// The product on it says that it is isolated.
    Isolated,
    /// The product would say so, and does not.
    NotIsolated,
    /// It does not say. Absence is no proof: whether the product of this system says so at all is
    /// not known.
    Unknown,
}

/// The state of the EDR component.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EdrComponent {
    /// What KSC's number means.
    pub state: EdrState,
    /// The number, for whoever knows more of it than this gateway.
    pub code: i64,
}

/// What the EDR component does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum EdrState {
    /// It works.
    Running,
    /// It will work soon.
    Starting,
    /// It is paused.
    Paused,
    /// It is stopped.
    Stopped,
    /// It does not work.
    Failed,
    /// It is not there.
    NotInstalled,
    /// It may not work.
    NoLicense,
    /// KSC does not know, or says something that has no documented meaning.
    Unknown,
}

/// Whether a host can take a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Ready {
    /// Every check passed.
    Yes,
    /// A check failed.
    No,
    /// No check failed, and not all could be made.
    Unknown,
}

/// One check of a host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HostCheck {
    /// Which check: `agentInstalled`, `agentConnected`, `kesVersion`, `edrComponent`,
    /// `operatingSystem` or `protection`; later versions may have more.
    pub name: String,
    /// How it went.
    pub outcome: CheckOutcome,
    /// What was found.
    pub detail: String,
}

/// How a check went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum CheckOutcome {
    /// The host is as it must be.
    Passed,
    /// It is not.
    Failed,
    /// KSC does not say.
    Unknown,
}
