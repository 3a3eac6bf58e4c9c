//! The header of a token: what it says about itself before anything of it is believed.
//!
//! Read strictly (RFC 8725 section 3.10): a member named twice means one thing to one parser and
//! another to the next, and a member that asks for more than a signature check with a key of ours
//! is not passed over but refused, whatever its value.
//!
//! What brings a key or says where one is (`jku`, `jwk`, `x5u`, `x5c`, `x5t`) is passed over:
//! issuers write it into every token, and keys come from the operator's settings alone (RFC 7515
//! section 4.1, RFC 8725 section 3.10).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use serde_json::Value;

use super::refusal::Refusal;
use vocabulary::strict;

/// Members that no access token for this gateway has, and why each is refused.
const REFUSED: &[(&str, &str)] = &[
    // An extension that is not known here must not be passed over (RFC 7515 section 4.1.11); none
    // is.
    ("crit", "the token asks for an extension"),
    ("b64", "the token asks for an extension"),
    ("zip", "the token asks for an extension"),
    ("enc", "the token is encrypted"),
    // A token in a token: what is signed are claims, not another token (RFC 7519 section 5.2).
    ("cty", "the token holds something other than claims"),
];

/// What is needed to find the key.
pub(super) struct Header {
    pub(super) algorithm: Algorithm,
    pub(super) kid: Option<String>,
}

/// Reads the header, the first part of a token.
pub(super) fn read(header: &str) -> Result<Header, Refusal> {
    let malformed = Refusal::because("the header is malformed");
    let Ok(text) = URL_SAFE_NO_PAD.decode(header) else {
        return Err(malformed);
    };
    let members = match strict::parse(&text) {
        Ok(Value::Object(members)) => members,
        Err(error) if strict::is_repeated(&error) => {
            return Err(Refusal::because("the header names a member twice"));
        }
        Ok(_) | Err(_) => return Err(malformed),
    };
    if let Some((_, cause)) = REFUSED.iter().find(|(it, _)| members.contains_key(*it)) {
        return Err(Refusal::because(cause));
    }
    let text = |name: &str| match members.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str())),
        Some(_) => Err(Refusal::because(
            "the header has a member of the wrong type",
        )),
    };
    kind(text("typ")?)?;
    let algorithm = text("alg")?.ok_or(Refusal::because("the header names no algorithm"))?;
    Ok(Header {
        algorithm: named(algorithm).ok_or(Refusal::because("the algorithm is not accepted"))?,
        kid: text("kid")?.map(str::to_owned),
    })
}

/// An algorithm by its name; `Ed25519` is what RFC 9864 calls `EdDSA` with that curve, the only
/// one.
fn named(name: &str) -> Option<Algorithm> {
    match name {
        "Ed25519" => Some(Algorithm::EdDSA),
        other => other.parse().ok(),
    }
}

/// Access tokens name themselves so (RFC 9068), or `JWT`, or not at all. A token of another kind
/// from the same issuer is no access token, however good its signature is.
fn kind(typ: Option<&str>) -> Result<(), Refusal> {
    let kind = typ.unwrap_or("JWT").to_ascii_lowercase();
    match kind.strip_prefix("application/").unwrap_or(&kind) {
        "jwt" | "at+jwt" => Ok(()),
        _ => Err(Refusal::because("it is not an access token")),
    }
}
