//! The whole of the world, and nothing that happens in it.

use crate::dice::Dice;
use crate::journal::Journal;
use crate::scenario::Scenario;
use crate::sessions::Sessions;
use crate::world::agenda::Agenda;
use crate::world::groups::Groups;
use crate::world::host_list::HostList;
use crate::world::hosts::{Host, population};
use crate::world::incident_book::IncidentBook;
use crate::world::rowsets::Rowsets;
use crate::world::tasks::{RunState, Task};
use std::collections::HashMap;
use time::OffsetDateTime;

/// Everything that the server knows and the devices do.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) now: OffsetDateTime,
    /// The knobs as they are now; the controls change some of them.
    pub(crate) knobs: Scenario,
    pub(crate) hosts: HostList,
    pub(crate) groups: Groups,
    pub(crate) incidents: IncidentBook,
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
            hosts: HostList::of(population(
                now,
                scenario.default_hosts,
                &scenario.extra_hosts,
            )),
            groups: Groups::default(),
            incidents: IncidentBook::default(),
            next_incident: scenario.first_incident_id,
            tasks: Vec::new(),
            next_task: scenario.first_task_id,
            ends: HashMap::new(),
            console_tasks: 0,
            unattended: Vec::new(),
            sessions: Sessions::new(),
            rowsets: Rowsets::default(),
            agenda: Agenda::default(),
            dice: Dice::new(scenario.seed),
            journal,
            knobs: scenario,
        };
        if world.knobs.everyday_tasks {
            world.add_everyday_tasks();
        }
        world
    }

    pub(crate) fn host(&self, id: &str) -> Option<&Host> {
        self.hosts.get(id)
    }

    pub(crate) fn host_mut(&mut self, id: &str) -> Option<&mut Host> {
        self.hosts.get_mut(id)
    }
}
