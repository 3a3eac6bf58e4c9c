//! What an isolated host may still talk to.
//!
//! The server refuses a whole request for one port range that does not fit the direction of its
//! rule, so an enum by direction: what would be refused cannot be written.

use std::net::Ipv4Addr;

use serde_json::{Map, Value, json};

/// One exclusion of an isolation rule. IPv6 is not there: the API of today has no member for it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Exclusion {
    /// Connections to the host.
    Inbound {
        /// IANA number; every protocol without it.
        protocol: Option<u8>,
        /// Who connects; everybody without it.
        remote: Option<Ipv4Addr>,
        /// To which ports of the host; all without it.
        local_ports: Option<PortRange>,
    },
    /// Connections of the host's.
    Outbound {
        /// IANA number; every protocol without it.
        protocol: Option<u8>,
        /// To whom; anybody without it.
        remote: Option<Ipv4Addr>,
        /// To which ports there; all without it.
        remote_ports: Option<PortRange>,
    },
    /// Both. Ports cannot be said.
    Both {
        /// IANA number; every protocol without it.
        protocol: Option<u8>,
        /// The other side; everybody without it.
        remote: Option<Ipv4Addr>,
    },
}

/// Ports, the last one included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PortRange {
    from: u16,
    to: u16,
}

/// Not a range of ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a range of ports begins above 0 and does not end before it begins")]
pub struct NoPortRange;

impl PortRange {
    /// Checks a range.
    pub fn new(from: u16, to: u16) -> Result<Self, NoPortRange> {
        if from == 0 || to < from {
            return Err(NoPortRange);
        }
        Ok(Self { from, to })
    }

    /// The first.
    #[must_use]
    pub fn from(self) -> u16 {
        self.from
    }

    /// The last.
    #[must_use]
    pub fn to(self) -> u16 {
        self.to
    }

    fn to_json(self) -> Value {
        json!({"fromPort": self.from, "toPort": self.to})
    }
}

impl Exclusion {
    /// Whether it excludes a whole direction or more, which leaves little of an isolation.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        match self {
            Self::Inbound {
                protocol,
                remote,
                local_ports: ports,
            }
            | Self::Outbound {
                protocol,
                remote,
                remote_ports: ports,
            } => protocol.is_none() && remote.is_none() && ports.is_none(),
            Self::Both { protocol, remote } => protocol.is_none() && remote.is_none(),
        }
    }

    /// As the API has it.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let (direction, protocol, remote, ports) = match self {
            Self::Inbound {
                protocol,
                remote,
                local_ports,
            } => (
                "inbound",
                protocol,
                remote,
                local_ports.map(|it| ("localPortRange", it)),
            ),
            Self::Outbound {
                protocol,
                remote,
                remote_ports,
            } => (
                "outbound",
                protocol,
                remote,
                remote_ports.map(|it| ("remotePortRange", it)),
            ),
            Self::Both { protocol, remote } => ("both", protocol, remote, None),
        };
        let mut rule = Map::new();
        rule.insert("direction".to_owned(), direction.into());
        if let Some(protocol) = protocol {
            rule.insert("protocol".to_owned(), (*protocol).into());
        }
        if let Some(remote) = remote {
            rule.insert("remoteIpv4Address".to_owned(), remote.to_string().into());
        }
        if let Some((name, ports)) = ports {
            rule.insert(name.to_owned(), ports.to_json());
        }
        Value::Object(rule)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_go_with_the_one_direction_they_are_for() {
        let ports = Some(PortRange::new(22, 22).unwrap());
        let (protocol, remote) = (Some(6), Some(Ipv4Addr::new(192, 0, 2, 20)));

        let inbound = Exclusion::Inbound {
            protocol,
            remote,
            local_ports: ports,
        };
        let outbound = Exclusion::Outbound {
            protocol,
            remote,
            remote_ports: ports,
        };

        assert_eq!(
            inbound.to_json(),
            json!({"direction": "inbound", "protocol": 6, "remoteIpv4Address": "192.0.2.20",
                   "localPortRange": {"fromPort": 22, "toPort": 22}})
        );
        assert_eq!(
            outbound.to_json(),
            json!({"direction": "outbound", "protocol": 6, "remoteIpv4Address": "192.0.2.20",
                   "remotePortRange": {"fromPort": 22, "toPort": 22}})
        );
        let both = Exclusion::Both {
            protocol: None,
            remote,
        };
        assert_eq!(
            both.to_json(),
            json!({"direction": "both", "remoteIpv4Address": "192.0.2.20"})
        );
    }

    #[test]
    fn an_exclusion_of_everything_is_known_as_such() {
        let everything = Exclusion::Both {
            protocol: None,
            remote: None,
        };
        let one = Exclusion::Outbound {
            protocol: None,
            remote: Some(Ipv4Addr::LOCALHOST),
            remote_ports: None,
        };

        assert!(everything.is_everything());
        assert!(!one.is_everything());
    }

    #[test]
    fn a_range_has_an_order() {
        assert!(PortRange::new(1, 65_535).is_ok());
        assert_eq!(PortRange::new(2, 1), Err(NoPortRange));
        assert_eq!(PortRange::new(0, 1), Err(NoPortRange));
    }
}
