//! What a simulator is started with; everything has a default.
//!
//! The same structure is a file for the program: JSON, every member optional, an unknown member
//! refused, since a misspelt knob that does nothing is worse than an error.

use crate::behaviour::Behaviour;
use crate::edit::Intrusion;
use crate::faults::Fault;
use crate::world::sensors::{SensorSpec, everyday};
use serde::{Deserialize, Serialize};
use stage::Clock;

/// A Central Node and the world behind it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Scenario {
    /// How time passes; stepped from the present second by default.
    pub clock: Clock,
    /// On how many ports it listens: the nodes of a cluster, which share everything.
    pub listeners: usize,
    /// Alternative names of the server's certificate; none by default.
    pub certificate_names: Vec<String>,
    /// `false` leaves the everyday hosts out.
    pub everyday_sensors: bool,
    /// Hosts beside them.
    pub sensors: Vec<SensorSpec>,
    /// How many hosts more there are that nobody has named: `FLEET-000000` at 10.0.0.0 and on.
    pub fleet: u32,
    /// The switches as they are at the start.
    pub behaviour: Behaviour,
    /// The faults that are planned at the start.
    pub faults: Vec<Fault>,
    /// The second writers that are planned at the start.
    pub intrusions: Vec<Intrusion>,
}

impl Default for Scenario {
    fn default() -> Self {
        Self {
            clock: Clock::stepped_now(),
            listeners: 1,
            certificate_names: Vec::new(),
            everyday_sensors: true,
            sensors: Vec::new(),
            fleet: 0,
            behaviour: Behaviour::default(),
            faults: Vec::new(),
            intrusions: Vec::new(),
        }
    }
}

impl Scenario {
    /// The hosts that have names.
    pub(crate) fn all_sensors(&self) -> Vec<SensorSpec> {
        let mut all = if self.everyday_sensors {
            everyday()
        } else {
            Vec::new()
        };
        all.extend(self.sensors.iter().cloned().map(SensorSpec::named));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_member_of_a_scenario_file_is_optional_and_a_misspelt_one_refused() {
        let scenario: Scenario = serde_json::from_str("{}").unwrap();
        let refused = serde_json::from_str::<Scenario>(r#"{"listners": 2}"#).unwrap_err();

        assert_eq!(scenario.listeners, 1);
        assert!(refused.to_string().contains("listners"), "{refused}");
    }
}
