//! What every part of a running simulator shares.

use crate::certificate::Certificate;
use crate::faults::Faults;
use crate::hooks::Hooks;
use crate::journal::Journal;
use crate::scenario::Scenario;
use crate::start_error::StartError;
use crate::world::World;
use stage::Gate;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio_rustls::TlsAcceptor;

/// A Central Node: its world, its journal, its certificate.
pub(crate) struct House {
    world: Mutex<World>,
    pub(crate) journal: Journal,
    pub(crate) hooks: Hooks,
    pub(crate) faults: Faults,
    /// Before a request is processed.
    pub(crate) gate: Gate,
    /// Before its answer goes out.
    pub(crate) way_out: Gate,
    certificate: Mutex<Certificate>,
    certificate_names: Vec<String>,
}

impl House {
    pub(crate) fn new(scenario: &Scenario, certificate: Certificate) -> Self {
        let journal = Journal::default();
        Self {
            world: Mutex::new(World::new(scenario, journal.clone())),
            journal,
            hooks: Hooks::default(),
            faults: Faults::default(),
            gate: Gate::default(),
            way_out: Gate::default(),
            certificate: Mutex::new(certificate),
            certificate_names: scenario.certificate_names.clone(),
        }
    }

    /// The world, to look at.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the world and lets what follows at once from it happen; whoever waits looks again,
    /// and hooks hear of deeds.
    pub(crate) fn change<T>(&self, how: impl FnOnce(&mut World) -> T) -> T {
        let mut world = self.world();
        let came_of_it = how(&mut world);
        world.advance(Duration::ZERO);
        drop(world);
        self.hooks.tell(&self.journal);
        self.journal.touch();
        came_of_it
    }

    /// Moves the clock, and with it what becomes due.
    pub(crate) fn advance(&self, by: Duration) {
        self.change(|world| world.advance(by));
    }

    pub(crate) fn certificate(&self) -> MutexGuard<'_, Certificate> {
        self.certificate
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes another, for connections from now on.
    pub(crate) fn renew_certificate(&self) -> Result<(), StartError> {
        *self.certificate() = Certificate::make(&self.certificate_names)?;
        Ok(())
    }

    /// What the next connection is accepted with.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(self.certificate().tls.clone())
    }
}
