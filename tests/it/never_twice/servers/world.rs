//! A gateway with two servers, and devices that one of them has, or both.

use acceptance::{House, Plan};
use ksc_simulator::{HostSpec, Scenario};

/// A device that the first server alone has.
pub(crate) const OF_KSC: &str = "hq-1";

/// A device that the other server alone has.
pub(crate) const OF_BRANCH: &str = "branch-1";

/// A device that both have, under one id.
pub(crate) const OF_BOTH: &str = "ws-042";

fn device(name: &str, number: u8) -> HostSpec {
    let spec = serde_json::json!({
        "id": format!("00000000-0000-4000-8000-0000000000{number:02}"),
        "name": name.to_uppercase(),
        "fqdn": format!("{name}.corp.example"),
        "netbios": name.to_uppercase(),
        "ip": format!("10.99.0.{number}"),
    });
    serde_json::from_value(spec).expect("a device")
}

/// Two servers with these settings: `ksc`, and `branch` behind a wire.
pub(crate) fn plan(settings: &[(&'static str, &str)]) -> Plan {
    let with = |device: HostSpec| Scenario {
        extra_hosts: vec![device],
        ..Scenario::default()
    };
    let plan = Plan {
        others: vec![("branch", with(device(OF_BRANCH, 2)))],
        ..Plan::of(with(device(OF_KSC, 1)))
    };
    plan.with(settings)
}

/// The same, open and ready at both.
pub(crate) async fn two(settings: &[(&'static str, &str)]) -> House {
    let house = House::furnish(plan(settings)).await;
    house.until_all_ready().await;
    house
}

/// How many incidents each has: `ksc`, `branch`.
pub(crate) fn incidents(house: &House) -> [usize; 2] {
    ["ksc", "branch"].map(|alias| house.at(alias).journal().incidents().len())
}
