//! Whether an access token is good (RFC 8725, RFC 9068).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, get_current_timestamp};
use jwks::{Find, KeySet, Timing};

use super::claims;
use super::header::{self, Header};
use super::scope::Caller;
use super::standing::Standing;
use crate::api::body::strict::{self, Unrepeated};
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
    Set(KeySet),
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

/// Why one request was refused.
pub(super) enum Refusal {
    /// It carries no bearer token.
    Missing,
    /// It is not good; the cause is for the log alone.
    Invalid(&'static str),
    /// Nobody can tell, because no key set could be fetched yet.
    KeysUnavailable,
}

impl Refusal {
    pub(super) fn cause(&self) -> &'static str {
        match self {
            Self::Missing => "no bearer token was sent",
            Self::Invalid(cause) => cause,
            Self::KeysUnavailable => "no key could be read",
        }
    }
}

impl Verifier {
    /// A verifier for these settings, which keeps its keys fresh on the runtime that this is called on. Fetches the
    /// key set once; an issuer that cannot be reached
    /// is not an error, because a gateway must start while its issuer is away.
    ///
    /// # Errors
    /// When a file of the settings cannot be used.
    pub async fn new(settings: &Auth) -> Result<Self, SetupError> {
        let keys = match &settings.keys {
            Keys::File(path) => {
                let set = KeySet::file(path.path().to_owned()).await?;
                set.keep_fresh();
                Source::Set(set)
            }
            Keys::Secret(path) => {
                secret(path.path())?;
                Source::Secret(path.path().to_owned())
            }
            Keys::Url(url) => {
                let set = KeySet::url(url.clone(), timing(settings))?;
                if let Err(error) = set.warm().await {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "the key set could not be fetched at start; tokens are refused until it can"
                    );
                }
                set.keep_fresh();
                Source::Set(set)
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
        let Header { algorithm, kid } = header::read(token)?;
        if !self.algorithms.contains(&algorithm) {
            return Err(Refusal::Invalid("the algorithm is not accepted"));
        }
        let mut validation = self.validation.clone();
        validation.algorithms = vec![algorithm];
        let standing = match &self.keys {
            // Read each time: a secret that was withdrawn must not be good any longer.
            Source::Secret(path) => Standing::Secret {
                path: path.clone(),
                secret: secret(path).map_err(|_| Refusal::KeysUnavailable)?,
            },
            Source::Set(set) => match set.find(kid.as_deref(), algorithm).await {
                Find::Key(key) => Standing::Key {
                    set: set.clone(),
                    kid,
                    algorithm,
                    key,
                },
                Find::Unknown => {
                    return Err(Refusal::Invalid("no such key, or not for this algorithm"));
                }
                Find::Unavailable => return Err(Refusal::KeysUnavailable),
            },
        };
        let claims = decode::<Unrepeated>(token, standing.decoding(), &validation);
        let Unrepeated(claims) = claims
            .map_err(|error| Refusal::Invalid(cause(&error)))?
            .claims;
        let now = get_current_timestamp();
        claims::caller(claims, &self.issuer, now, self.validation.leeway, standing)
    }
}

/// How many keys can check tokens under these settings, read from their source now. For a diagnosis:
/// other than a verifier that starts, it waits for no issuer and forgives none.
pub(crate) async fn usable_keys(settings: &Auth) -> Result<usize, SetupError> {
    let set = match &settings.keys {
        Keys::Secret(path) => return secret(path.path()).map(|_| 1),
        Keys::File(path) => KeySet::file(path.path().to_owned()).await?,
        Keys::Url(url) => {
            let set = KeySet::url(url.clone(), timing(settings))?;
            set.warm().await?;
            set
        }
    };
    Ok(set.usable(&settings.algorithms))
}

fn timing(settings: &Auth) -> Timing {
    let usual = Timing::default();
    Timing {
        max_age: settings.jwks_max_age,
        // Or the set could grow older than that.
        cool_down: usual.cool_down.min(settings.jwks_max_age),
        ..usual
    }
}

pub(super) fn secret(path: &Path) -> Result<DecodingKey, SetupError> {
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
        ErrorKind::MissingRequiredClaim(_) => "a required claim is missing or has the wrong type",
        ErrorKind::InvalidClaimFormat(_) => "a claim has the wrong type",
        ErrorKind::Json(error) if strict::is_repeated(error) => "the token makes a claim twice",
        ErrorKind::Json(_) => "the claims are not JSON, or one has the wrong type",
        _ => "it is malformed",
    }
}
