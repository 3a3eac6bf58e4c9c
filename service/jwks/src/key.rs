//! One verification key, and what it may be used for.

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};

/// A public key of the issuer, with the algorithms that it may verify.
pub struct Key {
    id: Option<String>,
    algorithms: Vec<Algorithm>,
    decoding: DecodingKey,
}

impl Key {
    /// The key's `kid`, when the set gives one.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The key in the form that a verifier takes.
    #[must_use]
    pub fn decoding(&self) -> &DecodingKey {
        &self.decoding
    }

    /// Whether a signature with this algorithm may be checked with this key.
    #[must_use]
    pub fn serves(&self, algorithm: Algorithm) -> bool {
        self.algorithms.contains(&algorithm)
    }

    /// A key from its JWK, or nothing when it is not one that a token may be signed with:
    /// symmetric keys, encryption keys, unknown curves and algorithms are passed over, because
    /// an issuer's set may well hold them for other purposes (RFC 7517 section 5).
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the list of key types is open; a type that is not named is never used"
    )]
    fn from_jwk(jwk: &Jwk) -> Option<Self> {
        if jwk
            .common
            .public_key_use
            .as_ref()
            .is_some_and(|it| *it != PublicKeyUse::Signature)
        {
            return None;
        }
        let possible: &[Algorithm] = match &jwk.algorithm {
            AlgorithmParameters::RSA(_) => &[Algorithm::RS256, Algorithm::PS256],
            AlgorithmParameters::EllipticCurve(it) if it.curve == EllipticCurve::P256 => {
                &[Algorithm::ES256]
            }
            AlgorithmParameters::OctetKeyPair(it) if it.curve == EllipticCurve::Ed25519 => {
                &[Algorithm::EdDSA]
            }
            _ => return None,
        };
        let declared = jwk.common.key_algorithm.as_ref().map(ToString::to_string);
        let algorithms: Vec<Algorithm> = possible
            .iter()
            .copied()
            .filter(|it| {
                declared
                    .as_ref()
                    .is_none_or(|name| *name == format!("{it:?}"))
            })
            .collect();
        if algorithms.is_empty() {
            return None;
        }
        let decoding = DecodingKey::from_jwk(jwk).ok()?;
        Some(Self {
            id: jwk.common.key_id.clone(),
            algorithms,
            decoding,
        })
    }
}

/// The usable keys of a JWK set document. Members that cannot be read as keys at all are passed
/// over one by one: a new key type at the issuer must not take the old keys away.
pub(crate) fn usable(document: &[u8]) -> Result<Vec<Key>, serde_json::Error> {
    let raw: serde_json::Value = serde_json::from_slice(document)?;
    if let Ok(set) = serde_json::from_value::<JwkSet>(raw.clone()) {
        return Ok(set.keys.iter().filter_map(Key::from_jwk).collect());
    }
    let members = raw
        .get("keys")
        .and_then(serde_json::Value::as_array)
        .cloned();
    let Some(members) = members else {
        return Err(serde::de::Error::missing_field("keys"));
    };
    Ok(members
        .into_iter()
        .filter_map(|it| serde_json::from_value::<Jwk>(it).ok())
        .filter_map(|it| Key::from_jwk(&it))
        .collect())
}
