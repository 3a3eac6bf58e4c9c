//! The key pair and the certificate that an administrator accepts.
//!
//! RSA of 2048 bits, signed by itself with SHA-256, good for a year: what every program does that is
//! known to have been accepted. Whether the server takes anything else, nobody has written down.

use std::time::Duration;

use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use secrecy::SecretString;
use time::OffsetDateTime;
use trust::{Fingerprint, Sha1Fingerprint};

/// A client identity that nobody has seen yet.
///
/// A new one has to be accepted by a person, so that it is made on request and never by itself.
/// There is no `Debug`: it holds the key.
pub struct NewIdentity {
    /// The private key, PKCS #8, PEM.
    pub key_pem: SecretString,
    /// The certificate, PEM.
    pub certificate_pem: String,
    /// SHA-256 of the certificate.
    pub sha256: Fingerprint,
    /// SHA-1 of the certificate.
    pub sha1: Sha1Fingerprint,
    /// Until when it is good.
    pub ends: OffsetDateTime,
}

/// No identity could be made.
#[derive(Debug, thiserror::Error)]
pub enum IdentityMakingError {
    /// Ends that no certificate can have.
    #[error("a certificate is good for at least a day and at most 100 years")]
    Lasts,
    /// The cryptographic library's word.
    #[error("key and certificate cannot be made")]
    Library(#[from] rcgen::Error),
}

const DAY: Duration = Duration::from_hours(24);

/// So that a server whose clock is behind does not find it to be of tomorrow.
const BACKDATED: time::Duration = time::Duration::hours(1);

impl NewIdentity {
    /// For how long a certificate is good, unless said otherwise.
    pub const LASTS: Duration = Duration::from_hours(365 * 24);

    /// Makes one for a subject of this (common) name.
    pub fn make(
        name: &str,
        now: OffsetDateTime,
        lasts: Duration,
    ) -> Result<Self, IdentityMakingError> {
        if lasts < DAY || lasts > DAY * 36_525 {
            return Err(IdentityMakingError::Lasts);
        }
        let ends = now.replace_nanosecond(0).unwrap_or(now);
        let ends = ends
            .checked_add(lasts.try_into().map_err(|_| IdentityMakingError::Lasts)?)
            .ok_or(IdentityMakingError::Lasts)?;
        let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)?;
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, name);
        params.not_before = now.checked_sub(BACKDATED).unwrap_or(now);
        params.not_after = ends;
        let certificate = params.self_signed(&key)?;
        Ok(Self {
            key_pem: key.serialize_pem().into(),
            certificate_pem: certificate.pem(),
            sha256: Fingerprint::of(certificate.der()),
            sha1: Sha1Fingerprint::of(certificate.der()),
            ends,
        })
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;
    use time::macros::datetime;
    use trust::ClientIdentity;

    use super::*;

    #[test]
    fn what_is_made_is_an_identity_that_can_be_used() {
        let now = datetime!(2026-11-29 15:00:01.5 UTC);

        let made = NewIdentity::make("edr-gateway", now, NewIdentity::LASTS).unwrap();

        let key = made.key_pem.expose_secret();
        assert!(key.starts_with("-----BEGIN PRIVATE KEY-----"));
        let one_file = format!("{}{key}", made.certificate_pem);
        let read = ClientIdentity::read(one_file.as_bytes(), None).unwrap();
        assert_eq!((read.sha256(), read.sha1()), (made.sha256, made.sha1));
        assert_eq!(read.ends(), datetime!(2027-11-29 15:00:01 UTC));
        assert_eq!(made.ends, read.ends());
        // RSA of 2048 bits: with 17 or so bytes around each of its numbers, its key is this long.
        assert!((1600..1800).contains(&key.len()), "{}", key.len());
    }

    #[test]
    fn a_certificate_has_an_end_that_means_something() {
        let now = datetime!(2026-11-29 15:00 UTC);
        for lasts in [
            Duration::ZERO,
            Duration::from_secs(86_399),
            DAY * 36_526,
            Duration::MAX,
        ] {
            let made = NewIdentity::make("x", now, lasts);

            assert!(matches!(made, Err(IdentityMakingError::Lasts)), "{lasts:?}");
        }
    }
}
