//! How a pool stands.

use std::time::Instant;

/// How the pool stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// Sessions open at KSC, resting or in use.
    pub sessions: usize,
    /// Leases given out.
    pub in_use: usize,
    /// What KSC thinks of the credentials.
    pub credentials: CredentialState,
}

/// What KSC said to the credentials last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialState {
    /// Nothing yet.
    Unproven,
    /// They are good.
    Accepted,
    /// They are not.
    Refused {
        /// Until then KSC is not asked again, unless the password changes.
        until: Instant,
    },
    /// The account is not excluded from two-step verification.
    SecondFactor {
        /// Until then KSC is not asked again, unless the password changes.
        until: Instant,
    },
}
