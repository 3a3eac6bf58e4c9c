//! What an isolated host may still reach, and who may reach it.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::task::protocol::Protocol;
use crate::task::values::{Ipv4, Ports};
use crate::task::violation::Violation;

/// Traffic that isolation lets through. Ports belong to one direction: a rule with ports for both
/// makes KATA refuse the whole isolation (from 5.1 on), so none can be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "ExclusionMembers", into = "ExclusionMembers")]
pub enum Exclusion {
    /// What others begin.
    Inbound {
        /// The protocol; any without it.
        protocol: Option<Protocol>,
        /// Who; anybody without it.
        remote: Option<Ipv4>,
        /// The host's own ports; all without it.
        local_ports: Option<Ports>,
    },
    /// What the host begins.
    Outbound {
        /// The protocol; any without it.
        protocol: Option<Protocol>,
        /// Whom; anybody without it.
        remote: Option<Ipv4>,
        /// The other side's ports; all without it.
        remote_ports: Option<Ports>,
    },
    /// Either.
    Both {
        /// The protocol; any without it.
        protocol: Option<Protocol>,
        /// The other side; anybody without it.
        remote: Option<Ipv4>,
    },
}

/// Who begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Others.
    Inbound,
    /// The host.
    Outbound,
    /// Either.
    Both,
}

/// An exclusion as it is written.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = NetworkExclusion)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExclusionMembers {
    /// Who begins.
    direction: Direction,
    /// The protocol; any when it is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Protocol, required = false)]
    protocol: Option<Protocol>,
    /// The other side's address; any when it is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Ipv4, required = false)]
    remote_ipv4: Option<Ipv4>,
    /// The other side's ports, with the direction `outbound` alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Ports, required = false)]
    remote_ports: Option<Ports>,
    /// The host's own ports, with the direction `inbound` alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Ports, required = false)]
    local_ports: Option<Ports>,
}

const REMOTE_PORTS: &str =
    "Must be absent: the other side's ports go with the direction outbound alone.";
const LOCAL_PORTS: &str =
    "Must be absent: the host's own ports go with the direction inbound alone.";
const EVERYTHING: &str =
    "Must name a protocol, an address or ports: without any of them it lets everything through.";

impl TryFrom<ExclusionMembers> for Exclusion {
    type Error = &'static str;

    fn try_from(members: ExclusionMembers) -> Result<Self, Self::Error> {
        let ExclusionMembers {
            direction,
            protocol,
            remote_ipv4: remote,
            remote_ports,
            local_ports,
        } = members;
        match (direction, &remote_ports, &local_ports) {
            (Direction::Inbound | Direction::Both, Some(_), _) => return Err(REMOTE_PORTS),
            (Direction::Outbound | Direction::Both, _, Some(_)) => return Err(LOCAL_PORTS),
            (_, None, None) if protocol.is_none() && remote.is_none() => return Err(EVERYTHING),
            (_, _, _) => {}
        }
        Ok(match direction {
            Direction::Inbound => Self::Inbound {
                protocol,
                remote,
                local_ports,
            },
            Direction::Outbound => Self::Outbound {
                protocol,
                remote,
                remote_ports,
            },
            Direction::Both => Self::Both { protocol, remote },
        })
    }
}

impl From<Exclusion> for ExclusionMembers {
    fn from(exclusion: Exclusion) -> Self {
        let (direction, protocol, remote_ipv4, remote_ports, local_ports) = match exclusion {
            Exclusion::Inbound {
                protocol,
                remote,
                local_ports,
            } => (Direction::Inbound, protocol, remote, None, local_ports),
            Exclusion::Outbound {
                protocol,
                remote,
                remote_ports,
            } => (Direction::Outbound, protocol, remote, remote_ports, None),
            Exclusion::Both { protocol, remote } => (Direction::Both, protocol, remote, None, None),
        };
        Self {
            direction,
            protocol,
            remote_ipv4,
            remote_ports,
            local_ports,
        }
    }
}

/// What the schema cannot say of the exclusion at this place of the parameters. Looks at the members
/// that it can read and leaves the rest to the schema.
pub(super) fn check(params: &Value, place: &str, violations: &mut Vec<Violation>) {
    let member = |name: &str| {
        let value = params.pointer(&format!("{place}/{name}"));
        value.filter(|it| !it.is_null())
    };
    violations.extend(Ipv4::refusal(params, &format!("{place}/remoteIpv4")));
    violations.extend(Ports::refusal(params, &format!("{place}/remotePorts")));
    violations.extend(Ports::refusal(params, &format!("{place}/localPorts")));
    let Some(direction) = member("direction").and_then(Value::as_str) else {
        return;
    };
    let mut refuse = |at: &str, code: &str, rule: &str| {
        violations.push(Violation::new(format!("/params{place}{at}"), code, rule));
    };
    if direction != "outbound" && member("remotePorts").is_some() {
        refuse("/remotePorts", "exclusion_ports", REMOTE_PORTS);
    }
    if direction != "inbound" && member("localPorts").is_some() {
        refuse("/localPorts", "exclusion_ports", LOCAL_PORTS);
    }
    let says = ["protocol", "remoteIpv4", "remotePorts", "localPorts"];
    if says.into_iter().all(|it| member(it).is_none()) {
        refuse("", "exclusion_of_everything", EVERYTHING);
    }
}
