//! One issuer as the gateway trusts it: its keys and its rules, which are never another's.

use std::path::PathBuf;

use jsonwebtoken::Algorithm;
use jwks::{Census, Find, KeySet, LoadError, Timing};

use super::caller::Caller;
use super::claims::Claims;
use super::header::Header;
use super::refusal::Refusal;
use super::revoked::Revoked;
use super::rules::Rules;
use super::secret;
use super::setup_error::SetupError;
use super::standing::CheckedWith;
use super::times::Times;
use crate::config::{FileName, KeyAccess, Keys, TrustedIssuer};

/// One issuer.
pub(super) struct Issuer {
    keys: VerificationKeys,
    algorithms: Vec<Algorithm>,
    rules: Rules,
}

enum VerificationKeys {
    Set(KeySet),
    Secret(PathBuf),
}

impl Issuer {
    /// The issuer of these settings; its keys are kept fresh from now on.
    pub(super) async fn open(settings: &TrustedIssuer) -> Result<Self, SetupError> {
        let keys = source(settings).await?;
        let revoked = settings.revoked_file.as_ref();
        let revoked = revoked.map(|it| Revoked::open(it.path().to_owned()));
        let revoked = revoked.transpose().map_err(|source| SetupError::Revoked {
            at: settings.at.clone(),
            source,
        })?;
        if let VerificationKeys::Set(set) = &keys {
            if is_far(&settings.keys)
                && let Err(error) = set.warm().await
            {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    auth.issuer = settings.issuer,
                    "the key set could not be fetched at start; tokens are refused until it can"
                );
            }
            set.keep_fresh();
        }
        Ok(Self {
            keys,
            algorithms: settings.algorithms.clone(),
            rules: Rules::of(settings, revoked),
        })
    }

    pub(super) fn is_named(&self, issuer: &str) -> bool {
        self.rules.are_of(issuer)
    }

    pub(super) fn census(&self) -> Option<Census> {
        match &self.keys {
            VerificationKeys::Set(set) => Some(set.census()),
            VerificationKeys::Secret(_) => None,
        }
    }

    /// What a token with this header must have been signed with.
    pub(super) async fn proof(
        &self,
        Header { algorithm, kid }: Header,
    ) -> Result<CheckedWith, Refusal> {
        if !self.algorithms.contains(&algorithm) {
            return Err(Refusal::because("the algorithm is not accepted"));
        }
        match &self.keys {
            // Read each time: a secret that was withdrawn must not be good any longer.
            VerificationKeys::Secret(path) => Ok(CheckedWith::Shared {
                path: path.clone(),
                secret: secret::read(path).map_err(|_| Refusal::KeysUnavailable)?,
            }),
            VerificationKeys::Set(set) => match set.find(kid.as_deref(), algorithm).await {
                Find::Key(key) => Ok(CheckedWith::Key {
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

    /// The caller of a token with these claims, whose signature is good, and its times.
    pub(super) fn caller(
        &self,
        claims: &Claims,
        now: u64,
        proof: CheckedWith,
    ) -> Result<(Caller, Times), Refusal> {
        let times = Times::read(claims)?;
        times.check(now, self.rules.leeway())?;
        Ok((self.rules.caller(claims, &times, proof)?, times))
    }

    /// Refuses a token whose time is over, or to come.
    pub(super) fn check_times(&self, times: &Times, now: u64) -> Result<(), Refusal> {
        times.check(now, self.rules.leeway())
    }
}

/// What can check tokens under these settings, read from its source now; none where it is a secret.
/// For a diagnosis: other than a verifier that starts, it waits for no issuer and forgives none.
pub(crate) async fn usable_keys(settings: &TrustedIssuer) -> Result<Option<Census>, SetupError> {
    let VerificationKeys::Set(set) = source(settings).await? else {
        return Ok(None);
    };
    if is_far(&settings.keys) {
        set.warm().await.map_err(|it| wrong(settings, it))?;
    }
    Ok(Some(set.census()))
}

/// Whether the files of these settings can be used; no issuer is asked.
pub(crate) async fn usable_files(settings: &TrustedIssuer) -> Result<(), SetupError> {
    source(settings).await.map(drop)
}

/// Whether keys come over the network, and so may not be there yet.
fn is_far(keys: &Keys) -> bool {
    match keys {
        Keys::Url(..) | Keys::Discovery(..) => true,
        Keys::File(_) | Keys::Secret(_) => false,
    }
}

/// The keys of an issuer; files are read.
async fn source(settings: &TrustedIssuer) -> Result<VerificationKeys, SetupError> {
    let accepted = &settings.algorithms;
    let set = match &settings.keys {
        Keys::Secret(path) => {
            secret::read(path.path()).map_err(|source| SetupError::Secret {
                at: settings.at.clone(),
                source,
            })?;
            return Ok(VerificationKeys::Secret(path.path().to_owned()));
        }
        Keys::File(path) => KeySet::file(path.path().to_owned(), accepted).await,
        Keys::Url(url, door) => KeySet::url(url.clone(), opened(door), accepted, timing(settings)),
        Keys::Discovery(url, door) => KeySet::issuer(
            settings.issuer.clone(),
            url,
            opened(door),
            accepted,
            timing(settings),
        ),
    };
    set.map(VerificationKeys::Set)
        .map_err(|it| wrong(settings, it))
}

fn wrong(settings: &TrustedIssuer, source: LoadError) -> SetupError {
    SetupError::Keys {
        at: settings.at.clone(),
        source,
    }
}

fn opened(door: &KeyAccess) -> jwks::Door {
    let path = |it: &Option<FileName>| it.as_ref().map(|it| it.path().to_owned());
    jwks::Door {
        ca_file: path(&door.ca_file),
        token_file: path(&door.token_file),
    }
}

fn timing(settings: &TrustedIssuer) -> Timing {
    let usual = Timing::default();
    Timing {
        max_age: settings.jwks_max_age,
        // Or the set could grow older than that.
        cool_down: usual.cool_down.min(settings.jwks_max_age),
        ..usual
    }
}
