//! What a token must claim: whom it is for, who calls, what it may do, and until when.

use super::caller::Caller;
use super::claims::{Claims, missing, text, wrong_type};
use super::confinement::BackendClaims;
use super::identity::CallerClaims;
use super::lookup;
use super::refusal::Refusal;
use super::revoked::Revoked;
use super::scope_claims::ScopeClaims;
use super::standing::{CheckedWith, Standing};
use super::times::Times;
use crate::config::{Audience, CallerGrant, TrustedIssuer};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use time::Duration;

/// Claims that other kinds of tokens from the same issuer have and access tokens do not: ID tokens
/// (OIDC Core, section 3), security events, logout tokens among them (RFC 8417), and UAA's refresh
/// tokens.
const OF_OTHER_KINDS: &[&str] = &["at_hash", "c_hash", "s_hash", "events", "granted_scopes"];

const OTHER_KIND: Refusal = Refusal::because("it is not an access token");

/// What tokens of one issuer must say.
pub(super) struct Rules {
    issuer: Arc<str>,
    audience: Audience,
    required: Vec<(String, Option<String>)>,
    leeway: Duration,
    callers: CallerClaims,
    scopes: ScopeClaims,
    backends: BackendClaims,
    grants: BTreeMap<String, CallerGrant>,
    revoked: Option<Revoked>,
}

impl Rules {
    pub(super) fn of(settings: &TrustedIssuer, revoked: Option<Revoked>) -> Self {
        Self {
            issuer: settings.issuer.as_str().into(),
            audience: settings.audience.clone(),
            required: settings.required_claims.clone(),
            leeway: Duration::seconds(settings.leeway.as_secs().cast_signed()),
            callers: CallerClaims::of(settings.name.as_deref(), &settings.caller_claims),
            scopes: ScopeClaims {
                names: settings.scope_claims.clone(),
                prefix: settings.scope_prefix.clone(),
            },
            backends: BackendClaims::of(&settings.backend_claims),
            grants: settings.grants.clone(),
            revoked,
        }
    }

    /// Whether a token that says so is of this issuer: exactly (RFC 7519 section 4.1.1).
    pub(super) fn are_of(&self, issuer: &str) -> bool {
        *issuer == *self.issuer
    }

    /// How much the issuer's clock and this one may differ.
    pub(super) fn leeway(&self) -> Duration {
        self.leeway
    }

    /// The caller that these claims name, whose times are good.
    pub(super) fn caller(
        &self,
        claims: &Claims,
        times: &Times,
        proof: CheckedWith,
    ) -> Result<Caller, Refusal> {
        self.check_audience(claims)?;
        check_kind(claims)?;
        self.check_required(claims)?;
        let revocable = match &self.revoked {
            None => None,
            Some(list) => {
                let jti = text(claims, "jti")?.ok_or_else(|| missing("jti"))?;
                list.check(jti)?;
                Some((list.clone(), jti.to_owned()))
            }
        };
        let identity = self.callers.identify(claims)?.to_string();
        let mut scopes = self.scopes.read(claims)?;
        let granted = self.grants.get(&identity);
        scopes.extend(granted.iter().flat_map(|it| it.scopes.iter().cloned()));
        let backends = self.backends.read(claims, granted.map(|it| &it.backends))?;
        Ok(Caller {
            id: self.callers.text(&identity).into(),
            issuer: Arc::clone(&self.issuer),
            expires: times.end(self.leeway),
            scopes: Arc::new(scopes),
            backends: backends.map(Arc::new),
            standing: Arc::new(Standing { proof, revocable }),
        })
    }

    fn check_audience(&self, claims: &Claims) -> Result<(), Refusal> {
        const ANOTHER: Refusal = Refusal::because("it is for another audience");
        let audience = claims.get("aud").filter(|it| !it.is_null());
        let is_ours = match (&self.audience, audience) {
            (Audience::Named(_), None) => return Err(missing("aud")),
            (Audience::Named(ours), Some(Value::String(one))) => ours.contains(one),
            (Audience::Named(ours), Some(Value::Array(several))) => {
                if !several.iter().all(Value::is_string) {
                    return Err(wrong_type("aud"));
                }
                several.iter().any(|it| ours.iter().any(|ours| it == ours))
            }
            (
                Audience::Named(_),
                Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)),
            ) => {
                return Err(wrong_type("aud"));
            }
            // A token that names its audience is for that one, and not for whoever asks for none.
            (Audience::Clients(_), Some(_)) => return Err(ANOTHER),
            (Audience::Clients(ours), None) => {
                if text(claims, "token_use")? != Some("access") {
                    return Err(OTHER_KIND);
                }
                let client = text(claims, "client_id")?.ok_or_else(|| missing("client_id"))?;
                if !ours.iter().any(|it| it == client) {
                    return Err(Refusal::because(
                        "it is of a client that is not in client_ids",
                    ));
                }
                true
            }
        };
        if is_ours { Ok(()) } else { Err(ANOTHER) }
    }

    fn check_required(&self, claims: &Claims) -> Result<(), Refusal> {
        for (name, value) in &self.required {
            let claim = lookup::find(claims, name).ok_or_else(|| missing(name))?;
            if value.as_ref().is_some_and(|it| claim != it) {
                let cause = format!("the claim {name} has not the value that is required");
                return Err(Refusal::Invalid(cause.into()));
            }
        }
        Ok(())
    }
}

/// Whether it is an access token that whoever holds it may use.
fn check_kind(claims: &Claims) -> Result<(), Refusal> {
    if OF_OTHER_KINDS.iter().any(|it| claims.contains_key(*it)) {
        return Err(OTHER_KIND);
    }
    // Bound to its holder's key (RFC 7800), which nobody here asks to be proven: as a bearer token
    // it would be good for whoever has stolen it.
    if claims.contains_key("cnf") {
        return Err(Refusal::because(
            "it is bound to a key and must not be taken without its proof",
        ));
    }
    // Keycloak's word for the kind: `Bearer`, `ID`, `Refresh`, `Offline`, `Logout`.
    let is_bearer = match text(claims, "typ")? {
        Some(kind) if !kind.eq_ignore_ascii_case("bearer") => return Err(OTHER_KIND),
        kind => kind.is_some(),
    };
    // Cognito's: `access`, `id`.
    if text(claims, "token_use")?.is_some_and(|it| it != "access") {
        return Err(OTHER_KIND);
    }
    // A login's, which ID tokens repeat; older Keycloaks did so in access tokens too.
    if claims.contains_key("nonce") && !is_bearer {
        return Err(OTHER_KIND);
    }
    Ok(())
}
