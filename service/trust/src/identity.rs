//! Who a client is, where a server asks: a certificate and its private key.

use std::fmt;
use std::sync::Arc;

use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use time::OffsetDateTime;

use crate::fingerprint::{Fingerprint, Sha1Fingerprint};
use crate::pem_text::pem_text;
use crate::validity;

/// A certificate and its private key. The key is in no text of it.
#[derive(Clone)]
pub struct ClientIdentity {
    pub(crate) key: Arc<CertifiedKey>,
}

/// Bytes that are not the identity they should be.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// No certificate, or PEM that cannot be decoded.
    #[error("there is no certificate in it")]
    NoCertificate,
    /// No private key.
    #[error("there is no private key in it (PEM: PKCS #8, PKCS #1 or SEC 1)")]
    NoKey,
    /// A key with a password, which nobody could type in.
    #[error("the private key is encrypted; store it without a password")]
    Encrypted,
    /// More keys than one.
    #[error("there is more than one private key in it")]
    SeveralKeys,
    /// A key that cannot be used.
    #[error("the private key cannot be used")]
    Key(#[source] rustls::Error),
    /// The key of another certificate.
    #[error("the private key is not that of the certificate")]
    Mismatch,
    /// An end that cannot be read.
    #[error("it cannot be read until when the certificate is good")]
    NoEnd,
}

impl ClientIdentity {
    /// From PEM: certificate and key in one text, or the key in another one.
    pub fn read(certificate: &[u8], key: Option<&[u8]>) -> Result<Self, IdentityError> {
        let chain = CertificateDer::pem_slice_iter(pem_text(certificate))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|_| IdentityError::NoCertificate)?;
        let own = chain.first().ok_or(IdentityError::NoCertificate)?;
        if validity::end(own).is_none() {
            return Err(IdentityError::NoEnd);
        }
        let key = private_key(pem_text(key.unwrap_or(certificate)))?;
        let provider: CryptoProvider = aws_lc_rs::default_provider();
        let signer = provider
            .key_provider
            .load_private_key(key)
            .map_err(IdentityError::Key)?;
        let key = CertifiedKey::new(chain, signer);
        match key.keys_match() {
            Ok(()) | Err(rustls::Error::InconsistentKeys(rustls::InconsistentKeys::Unknown)) => {}
            Err(rustls::Error::InconsistentKeys(_)) => return Err(IdentityError::Mismatch),
            Err(other) => return Err(IdentityError::Key(other)),
        }
        Ok(Self { key: Arc::new(key) })
    }

    /// SHA-256 of the certificate.
    #[must_use]
    pub fn sha256(&self) -> Fingerprint {
        Fingerprint::of(self.certificate())
    }

    /// SHA-1 of the certificate.
    #[must_use]
    pub fn sha1(&self) -> Sha1Fingerprint {
        Sha1Fingerprint::of(self.certificate())
    }

    /// Until when the certificate is good.
    #[must_use]
    pub fn ends(&self) -> OffsetDateTime {
        validity::end(self.certificate()).expect("it was read before")
    }

    fn certificate(&self) -> &[u8] {
        self.key.cert.first().expect("there was one")
    }
}

fn private_key(text: &[u8]) -> Result<PrivateKeyDer<'static>, IdentityError> {
    let mut keys = PrivateKeyDer::pem_slice_iter(text);
    let key = match keys.next() {
        Some(Ok(key)) => key,
        Some(Err(pem::Error::NoItemsFound)) | None => {
            let mark = b"ENCRYPTED";
            let encrypted = text.windows(mark.len()).any(|it| it == mark);
            return Err(if encrypted {
                IdentityError::Encrypted
            } else {
                IdentityError::NoKey
            });
        }
        Some(Err(_)) => return Err(IdentityError::NoKey),
    };
    match keys.next() {
        None => Ok(key),
        Some(_) => Err(IdentityError::SeveralKeys),
    }
}

impl fmt::Debug for ClientIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClientIdentity({})", self.sha256())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made() -> (String, String) {
        let made = rcgen::generate_simple_self_signed(vec!["gateway".to_owned()]).unwrap();
        (made.cert.pem(), made.signing_key.serialize_pem())
    }

    #[test]
    fn certificate_and_key_may_be_one_text_in_any_order_or_two() {
        let (certificate, key) = made();
        for text in [
            format!("{certificate}{key}"),
            format!("\u{feff}{key}{certificate}"),
        ] {
            assert!(ClientIdentity::read(text.as_bytes(), None).is_ok());
        }

        let read = ClientIdentity::read(certificate.as_bytes(), Some(key.as_bytes())).unwrap();

        assert!(read.ends().year() > 2026);
        let shown = format!("{read:?}");
        assert!(shown.len() < 120 && shown.contains(&read.sha256().to_string()));
    }

    #[test]
    fn what_is_missing_or_does_not_fit_is_named() {
        let (certificate, key) = made();
        let (other, _) = made();
        let read = |certificate: &str, key: Option<&str>| {
            ClientIdentity::read(certificate.as_bytes(), key.map(str::as_bytes)).unwrap_err()
        };
        let encrypted = key.replace("PRIVATE", "ENCRYPTED PRIVATE");

        assert!(matches!(read(&certificate, None), IdentityError::NoKey));
        assert!(matches!(read(&key, None), IdentityError::NoCertificate));
        assert!(matches!(read("", None), IdentityError::NoCertificate));
        assert!(matches!(
            read(&certificate, Some(&encrypted)),
            IdentityError::Encrypted
        ));
        assert!(matches!(read(&other, Some(&key)), IdentityError::Mismatch));
        let twice = format!("{key}{key}");
        assert!(matches!(
            read(&certificate, Some(&twice)),
            IdentityError::SeveralKeys
        ));
    }
}
