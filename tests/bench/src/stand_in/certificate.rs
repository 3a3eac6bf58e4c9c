//! The stand-in's certificate, made at each start, and the TLS that goes with it.
//!
//! KSC's own has an RSA key. This one has a curve's: a handshake is then as cheap as it can be on
//! this side, and its cost on the other side differs little.

use std::net::Ipv4Addr;
use std::sync::Arc;

use rcgen::{CertificateParams, DnType, KeyPair, SanType};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// A certificate in PEM, and what accepts connections with it.
pub(super) fn make() -> Result<(String, TlsAcceptor), String> {
    let broken = |error: &dyn std::error::Error| error.to_string();
    let mut params = CertificateParams::default();
    params
        .distinguished_name
        .push(DnType::CommonName, "KSC-STAND-IN");
    params.subject_alt_names = vec![SanType::IpAddress(Ipv4Addr::LOCALHOST.into())];
    let key = KeyPair::generate().map_err(|it| broken(&it))?;
    let certificate = params.self_signed(&key).map_err(|it| broken(&it))?;
    let private = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|it| broken(&it))?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private)
        .map_err(|it| broken(&it))?;
    Ok((certificate.pem(), TlsAcceptor::from(Arc::new(config))))
}
