//! Who an administrator sees in the list of external systems, and has to accept.

use std::fmt;

use time::OffsetDateTime;
use trust::{ClientIdentity, Fingerprint, Sha1Fingerprint};

use crate::external_system::ExternalSystemId;

/// An external system as it registers. Which of the two digests the console shows, is documented
/// nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registrant {
    /// Its id.
    pub id: ExternalSystemId,
    /// SHA-256 of its certificate.
    pub sha256: Fingerprint,
    /// SHA-1 of its certificate.
    pub sha1: Sha1Fingerprint,
    /// Until when its certificate is good: a new one has to be accepted anew.
    pub certificate_ends: OffsetDateTime,
}

impl Registrant {
    /// Who shows up with this id and this certificate.
    #[must_use]
    pub fn new(id: ExternalSystemId, identity: &ClientIdentity) -> Self {
        Self {
            id,
            sha256: identity.sha256(),
            sha1: identity.sha1(),
            certificate_ends: identity.ends(),
        }
    }
}

impl fmt::Display for Registrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            id, sha256, sha1, ..
        } = self;
        write!(
            f,
            "external system {id} with the certificate {sha256} (SHA-256), {sha1} (SHA-1)"
        )
    }
}
