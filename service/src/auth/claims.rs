//! The claims of a token: who calls, what it may do, and until when.
//!
//! They are read once and strictly, whoever signed them, and nothing of them is believed before the signature is
//! good; the issuer alone is looked at earlier, to know whose signature it must be. What is ambiguous is refused,
//! and the cause names the claim and never its value: it is for a log.

use std::collections::BTreeSet;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use time::{Duration, OffsetDateTime};

use super::identity::Identity;
use super::scope::Caller;
use super::standing::Standing;
use super::token::Refusal;
use crate::api::body::strict;
use crate::config::Auth;

/// Claims that other kinds of tokens from the same issuer have and access tokens do not: ID tokens
/// (OIDC Core, section 3), and security events, logout tokens among them (RFC 8417).
const OF_OTHER_KINDS: &[&str] = &["at_hash", "c_hash", "s_hash", "events"];

const OTHER_KIND: Refusal = Refusal::because("it is not an access token");

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

/// What tokens of one issuer must say.
pub(super) struct Rules {
    issuer: Arc<str>,
    audience: String,
    leeway: u64,
}

impl Rules {
    pub(super) fn of(settings: &Auth) -> Self {
        Self {
            issuer: settings.issuer.as_str().into(),
            audience: settings.audience.clone(),
            leeway: settings.leeway.as_secs(),
        }
    }

    /// Whether the token says that it is of this issuer: exactly (RFC 7519 section 4.1.1), and of no other.
    pub(super) fn check_issuer(&self, claims: &Claims) -> Result<(), Refusal> {
        if *text(claims, "iss")?.ok_or_else(|| missing("iss"))? == *self.issuer {
            Ok(())
        } else {
            Err(Refusal::because("it is from another issuer"))
        }
    }

    /// The caller that these claims name, at `now`.
    pub(super) fn caller(
        &self,
        claims: &Claims,
        now: u64,
        standing: Standing,
    ) -> Result<Caller, Refusal> {
        let expires = self.times(claims, now)?;
        self.check_audience(claims)?;
        check_kind(claims)?;
        let identity = Identity::of(
            text(claims, "sub")?,
            text(claims, "client_id")?,
            text(claims, "azp")?,
        )?;
        let mut scopes = BTreeSet::new();
        for name in ["scope", "scp"] {
            collect(claims, name, &mut scopes)?;
        }
        Ok(Caller {
            id: identity.to_string().into(),
            issuer: Arc::clone(&self.issuer),
            expires,
            scopes: Arc::new(scopes),
            standing: Arc::new(standing),
        })
    }

    /// When the token is over, to a clock that is off by the leeway at most; refused when that is past, or when
    /// it is to come.
    fn times(&self, claims: &Claims, now: u64) -> Result<OffsetDateTime, Refusal> {
        let forgiven = Duration::seconds(self.leeway.cast_signed());
        let now = OffsetDateTime::from_unix_timestamp(now.cast_signed())
            .map_err(|_| Refusal::because("this machine's clock is beyond all calendars"))?;
        let (earliest, latest) = (now.saturating_sub(forgiven), now.saturating_add(forgiven));
        let expires = moment(claims, "exp")?.ok_or_else(|| missing("exp"))?;
        if expires < earliest {
            return Err(Refusal::because("it is expired"));
        }
        if let Some(begins) = moment(claims, "nbf")? {
            if begins < OffsetDateTime::UNIX_EPOCH {
                return Err(wrong_type("nbf"));
            }
            if begins > latest {
                return Err(Refusal::because("it is not valid yet"));
            }
        }
        if moment(claims, "iat")?.is_some_and(|it| it > latest) {
            return Err(Refusal::because("it is not issued yet"));
        }
        Ok(expires.saturating_add(forgiven))
    }

    fn check_audience(&self, claims: &Claims) -> Result<(), Refusal> {
        let is_ours = match claims.get("aud") {
            None | Some(Value::Null) => return Err(missing("aud")),
            Some(Value::String(one)) => *one == self.audience,
            Some(Value::Array(several)) => {
                if !several.iter().all(Value::is_string) {
                    return Err(wrong_type("aud"));
                }
                several.iter().any(|it| *it == *self.audience)
            }
            Some(Value::Bool(_) | Value::Number(_) | Value::Object(_)) => {
                return Err(wrong_type("aud"));
            }
        };
        if is_ours {
            Ok(())
        } else {
            Err(Refusal::because("it is for another audience"))
        }
    }
}

/// Whether it is an access token that whoever holds it may use.
fn check_kind(claims: &Claims) -> Result<(), Refusal> {
    if OF_OTHER_KINDS.iter().any(|it| claims.contains_key(*it)) {
        return Err(OTHER_KIND);
    }
    // Bound to its holder's key (RFC 7800), which nobody here asks to be proven: as a bearer token it
    // would be good for whoever has stolen it.
    if claims.contains_key("cnf") {
        return Err(Refusal::because(
            "it is bound to a key and must not be taken without its proof",
        ));
    }
    // Keycloak's word for the kind: `Bearer`, `ID`, `Refresh`, `Offline`, `Logout`.
    match text(claims, "typ")? {
        Some(kind) if !kind.eq_ignore_ascii_case("bearer") => Err(OTHER_KIND),
        Some(_) | None => Ok(()),
    }
}

/// Adds the scopes of a claim. Issuers write them as one text (RFC 8693) or as a list.
fn collect(claims: &Claims, name: &str, scopes: &mut BTreeSet<String>) -> Result<(), Refusal> {
    let mut add = |scope: &str| {
        if !scope.is_empty() {
            scopes.insert(scope.to_owned());
        }
    };
    match claims.get(name) {
        None | Some(Value::Null) => Ok(()),
        // By the space alone (RFC 6749 section 3.3): to Unicode there are many blanks.
        Some(Value::String(text)) => {
            text.split(' ').for_each(add);
            Ok(())
        }
        Some(Value::Array(list)) => {
            for it in list {
                add(it.as_str().ok_or_else(|| wrong_type(name))?);
            }
            Ok(())
        }
        Some(Value::Bool(_) | Value::Number(_) | Value::Object(_)) => Err(wrong_type(name)),
    }
}

/// A claim that is a text, or is not there.
fn text<'a>(claims: &'a Claims, name: &str) -> Result<Option<&'a str>, Refusal> {
    match claims.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
            Err(wrong_type(name))
        }
    }
}

/// The moment that a claim names, whole or not.
fn moment(claims: &Claims, name: &str) -> Result<Option<OffsetDateTime>, Refusal> {
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

fn missing(name: &str) -> Refusal {
    Refusal::Invalid(format!("the claim {name} is missing").into())
}

fn wrong_type(name: &str) -> Refusal {
    Refusal::Invalid(format!("the claim {name} has the wrong type").into())
}
