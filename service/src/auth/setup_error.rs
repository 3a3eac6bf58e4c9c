//! Why tokens cannot be checked at all.

use jwks::LoadError;

use super::revoked::RevokedError;
use super::secret::SecretError;

/// Why tokens cannot be checked at all.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The key set file or URL cannot be used.
    #[error("the key set cannot be used ({at})")]
    Keys {
        /// The table of the issuer.
        at: String,
        /// Why not.
        #[source]
        source: LoadError,
    },
    /// The list of revoked tokens is none.
    #[error("the list of revoked tokens cannot be used ({at}.revoked_file)")]
    Revoked {
        /// The table of the issuer.
        at: String,
        /// Why not.
        #[source]
        source: RevokedError,
    },
    /// The shared secret is none.
    #[error("the shared secret cannot be used ({at}.hs256_secret_file)")]
    Secret {
        /// The table of the issuer.
        at: String,
        /// Why not.
        #[source]
        source: SecretError,
    },
}
