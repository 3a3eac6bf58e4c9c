//! The secret that an issuer and the gateway share, for HS256.

use std::path::Path;

use aws_lc_rs::hmac;
use secrecy::{ExposeSecret as _, SecretSlice};

use super::token::SetupError;

/// A shared secret must have at least as many bytes as the hash (RFC 7518 section 3.2).
pub(super) const LEAST_BYTES: usize = 32;

/// The secret.
pub(super) type Secret = SecretSlice<u8>;

/// The secret as it stands in its file now.
pub(super) fn read(path: &Path) -> Result<Secret, SetupError> {
    let mut bytes = std::fs::read(path).map_err(SetupError::Secret)?;
    bytes.truncate(bytes.trim_ascii_end().len());
    if bytes.len() < LEAST_BYTES {
        return Err(SetupError::ShortSecret);
    }
    Ok(bytes.into())
}

/// Whether it is the code of this message; takes as long whether or not.
pub(super) fn fits(secret: &Secret, message: &[u8], code: &[u8]) -> bool {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose_secret());
    hmac::verify(&key, message, code).is_ok()
}
