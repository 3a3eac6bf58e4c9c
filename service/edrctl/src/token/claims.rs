//! What a token says of itself. Nothing is verified: that is the gateway's to do, and this is for
//! telling a person what may be wrong.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

/// The claims of a JWT; nothing when it is none.
#[must_use]
pub fn claims(token: &SecretString) -> Option<Value> {
    let mut parts = token.expose_secret().split('.');
    let claims = parts.nth(1)?;
    parts.next()?;
    let claims = URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?;
    let claims: Value = serde_json::from_slice(&claims).ok()?;
    claims.is_object().then_some(claims)
}

/// When the token ends, in seconds of Unix time.
#[must_use]
pub fn expiry(token: &SecretString) -> Option<i64> {
    let exp = claims(token)?.get("exp")?.as_f64()?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an end of whole seconds is enough"
    )]
    let exp = exp as i64;
    Some(exp)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_read_and_anything_else_is_none() {
        let claims_of = |text: &str| claims(&SecretString::from(text));
        let middle = URL_SAFE_NO_PAD.encode(br#"{"sub": "kuma", "exp": 1790000000}"#);
        let token = format!("e30.{middle}.sig");
        assert_eq!(
            claims_of(&token).map(|it| it["sub"].clone()),
            Some("kuma".into())
        );
        assert_eq!(expiry(&SecretString::from(token)), Some(1_790_000_000));
        for odd in ["", "a", "a.b", "a.b.c", "..", "e30.MQ.x"] {
            assert_eq!(claims_of(odd), None, "{odd}");
        }
    }
}
