//! What the Central Node knows, the devices behind it, and the time by which both live.

pub(crate) mod agenda;
mod agents;
pub(crate) mod devices;
pub(crate) mod directory;
mod editing;
mod isolation;
pub(crate) mod isolation_rule;
mod prevention;
pub(crate) mod prevention_rules;
pub(crate) mod registry;
pub(crate) mod sensors;
pub(crate) mod task_book;
mod tasks;

use crate::behaviour::Behaviour;
use crate::edit::Intrusion;
use crate::journal::Journal;
use crate::scenario::Scenario;
use agenda::Agenda;
use devices::Device;
use directory::Directory;
use isolation_rule::IsolationRule;
use prevention_rules::PreventionRules;
use registry::Registry;
use stage::later;
use std::collections::BTreeMap;
use std::time::Duration;
use task_book::Task;
use time::OffsetDateTime;
use uuid::Uuid;

/// Everything behind the API; one lock guards it.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) now: OffsetDateTime,
    pub(crate) behaviour: Behaviour,
    pub(crate) registry: Registry,
    pub(crate) directory: Directory,
    pub(crate) isolation: BTreeMap<Uuid, IsolationRule>,
    pub(crate) prevention: PreventionRules,
    pub(crate) rules_made: u64,
    pub(crate) tasks: BTreeMap<Uuid, Task>,
    pub(crate) tasks_made: u64,
    pub(crate) devices: BTreeMap<Uuid, Device>,
    pub(crate) agenda: Agenda,
    pub(crate) intrusions: Vec<Intrusion>,
    pub(crate) journal: Journal,
}

impl World {
    pub(crate) fn new(scenario: &Scenario, journal: Journal) -> Self {
        let now = scenario.clock.start();
        let mut world = Self {
            now,
            behaviour: scenario.behaviour.clone(),
            registry: Registry::default(),
            directory: Directory::new(scenario.all_sensors(), scenario.fleet, now),
            isolation: BTreeMap::new(),
            prevention: PreventionRules::default(),
            rules_made: 0,
            tasks: BTreeMap::new(),
            tasks_made: 0,
            devices: BTreeMap::new(),
            agenda: Agenda::default(),
            intrusions: scenario.intrusions.clone(),
            journal,
        };
        world.plan_comings();
        world
    }

    /// Moves the clock, and carries out what becomes due on the way.
    pub(crate) fn advance(&mut self, by: Duration) {
        let until = later(self.now, by);
        while let Some((at, due)) = self.agenda.next(until) {
            self.now = self.now.max(at);
            self.act(&due);
        }
        self.now = until;
    }
}
