//! Whether requests should be sent to this replica.
//!
//! Ready means: the back end has been reached and takes the gateway's account, the audit log is
//! written (or nobody insists on it), and the gateway is not shutting down. It stays true through a
//! passing fault of the back end: callers are better served by a 503 that says why than by a
//! service without pods. An audit log that cannot be written is mostly one replica's fault: the
//! others have output of their own.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::backends::Backends;
use crate::telemetry::{self, Log};

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
        match self.backends.health().not_ready {
            Some(reason) => Err(reason),
            None => Ok(()),
        }
    }
}
