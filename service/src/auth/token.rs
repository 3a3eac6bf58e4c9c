//! Whether an access token is good (RFC 8725, RFC 9068).

use std::borrow::Cow;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, get_current_timestamp};
use jwks::{Census, Find, KeySet, Timing};

use super::claims::{self, Rules};
use super::header::{self, Header};
use super::scope::Caller;
use super::secret;
use super::standing::Standing;
use crate::config::{Auth, Keys};

/// Longer tokens are refused unread: real ones have one or two kilobytes.
const MAX_TOKEN_BYTES: usize = 16 * 1024;

/// Checks access tokens against the settings of one issuer.
pub struct Verifier {
    keys: Source,
    algorithms: Vec<Algorithm>,
    rules: Rules,
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
    #[error(
        "auth.hs256_secret_file must hold at least {} bytes",
        secret::LEAST_BYTES
    )]
    ShortSecret,
}

/// Why one request was refused.
pub(super) enum Refusal {
    /// It carries no bearer token.
    Missing,
    /// It is not good; the cause is for the log alone, and says nothing that the token said.
    Invalid(Cow<'static, str>),
    /// Nobody can tell, because no key set could be fetched yet.
    KeysUnavailable,
}

impl Refusal {
    /// A token that is not good.
    pub(super) const fn because(cause: &'static str) -> Self {
        Self::Invalid(Cow::Borrowed(cause))
    }

    pub(super) fn cause(&self) -> &str {
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
                let set = KeySet::file(path.path().to_owned(), &settings.algorithms).await?;
                set.keep_fresh();
                Source::Set(set)
            }
            Keys::Secret(path) => {
                secret::read(path.path())?;
                Source::Secret(path.path().to_owned())
            }
            Keys::Url(url) => {
                let set = KeySet::url(url.clone(), &settings.algorithms, timing(settings))?;
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
        Ok(Self {
            keys,
            algorithms: settings.algorithms.clone(),
            rules: Rules::of(settings),
        })
    }

    /// What the key sets hold; a secret is none.
    #[must_use]
    pub fn census(&self) -> Vec<Census> {
        match &self.keys {
            Source::Set(set) => vec![set.census()],
            Source::Secret(_) => Vec::new(),
        }
    }

    /// The caller that a token stands for.
    pub(super) async fn verify(&self, token: &str) -> Result<Caller, Refusal> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(Refusal::because("the token is too long"));
        }
        let parts = Parts::of(token)?;
        let Header { algorithm, kid } = header::read(parts.header)?;
        let claims = claims::read(parts.claims)?;
        self.rules.check_issuer(&claims)?;
        if !self.algorithms.contains(&algorithm) {
            return Err(Refusal::because("the algorithm is not accepted"));
        }
        let standing = self.standing(kid, algorithm).await?;
        let signature = URL_SAFE_NO_PAD.decode(parts.signature);
        let fits = signature.is_ok_and(|it| standing.fits(parts.message.as_bytes(), &it));
        if !fits {
            return Err(Refusal::because("the signature does not fit"));
        }
        self.rules
            .caller(&claims, get_current_timestamp(), standing)
    }

    /// What a token with this header must have been signed with.
    async fn standing(
        &self,
        kid: Option<String>,
        algorithm: Algorithm,
    ) -> Result<Standing, Refusal> {
        match &self.keys {
            // Read each time: a secret that was withdrawn must not be good any longer.
            Source::Secret(path) => Ok(Standing::Shared {
                path: path.clone(),
                secret: secret::read(path).map_err(|_| Refusal::KeysUnavailable)?,
            }),
            Source::Set(set) => match set.find(kid.as_deref(), algorithm).await {
                Find::Key(key) => Ok(Standing::Key {
                    set: set.clone(),
                    kid,
                    algorithm,
                    key,
                }),
                Find::Unknown => Err(Refusal::because("no such key, or not for this algorithm")),
                Find::Unavailable => Err(Refusal::KeysUnavailable),
            },
        }
    }
}

/// A token in the compact form (RFC 7515 section 7.1).
struct Parts<'a> {
    header: &'a str,
    claims: &'a str,
    signature: &'a str,
    /// Header and claims, as they were signed.
    message: &'a str,
}

impl<'a> Parts<'a> {
    fn of(token: &'a str) -> Result<Self, Refusal> {
        const MALFORMED: Refusal = Refusal::because("it is malformed: not three parts");
        let (message, signature) = token.rsplit_once('.').ok_or(MALFORMED)?;
        let (header, claims) = message.split_once('.').ok_or(MALFORMED)?;
        if claims.contains('.') {
            return Err(MALFORMED);
        }
        Ok(Self {
            header,
            claims,
            signature,
            message,
        })
    }
}

/// What can check tokens under these settings, read from its source now; none where it is a secret. For a
/// diagnosis: other than a verifier that starts, it waits for no issuer and forgives none.
pub(crate) async fn usable_keys(settings: &Auth) -> Result<Option<Census>, SetupError> {
    let set = match &settings.keys {
        Keys::Secret(path) => return secret::read(path.path()).map(|_| None),
        Keys::File(path) => KeySet::file(path.path().to_owned(), &settings.algorithms).await?,
        Keys::Url(url) => {
            let set = KeySet::url(url.clone(), &settings.algorithms, timing(settings))?;
            set.warm().await?;
            set
        }
    };
    Ok(Some(set.census()))
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
