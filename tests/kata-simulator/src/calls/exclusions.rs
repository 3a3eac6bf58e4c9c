//! Whom an isolated host may still talk to: which exclusions the server takes.
//!
//! A range of ports goes with one direction only, the remote one with `outbound`, the local one
//! with `inbound`; from 5.1 on a range without a direction makes the whole request fail. 4.0 knows
//! no `both`, but IPv6.

use crate::kata_version::KataVersion;
use serde_json::Value;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Whether the server takes an exclusion.
pub(crate) fn fits(exclusion: &Value, version: KataVersion) -> bool {
    let Some(members) = exclusion.as_object() else {
        return false;
    };
    let direction = members.get("direction").map(Value::as_str);
    let direction_fits = match direction {
        None | Some(Some("inbound" | "outbound")) => true,
        Some(Some("both")) => version >= KataVersion::V5_1,
        Some(_) => false,
    };
    direction_fits
        && members.iter().all(|(name, value)| match name.as_str() {
            "direction" => true,
            "protocol" => value.as_u64().is_some_and(|it| it <= 255),
            "remoteIpv4Address" => is_address::<Ipv4Addr>(value),
            "remoteIpv6Address" => version < KataVersion::V5_1 && is_address::<Ipv6Addr>(value),
            "remotePortRange" => {
                is_range(value) && goes_with("outbound", direction.flatten(), version)
            }
            "localPortRange" => {
                is_range(value) && goes_with("inbound", direction.flatten(), version)
            }
            _ => false,
        })
}

fn goes_with(wanted: &str, direction: Option<&str>, version: KataVersion) -> bool {
    match direction {
        Some(it) => it == wanted,
        None => version < KataVersion::V5_1,
    }
}

fn is_address<A: std::str::FromStr>(value: &Value) -> bool {
    value.as_str().is_some_and(|it| it.parse::<A>().is_ok())
}

fn is_range(value: &Value) -> bool {
    let port = |name| value.get(name).and_then(Value::as_u64);
    let members = value.as_object().map_or(0, serde_json::Map::len);
    match (port("fromPort"), port("toPort")) {
        (Some(from), Some(to)) => members == 2 && from <= to && to <= 65_535,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn newest(exclusion: &Value) -> bool {
        fits(exclusion, KataVersion::V7_1)
    }

    #[test]
    fn a_range_of_ports_goes_with_its_own_direction_only() {
        let range = json!({"fromPort": 443, "toPort": 443});
        let with =
            |direction: &str, name: &str| newest(&json!({"direction": direction, name: range}));

        assert!(with("outbound", "remotePortRange"));
        assert!(with("inbound", "localPortRange"));
        assert!(!with("inbound", "remotePortRange"));
        assert!(!with("outbound", "localPortRange"));
        assert!(!with("both", "remotePortRange"));
        assert!(!with("both", "localPortRange"));
        assert!(!newest(&json!({"remotePortRange": range})));
    }

    #[test]
    fn the_oldest_version_knows_ipv6_and_no_both() {
        let oldest = |it: &Value| fits(it, KataVersion::V4_0);
        let both = json!({"direction": "both", "remoteIpv4Address": "192.0.2.53"});
        let six = json!({"direction": "inbound", "remoteIpv6Address": "2001:db8::1"});
        let range = json!({"remotePortRange": {"fromPort": 1, "toPort": 2}});

        assert!(newest(&both) && !newest(&six) && !newest(&range));
        assert!(!oldest(&both) && oldest(&six) && oldest(&range));
    }

    #[test]
    fn what_is_no_exclusion_is_refused() {
        for wrong in [
            json!("192.0.2.1"),
            json!({"direction": ["inbound"]}),
            json!({"direction": "sideways"}),
            json!({"protocol": 256}),
            json!({"protocol": "tcp"}),
            json!({"remoteIpv4Address": "host"}),
            json!({"direction": "inbound", "localPortRange": "22-22"}),
            json!({"direction": "inbound", "localPortRange": {"fromPort": 23, "toPort": 22}}),
            json!({"direction": "inbound", "localPortRange": {"fromPort": 23}}),
            json!({"remotePort": 1}),
        ] {
            assert!(!newest(&wrong), "{wrong}");
        }
        assert!(newest(&json!({})));
        assert!(newest(
            &json!({"protocol": 6, "remoteIpv4Address": "192.0.2.53"})
        ));
    }
}
