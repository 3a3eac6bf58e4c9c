//! One verification key, and what it may be used for.

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind};
use serde_json::Value;

/// Members of a JWK that only the owner of the key may know (RFC 7518 sections 6.2.2 and 6.3.2).
const PRIVATE: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "oth"];

/// Shorter RSA keys must not be used (RFC 7518 section 3.3); longer ones cannot be, and would cost
/// a verification dear.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

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

    /// Whether it is the same key, with the same use.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let same_numbers = match (self.decoding.kind(), other.decoding.kind()) {
            (DecodingKeyKind::SecretOrDer(one), DecodingKeyKind::SecretOrDer(other)) => {
                one == other
            }
            (
                DecodingKeyKind::RsaModulusExponent { n, e },
                DecodingKeyKind::RsaModulusExponent { n: other, e: to },
            ) => n == other && e == to,
            (DecodingKeyKind::SecretOrDer(_), DecodingKeyKind::RsaModulusExponent { .. })
            | (DecodingKeyKind::RsaModulusExponent { .. }, DecodingKeyKind::SecretOrDer(_)) => {
                false
            }
        };
        same_numbers && self.algorithms == other.algorithms
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
        let operations = jwk.common.key_operations.as_ref();
        if operations.is_some_and(|it| !it.contains(&KeyOperations::Verify)) {
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
        let decoding = DecodingKey::from_jwk(jwk).ok();
        let decoding = decoding.filter(|it| is_sound(it, &algorithms))?;
        Some(Self {
            id: jwk.common.key_id.clone(),
            algorithms,
            decoding,
        })
    }
}

/// Whether the numbers of a key are such as a key of its kind has. A key that can never verify
/// anything is none: it would stand in the way of the one that can.
fn is_sound(key: &DecodingKey, algorithms: &[Algorithm]) -> bool {
    match key.kind() {
        DecodingKeyKind::RsaModulusExponent { n, e } => {
            let n = without_zeros(n);
            let bits = n
                .first()
                .map_or(0, |it| 8 * n.len() - it.leading_zeros() as usize);
            let e = without_zeros(e);
            // One, or an even number, makes every message its own signature, or none.
            let is_exponent = e.last().is_some_and(|it| it % 2 == 1) && *e != [1];
            RSA_BITS.contains(&bits) && is_exponent
        }
        // A key of Ed25519, or a point of P-256 with its leading byte.
        DecodingKeyKind::SecretOrDer(bytes) => {
            let length = if algorithms.contains(&Algorithm::EdDSA) {
                32
            } else {
                65
            };
            bytes.len() == length
        }
    }
}

fn without_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|it| **it == 0).count();
    &number[zeros..]
}

/// The usable keys of a JWK set document. Members that cannot be read as keys at all are passed
/// over one by one: a new key type at the issuer must not take the old keys away.
pub(crate) fn usable(document: &[u8]) -> Result<Vec<Key>, serde_json::Error> {
    let mut document: Value = serde_json::from_slice(document)?;
    let Some(Value::Array(members)) = document.get_mut("keys").map(Value::take) else {
        return Err(serde::de::Error::missing_field("keys"));
    };
    Ok(members.into_iter().filter_map(one).collect())
}

/// A usable key. One whose private half is published with it is anybody's key.
fn one(member: Value) -> Option<Key> {
    if PRIVATE.iter().any(|it| member.get(it).is_some()) {
        let kid = member.get("kid").and_then(Value::as_str);
        tracing::error!(
            jwk.kid = kid,
            "the issuer publishes a private key; it is not used"
        );
        return None;
    }
    Key::from_jwk(&serde_json::from_value(member).ok()?)
}
