//! The world behind the server: devices, incidents, KSC tasks, sessions, and the clock that moves them.
//!
//! Nothing happens here by itself. Whatever is to happen later is entered in the agenda with its simulated time;
//! [`World::advance`] carries out what has become due, in order, and nothing else moves the world. One lock holds
//! all of it, so a call sees a world that stands still.

pub(crate) mod agenda;
pub(crate) mod console;
pub(crate) mod devices;
pub(crate) mod edr_body;
pub(crate) mod groups;
pub(crate) mod hosts;
pub(crate) mod incidents;
pub(crate) mod registry;
pub(crate) mod rowsets;
pub(crate) mod tags;
pub(crate) mod tasks;

use crate::clock::later;
use crate::journal::Journal;
use crate::scenario::Scenario;
use crate::sessions::Sessions;
use agenda::Agenda;
use groups::Groups;
use hosts::Host;
use incidents::Incident;
use rowsets::Rowsets;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;
use tasks::{RunState, Task};
use time::OffsetDateTime;

/// Everything that the server knows and the devices do.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) now: OffsetDateTime,
    /// The knobs as they are now; the controls change some of them.
    pub(crate) knobs: Scenario,
    pub(crate) hosts: Vec<Host>,
    pub(crate) groups: Groups,
    pub(crate) incidents: BTreeMap<i64, Incident>,
    pub(crate) next_incident: i64,
    /// In the order of their creation.
    pub(crate) tasks: Vec<Task>,
    pub(crate) next_task: i64,
    /// How tasks ended on their devices, also those that are gone.
    pub(crate) ends: HashMap<i64, RunState>,
    /// How many tasks the console has made.
    pub(crate) console_tasks: i64,
    /// Incidents that nobody acted on, because no service console was connected.
    pub(crate) unattended: Vec<i64>,
    pub(crate) sessions: Sessions,
    pub(crate) rowsets: Rowsets,
    pub(crate) agenda: Agenda,
    pub(crate) dice: Dice,
    pub(crate) journal: Journal,
}

impl World {
    pub(crate) fn new(scenario: Scenario, journal: Journal) -> Self {
        let now = scenario.clock.start();
        let mut world = Self {
            now,
            hosts: hosts::population(now, &scenario.extra_hosts),
            groups: Groups::default(),
            incidents: BTreeMap::new(),
            next_incident: scenario.first_incident_id,
            tasks: Vec::new(),
            next_task: scenario.first_task_id,
            ends: HashMap::new(),
            console_tasks: 0,
            unattended: Vec::new(),
            sessions: Sessions::new(),
            rowsets: Rowsets::default(),
            agenda: Agenda::default(),
            dice: Dice(scenario.seed),
            journal,
            knobs: scenario,
        };
        if world.knobs.everyday_tasks {
            world.add_everyday_tasks();
        }
        world
    }

    /// Moves the clock, carrying out everything that becomes due on the way.
    pub(crate) fn advance(&mut self, by: Duration) {
        let until = later(self.now, by);
        while let Some((due, event)) = self.agenda.take_due(until) {
            self.now = self.now.max(due);
            self.happen(event);
        }
        self.now = until;
        self.journal.touch();
    }

    pub(crate) fn host(&self, id: &str) -> Option<&Host> {
        self.hosts
            .iter()
            .find(|host| host.spec.id.eq_ignore_ascii_case(id))
    }
}

/// Numbers that look random and are the same in every run: `SplitMix64`.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}
