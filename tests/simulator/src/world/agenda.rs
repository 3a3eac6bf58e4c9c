//! What is to happen later, and in which order.

use std::collections::BTreeMap;
use time::OffsetDateTime;

/// Something that happens at a simulated time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Event {
    /// The Web Console's background service gets to an incident.
    ConsoleActs { incident: i64 },
    /// A device takes up a task.
    DeviceStarts { task: i64, host: String },
    /// A device is through with a task.
    DeviceFinishes { task: i64, host: String },
    /// A response task has lived its days.
    TaskExpires { task: i64 },
    /// KSC hears from a device that it is cut off, or not any more.
    TagArrives { host: String, isolated: bool },
}

/// Events by time; events of one moment keep the order in which they were entered.
#[derive(Debug, Default)]
pub(crate) struct Agenda {
    events: BTreeMap<(OffsetDateTime, u64), Event>,
    next: u64,
    /// When the console gets to each incident.
    announced: BTreeMap<i64, OffsetDateTime>,
}

impl Agenda {
    pub(crate) fn enter(&mut self, at: OffsetDateTime, event: Event) {
        if let Event::ConsoleActs { incident } = event {
            self.announced.insert(incident, at);
        }
        self.events.insert((at, self.next), event);
        self.next += 1;
    }

    /// The earliest event that is due by then, taken out.
    pub(crate) fn take_due(&mut self, until: OffsetDateTime) -> Option<(OffsetDateTime, Event)> {
        let first = self.events.first_entry()?;
        if first.key().0 > until {
            return None;
        }
        let ((at, _), event) = first.remove_entry();
        if let Event::ConsoleActs { incident } = event {
            self.announced.remove(&incident);
        }
        Some((at, event))
    }

    /// When the console gets to the last of the incidents before this one that it has still to get
    /// to; nothing where there is none.
    pub(crate) fn gets_to_those_before(&self, incident: i64) -> Option<OffsetDateTime> {
        let before = self.announced.range(..incident);
        before.map(|(_, at)| *at).max()
    }

    /// The console gets to no incident from this number on: they are gone.
    pub(crate) fn forget_incidents(&mut self, next: i64) {
        let stays =
            |it: &Event| !matches!(it, Event::ConsoleActs { incident } if *incident >= next);
        self.events.retain(|_, it| stays(it));
        self.announced.retain(|it, _| *it < next);
    }

    /// How much is still to happen.
    pub(crate) fn len(&self) -> usize {
        self.events.len()
    }
}
