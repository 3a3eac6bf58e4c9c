//! The Central Node of the demo, and the Linux servers that it has.
//!
//! One of them is managed by the KSC of the headquarters too, so that its own word on its isolation
//! arrives there; of the other one nobody hears.

use std::net::Ipv4Addr;

use kata_simulator::{Scenario, SensorSpec};
use ksc_simulator::{Clock, HostSpec};
use serde_json::json;

/// The Central Node.
pub(crate) const KATA: &str = "kata";

/// The server that a KSC manages as well.
pub(crate) const HEARD: &str = "srv-db-01";

/// The server that no KSC knows.
pub(crate) const UNHEARD: &str = "srv-edge-01";

/// How long an order waits for the device's word. A real one needs minutes.
pub(crate) const CONFIRM_WITHIN: &str = "12s";

/// When an agent fetches what is new: every five minutes by default, so quick here alone.
const FETCHES_AFTER_SECONDS: u64 = 4;

const ADDRESS_OF_HEARD: Ipv4Addr = Ipv4Addr::new(10, 20, 40, 61);
const ADDRESS_OF_UNHEARD: Ipv4Addr = Ipv4Addr::new(10, 20, 40, 90);

/// A Central Node that has accepted the gateway already.
pub(crate) fn central_node(clock: Clock) -> Scenario {
    let mut scenario = Scenario {
        clock,
        everyday_sensors: false,
        sensors: vec![
            SensorSpec::linux(HEARD, ADDRESS_OF_HEARD),
            SensorSpec::linux(UNHEARD, ADDRESS_OF_UNHEARD),
        ],
        ..Scenario::default()
    };
    scenario.behaviour.accept_everybody = true;
    scenario.behaviour.agent_delay_seconds = FETCHES_AFTER_SECONDS;
    scenario
}

/// What the KSC of the headquarters has of them.
pub(crate) fn managed() -> Vec<HostSpec> {
    let own = json!([
        {"id": "00000000-0000-4000-8000-000000000061", "name": HEARD, "fqdn": "srv-db-01.corp.example",
         "netbios": "SRV-DB-01", "ip": ADDRESS_OF_HEARD, "os": "Ubuntu 24.04", "kes": "12.4.0.1225"}
    ]);
    serde_json::from_value(own).expect("they are devices")
}
