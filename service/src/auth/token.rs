//! Whether an access token is good (RFC 8725, RFC 9068).

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, decode, decode_header};
use jwks::{Find, KeySet, Timing};
use serde::Deserialize;
use time::OffsetDateTime;

use super::scope::Caller;
use crate::config::{Auth, Keys};

/// Longer tokens are refused unread: real ones have one or two kilobytes.
const MAX_TOKEN_BYTES: usize = 16 * 1024;

/// A shared secret must have at least as many bytes as the hash (RFC 7518 section 3.2).
const MIN_SECRET_BYTES: usize = 32;

/// Checks access tokens against the settings of one issuer.
pub struct Verifier {
    keys: Source,
    algorithms: Vec<Algorithm>,
    validation: Validation,
    issuer: Arc<str>,
}

enum Source {
    Set(Box<KeySet>),
    Secret(PathBuf),
}

/// Why tokens cannot be checked at all.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The key set file or URL cannot be used.
    #[error("the key set cannot be used")]
    Keys(#[from] jwks::LoadError),
    /// The secret file cannot be read.
    #[error("auth.hs256_secret_file cannot be read")]
    Secret(#[source] std::io::Error),
    /// The secret is too short to be one.
    #[error("auth.hs256_secret_file must hold at least {MIN_SECRET_BYTES} bytes")]
    ShortSecret,
}

/// Why one token was refused.
pub(super) enum Refusal {
    /// It is not good; the cause is for the log alone.
    Invalid(&'static str),
    /// Nobody can tell, because no key set could be fetched yet.
    KeysUnavailable,
}

impl Refusal {
    pub(super) fn cause(&self) -> &'static str {
        match self {
            Self::Invalid(cause) => cause,
            Self::KeysUnavailable => "no key could be read",
        }
    }
}

/// What the gateway reads of a token's claims. Times, issuer and audience are the library's to check.
#[derive(Deserialize)]
struct Claims {
    /// A number, as the library has seen to; required all the same.
    exp: Option<serde_json::Number>,
    sub: Option<String>,
    client_id: Option<String>,
    azp: Option<String>,
    scope: Option<Scopes>,
    scp: Option<Scopes>,
}

/// Issuers write scopes as one text (RFC 8693) or as a list.
#[derive(Deserialize)]
#[serde(untagged)]
enum Scopes {
    Text(String),
    List(Vec<String>),
}

impl Verifier {
    /// A verifier for these settings. Fetches the key set once; an issuer that cannot be reached
    /// is not an error, because a gateway must start while its issuer is away.
    ///
    /// # Errors
    /// When a file of the settings cannot be used.
    pub async fn new(settings: &Auth) -> Result<Self, SetupError> {
        let keys = match &settings.keys {
            Keys::File(path) => Source::Set(Box::new(KeySet::file(path.clone()).await?)),
            Keys::Secret(path) => {
                secret(path)?;
                Source::Secret(path.clone())
            }
            Keys::Url(url) => {
                let set = KeySet::url(url.clone(), Timing::default())?;
                if let Err(error) = set.warm().await {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "the key set could not be fetched at start; tokens are refused until it can"
                    );
                }
                Source::Set(Box::new(set))
            }
        };
        let mut validation = Validation::new(Algorithm::RS256);
        validation.set_issuer(&[&settings.issuer]);
        validation.set_audience(&[&settings.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        validation.validate_nbf = true;
        validation.leeway = settings.leeway.as_secs();
        Ok(Self {
            keys,
            algorithms: settings.algorithms.clone(),
            validation,
            issuer: settings.issuer.as_str().into(),
        })
    }

    /// The caller that a token stands for.
    pub(super) async fn verify(&self, token: &str) -> Result<Caller, Refusal> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(Refusal::Invalid("the token is too long"));
        }
        let header =
            decode_header(token).map_err(|_| Refusal::Invalid("the header is malformed"))?;
        check_header(&header)?;
        if !self.algorithms.contains(&header.alg) {
            return Err(Refusal::Invalid("the algorithm is not accepted"));
        }
        let mut validation = self.validation.clone();
        validation.algorithms = vec![header.alg];
        let claims = match &self.keys {
            Source::Secret(path) => {
                // Read each time: a secret that was withdrawn must not be good any longer.
                let key = secret(path).map_err(|_| Refusal::KeysUnavailable)?;
                decode::<Claims>(token, &key, &validation)
            }
            Source::Set(set) => match set.find(header.kid.as_deref(), header.alg).await {
                Find::Key(key) => decode::<Claims>(token, key.decoding(), &validation),
                Find::Unknown => {
                    return Err(Refusal::Invalid("no such key, or not for this algorithm"));
                }
                Find::Unavailable => return Err(Refusal::KeysUnavailable),
            },
        };
        let claims = claims
            .map_err(|error| Refusal::Invalid(cause(&error)))?
            .claims;
        self.caller(claims)
    }

    fn caller(&self, claims: Claims) -> Result<Caller, Refusal> {
        let id = [claims.sub, claims.client_id, claims.azp]
            .into_iter()
            .flatten()
            .find(|it| !it.trim().is_empty())
            .ok_or(Refusal::Invalid("the token names nobody"))?;
        let mut scopes = BTreeSet::new();
        for given in [claims.scope, claims.scp].into_iter().flatten() {
            match given {
                Scopes::Text(text) => scopes.extend(text.split_whitespace().map(str::to_owned)),
                Scopes::List(list) => scopes.extend(list),
            }
        }
        Ok(Caller {
            id: id.into(),
            issuer: Arc::clone(&self.issuer),
            expires: moment(claims.exp.as_ref()).saturating_add(time::Duration::seconds(
                self.validation.leeway.cast_signed(),
            )),
            scopes: Arc::new(scopes),
        })
    }
}

