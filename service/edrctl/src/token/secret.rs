//! Secrets that stand somewhere: in a file, or in a variable of the environment.

use secrecy::{ExposeSecret as _, SecretString};

use super::trouble::TokenError;
use crate::settings::profile::SecretSource;

/// Longest of a token, which is more than any gateway reads.
const MOST_BYTES: u64 = 64 << 10;

/// A token that stands somewhere.
pub(super) fn of_place(source: &SecretSource) -> Result<SecretString, TokenError> {
    let text = plain(source)?;
    let place = place(source);
    checked(text.expose_secret().trim()).map_err(|reason| TokenError::Missing { place, reason })
}

/// A secret that stands somewhere, without the line break at its end.
pub(super) fn plain(source: &SecretSource) -> Result<SecretString, TokenError> {
    let missing = |reason: String| TokenError::Missing {
        place: place(source),
        reason,
    };
    let text = match source {
        SecretSource::File(path) => {
            let unreadable = |error: std::io::Error| missing(format!("cannot be read: {error}"));
            if std::fs::metadata(path).map_err(unreadable)?.len() > MOST_BYTES {
                return Err(missing("is larger than any token".to_owned()));
            }
            std::fs::read_to_string(path).map_err(unreadable)?
        }
        SecretSource::Environment(name) => {
            std::env::var(name).map_err(|_| missing("is not set".to_owned()))?
        }
    };
    let text = text.trim_end_matches(['\r', '\n']);
    if text.is_empty() {
        return Err(missing("is empty".to_owned()));
    }
    Ok(SecretString::from(text))
}

/// Where a secret stands, for people.
fn place(source: &SecretSource) -> String {
    match source {
        SecretSource::File(path) => format!("file {}", path.display()),
        SecretSource::Environment(name) => format!("variable {name}"),
    }
}

/// A text that can stand in a header, and is there.
pub(super) fn checked(text: &str) -> Result<SecretString, String> {
    if text.is_empty() {
        return Err("is empty".to_owned());
    }
    if !text.bytes().all(|it| it.is_ascii_graphic()) {
        return Err("holds what no token holds: blanks, line breaks or other letters".to_owned());
    }
    Ok(SecretString::from(text))
}
