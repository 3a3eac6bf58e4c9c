//! The numbers of a public key, from the texts of a JWK to what checks signatures.
//!
//! Issuers write the same number in several ways: with zero octets in front, with padding, in the
//! other alphabet of base64, with line ends. A number is brought into one form here, and the
//! cryptographic library parses it once, at load: what it does not take can check nothing, and must
//! not be counted as if it could.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA256, RsaParameters, RsaPublicKeyComponents,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use serde_json::{Map, Value};

use crate::left_out::LeftOut;

/// Shorter RSA keys must not be used (RFC 7518 section 3.3); longer ones cannot be, and would cost
/// a verification dear.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// The library verifies with none that has more.
const MOST_EXPONENT_BITS: usize = 33;

/// Octets of a coordinate on P-256, and of a key of Ed25519.
const OCTETS: usize = 32;

/// Marks a point with both coordinates (SEC 1 section 2.3.3).
const UNCOMPRESSED: u8 = 4;

type Members = Map<String, Value>;

pub(crate) fn rsa(members: &Members, algorithm: Algorithm) -> Result<ParsedPublicKey, LeftOut> {
    let n = number(members, "n")?;
    let e = number(members, "e")?;
    if !RSA_BITS.contains(&bits(&n)) {
        return Err(LeftOut::Size);
    }
    let is_odd = |number: &[u8]| number.last().is_some_and(|it| it % 2 == 1);
    // One, or an even number, makes every message its own signature, or none.
    if !is_odd(&n) || !is_odd(&e) || *e == [1] || bits(&e) > MOST_EXPONENT_BITS {
        return Err(LeftOut::Numbers);
    }
    let parameters: &'static RsaParameters = if algorithm == Algorithm::PS256 {
        &RSA_PSS_2048_8192_SHA256
    } else {
        &RSA_PKCS1_2048_8192_SHA256
    };
    let key = RsaPublicKeyComponents { n, e };
    key.to_parsed_public_key(parameters)
        .map_err(|_| LeftOut::Numbers)
}

pub(crate) fn p256(members: &Members) -> Result<ParsedPublicKey, LeftOut> {
    let mut point = vec![UNCOMPRESSED];
    for name in ["x", "y"] {
        let coordinate = number(members, name)?;
        let zeros = OCTETS
            .checked_sub(coordinate.len())
            .ok_or(LeftOut::Numbers)?;
        point.resize(point.len() + zeros, 0);
        point.extend(coordinate);
    }
    // Refuses what is not on the curve.
    ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).map_err(|_| LeftOut::Numbers)
}

/// Not a number but octets (RFC 8037 section 2): a zero in front is one of them.
pub(crate) fn ed25519(members: &Members) -> Result<ParsedPublicKey, LeftOut> {
    let octets = octets(members, "x")?;
    if octets.len() != OCTETS {
        return Err(LeftOut::Numbers);
    }
    ParsedPublicKey::new(&ED25519, octets).map_err(|_| LeftOut::Numbers)
}

/// A number without zero octets in front.
fn number(members: &Members, name: &str) -> Result<Vec<u8>, LeftOut> {
    let mut octets = octets(members, name)?;
    let zeros = octets.iter().take_while(|it| **it == 0).count();
    octets.drain(..zeros);
    Ok(octets)
}

fn octets(members: &Members, name: &str) -> Result<Vec<u8>, LeftOut> {
    let missing = if members.contains_key("x5c") {
        LeftOut::Certificate
    } else {
        LeftOut::Numbers
    };
    let text = match members.get(name) {
        None | Some(Value::Null) => return Err(missing),
        Some(Value::String(text)) => text,
        Some(Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
            return Err(LeftOut::Numbers);
        }
    };
    let letters: String = text
        .trim_ascii()
        .trim_end_matches('=')
        .chars()
        .filter(|it| !it.is_ascii_whitespace())
        .map(|it| match it {
            '+' => '-',
            '/' => '_',
            other => other,
        })
        .collect();
    URL_SAFE_NO_PAD
        .decode(letters)
        .map_err(|_| LeftOut::Numbers)
}

/// How many bits a number without zero octets in front has.
fn bits(number: &[u8]) -> usize {
    number
        .first()
        .map_or(0, |it| 8 * number.len() - it.leading_zeros() as usize)
}
