//! An isolation in the client's words.

use kata::{IsolationRule, PortRange};

use vocabulary::task::isolate_host::{Exclusion, IsolationSeconds};
use vocabulary::task::protocol::Protocol;
use vocabulary::task::values::{Ipv4, Ports};

/// How long it lasts.
pub(super) fn lasts(seconds: IsolationSeconds) -> kata::IsolationSeconds {
    kata::IsolationSeconds::new(seconds.get()).expect("both take what KATA takes")
}

/// What it lets through.
pub(super) fn exclusions(of: &[Exclusion]) -> Vec<kata::Exclusion> {
    of.iter().map(exclusion).collect()
}

/// Whether a rule is the one that is ordered so.
pub(super) fn is_ordered_by(
    rule: &IsolationRule,
    seconds: IsolationSeconds,
    let_through: &[Exclusion],
) -> bool {
    rule.is(lasts(seconds), &exclusions(let_through))
}

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
