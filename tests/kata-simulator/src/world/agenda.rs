//! What is going to happen by itself, in the order of time.

use std::collections::BTreeMap;
use time::OffsetDateTime;
use uuid::Uuid;

/// Something that becomes due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Due {
    /// A host's agent comes on line.
    ComesOnLine(Uuid),
    /// An agent asks what there is for it.
    Synchronise(Uuid),
    /// The time of a host's isolation is over, if that is still by the rule of this number.
    IsolationOver(Uuid, u64),
    /// A host has had no contact for too long, if it has had none since then.
    ContactLost(Uuid, OffsetDateTime),
    /// A program on a host has run long enough, by its task's number.
    RunOver(Uuid, u64),
}

/// All of it; what is due at the same time comes in the order in which it was added.
#[derive(Debug, Default)]
pub(crate) struct Agenda {
    entries: BTreeMap<(OffsetDateTime, u64), Due>,
    added: u64,
}

impl Agenda {
    pub(crate) fn add(&mut self, at: OffsetDateTime, due: Due) {
        self.entries.insert((at, self.added), due);
        self.added += 1;
    }

    /// Takes the next that is due by then.
    pub(crate) fn next(&mut self, until: OffsetDateTime) -> Option<(OffsetDateTime, Due)> {
        let entry = self.entries.first_entry()?;
        let (at, _) = *entry.key();
        (at <= until).then(|| (at, entry.remove()))
    }
}
