//! What a test does to a running Central Node by hand.

use crate::behaviour::Behaviour;
use crate::simulator::Simulator;
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

    /// Waits until an external system of this id has called.
    pub async fn wait_for_caller(&self, id: &str) {
        let there = |sim: &Self| sim.external_systems().iter().any(|it| it.id == id);
        self.wait_until("an external system should call", there)
            .await;
    }
}
