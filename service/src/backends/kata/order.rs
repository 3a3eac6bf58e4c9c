//! What is ordered of a Central Node, as it is written down: by it an order is known again, and by
//! it is judged what stands there.

use kata::{DeleteIsolation, Isolation, PortRange, PutIsolation, SensorId};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::backends::seam::DeviceMark;
use vocabulary::task::isolate_host::{
    Exclusion, IsolateHostParams, IsolationAction, IsolationSeconds, Protocol,
};
use vocabulary::task::values::{Ipv4, Ports};

/// What is ordered for a host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "what")]
pub(super) enum Order {
    /// Isolate it.
    Isolate {
        /// For how long.
        seconds: IsolationSeconds,
        /// What is let through; all of it.
        exclusions: Vec<Exclusion>,
    },
    /// Release it.
    Release,
}

/// An order, and what was known before it was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PlacedOrder {
    /// What is ordered.
    pub(super) order: Order,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub(super) requested_at: OffsetDateTime,
    /// Whether the same stood before: then that it stands proves nothing of this order.
    #[serde(default)]
    pub(super) stood_before: bool,
    /// What was seen of the device's own mark before. One that is the same afterwards may be of
    /// before, and proves nothing of the order.
    #[serde(default = "untold")]
    pub(super) mark_before: DeviceMark,
}

fn untold() -> DeviceMark {
    DeviceMark::Untold
}

/// How what stands at the Central Node compares with an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// As ordered.
    AsOrdered,
    /// There is no rule, and one was ordered.
    NoRule,
    /// There is a rule, and another or none was ordered.
    AnotherRule,
    /// What stands there cannot be read.
    Unreadable,
}

impl Order {
    /// The order of a request; the settings say for how long where the request does not.
    pub(super) fn of(params: &IsolateHostParams, usually: IsolationSeconds) -> Self {
        match params.action {
            IsolationAction::On => Self::Isolate {
                seconds: params.duration_seconds.unwrap_or(usually),
                exclusions: params.exclusions.clone().unwrap_or_default(),
            },
            IsolationAction::Off => Self::Release,
        }
    }

    /// How what stands compares with it.
    pub(super) fn compare(&self, stands: &Isolation) -> Standing {
        match (self, stands) {
            (_, Isolation::Unknown(_)) => Standing::Unreadable,
            (Self::Release, Isolation::NoRuleOrHost) => Standing::AsOrdered,
            (Self::Release, Isolation::Rule(_)) => Standing::AnotherRule,
            (Self::Isolate { .. }, Isolation::NoRuleOrHost) => Standing::NoRule,
            (
                Self::Isolate {
                    seconds,
                    exclusions,
                },
                Isolation::Rule(rule),
            ) => {
                let exclusions: Vec<kata::Exclusion> = exclusions.iter().map(exclusion).collect();
                if rule.is(lasts(*seconds), &exclusions) {
                    Standing::AsOrdered
                } else {
                    Standing::AnotherRule
                }
            }
        }
    }

    /// Until when the rule holds that is ordered now.
    pub(super) fn lasts(&self) -> Option<time::Duration> {
        match self {
            Self::Isolate { seconds, .. } => Some(time::Duration::seconds(seconds.get().into())),
            Self::Release => None,
        }
    }
}

/// The call that gives an order.
pub(super) enum OrderCall {
    Put(PutIsolation),
    Delete(DeleteIsolation),
}

impl OrderCall {
    /// The call for a host on which this stood before, where that is known.
    pub(super) fn of(order: &Order, host: SensorId, before: &Isolation) -> Self {
        match order {
            Order::Release => Self::Delete(DeleteIsolation { host }),
            Order::Isolate {
                seconds,
                exclusions,
            } => Self::Put(PutIsolation {
                host,
                lasts: lasts(*seconds),
                exclusions: exclusions.iter().map(exclusion).collect(),
                replaces: match before {
                    Isolation::Rule(rule) => Some(rule.clone()),
                    Isolation::NoRuleOrHost | Isolation::Unknown(_) => None,
                },
            }),
        }
    }
}

/// How long an isolation lasts, in the client's words.
fn lasts(seconds: IsolationSeconds) -> kata::IsolationSeconds {
    kata::IsolationSeconds::new(seconds.get()).expect("both take what KATA takes")
}

/// An exclusion in the client's words.
fn exclusion(of: &Exclusion) -> kata::Exclusion {
    let number = |it: &Option<Protocol>| it.map(Protocol::number);
    let address = |it: &Option<Ipv4>| it.as_ref().map(Ipv4::get);
    let range = |it: &Option<Ports>| {
        let (from, to) = it.as_ref()?.bounds();
        Some(PortRange::new(from, to).expect("both begin above 0 and end behind"))
    };
    match of {
        Exclusion::Inbound {
            protocol,
            remote,
            local_ports,
        } => kata::Exclusion::Inbound {
            protocol: number(protocol),
            remote: address(remote),
            local_ports: range(local_ports),
        },
        Exclusion::Outbound {
            protocol,
            remote,
            remote_ports,
        } => kata::Exclusion::Outbound {
            protocol: number(protocol),
            remote: address(remote),
            remote_ports: range(remote_ports),
        },
        Exclusion::Both { protocol, remote } => kata::Exclusion::Both {
            protocol: number(protocol),
            remote: address(remote),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contract_and_the_client_take_the_same_durations() {
        for (own, clients) in [
            (IsolationSeconds::LEAST, kata::IsolationSeconds::LEAST),
            (IsolationSeconds::MOST, kata::IsolationSeconds::MOST),
        ] {
            assert_eq!(own, clients.get());
            let seconds = IsolationSeconds::try_from(i64::from(own)).expect("a bound");
            assert_eq!(lasts(seconds), clients);
        }
    }
}
