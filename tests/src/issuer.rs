//! An issuer of access tokens: keys, a key set, and tokens good and bad.

use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rcgen::{
    KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ED25519, PKCS_RSA_SHA256, PublicKeyData as _, RsaKeySize,
};
use serde_json::{Value, json};

/// Every scope that there is.
pub const EVERYTHING: &str = "tasks.create tasks.read tasks.cancel hosts.read settings.check";

/// One signing key.
struct Key {
    id: String,
    algorithm: Algorithm,
    private: EncodingKey,
    public: Value,
    /// The public key as certificates and PEM files hold it (`SubjectPublicKeyInfo`).
    spki: Vec<u8>,
}

/// An issuer with a key for each algorithm that the gateway accepts.
pub struct Issuer {
    keys: Vec<Key>,
}

/// What a token says; start from [`Token::of`] and change what the test is about.
#[derive(Debug, Clone)]
pub struct Token {
    /// The claims.
    pub claims: Value,
    /// The algorithm, and with it the key.
    pub algorithm: Algorithm,
    /// Members of the header beside `alg`, `typ` and `kid`.
    pub header: Header,
}

impl Issuer {
    /// Its name, `iss`.
    pub const NAME: &str = "https://issuer.example";
    /// Whom it issues tokens for, `aud`.
    pub const AUDIENCE: &str = "edr-gateway";

    /// The issuer of this process: making an RSA key takes a moment, so there is one.
    #[must_use]
    pub fn shared() -> &'static Self {
        static SHARED: LazyLock<Issuer> = LazyLock::new(|| Issuer::with_ids("a"));
        &SHARED
    }

    /// An issuer with fresh keys whose ids end in this.
    ///
    /// # Panics
    /// When no key can be made.
    #[must_use]
    pub fn with_ids(suffix: &str) -> Self {
        let rsa = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).expect("a key");
        let curve = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).expect("a key");
        let edwards = KeyPair::generate_for(&PKCS_ED25519).expect("a key");
        let rsa_key = || EncodingKey::from_rsa_pem(rsa.serialize_pem().as_bytes()).expect("PEM");
        let ec_key = EncodingKey::from_ec_pem(curve.serialize_pem().as_bytes()).expect("PEM");
        let ed_key = EncodingKey::from_ed_pem(edwards.serialize_pem().as_bytes()).expect("PEM");
        // The library cannot make a JWK of an Ed25519 key; RFC 8037 says what it looks like.
        let ed_public = json!({"kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(edwards.public_key_raw())});
        let public = |key: &EncodingKey, algorithm: Algorithm| {
            let jwk = Jwk::from_encoding_key(key, algorithm).expect("a public key");
            serde_json::to_value(jwk).expect("plain data")
        };
        let key = |algorithm: Algorithm, key: EncodingKey, mut public: Value, pair: &KeyPair| {
            let id = format!("{algorithm:?}-{suffix}").to_lowercase();
            public["kid"] = id.clone().into();
            public["alg"] = format!("{algorithm:?}").into();
            public["use"] = "sig".into();
            Key {
                id,
                algorithm,
                private: key,
                public,
                spki: pair.subject_public_key_info(),
            }
        };
        let (rs256, ps256) = (rsa_key(), rsa_key());
        let keys = vec![
            key(
                Algorithm::ES256,
                ec_key.clone(),
                public(&ec_key, Algorithm::ES256),
                &curve,
            ),
            key(
                Algorithm::RS256,
                rs256.clone(),
                public(&rs256, Algorithm::RS256),
                &rsa,
            ),
            key(
                Algorithm::PS256,
                ps256.clone(),
                public(&ps256, Algorithm::PS256),
                &rsa,
            ),
            key(Algorithm::EdDSA, ed_key, ed_public, &edwards),
        ];
        Self { keys }
    }

    /// The public keys.
    #[must_use]
    pub fn key_set(&self) -> Value {
        json!({"keys": self.keys.iter().map(|it| it.public.clone()).collect::<Vec<_>>()})
    }

    /// Signs a token.
    ///
    /// # Panics
    /// When the issuer has no key for its algorithm.
    #[must_use]
    pub fn sign(&self, token: &Token) -> String {
        let key = self.key(token.algorithm);
        let mut header = token.header.clone();
        header.kid = header.kid.or_else(|| Some(key.id.clone()));
        encode(&header, &token.claims, &key.private).expect("a signature")
    }

    /// Signs two parts as they stand, encoded already: a token that no library would make.
    ///
    /// # Panics
    /// When the issuer has no key for the algorithm.
    #[must_use]
    pub fn sign_parts(&self, header: &str, claims: &str, algorithm: Algorithm) -> String {
        let message = format!("{header}.{claims}");
        let key = &self.key(algorithm).private;
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), key, algorithm);
        format!("{message}.{}", signature.expect("a signature"))
    }

    /// The public key for an algorithm, as JWK.
    ///
    /// # Panics
    /// When the issuer has none.
    #[must_use]
    pub fn public_jwk(&self, algorithm: Algorithm) -> Value {
        self.key(algorithm).public.clone()
    }

    /// The public key for an algorithm, as PEM files and certificates hold it.
    ///
    /// # Panics
    /// When the issuer has none.
    #[must_use]
    pub fn public_der(&self, algorithm: Algorithm) -> &[u8] {
        &self.key(algorithm).spki
    }

    fn key(&self, algorithm: Algorithm) -> &Key {
        self.keys
            .iter()
            .find(|it| it.algorithm == algorithm)
            .expect("a key")
    }
}

impl Token {
    /// A good token of this caller, with these scopes, for the next hour.
    #[must_use]
    pub fn of(caller: &str, scopes: &str) -> Self {
        let now = unix_now();
        Self {
            claims: json!({
                "iss": Issuer::NAME, "aud": Issuer::AUDIENCE, "sub": caller, "scope": scopes,
                "iat": now, "exp": now + 3600,
            }),
            algorithm: Algorithm::ES256,
            header: Header::new(Algorithm::ES256),
        }
    }

    /// The same with another algorithm.
    #[must_use]
    pub fn signed_with(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = algorithm;
        self.header.alg = algorithm;
        self
    }

    /// The same with another claim; `null` takes it away.
    #[must_use]
    pub fn with(mut self, claim: &str, value: Value) -> Self {
        if value.is_null() {
            self.claims
                .as_object_mut()
                .expect("claims are an object")
                .remove(claim);
        } else {
            self.claims[claim] = value;
        }
        self
    }
}

/// Seconds since 1970, by the clock that tokens are checked with.
///
/// # Panics
/// When the machine's clock stands before 1970.
#[expect(
    clippy::disallowed_methods,
    reason = "tokens live by the system's time, not the gateway's clock"
)]
#[must_use]
pub(crate) fn unix_now() -> u64 {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or(Duration::ZERO)
        .as_secs()
}
