//! The issuer's private key: made, read, and signed with; never shown.

use std::fmt;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject as _;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What the issuer signs with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SigningAlgorithm {
    /// ECDSA on P-256.
    ES256,
    /// Ed25519.
    #[serde(rename = "EdDSA")]
    EdDsa,
}

impl SigningAlgorithm {
    /// Its name in a token.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ES256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }
}

/// A private key.
pub(super) struct SigningKey {
    /// As it stands in its file.
    pem: SecretString,
    pair: Pair,
}

enum Pair {
    Curve(EcdsaKeyPair),
    Edwards(Ed25519KeyPair),
}

/// A new key.
pub(super) fn generate(algorithm: SigningAlgorithm) -> SigningKey {
    let random = SystemRandom::new();
    let document = match algorithm {
        SigningAlgorithm::ES256 => {
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random)
        }
        SigningAlgorithm::EdDsa => Ed25519KeyPair::generate_pkcs8(&random),
    };
    let document = document.expect("the system has random numbers");
    let pem = pem(document.as_ref());
    SigningKey::read(pem, algorithm).expect("a key that was just made is one")
}

fn pem(document: &[u8]) -> SecretString {
    let letters = STANDARD.encode(document);
    let lines: Vec<&str> = letters
        .as_bytes()
        .chunks(64)
        .filter_map(|it| std::str::from_utf8(it).ok())
        .collect();
    let lines = lines.join("\n");
    format!("-----BEGIN PRIVATE KEY-----\n{lines}\n-----END PRIVATE KEY-----\n").into()
}

impl SigningKey {
    /// A key from the text of its file; nothing when it is none of the algorithm.
    pub(super) fn read(pem: SecretString, algorithm: SigningAlgorithm) -> Option<Self> {
        let document = PrivatePkcs8KeyDer::from_pem_slice(pem.expose_secret().as_bytes()).ok()?;
        let document = document.secret_pkcs8_der();
        let pair = match algorithm {
            SigningAlgorithm::ES256 => Pair::Curve(
                EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document).ok()?,
            ),
            SigningAlgorithm::EdDsa => Pair::Edwards(Ed25519KeyPair::from_pkcs8(document).ok()?),
        };
        Some(Self { pem, pair })
    }

    pub(super) fn pem(&self) -> &str {
        self.pem.expose_secret()
    }

    /// Its public half, by this id.
    pub(super) fn jwk(&self, kid: &str) -> Value {
        let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        match &self.pair {
            Pair::Curve(pair) => {
                // A point as SEC 1 writes it: 4, and the two coordinates.
                let point = pair.public_key().as_ref();
                let (x, y) = point[1..].split_at(32);
                json!({
                    "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": kid,
                    "x": part(x), "y": part(y),
                })
            }
            Pair::Edwards(pair) => json!({
                "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": kid,
                "x": part(pair.public_key().as_ref()),
            }),
        }
    }

    /// A token of these parts.
    pub(super) fn sign(&self, header: &Value, claims: &Value) -> String {
        let part = |it: &Value| URL_SAFE_NO_PAD.encode(it.to_string());
        let message = format!("{}.{}", part(header), part(claims));
        let signature = match &self.pair {
            Pair::Curve(pair) => {
                let signature = pair.sign(&SystemRandom::new(), message.as_bytes());
                let signature = signature.expect("the system has random numbers");
                URL_SAFE_NO_PAD.encode(signature)
            }
            Pair::Edwards(pair) => URL_SAFE_NO_PAD.encode(pair.sign(message.as_bytes())),
        };
        format!("{message}.{signature}")
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey")
    }
}
