//! What every part of a running simulator shares.

use crate::certificate::Certificate;
use crate::journal::Journal;
use crate::scenario::Scenario;
use crate::world::World;
use crate::world::directory::Directory;
use crate::world::registry::Registry;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use time::OffsetDateTime;
use tokio_rustls::TlsAcceptor;

/// A Central Node: its world, its journal, its certificate.
pub(crate) struct House {
    world: Mutex<World>,
    pub(crate) journal: Journal,
    certificate: Mutex<Certificate>,
}

impl House {
    pub(crate) fn new(scenario: &Scenario, certificate: Certificate) -> Self {
        let journal = Journal::default();
        let now = scenario.clock.start();
        let named = scenario.all_sensors();
        let world = World {
            now,
            directory: Directory::new(named, scenario.fleet, now),
            behaviour: scenario.behaviour.clone(),
            registry: Registry::default(),
        };
        Self {
            world: Mutex::new(world),
            journal,
            certificate: Mutex::new(certificate),
        }
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn now(&self) -> OffsetDateTime {
        self.world().now
    }

    /// Moves the clock, and with it what becomes due.
    pub(crate) fn advance(&self, by: Duration) {
        self.world().advance(by);
        self.journal.touch();
    }

    pub(crate) fn certificate(&self) -> MutexGuard<'_, Certificate> {
        self.certificate
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// What the next connection is accepted with.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(self.certificate().tls.clone())
    }
}
