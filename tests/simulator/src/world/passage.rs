//! Time passes: what has become due by then is carried out, in order.

use crate::world::agenda::Event;
use crate::world::state::World;
use stage::later;
use std::time::Duration;

impl World {
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

    /// Carries out one event. Each looks at the world as it is now: what it was meant for may be
    /// gone.
    fn happen(&mut self, event: Event) {
        match event {
            Event::ConsoleActs { incident } => self.console_acts(incident),
            Event::DeviceStarts { task, host } => self.device_starts(task, &host),
            Event::DeviceFinishes { task, host } => self.device_finishes(task, &host),
            Event::TaskExpires { task } => self.remove_task(task),
            Event::TagArrives { host, isolated } => self.tag_arrives(&host, isolated),
        }
    }
}
