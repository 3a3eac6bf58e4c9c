//! The claims of a token whose signature is good: who calls, what it may do, and until when.
//!
//! Signature, `exp`, `nbf`, `iss` and `aud` have been checked by the library when they come here. It
//! reads some of them generously; what is ambiguous is refused here.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Number, Value};
use time::{Duration, OffsetDateTime};

use super::identity::Identity;
use super::scope::Caller;
use super::standing::Standing;
use super::token::Refusal;

/// Claims that other kinds of tokens from the same issuer have and access tokens do not: ID tokens
/// (OIDC Core, section 3), and security events, logout tokens among them (RFC 8417).
const OF_OTHER_KINDS: &[&str] = &["at_hash", "c_hash", "s_hash", "events"];

/// What the gateway reads.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    exp: Number,
    nbf: Option<Number>,
    iat: Option<Number>,
    sub: Option<String>,
    client_id: Option<String>,
    azp: Option<String>,
    scope: Option<Scopes>,
    scp: Option<Scopes>,
    /// Keycloak's word for the kind: `Bearer`, `ID`, `Refresh`, `Offline`, `Logout`.
    typ: Option<String>,
}

/// Issuers write scopes as one text (RFC 8693) or as a list.
#[derive(Deserialize)]
#[serde(untagged)]
enum Scopes {
    Text(String),
    List(Vec<String>),
}

/// The caller that these claims name, at `now`, to an issuer's clock that is off by `leeway` at most.
pub(super) fn caller(
    claims: Value,
    issuer: &Arc<str>,
    now: u64,
    leeway: u64,
    standing: Standing,
) -> Result<Caller, Refusal> {
    let other_kind = Refusal::Invalid("it is not an access token");
    if OF_OTHER_KINDS.iter().any(|it| claims.get(it).is_some()) {
        return Err(other_kind);
    }
    // A list would be read by position.
    if !claims.is_object() {
        return Err(Refusal::Invalid("the claims are not an object"));
    }
    // Bound to its holder's key (RFC 7800), which nobody here asks to be proven: as a bearer token it
    // would be good for whoever has stolen it.
    if claims.get("cnf").is_some() {
        return Err(Refusal::Invalid(
            "it is bound to a key and must not be taken without its proof",
        ));
    }
    let claims: Claims = serde_json::from_value(claims)
        .map_err(|_| Refusal::Invalid("a claim has the wrong type or is missing"))?;
    if claims
        .typ
        .is_some_and(|it| !it.eq_ignore_ascii_case("bearer"))
    {
        return Err(other_kind);
    }
    // The library takes a list of issuers, of which one must fit: there is one, and it signs.
    if *claims.iss != **issuer {
        return Err(Refusal::Invalid("it is from another issuer"));
    }
    let expires = moment(&claims.exp).ok_or(Refusal::Invalid("it expires beyond all calendars"))?;
    if let Some(issued) = &claims.iat {
        let issued =
            moment(issued).ok_or(Refusal::Invalid("it was issued beyond all calendars"))?;
        let latest = now.saturating_add(leeway);
        if issued.unix_timestamp() > i64::try_from(latest).unwrap_or(i64::MAX) {
            return Err(Refusal::Invalid("it is not issued yet"));
        }
    }
    if claims.nbf.is_some_and(|it| moment(&it).is_none()) {
        return Err(Refusal::Invalid("it is valid beyond all calendars"));
    }
    let identity = Identity::of(claims.sub, claims.client_id, claims.azp)?;
    let mut scopes = BTreeSet::new();
    for given in [claims.scope, claims.scp].into_iter().flatten() {
        match given {
            // By the space alone (RFC 6749 section 3.3): to Unicode there are many blanks.
            Scopes::Text(text) => scopes.extend(text.split(' ').map(str::to_owned)),
            Scopes::List(list) => scopes.extend(list),
        }
    }
    scopes.remove("");
    Ok(Caller {
        id: identity.to_string().into(),
        issuer: Arc::clone(issuer),
        expires: expires.saturating_add(Duration::seconds(leeway.cast_signed())),
        scopes: Arc::new(scopes),
        standing: Arc::new(standing),
    })
}

/// The moment that a claim names, whole or not; none when it is beyond all calendars.
fn moment(seconds: &Number) -> Option<OffsetDateTime> {
    let parts = || Duration::checked_seconds_f64(seconds.as_f64()?);
    let whole = seconds
        .as_i64()
        .or_else(|| parts().map(Duration::whole_seconds))?;
    OffsetDateTime::from_unix_timestamp(whole).ok()
}
