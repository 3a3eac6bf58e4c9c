//! What a test does to a running Central Node by hand.

use crate::behaviour::Behaviour;
use crate::deed::Deed;
use crate::ksc_tags::{self, TaggedDevices};
use crate::simulator::Simulator;
use crate::world::devices::DeviceSummary;
use crate::world::directory::Wanted;
use crate::world::registry::{Access, ExternalSystem};
use std::net::SocketAddr;
use tokio::sync::mpsc;

impl Simulator {
    /// Turns switches.
    pub fn behave(&self, turn: impl FnOnce(&mut Behaviour)) {
        self.house.change(|world| turn(&mut world.behaviour));
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
        self.house
            .change(|world| world.registry.say(id, fingerprint, access))
    }

    /// Takes a host's agent off line or brings it on line; `false` where it was so already, never
    /// comes, or is not there.
    pub fn set_on_line(&self, sensor: &str, on_line: bool) -> bool {
        self.house.change(|world| {
            let found = world.directory.find(sensor, true);
            found.is_some_and(|it| world.set_on_line(it.id, on_line))
        })
    }

    /// Somebody ends the isolation on the device itself; the rule stays. `false` where it was not
    /// isolated.
    pub fn leave_isolation(&self, sensor: &str) -> bool {
        self.house.change(|world| world.leave_isolation(sensor))
    }

    /// The devices that have names, and those of the fleet that something has happened to.
    #[must_use]
    pub fn devices(&self) -> Vec<DeviceSummary> {
        self.house.world().device_summaries()
    }

    /// One device.
    ///
    /// # Panics
    ///
    /// When there is none with this id.
    #[must_use]
    pub fn device(&self, sensor: &str) -> DeviceSummary {
        let world = self.house.world();
        let found = world.directory.find(sensor, true);
        found
            .and_then(|it| world.device_summary(it.id))
            .expect("there is a host with this id")
    }

    /// From now on, every deed of a device is told to this one, before the answer that caused it
    /// goes out. It may look at the simulator and must not change it.
    pub fn on_device(&self, hook: impl Fn(&Deed) + Send + 'static) {
        self.house.hooks.hang(Box::new(hook));
    }

    /// From now on, the control listener of a simulated KSC at this address is told which devices
    /// are isolated, by their tag. What came of it is in [`Journal::tag_reports`](crate::Journal::tag_reports).
    pub fn tell_ksc(&self, control: SocketAddr, which: TaggedDevices) {
        let (telling, told) = mpsc::unbounded_channel();
        tokio::spawn(ksc_tags::tell(control, told, self.house.journal.clone()));
        self.on_device(move |deed| {
            if ksc_tags::concerns(deed, which) {
                // Nobody listens any more when the runtime ends, and with it the simulator.
                let _ = telling.send(deed.clone());
            }
        });
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
