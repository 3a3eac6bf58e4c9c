//! The agents on the devices: what they fetch, what they do, and when.
//!
//! An agent that is on line hears of a change after the delay of the switches; one that is off line
//! when it comes back. It carries out each isolation rule once, and the rule's time counts from
//! then on: that the rule is still there after its time means nothing to it.

use crate::deed::{Deed, DeedKind, Freed};
use crate::kata_version::KataVersion;
use crate::world::World;
use crate::world::agenda::Due;
use crate::world::devices::{Device, DeviceSummary, Isolated};
use crate::world::sensors::{Presence, SensorSpec};
use stage::later;
use std::time::Duration;
use uuid::Uuid;

/// After that long without contact, an agent of version 4.0 ends its isolation.
const WITHOUT_CONTACT: Duration = Duration::from_secs(5 * 3_600);

/// The tasks whose programs run on a device.
fn running(device: &Device) -> Vec<Uuid> {
    device.running.values().copied().collect()
}

impl World {
    /// Plans the comings that the scenario has.
    pub(crate) fn plan_comings(&mut self) {
        for spec in self.directory.named() {
            if let Presence::After(seconds) = spec.presence {
                let at = later(self.now, Duration::from_secs(seconds));
                self.agenda.add(at, Due::ComesOnLine(spec.id));
            }
        }
    }

    /// There is something new for a host's agent.
    pub(crate) fn call_agent(&mut self, id: Uuid) {
        let delay = Duration::from_secs(self.behaviour.agent_delay_seconds);
        self.agenda
            .add(later(self.now, delay), Due::Synchronise(id));
    }

    /// Carries out what has become due.
    pub(crate) fn act(&mut self, due: &Due) {
        match *due {
            Due::ComesOnLine(id) => {
                self.set_on_line(id, true);
            }
            Due::Synchronise(id) => self.synchronise(id),
            Due::IsolationOver(id, rule) => {
                let still = |it: Isolated| it.rule == rule;
                if self.isolated(id).is_some_and(still) {
                    self.free(id, Freed::TimeOver);
                }
            }
            Due::RunOver(id, task) => self.run_over(id, task),
            Due::ContactLost(id, since) => {
                if self.directory.away(id) == Some(since) {
                    self.free(id, Freed::LostContact);
                }
            }
        }
    }

    /// Takes a host off line or brings it on line; `false` when it was so already or never comes.
    pub(crate) fn set_on_line(&mut self, id: Uuid, on_line: bool) -> bool {
        if self.directory.by_id(id).is_none() || !self.directory.set_on_line(id, on_line, self.now)
        {
            return false;
        }
        if on_line {
            self.did(id, DeedKind::CameOnLine);
            self.call_agent(id);
        } else {
            self.did(id, DeedKind::WentOffLine);
            if self.behaviour.version == KataVersion::V4_0 {
                let lost = Due::ContactLost(id, self.now);
                self.agenda.add(later(self.now, WITHOUT_CONTACT), lost);
            }
        }
        true
    }

    /// Somebody ends the isolation on the device itself.
    pub(crate) fn leave_isolation(&mut self, sensor: &str) -> bool {
        let found = self.directory.find(sensor, true);
        found.is_some_and(|it| self.free(it.id, Freed::ByHand))
    }

    /// Ends a host's isolation on the device, whatever the rule says; `false` where it is not on.
    fn free(&mut self, id: Uuid, why: Freed) -> bool {
        let device = self.devices.get_mut(&id);
        let was_on = device.is_some_and(|it| it.isolated.take().is_some());
        if was_on {
            self.did(id, DeedKind::Free { why });
        }
        was_on
    }

    fn isolated(&self, id: Uuid) -> Option<Isolated> {
        self.devices.get(&id)?.isolated
    }

    fn synchronise(&mut self, id: Uuid) {
        if self.directory.away(id).is_some() {
            return;
        }
        self.heed_isolation(id);
        self.heed_prevention(id);
        self.heed_tasks(id);
    }

    /// Takes the files that may not run; what runs already goes on.
    fn heed_prevention(&mut self, id: Uuid) {
        let heeds = |it: SensorSpec| it.heeds_prevention;
        if !self.directory.by_id(id).is_some_and(heeds) {
            return;
        }
        let hashes = self.prevention.for_host(id);
        let device = self.devices.entry(id).or_default();
        if device.blocked != hashes {
            device.blocked.clone_from(&hashes);
            self.did(id, DeedKind::Blocks { hashes });
        }
    }

    fn heed_isolation(&mut self, id: Uuid) {
        let Some(rule) = self.isolation.get(&id) else {
            if let Some(device) = self.devices.get_mut(&id) {
                device.heeded = None;
            }
            self.free(id, Freed::Released);
            return;
        };
        let number = rule.number;
        let until = later(self.now, Duration::from_secs(rule.order.seconds));
        let exclusions = rule.order.exclusions.clone();
        let device = self.devices.entry(id).or_default();
        if device.heeded == Some(number) {
            return;
        }
        device.heeded = Some(number);
        device.isolated = Some(Isolated {
            rule: number,
            until,
        });
        self.agenda.add(until, Due::IsolationOver(id, number));
        self.did(id, DeedKind::Isolated { until, exclusions });
    }

    /// Enters a deed in the journal.
    pub(crate) fn did(&mut self, id: Uuid, kind: DeedKind) {
        if let Some(spec) = self.directory.by_id(id) {
            self.journal.did(Deed {
                at: self.now,
                sensor: spec.sensor_id(),
                host: spec.host,
                ip: spec.ip,
                os_family: spec.os_family,
                kind,
            });
        }
    }

    /// The devices that have names, and those of the fleet that something has happened to.
    pub(crate) fn device_summaries(&self) -> Vec<DeviceSummary> {
        let ids = self.known_devices().into_iter();
        ids.filter_map(|id| self.device_summary(id)).collect()
    }

    /// Their ids.
    pub(crate) fn known_devices(&self) -> Vec<Uuid> {
        let mut ids: Vec<Uuid> = self.directory.named().iter().map(|it| it.id).collect();
        let others = self.devices.keys().filter(|id| !ids.contains(*id));
        let others: Vec<Uuid> = others.copied().collect();
        ids.extend(others);
        ids
    }

    /// One device.
    pub(crate) fn device_summary(&self, id: Uuid) -> Option<DeviceSummary> {
        let spec = self.directory.by_id(id)?;
        let device = self.devices.get(&id);
        let isolated_until = device.and_then(|it| it.isolated).map(|it| it.until);
        Some(DeviceSummary {
            sensor: spec.sensor_id(),
            host: spec.host,
            ip: spec.ip,
            on_line: self.directory.away(id).is_none(),
            isolated_until,
            blocked: device.map(|it| it.blocked.clone()).unwrap_or_default(),
            running: device.map(running).unwrap_or_default(),
        })
    }
}
