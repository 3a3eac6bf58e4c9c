//! Whether requests should be sent to this replica.
//!
//! Ready means: a KSC session has been opened, the credentials are good, the audit log is written (or
//! nobody insists on it), and the gateway is not shutting down. It stays true through a passing fault of KSC: callers are better served by a
//! 503 that says why than by a service without pods. An audit log that cannot be written is mostly
//! one replica's fault: the others have output of their own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ksc::{CredentialState, Pool};

use crate::telemetry::{self, Log};

/// Knows whether the gateway is ready.
pub struct Readiness {
    pool: Arc<Pool>,
    draining: AtomicBool,
}

impl Readiness {
    /// The readiness of a gateway over this pool.
    #[must_use]
    pub fn new(pool: Arc<Pool>) -> Self {
        Self {
            pool,
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
        match self.pool.status().credentials {
            CredentialState::Accepted => Ok(()),
            CredentialState::Unproven => Err("no KSC session has been opened yet"),
            CredentialState::Refused { .. } => Err("KSC refuses the account"),
            CredentialState::SecondFactor { .. } => Err("KSC asks the account for a second factor"),
        }
    }
}
