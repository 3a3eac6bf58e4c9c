//! What a test does to a running Central Node by hand.

use crate::behaviour::Behaviour;
use crate::simulator::Simulator;
use crate::world::directory::Wanted;
use crate::world::registry::{Access, ExternalSystem};

impl Simulator {
    /// Turns switches.
    pub fn behave(&self, turn: impl FnOnce(&mut Behaviour)) {
        turn(&mut self.house.world().behaviour);
        self.house.journal.touch();
    }

    /// The switches as they are.
    #[must_use]
    pub fn behaviour(&self) -> Behaviour {
        self.house.world().behaviour.clone()
    }

    /// The table of external systems, oldest first.
    #[must_use]
    pub fn external_systems(&self) -> Vec<ExternalSystem> {
        self.house.world().registry.rows()
    }

    /// The administrator accepts every row of this id; how many there were.
    pub fn accept(&self, id: &str) -> usize {
        self.say(id, None, Access::Accepted)
    }

    /// He accepts the row of one certificate.
    pub fn accept_certificate(&self, id: &str, fingerprint: &str) -> usize {
        self.say(id, Some(fingerprint), Access::Accepted)
    }

    /// He rejects every row of this id, whether it was accepted or not; how many there were.
    pub fn reject(&self, id: &str) -> usize {
        self.say(id, None, Access::Rejected)
    }

    fn say(&self, id: &str, fingerprint: Option<&str>, access: Access) -> usize {
        let count = self.house.world().registry.say(id, fingerprint, access);
        self.house.journal.touch();
        count
    }

    /// Takes a host's agent off line or brings it on line; `false` where it was so already, never
    /// comes, or is not there.
    pub fn set_on_line(&self, sensor: &str, on_line: bool) -> bool {
        let mut world = self.house.world();
        let now = world.now;
        let found = world.directory.find(sensor, true);
        let changed = found.is_some_and(|it| world.directory.set_on_line(it.id, on_line, now));
        drop(world);
        self.house.journal.touch();
        changed
    }

    /// The id of the host with this name.
    ///
    /// # Panics
    ///
    /// When there is not exactly one.
    #[must_use]
    pub fn sensor(&self, host: &str) -> String {
        let wanted = Wanted {
            host: Some(host.to_owned()),
            ..Wanted::default()
        };
        let found = self.house.world().directory.wanted(&wanted, false);
        match found.as_slice() {
            [one] => one.sensor_id(),
            others => panic!("{host:?} should name one host, not {}", others.len()),
        }
    }

    /// Waits until an external system of this id has called.
    pub async fn wait_for_caller(&self, id: &str) {
        let there = |sim: &Self| sim.external_systems().iter().any(|it| it.id == id);
        self.wait_until("an external system should call", there)
            .await;
    }
}
