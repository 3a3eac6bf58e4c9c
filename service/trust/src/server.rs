//! Which server certificate is accepted: system roots, a CA file, or pinned certificates.
//!
//! Verification is never off; there is no fourth choice.
//!
//! # Why pinning has its own verifier
//!
//! The certificate that such a server makes for itself (KSC's `klserver.cer`) is self-signed, often has no subject
//! alternative name and is marked as a CA. A stock verifier refuses such an end-entity certificate
//! for each of these reasons, even with the certificate itself among the roots. Its administrator
//! can nevertheless say "this one and no other", and that is stronger than any chain: the server's
//! certificate must be **equal** to a pinned one, which its SHA-256 tells, and the handshake must be
//! signed with its key. Names, dates and extensions then add nothing and are not looked at.
//!
//! Several may be pinned, for a change that is planned. A pin may be the file, which an operator can
//! open and see what it is, or its fingerprint, which a console shows. Pinning the public key alone
//! was refused: the vendor's own clients take the file.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, aws_lc_rs};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, SubjectPublicKeyInfoDer, UnixTime};
use rustls::sign::SingleCertAndKey;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, PeerIncompatible, RootCertStore,
    SignatureScheme,
};

use crate::fingerprint::Fingerprint;
use crate::identity::ClientIdentity;
use crate::key::PublicKey;
use crate::pem_text::pem_text;

/// Which server certificate is accepted.
#[derive(Debug, Clone)]
pub enum Trust {
    /// One that the operating system's roots vouch for.
    SystemRoots,
    /// One that these certificate authorities vouch for, and no other.
    CaFile(CaCertificates),
    /// One of these, and no other.
    Pinned(Pins),
}

/// Certificates of authorities, from a file.
#[derive(Debug, Clone)]
pub struct CaCertificates(Arc<RootCertStore>);

/// The certificates that the server may show: at least one.
#[derive(Debug, Clone)]
pub struct Pins(Arc<[Fingerprint]>);

/// Bytes that are not the certificate they should be.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// A PEM file without a certificate, or an empty file.
    #[error("there is no certificate in it")]
    NoCertificate,
    /// PEM that cannot be decoded.
    #[error("the PEM text cannot be read")]
    Pem(#[source] rustls::pki_types::pem::Error),
    /// Not X.509.
    #[error("a certificate in it cannot be read")]
    Certificate,
    /// A pin is one certificate.
    #[error("there is more than one certificate in it; a pin is exactly one")]
    Several,
    /// No verifier can be made, as where the system has no root certificates.
    #[error("no certificate can be verified with it")]
    Unusable(#[source] rustls::Error),
}

impl Trust {
    /// Certificate authorities as PEM (one or more) or DER (one).
    pub fn ca_pem(bytes: &[u8]) -> Result<Self, TrustError> {
        let mut roots = RootCertStore::empty();
        for certificate in certificates(bytes)? {
            roots
                .add(certificate)
                .map_err(|_| TrustError::Certificate)?;
        }
        Ok(Self::CaFile(CaCertificates(Arc::new(roots))))
    }

    /// The server's certificate as PEM or DER: `klserver.cer`.
    pub fn pinned(bytes: &[u8]) -> Result<Self, TrustError> {
        let mut found = certificates(bytes)?;
        let certificate = found.pop().ok_or(TrustError::NoCertificate)?;
        if !found.is_empty() {
            return Err(TrustError::Several);
        }
        Self::pinned_to(&[fingerprint(&certificate)?])
    }

    /// Any certificate with one of these fingerprints.
    pub fn pinned_to(fingerprints: &[Fingerprint]) -> Result<Self, TrustError> {
        if fingerprints.is_empty() {
            return Err(TrustError::NoCertificate);
        }
        Ok(Self::Pinned(Pins(fingerprints.into())))
    }

    /// Whether certificates can be verified: the system's roots are looked for only then.
    pub fn check(&self) -> Result<(), TrustError> {
        self.verifier().map(drop).map_err(TrustError::Unusable)
    }

    /// Fingerprints of the pinned certificates; none where none is pinned.
    #[must_use]
    pub fn pins(&self) -> &[Fingerprint] {
        match self {
            Self::SystemRoots | Self::CaFile(_) => &[],
            Self::Pinned(pins) => &pins.0,
        }
    }

    /// How a client shakes hands: TLS 1.2 or 1.3 with a server that shows what is trusted, and as
    /// somebody, where the server asks who it is.
    pub fn client_config(
        &self,
        identity: Option<&ClientIdentity>,
    ) -> Result<ClientConfig, rustls::Error> {
        tls(self.verifier()?, identity)
    }

    /// Who decides on a certificate: one and the same for calls and for a probe.
    pub(crate) fn verifier(&self) -> Result<Arc<dyn ServerCertVerifier>, rustls::Error> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        Ok(match self {
            // The operating system's verifier, with its own ideas on roots and revocation.
            Self::SystemRoots => Arc::new(rustls_platform_verifier::Verifier::new(provider)?),
            Self::CaFile(CaCertificates(roots)) => {
                WebPkiServerVerifier::builder_with_provider(Arc::clone(roots), provider)
                    .build()
                    .map_err(|error| rustls::Error::General(error.to_string()))?
            }
            Self::Pinned(pins) => Arc::new(PinVerifier {
                pins: pins.clone(),
                algorithms: provider.signature_verification_algorithms,
            }),
        })
    }
}

