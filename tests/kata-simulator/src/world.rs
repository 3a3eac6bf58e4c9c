//! What the Central Node knows, and the time by which it lives.

pub(crate) mod directory;
pub(crate) mod registry;
pub(crate) mod sensors;

use crate::behaviour::Behaviour;
use directory::Directory;
use registry::Registry;
use std::time::Duration;
use time::OffsetDateTime;

/// Everything behind the API; one lock guards it.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) now: OffsetDateTime,
    pub(crate) behaviour: Behaviour,
    pub(crate) registry: Registry,
    pub(crate) directory: Directory,
}

impl World {
    /// Moves the clock.
    pub(crate) fn advance(&mut self, by: Duration) {
        self.now = crate::clock::later(self.now, by);
    }
}
