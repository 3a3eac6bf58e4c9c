//! One verification key, and what it may be used for.

use std::fmt;

use aws_lc_rs::signature::ParsedPublicKey;
use jsonwebtoken::Algorithm;
use serde_json::{Map, Value};

use crate::left_out::LeftOut;
use crate::numbers;

/// Members of a JWK that only the owner of the key may know (RFC 7518 sections 6.2.2 and 6.3.2).
const PRIVATE: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "oth"];

/// A public key of the issuer, with the algorithms that it may verify.
pub struct Key {
    id: Option<String>,
    /// Parsed at load, one for each algorithm that it serves.
    public: Vec<(Algorithm, ParsedPublicKey)>,
}

/// What kind of key a JWK is.
#[derive(Clone, Copy)]
enum Kind {
    Rsa,
    P256,
    Ed25519,
}

impl Kind {
    fn of(members: &Map<String, Value>) -> Result<Self, LeftOut> {
        let text = |name: &str| members.get(name).and_then(Value::as_str);
        match (text("kty"), text("crv")) {
            (Some("RSA"), _) => Ok(Self::Rsa),
            (Some("EC"), Some("P-256")) => Ok(Self::P256),
            (Some("OKP"), Some("Ed25519")) => Ok(Self::Ed25519),
            (_, _) => Err(LeftOut::Kind),
        }
    }

    const fn possible(self) -> &'static [Algorithm] {
        match self {
            Self::Rsa => &[Algorithm::RS256, Algorithm::PS256],
            Self::P256 => &[Algorithm::ES256],
            Self::Ed25519 => &[Algorithm::EdDSA],
        }
    }
}

impl Key {
    /// The key's `kid`, when the set gives one.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// Whether a signature with this algorithm may be checked with this key.
    #[must_use]
    pub fn serves(&self, algorithm: Algorithm) -> bool {
        self.public.iter().any(|(it, _)| *it == algorithm)
    }

    /// Whether it is the signature of this message, made with this algorithm and the private half
    /// of this key.
    #[must_use]
    pub fn has_signed(&self, message: &[u8], signature: &[u8], algorithm: Algorithm) -> bool {
        self.public
            .iter()
            .find(|(it, _)| *it == algorithm)
            .is_some_and(|(_, key)| key.verify_sig(message, signature).is_ok())
    }

    /// Whether it is the same key, with the same use.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        if std::ptr::eq(self, other) {
            return true;
        }
        let numbers = |key: &Self| -> Vec<(Algorithm, Vec<u8>)> {
            let public = key.public.iter();
            public
                .map(|(it, key)| (*it, key.as_ref().to_vec()))
                .collect()
        };
        numbers(self) == numbers(other)
    }

    /// Whether it is made of the same numbers, for whatever use.
    pub(crate) fn shares_numbers(&self, other: &Self) -> bool {
        let numbers = |key: &Self| key.public.first().map(|(_, it)| it.as_ref().to_vec());
        numbers(self) == numbers(other)
    }

    /// The algorithms that it serves.
    pub(crate) fn algorithms(&self) -> impl Iterator<Item = Algorithm> {
        self.public.iter().map(|(it, _)| *it)
    }

    /// Takes an algorithm away; whether any is left.
    pub(crate) fn give_up(&mut self, algorithm: Algorithm) -> bool {
        self.public.retain(|(it, _)| *it != algorithm);
        !self.public.is_empty()
    }

    /// A key from the members of its JWK, for those of its algorithms that are accepted.
    ///
    /// Symmetric keys, encryption keys, unknown curves and algorithms are left out, because an
    /// issuer's set may well hold them for other purposes (RFC 7517 section 5).
    pub(crate) fn read(
        members: &Map<String, Value>,
        accepted: &[Algorithm],
    ) -> Result<Self, LeftOut> {
        if is_private(members) {
            return Err(LeftOut::Private);
        }
        Self::public_half(members, accepted)
    }

    /// The public half of a key, whatever is published with it.
    pub(crate) fn public_half(
        members: &Map<String, Value>,
        accepted: &[Algorithm],
    ) -> Result<Self, LeftOut> {
        let id = match members.get("kid") {
            None | Some(Value::Null) => None,
            Some(Value::String(id)) => Some(id.clone()),
            Some(Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                return Err(LeftOut::Id);
            }
        };
        if !is_for_signatures(members) {
            return Err(LeftOut::Use);
        }
        let kind = Kind::of(members)?;
        let declared = match members.get("alg") {
            None | Some(Value::Null) => None,
            Some(Value::String(name)) => Some(name.as_str()),
            Some(Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                return Err(LeftOut::Algorithm);
            }
        };
        let possible = kind.possible().iter().copied();
        let mut algorithms: Vec<Algorithm> = possible
            .filter(|it| declared.is_none_or(|name| is_named(*it, name)))
            .collect();
        if algorithms.is_empty() {
            return Err(LeftOut::Algorithm);
        }
        algorithms.retain(|it| accepted.contains(it));
        if algorithms.is_empty() {
            return Err(LeftOut::NotAccepted);
        }
        let parsed = |algorithm: Algorithm| {
            let key = match kind {
                Kind::Rsa => numbers::rsa(members, algorithm),
                Kind::P256 => numbers::p256(members),
                Kind::Ed25519 => numbers::ed25519(members),
            };
            key.map(|it| (algorithm, it))
        };
        let public: Result<Vec<_>, LeftOut> = algorithms.into_iter().map(parsed).collect();
        Ok(Self {
            id,
            public: public?,
        })
    }
}

/// Whether a key is published with what only its owner may know.
pub(crate) fn is_private(members: &Map<String, Value>) -> bool {
    PRIVATE.iter().any(|it| members.contains_key(*it))
}

/// Whether `alg` names it: exactly, as all names of algorithms are written (RFC 7515 section
/// 4.1.1). `Ed25519` is what RFC 9864 calls `EdDSA` with this curve.
fn is_named(algorithm: Algorithm, name: &str) -> bool {
    name == format!("{algorithm:?}") || (algorithm == Algorithm::EdDSA && name == "Ed25519")
}

/// Whether neither `use` nor `key_ops` keep it for something else. Both are read exactly (RFC 7517
/// section 4.2).
fn is_for_signatures(members: &Map<String, Value>) -> bool {
    let has_use = match members.get("use") {
        None | Some(Value::Null) => true,
        Some(it) => it == "sig",
    };
    let has_operations = match members.get("key_ops") {
        None | Some(Value::Null) => true,
        Some(Value::Array(list)) => {
            list.iter().all(Value::is_string) && list.iter().any(|it| it == "verify")
        }
        Some(Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_)) => false,
    };
    has_use && has_operations
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let algorithms: Vec<Algorithm> = self.algorithms().collect();
        f.debug_struct("Key")
            .field("id", &self.id)
            .field("algorithms", &algorithms)
            .finish_non_exhaustive()
    }
}