/// The fingerprints of all certificates in a file, to pin them: PEM (one or more) or DER (one).
pub fn fingerprints(bytes: &[u8]) -> Result<Vec<Fingerprint>, TrustError> {
    certificates(bytes)?.iter().map(fingerprint).collect()
}

fn fingerprint(certificate: &CertificateDer<'_>) -> Result<Fingerprint, TrustError> {
    // Its key is needed in every handshake.
    PublicKey::of_certificate(certificate).ok_or(TrustError::Certificate)?;
    Ok(Fingerprint::of(certificate))
}

/// TLS 1.2 and 1.3: the vendor's page knows 1.0 to 1.2 and does not mention 1.3.
pub(crate) fn tls(
    verifier: Arc<dyn ServerCertVerifier>,
    identity: Option<&ClientIdentity>,
) -> Result<ClientConfig, rustls::Error> {
    let provider: CryptoProvider = aws_lc_rs::default_provider();
    let config = ClientConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    Ok(match identity {
        Some(identity) => {
            let shown = SingleCertAndKey::from(Arc::clone(&identity.key));
            config.with_client_cert_resolver(Arc::new(shown))
        }
        None => config.with_no_client_auth(),
    })
}

/// Every certificate in a PEM text, or the one that the bytes are.
fn certificates(bytes: &[u8]) -> Result<Vec<CertificateDer<'static>>, TrustError> {
    let bytes = pem_text(bytes);
    let found = if bytes.windows(11).any(|window| window == b"-----BEGIN ") {
        CertificateDer::pem_slice_iter(bytes)
            .collect::<Result<Vec<_>, _>>()
            .map_err(TrustError::Pem)?
    } else if bytes.is_empty() {
        Vec::new()
    } else {
        vec![CertificateDer::from(bytes.to_vec())]
    };
    if found.is_empty() {
        Err(TrustError::NoCertificate)
    } else {
        Ok(found)
    }
}

/// Why a server's certificate was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The verifier's word.
    #[error(transparent)]
    Certificate(rustls::Error),
    /// Another certificate than the pinned one.
    #[error(transparent)]
    NotThePinned(#[from] NotThePinned),
    /// A stock verifier met what a server makes for itself.
    #[error(
        "it is marked as a certificate authority's own; the certificate that a server makes for \
         itself has to be pinned"
    )]
    SelfMade,
}

/// The verifier's refusal, if that is what an error of the HTTP client is at bottom.
#[must_use]
pub fn refusal(error: &(dyn std::error::Error + 'static)) -> Option<Refusal> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(tls @ rustls::Error::InvalidCertificate(_)) = error.downcast_ref() {
            if is_not_the_pinned(tls) {
                return Some(NotThePinned.into());
            }
            // webpki's own error type cannot be named here without another dependency.
            let self_made = tls.to_string().contains("CaUsedAsEndEntity");
            return Some(if self_made {
                Refusal::SelfMade
            } else {
                Refusal::Certificate(tls.clone())
            });
        }
        // The source of an IO error is its cause's source: it skips what it wraps.
        let wrapped = error
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref);
        next = match wrapped {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        };
    }
    None
}

/// What the verifier says to any other certificate.
#[derive(Debug, thiserror::Error)]
#[error("it is not the pinned certificate")]
pub struct NotThePinned;

