//! Certificates as servers have them; the tests of the clients use this file too.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DnType, IsCa, KeyPair, PublicKeyData as _,
};
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::sign::{CertifiedKey, SingleCertAndKey};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{ServerConfig, SupportedProtocolVersion};
use trust::Trust;

pub(crate) const BOTH: &[&SupportedProtocolVersion] = &[&TLS13, &TLS12];

/// A certificate as Kaspersky's servers make it: self-signed, a common name only, marked as a CA.
pub(crate) struct Identity {
    pub(crate) certificate: CertificateDer<'static>,
    pub(crate) pem: String,
    key: KeyPair,
}

impl Identity {
    pub(crate) fn like_kaspersky() -> Self {
        Self::signed_by(KeyPair::generate().unwrap())
    }

    /// Another certificate for the same name, with this key.
    pub(crate) fn signed_by(key: KeyPair) -> Self {
        let mut params = CertificateParams::default();
        params
            .distinguished_name
            .push(DnType::CommonName, "server.example");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).unwrap();
        Self {
            pem: certificate.pem(),
            certificate: certificate.into(),
            key,
        }
    }

    pub(crate) fn key(&self) -> KeyPair {
        KeyPair::from_pem(&self.key.serialize_pem()).unwrap()
    }

    /// A certificate with an extension that nobody knows, marked as critical.
    pub(crate) fn with_unknown_critical_extension() -> Self {
        let mut extension =
            CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 99999, 1], vec![5, 0]);
        extension.set_criticality(true);
        let mut params = CertificateParams::default();
        params.custom_extensions.push(extension);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Self {
            pem: certificate.pem(),
            certificate: certificate.into(),
            key,
        }
    }

    /// A certificate of version 1, as tools of old made them: no version, no extensions.
    pub(crate) fn version_1() -> Self {
        let modern = Self::like_kaspersky();
        let der = |tag: u8, parts: &[&[u8]]| {
            let content = parts.concat();
            let length = u16::try_from(content.len()).unwrap().to_be_bytes();
            [&[tag, 0x82], length.as_slice(), &content].concat()
        };
        let algorithm = der(0x30, &[&[6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2]]);
        let common_name = der(
            0x30,
            &[&[6, 3, 0x55, 4, 3], &der(0x0c, &[b"server.example"])],
        );
        let name = der(0x30, &[&der(0x31, &[&common_name])]);
        let validity = der(
            0x30,
            &[
                &der(0x17, &[b"700101000000Z"]),
                &der(0x17, &[b"710101000000Z"]),
            ],
        );
        let key_info = modern.key.subject_public_key_info();
        let tbs = der(
            0x30,
            &[&[2, 1, 1], &algorithm, &name, &validity, &name, &key_info],
        );
        // Nobody checks what a certificate says of itself when it is compared byte by byte.
        let certificate = der(0x30, &[&tbs, &algorithm, &[3, 2, 0, 0]]);
        Self {
            certificate: certificate.into(),
            pem: String::new(),
            key: modern.key,
        }
    }

    /// The same certificate and key once more, for a second server behind the same pin.
    pub(crate) fn twin(&self) -> Self {
        Self {
            certificate: self.certificate.clone(),
            pem: self.pem.clone(),
            key: self.key(),
        }
    }

    /// The certificate of this one in the hands of somebody with another key.
    pub(crate) fn with_key(self, key: KeyPair) -> Self {
        Self { key, ..self }
    }

    /// A certificate for a server, signed by this one.
    pub(crate) fn issue(&self, name: &str) -> Self {
        self.issue_with(name, |_| ())
    }

    /// The same, good for these years only.
    pub(crate) fn issue_for_years(&self, name: &str, from: i32, to: i32) -> Self {
        self.issue_with(name, |params| {
            params.not_before = rcgen::date_time_ymd(from, 1, 1);
            params.not_after = rcgen::date_time_ymd(to, 1, 1);
        })
    }

    fn issue_with(&self, name: &str, change: impl Fn(&mut CertificateParams)) -> Self {
        let mut own = CertificateParams::default();
        own.distinguished_name
            .push(DnType::CommonName, "server.example");
        own.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = rcgen::Issuer::new(own, &self.key);
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        change(&mut params);
        let certificate = params.signed_by(&key, &issuer).unwrap();
        Self {
            pem: certificate.pem(),
            certificate: certificate.into(),
            key,
        }
    }

    pub(crate) fn pin(&self) -> Trust {
        Trust::pinned(&self.certificate).unwrap()
    }

    /// What a server does that shows this certificate.
    pub(crate) fn shown_with(
        &self,
        versions: &[&'static SupportedProtocolVersion],
    ) -> ServerConfig {
        let provider = aws_lc_rs::default_provider();
        let key = PrivateKeyDer::try_from(self.key.serialize_der()).unwrap();
        let key = provider.key_provider.load_private_key(key).unwrap();
        // Not `with_single_cert`, which would not take a certificate that rustls does not like.
        let shown = CertifiedKey::new(vec![self.certificate.clone()], key);
        ServerConfig::builder_with_provider(Arc::new(provider))
            .with_protocol_versions(versions)
            .unwrap()
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(SingleCertAndKey::from(shown)))
    }
}
