//! The secret that an issuer and the gateway share, for HS256.

use std::path::Path;

use aws_lc_rs::hmac;
use secrecy::{ExposeSecret as _, SecretSlice};

/// A shared secret must have at least as many bytes as the hash (RFC 7518 section 3.2).
const LEAST_BYTES: usize = 32;

/// Why a file holds no shared secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// It cannot be read.
    #[error("the file cannot be read")]
    File(#[source] std::io::Error),
    /// What it holds is too short to be one.
    #[error("the file must hold at least {LEAST_BYTES} bytes")]
    Short,
}

/// The secret.
pub(super) type Secret = SecretSlice<u8>;

/// The secret as it stands in its file now.
pub(super) fn read(path: &Path) -> Result<Secret, SecretError> {
    let mut bytes = std::fs::read(path).map_err(SecretError::File)?;
    bytes.truncate(bytes.trim_ascii_end().len());
    if bytes.len() < LEAST_BYTES {
        return Err(SecretError::Short);
    }
    Ok(bytes.into())
}

/// Whether it is the code of this message; takes as long whether or not.
pub(super) fn fits(secret: &Secret, message: &[u8], code: &[u8]) -> bool {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose_secret());
    hmac::verify(&key, message, code).is_ok()
}
