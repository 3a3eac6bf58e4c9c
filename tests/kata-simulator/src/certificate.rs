//! The server's certificate: self-signed, as a Central Node makes it for itself.
//!
//! It has no alternative names unless a scenario gives some, so a stock verifier refuses it and a
//! client must pin it.

use crate::identity::{AnyCertificate, fingerprint};
use crate::start_error::StartError;
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};
use std::sync::Arc;
use time::macros::datetime;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// The certificate and the TLS settings that use it.
#[derive(Clone)]
pub(crate) struct Certificate {
    pub(crate) pem: String,
    pub(crate) fingerprint: String,
    pub(crate) tls: Arc<ServerConfig>,
}

impl Certificate {
    /// Makes a fresh key and certificate for these names.
    pub(crate) fn make(names: &[String]) -> Result<Self, StartError> {
        let mut params = CertificateParams::new(names.to_vec())?;
        let mut name = DistinguishedName::new();
        name.push(DnType::CommonName, "KATA-SIMULATOR");
        params.distinguished_name = name;
        params.not_before = datetime!(2024-01-01 00:00 UTC);
        params.not_after = datetime!(2044-01-01 00:00 UTC);
        let key = KeyPair::generate()?;
        let certificate = params.self_signed(&key)?;

        let private = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(aws_lc_rs::default_provider());
        let callers = Arc::new(AnyCertificate(Arc::clone(&provider)));
        let tls = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_client_cert_verifier(callers)
            .with_single_cert(vec![certificate.der().clone()], private)?;
        Ok(Self {
            pem: certificate.pem(),
            fingerprint: fingerprint(certificate.der()),
            tls: Arc::new(tls),
        })
    }
}