fn is_not_the_pinned(error: &rustls::Error) -> bool {
    matches!(
        error,
        rustls::Error::InvalidCertificate(CertificateError::Other(other))
            if other.0.is::<NotThePinned>()
    )
}

fn not_the_pinned() -> rustls::Error {
    CertificateError::Other(rustls::OtherError(Arc::new(NotThePinned))).into()
}

/// Accepts a pinned certificate, and a handshake signed with its key.
#[derive(Debug)]
struct PinVerifier {
    pins: Pins,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ServerCertVerifier for PinVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        self.pinned_key(end_entity)?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let key = self.pinned_key(cert)?;
        // In TLS 1.2 a scheme does not name the curve, so several algorithms may fit; the key says
        // which. rustls' own function would parse the certificate first and refuse an old one
        // (X.509 version 1) or an unknown critical extension.
        let candidates = self
            .algorithms
            .mapping
            .iter()
            .find(|(scheme, _)| *scheme == dss.scheme)
            .map(|(_, algorithms)| *algorithms)
            .ok_or(PeerIncompatible::NoSignatureSchemesInCommon)?;
        let valid = candidates.iter().any(|algorithm| {
            algorithm.public_key_alg_id().as_ref() == key.algorithm()
                && algorithm
                    .verify_signature(key.bits(), message, dss.signature())
                    .is_ok()
        });
        if valid {
            Ok(HandshakeSignatureValid::assertion())
        } else {
            Err(CertificateError::BadSignature.into())
        }
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let key = self.pinned_key(cert)?;
        rustls::crypto::verify_tls13_signature_with_raw_key(
            message,
            &SubjectPublicKeyInfoDer::from(key.info()),
            dss,
            &self.algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

impl PinVerifier {
    /// The key of a certificate that is pinned. rustls hands the same certificate to both steps;
    /// this does not rely on it.
    fn pinned_key(&self, certificate: &CertificateDer<'_>) -> Result<PublicKey, rustls::Error> {
        if !self.pins.0.contains(&Fingerprint::of(certificate)) {
            return Err(not_the_pinned());
        }
        PublicKey::of_certificate(certificate).ok_or_else(|| CertificateError::BadEncoding.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn self_signed() -> rcgen::CertifiedKey<rcgen::KeyPair> {
        rcgen::generate_simple_self_signed(vec!["ksc.example".to_owned()]).unwrap()
    }

    #[test]
    fn a_pin_may_be_pem_or_der() {
        let made = self_signed();
        let with_mark = format!("\u{feff}{}", made.cert.pem().replace('\n', "\r\n"));

        for bytes in [
            made.cert.pem().as_bytes(),
            made.cert.der(),
            with_mark.as_bytes(),
        ] {
            let expected = [Fingerprint::of(made.cert.der())];
            assert_eq!(Trust::pinned(bytes).unwrap().pins(), expected);
            assert_eq!(fingerprints(bytes).unwrap(), expected);
        }
    }

    #[test]
    fn for_a_change_there_may_be_several_pins_and_never_none() {
        let two = format!("{}{}", self_signed().cert.pem(), self_signed().cert.pem());
        let pins = fingerprints(two.as_bytes()).unwrap();

        assert_eq!(Trust::pinned_to(&pins).unwrap().pins(), pins);
        assert!(matches!(
            Trust::pinned_to(&[]),
            Err(TrustError::NoCertificate)
        ));
    }

    #[test]
    fn a_pin_is_exactly_one_certificate() {
        let two = format!("{}{}", self_signed().cert.pem(), self_signed().cert.pem());

        assert!(matches!(
            Trust::pinned(two.as_bytes()),
            Err(TrustError::Several)
        ));
        assert!(matches!(Trust::pinned(b""), Err(TrustError::NoCertificate)));
        assert!(matches!(
            Trust::pinned(b"no certificate"),
            Err(TrustError::Certificate)
        ));
        let key_only = self_signed().signing_key.serialize_pem();
        assert!(matches!(
            Trust::pinned(key_only.as_bytes()),
            Err(TrustError::NoCertificate)
        ));
    }

    #[test]
    fn a_ca_file_may_hold_several() {
        let two = format!("{}{}", self_signed().cert.pem(), self_signed().cert.pem());

        assert!(Trust::ca_pem(two.as_bytes()).is_ok());
        assert!(matches!(
            Trust::ca_pem(b"\x30\x03abc"),
            Err(TrustError::Certificate)
        ));
    }
}
