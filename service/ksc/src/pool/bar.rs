//! A verdict on the credentials, as long as it stands in the way.

use std::time::Instant;

use secrecy::SecretString;

use super::status::CredentialState;
use crate::error::Error;
use crate::wire::PxgError;

/// Why KSC is not asked.
#[derive(Clone)]
pub(super) struct Bar {
    pub(super) verdict: Verdict,
    /// The password that the verdict was on.
    pub(super) password: SecretString,
    pub(super) until: Instant,
}

/// What KSC said.
#[derive(Clone)]
pub(super) enum Verdict {
    Refused(Option<PxgError>),
    SecondFactor,
}

impl Bar {
    pub(super) fn state(&self) -> CredentialState {
        match self.verdict {
            Verdict::Refused(_) => CredentialState::Refused { until: self.until },
            Verdict::SecondFactor => CredentialState::SecondFactor { until: self.until },
        }
    }

    pub(super) fn error(&self) -> Error {
        let retry_after = self.until.saturating_duration_since(Instant::now());
        match &self.verdict {
            Verdict::Refused(reason) => Error::CredentialsRefused {
                retry_after,
                reason: reason.clone(),
            },
            Verdict::SecondFactor => Error::SecondFactor { retry_after },
        }
    }
}
