//! The claims of a token, read.
//!
//! They are read once and strictly, whoever signed them, and nothing of them is believed before the
//! signature is good; the issuer alone is looked at earlier, to know whose signature it must be.
//! What is ambiguous is refused, and the cause names the claim and never its value: it is for a
//! log.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use time::{Duration, OffsetDateTime};

use super::refusal::Refusal;
use vocabulary::strict;

/// The claims of one token.
pub(super) type Claims = Map<String, Value>;

/// Reads the claims, the second part of a token.
pub(super) fn read(part: &str) -> Result<Claims, Refusal> {
    let text = URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| Refusal::because("the claims are malformed: not base64url"))?;
    match strict::parse(&text) {
        Ok(Value::Object(claims)) => Ok(claims),
        // A list would be read by position.
        Ok(_) => Err(Refusal::because("the claims are not an object")),
        Err(error) if strict::is_repeated(&error) => {
            Err(Refusal::because("the token makes a claim twice"))
        }
        Err(_) => Err(Refusal::because("the claims are malformed: not JSON")),
    }
}

/// The issuer that the token says it is of: not believed yet, but told which keys to try.
pub(super) fn issuer(claims: &Claims) -> Result<&str, Refusal> {
    text(claims, "iss")?.ok_or_else(|| missing("iss"))
}

/// A claim that is a text, or is not there.
pub(super) fn text<'a>(claims: &'a Claims, name: &str) -> Result<Option<&'a str>, Refusal> {
    match claims.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
            Err(wrong_type(name))
        }
    }
}

/// The moment that a claim names, whole or not.
pub(super) fn moment(claims: &Claims, name: &str) -> Result<Option<OffsetDateTime>, Refusal> {
    let seconds = match claims.get(name) {
        None => return Ok(None),
        // A token that names no end is one without it.
        Some(Value::Null) if name == "exp" => return Ok(None),
        Some(Value::Number(seconds)) => seconds,
        Some(
            Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_),
        ) => {
            return Err(wrong_type(name));
        }
    };
    let parts = || Duration::checked_seconds_f64(seconds.as_f64()?);
    let whole = seconds
        .as_i64()
        .or_else(|| parts().map(Duration::whole_seconds));
    let moment = whole.and_then(|it| OffsetDateTime::from_unix_timestamp(it).ok());
    let beyond = || Refusal::Invalid(format!("the claim {name} is beyond all calendars").into());
    moment.map(Some).ok_or_else(beyond)
}

pub(super) fn missing(name: &str) -> Refusal {
    Refusal::Invalid(format!("the claim {name} is missing").into())
}

pub(super) fn wrong_type(name: &str) -> Refusal {
    Refusal::Invalid(format!("the claim {name} has the wrong type").into())
}