/// The moment that a claim names, whole or not; one beyond all calendars is the last one.
fn moment(seconds: Option<&serde_json::Number>) -> OffsetDateTime {
    let whole = seconds.and_then(|it| {
        let parts = || time::Duration::checked_seconds_f64(it.as_f64()?);
        it.as_i64()
            .or_else(|| parts().map(time::Duration::whole_seconds))
    });
    let last = || time::PrimitiveDateTime::MAX.assume_utc();
    whole
        .and_then(|it| OffsetDateTime::from_unix_timestamp(it).ok())
        .unwrap_or_else(last)
}

/// A token that brings its own key, or asks for a rule that is not known here, is refused before
/// anything of it is believed (RFC 7515 section 4.1.11, RFC 8725 section 3.10).
fn check_header(header: &Header) -> Result<(), Refusal> {
    let brings_key = header.jku.is_some()
        || header.jwk.is_some()
        || header.x5u.is_some()
        || header.x5c.is_some();
    if brings_key {
        return Err(Refusal::Invalid("the token brings its own key"));
    }
    if header.crit.is_some() {
        return Err(Refusal::Invalid("the token asks for an extension"));
    }
    let kind = header.typ.as_deref().unwrap_or("JWT").to_ascii_lowercase();
    match kind.trim_start_matches("application/") {
        "jwt" | "at+jwt" => Ok(()),
        _ => Err(Refusal::Invalid("it is not an access token")),
    }
}

/// How many keys can check tokens under these settings, read from their source now. For a diagnosis:
/// other than a verifier that starts, it waits for no issuer and forgives none.
pub(crate) async fn usable_keys(settings: &Auth) -> Result<usize, SetupError> {
    let set = match &settings.keys {
        Keys::Secret(path) => return secret(path).map(|_| 1),
        Keys::File(path) => KeySet::file(path.clone()).await?,
        Keys::Url(url) => {
            let set = KeySet::url(url.clone(), Timing::default())?;
            set.warm().await?;
            set
        }
    };
    Ok(set.usable(&settings.algorithms))
}

fn secret(path: &Path) -> Result<DecodingKey, SetupError> {
    let bytes = std::fs::read(path).map_err(SetupError::Secret)?;
    let secret = bytes.trim_ascii_end();
    if secret.len() < MIN_SECRET_BYTES {
        return Err(SetupError::ShortSecret);
    }
    Ok(DecodingKey::from_secret(secret))
}

/// The cause for the log, without anything that the token said.
#[expect(clippy::wildcard_enum_match_arm, reason = "the library's list is open")]
fn cause(error: &jsonwebtoken::errors::Error) -> &'static str {
    use jsonwebtoken::errors::ErrorKind;
    match error.kind() {
        ErrorKind::InvalidSignature => "the signature does not fit",
        ErrorKind::ExpiredSignature => "it is expired",
        ErrorKind::ImmatureSignature => "it is not valid yet",
        ErrorKind::InvalidAudience => "it is for another audience",
        ErrorKind::InvalidIssuer => "it is from another issuer",
        ErrorKind::MissingRequiredClaim(_) => "a required claim is missing",
        ErrorKind::Json(_) => "a claim has the wrong type",
        _ => "it is malformed",
    }
}
