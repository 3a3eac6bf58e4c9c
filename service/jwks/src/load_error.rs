//! Why a key set could not be loaded.

use crate::document::DocumentError;
use crate::left_out::{LeftOutKey, several};

/// Why a key set could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file cannot be read. Its name is not said: it may be a secret that stands where a name
    /// belongs.
    #[error("cannot read the key set file")]
    File(#[source] std::io::Error),
    /// A file that says how to ask cannot be read.
    #[error("cannot read the file with the {what}")]
    Door {
        /// What should stand there.
        what: &'static str,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A file that says how to ask does not hold what it should.
    #[error("the file with the {0} holds none")]
    NoDoor(&'static str),
    /// The issuer does not say where its key set is.
    #[error("the issuer's metadata cannot be used: {0}")]
    Metadata(String),
    /// The issuer did not answer, or not with 200.
    #[error("cannot fetch the key set: {reason}")]
    Fetch {
        /// What went wrong, without any address: it ends in logs.
        reason: String,
    },
    /// The document is not a JWK set.
    #[error("the key set is not a JWK set document")]
    Document(#[source] DocumentError),
    /// No key of the set can verify a signature that the gateway accepts.
    #[error("the key set holds no usable signature key for the accepted algorithms{}", named(.0))]
    Empty(Vec<LeftOutKey>),
}

/// What there is instead.
fn named(left_out: &[LeftOutKey]) -> String {
    if left_out.is_empty() {
        return String::new();
    }
    format!(": {}", several(left_out))
}
