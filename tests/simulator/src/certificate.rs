//! The server's certificate: like `klserver.cer`, self-signed, a CA, with a common name and no
//! alternative names.
//!
//! A stock TLS verifier refuses it, as it refuses a real server's; a client must pin it. It lies in
//! a temporary folder for as long as the simulator lives.

use crate::start_error::StartError;
use rcgen::{BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, KeyPair};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;
use time::macros::datetime;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// The certificate, where it lies, and the TLS settings that use it.
pub(crate) struct Certificate {
    pem: String,
    file: PathBuf,
    _folder: TempDir,
    pub(crate) tls: Arc<ServerConfig>,
}

impl Certificate {
    /// Makes a fresh key and certificate.
    pub(crate) fn make() -> Result<Self, StartError> {
        let mut params = CertificateParams::default();
        let mut name = DistinguishedName::new();
        name.push(DnType::CommonName, "KSC-SIMULATOR");
        params.distinguished_name = name;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.not_before = datetime!(2024-01-01 00:00 UTC);
        params.not_after = datetime!(2044-01-01 00:00 UTC);
        let key = KeyPair::generate()?;
        let certificate = params.self_signed(&key)?;
        let pem = certificate.pem();

        let folder = TempDir::with_prefix("ksc-simulator-").map_err(StartError::Folder)?;
        let file = folder.path().join("klserver.cer");
        std::fs::write(&file, &pem).map_err(StartError::Folder)?;

        let private = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let tls = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], private)?;
        Ok(Self {
            pem,
            file,
            _folder: folder,
            tls: Arc::new(tls),
        })
    }

    pub(crate) fn pem(&self) -> &str {
        &self.pem
    }

    pub(crate) fn file(&self) -> &Path {
        &self.file
    }
}
