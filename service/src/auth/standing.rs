//! Whether a token that was good still is: for what lasts longer than the look at it.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind};
use jwks::{Key, KeySet};

use super::token;

/// How often a secret's file is read for those who wait.
const SECRET_LOOK: Duration = Duration::from_secs(5);

/// What a token's signature was checked with.
pub(super) enum Standing {
    /// A key of the issuer's.
    Key {
        set: KeySet,
        kid: Option<String>,
        algorithm: Algorithm,
        key: Arc<Key>,
    },
    /// A shared secret.
    Secret { path: PathBuf, secret: DecodingKey },
}

impl Standing {
    /// What checks the signature.
    pub(super) fn decoding(&self) -> &DecodingKey {
        match self {
            Self::Key { key, .. } => key.decoding(),
            Self::Secret { secret, .. } => secret,
        }
    }

    /// Resolves when the token would be refused now, because its key or secret was withdrawn.
    pub(super) async fn withdrawn(&self) {
        match self {
            Self::Key {
                set,
                kid,
                algorithm,
                key,
            } => set.withdrawn(kid.as_deref(), *algorithm, key).await,
            Self::Secret { path, secret } => loop {
                tokio::time::sleep(SECRET_LOOK).await;
                let now = token::secret(path);
                if !now.is_ok_and(|it| bytes(&it) == bytes(secret)) {
                    return;
                }
            },
        }
    }
}

/// The bytes of a shared secret.
fn bytes(secret: &DecodingKey) -> &[u8] {
    match secret.kind() {
        DecodingKeyKind::SecretOrDer(bytes) => bytes,
        DecodingKeyKind::RsaModulusExponent { .. } => &[],
    }
}

impl fmt::Debug for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Key { .. } => "Key",
            Self::Secret { .. } => "Secret",
        })
    }
}
