//! Whether requests should be sent to this replica.
//!
//! Ready means: a back end has been reached and takes the gateway's account, the audit log is
//! written (or nobody insists on it), and the gateway is not shutting down. One back end is enough:
//! that another one refuses the account is no reason to serve nobody. It stays true through a passing
//! fault: callers are better served by a 503 that says why than by a service without pods. An audit
//! log that cannot be written is mostly one replica's fault: the others have output of their own.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::backends::seam::Backend as _;
use crate::backends::{Backends, on_backend};
use crate::telemetry::{self, Log};
use vocabulary::task_id::Alias;

/// Knows whether the gateway is ready.
pub struct Readiness {
    backends: Backends,
    draining: AtomicBool,
}

impl Readiness {
    /// The readiness of a gateway with these back ends.
    #[must_use]
    pub fn new(backends: Backends) -> Self {
        Self {
            backends,
            draining: AtomicBool::new(false),
        }
    }

    /// Not ready from now on.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::SeqCst);
    }

    /// Whether the gateway is told to stop.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::SeqCst)
    }

    /// Whether the gateway is ready.
    ///
    /// # Errors
    /// Why it is not.
    pub fn check(&self) -> Result<(), &'static str> {
        if self.is_draining() {
            return Err("shutting down");
        }
        if telemetry::log().is_some_and(Log::refuses) {
            return Err("the audit log cannot be written");
        }
        let each: Vec<(&Alias, Option<&'static str>)> = self.each().collect();
        match each.as_slice() {
            all if all.iter().any(|it| it.1.is_none()) => Ok(()),
            [(_, Some(reason))] => Err(reason),
            _ => Err("no back end can be used"),
        }
    }

    /// Each back end, and why it cannot be used if it cannot, without asking it.
    pub fn each(&self) -> impl Iterator<Item = (&Alias, Option<&'static str>)> {
        self.backends
            .each()
            .map(|one| (one.alias(), on_backend!(one, it => it.health().not_ready)))
    }
}
