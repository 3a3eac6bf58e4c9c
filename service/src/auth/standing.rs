//! Whether a token that was good still is: for what lasts longer than the look at it.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jsonwebtoken::Algorithm;
use jwks::{Key, KeySet};
use secrecy::ExposeSecret as _;

use super::revoked::Revoked;
use super::secret::{self, Secret};

/// How often a secret's file is read for those who wait.
const SECRET_LOOK: Duration = Duration::from_secs(5);

/// What a token that was let in rests on.
pub(super) struct Standing {
    pub(super) proof: CheckedWith,
    /// The list of its issuer that it must not come to stand in, and its id.
    pub(super) revocable: Option<(Revoked, String)>,
}

impl Standing {
    /// Whether it is worth keeping that the token was found good. Not with a shared secret: to check
    /// takes no longer than to ask whether the secret is the same.
    pub(super) fn is_worth_keeping(&self) -> bool {
        matches!(self.proof, CheckedWith::Key { .. })
    }

    /// Whether the token would pass now, for all that can be withdrawn of it.
    pub(super) async fn holds(&self) -> bool {
        let CheckedWith::Key {
            set,
            kid,
            algorithm,
            key,
        } = &self.proof
        else {
            return false;
        };
        let revoked = self.revocable.as_ref();
        set.holds(kid.as_deref(), *algorithm, key).await
            && revoked.is_none_or(|(list, jti)| list.check(jti).is_ok())
    }

    /// Resolves when the token would be refused now: because its key or secret was withdrawn, or
    /// itself revoked.
    pub(super) async fn withdrawn(&self) {
        match &self.revocable {
            None => self.proof.withdrawn().await,
            Some((list, jti)) => tokio::select! {
                () = self.proof.withdrawn() => (),
                () = list.comes_to(jti) => (),
            },
        }
    }
}

/// What a token's signature was checked with.
pub(super) enum CheckedWith {
    /// A key of the issuer's.
    Key {
        set: KeySet,
        kid: Option<String>,
        algorithm: Algorithm,
        key: Arc<Key>,
    },
    /// A shared secret.
    Shared { path: PathBuf, secret: Secret },
}

impl CheckedWith {
    /// Whether it is the signature of this message.
    pub(super) fn fits(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Key { key, algorithm, .. } => key.has_signed(message, signature, *algorithm),
            Self::Shared { secret, .. } => secret::fits(secret, message, signature),
        }
    }

    /// Resolves when its key or secret was withdrawn.
    async fn withdrawn(&self) {
        match self {
            Self::Key {
                set,
                kid,
                algorithm,
                key,
            } => set.withdrawn(kid.as_deref(), *algorithm, key).await,
            Self::Shared { path, secret } => loop {
                tokio::time::sleep(SECRET_LOOK).await;
                let now = secret::read(path);
                if !now.is_ok_and(|it| it.expose_secret() == secret.expose_secret()) {
                    return;
                }
            },
        }
    }
}

impl fmt::Debug for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.proof {
            CheckedWith::Key { .. } => "Key",
            CheckedWith::Shared { .. } => "Shared",
        })
    }
}
