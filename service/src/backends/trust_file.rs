//! Files that a back end is known by, as the settings name them.

use std::io;

use trust::{Trust, TrustError};

use crate::config::FileName;

/// A file that a setting names and that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {path} ({key})")]
pub struct UnreadableFile {
    /// The setting.
    pub key: String,
    /// Its value.
    pub path: FileName,
    /// What the system said.
    pub source: io::Error,
}

/// Why nobody can tell by a file which server is meant.
#[derive(Debug, thiserror::Error)]
pub enum TrustFileError {
    /// It cannot be read.
    #[error(transparent)]
    Unreadable(#[from] UnreadableFile),
    /// It holds no certificate that can be used.
    #[error("{path} cannot be used ({key})")]
    Unusable {
        /// The setting.
        key: String,
        /// Its value.
        path: FileName,
        /// What is wrong with it.
        source: TrustError,
    },
}

/// What is in a file.
pub(super) fn bytes(key: String, path: &FileName) -> Result<Vec<u8>, UnreadableFile> {
    std::fs::read(path.path()).map_err(|source| UnreadableFile {
        key,
        path: path.clone(),
        source,
    })
}

/// Against the authorities of a PEM file.
pub(super) fn authorities(at: &str, path: &FileName) -> Result<Trust, TrustFileError> {
    trust(format!("{at}.ca_file"), path, Trust::ca_pem)
}

/// Exactly the certificate of a file.
pub(super) fn pinned(at: &str, path: &FileName) -> Result<Trust, TrustFileError> {
    trust(format!("{at}.pinned_certificate_file"), path, Trust::pinned)
}

fn trust(
    key: String,
    path: &FileName,
    parse: fn(&[u8]) -> Result<Trust, TrustError>,
) -> Result<Trust, TrustFileError> {
    parse(&bytes(key.clone(), path)?).map_err(|source| TrustFileError::Unusable {
        key,
        path: path.clone(),
        source,
    })
}
