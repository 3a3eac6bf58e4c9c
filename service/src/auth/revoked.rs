//! Tokens that are good no longer although they have not ended: their issuer's list of them.
//!
//! A file, `{"revoked": [{"jti": "…"}, …]}`, that is looked at with each token and read again when
//! it has changed, and once a second for what waits. `edr-gateway issuer revoke` writes it, and
//! whoever revokes elsewhere may. An issuer with such a list issues tokens with a `jti`: one
//! without could not be revoked, and is refused.
//!
//! # What is not known is not good
//!
//! While the file cannot be read, or is no such list, no token of the issuer is taken and what
//! waits ends: whoever has just revoked one must not find that a misplaced comma kept it good. The
//! list of before is not gone by, because nobody knows what the new one says.

use std::collections::HashSet;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock, Weak};
use std::time::Duration;

use jwks::FileVersion;
use serde::Deserialize;
use tokio::sync::watch;

use super::refusal::Refusal;

/// How often the file is looked at for those who wait.
const LOOK: Duration = Duration::from_secs(1);

/// Longer lists are no list of ours: a million entries have less.
const MOST_BYTES: u64 = 64 << 20;

/// The list of one issuer. A clone is the same list.
#[derive(Clone)]
pub(super) struct Revoked(Arc<Inner>);

struct Inner {
    path: PathBuf,
    current: RwLock<Current>,
    /// Tells that the file was read again.
    read: watch::Sender<()>,
}

struct Current {
    version: Option<FileVersion>,
    /// None while it cannot be read.
    ids: Option<HashSet<String>>,
}

/// The form of the file.
#[derive(Deserialize)]
struct RevokedFile {
    revoked: Vec<RevokedEntry>,
}

#[derive(Deserialize)]
struct RevokedEntry {
    jti: String,
}

/// What is wrong with a list.
#[derive(Debug, thiserror::Error)]
pub enum RevokedError {
    /// It cannot be read.
    #[error("the file cannot be read")]
    File(#[source] std::io::Error),
    /// It was replaced, and what is read here is what was there before: a mount of one file, and
    /// not of its folder.
    #[error("the file was replaced behind its mount: mount the folder that it is in")]
    Replaced,
    /// It is longer than any list.
    #[error("the file is longer than {MOST_BYTES} bytes")]
    Long,
    /// It does not have the form. Nothing of it is repeated: it may be anything.
    #[error("the file is no list of revoked tokens: {{\"revoked\": [{{\"jti\": …}}, …]}}")]
    Form,
}

impl Revoked {
    /// The list in this file, which must be one now; it is kept fresh on the runtime that this is
    /// called on.
    pub(super) fn open(path: PathBuf) -> Result<Self, RevokedError> {
        let (version, ids) = (FileVersion::of(&path), ids(&path)?);
        let inner = Arc::new(Inner {
            path,
            current: RwLock::new(Current {
                version,
                ids: Some(ids),
            }),
            read: watch::Sender::new(()),
        });
        tokio::spawn(keep_fresh(Arc::downgrade(&inner)));
        Ok(Self(inner))
    }

    /// Lets a token of this id on, unless it is revoked or nobody can tell.
    pub(super) fn check(&self, jti: &str) -> Result<(), Refusal> {
        self.0.now(|ids| match ids {
            None => Err(Refusal::RevokedUnavailable),
            Some(ids) if ids.contains(jti) => Err(Refusal::because("it is revoked")),
            Some(_) => Ok(()),
        })
    }

    /// Resolves when a token of this id would be refused.
    pub(super) async fn comes_to(&self, jti: &str) {
        let mut read = self.0.read.subscribe();
        while self.check(jti).is_ok() {
            // The sender is at hand, so it cannot have gone.
            let _again = read.changed().await;
        }
    }
}

async fn keep_fresh(list: Weak<Inner>) {
    loop {
        tokio::time::sleep(LOOK).await;
        let Some(list) = list.upgrade() else { return };
        list.now(|_| ());
    }
}

impl Inner {
    /// Asks the list as the file has it now. It is compared and asked under one lock: whoever reads
    /// the file slowly must not put an older list in the place of the one that is asked.
    fn now<T>(&self, ask: impl FnOnce(Option<&HashSet<String>>) -> T) -> T {
        {
            let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
            if current.is_of(FileVersion::of(&self.path)) {
                return ask(current.ids.as_ref());
            }
        }
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        // Taken before the read: a change in between is then seen as one.
        let version = FileVersion::of(&self.path);
        if !current.is_of(version) {
            let read = ids(&self.path);
            if let Err(error) = &read
                && current.ids.is_some()
            {
                tracing::error!(
                    error = error as &dyn std::error::Error,
                    "the list of revoked tokens cannot be used; no token of its issuer is taken until it can"
                );
            }
            *current = Current {
                version,
                ids: read.ok(),
            };
            self.read.send_replace(());
        }
        ask(current.ids.as_ref())
    }
}

impl Current {
    /// Whether it is the list of a file of this version. A file that is not there has none.
    fn is_of(&self, version: Option<FileVersion>) -> bool {
        version.is_some() && self.version == version
    }
}

/// How many tokens a list holds, read now: for a diagnosis.
pub(crate) fn count(path: &Path) -> Result<usize, RevokedError> {
    ids(path).map(|it| it.len())
}

/// The ids of a list, read now.
fn ids(path: &Path) -> Result<HashSet<String>, RevokedError> {
    let data = std::fs::metadata(path).map_err(RevokedError::File)?;
    // No folder names it any more, so no list that anybody writes will ever be this one.
    if data.nlink() == 0 {
        return Err(RevokedError::Replaced);
    }
    if data.len() > MOST_BYTES {
        return Err(RevokedError::Long);
    }
    let text = std::fs::read(path).map_err(RevokedError::File)?;
    let document: RevokedFile = serde_json::from_slice(&text).map_err(|_| RevokedError::Form)?;
    let ids: HashSet<String> = document.revoked.into_iter().map(|it| it.jti).collect();
    if ids.contains("") {
        return Err(RevokedError::Form);
    }
    Ok(ids)
}
