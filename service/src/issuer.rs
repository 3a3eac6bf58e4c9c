//! An issuer for those who have no identity provider: what `edr-gateway issuer` does.
//!
//! A KUMA correlator or a script keeps one secret for as long as it lives, and cannot ask anybody
//! for a new token each hour. So this makes a key, a key set for `auth.jwks_file`, tokens that last
//! for months, and the list for `auth.revoked_file` that ends one before its time. To the gateway
//! it is an issuer like every other: nothing in the guard knows of it.
//!
//! Everything is in one folder, which is best kept away from the gateway's machine: the gateway
//! needs the key set and the list of the revoked, and never the private key.
//!
//! # What is never done
//!
//! Nothing is overwritten by `init`. A token is shown once, on standard output, and kept nowhere:
//! the register holds what it was made for and its id. Files are replaced as a whole, so whoever
//! reads one reads a whole one.

mod folder;
mod key;
mod register;

use std::io::Write;
use std::path::Path;

use serde_json::json;
use time::{Duration, OffsetDateTime};

pub use folder::FolderError;
use folder::{Folder, IssuerIdentity as OfFolder};
pub use key::SigningAlgorithm;
use register::{Issued, TokenRegister};

use crate::auth::is_plain_subject;
use crate::config::is_scope;

/// Longest life of a token.
pub const MOST_DAYS: u16 = 1096;

/// What goes wrong.
#[derive(Debug, thiserror::Error)]
pub enum IssuerError {
    /// The folder cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// A name that settings could not say.
    #[error(
        "{0:?} is no name for an issuer or an audience: it must be visible, without blanks at its ends, and an audience without a comma"
    )]
    Name(String),
    /// A name that no token may have.
    #[error(
        "{0:?} is no name for a caller: it must be visible, at most 255 letters, and not begin with client:, subject:, claim: or issuer:"
    )]
    Subject(String),
    /// A scope that there is none of.
    #[error(
        "there is no scope {0:?}; there are tasks.create, tasks.create.<task>, tasks.read, tasks.cancel, hosts.read and settings.check"
    )]
    Scope(String),
    /// A token that could do nothing.
    #[error("a token without a scope may do nothing: name at least one")]
    NoScope,
    /// Too long, or no time at all.
    #[error("a token lives for 1 to {MOST_DAYS} days")]
    Days,
    /// Nothing was issued by this id.
    #[error("no token with this id was issued here; `list` shows those that were")]
    UnknownToken,
    /// Nothing was issued for this caller.
    #[error("no token was issued here for this caller; `list` shows those that were")]
    UnknownSubject,
    /// The result could not be told.
    #[error("standard output takes nothing: the token with the id {0} was not shown, revoke it")]
    Unheard(String),
}

/// Makes the folder with a new key; says what to set.
///
/// # Errors
/// When a name is none, any of its files is there already, or cannot be written.
pub fn init(
    folder: &Path,
    issuer: &str,
    audience: &str,
    algorithm: SigningAlgorithm,
) -> Result<String, IssuerError> {
    // The settings take a list of audiences apart at its commas, and blanks off.
    let is_sayable = |it: &str| {
        !it.is_empty() && it.trim() == it && it.chars().all(vocabulary::legible::is_legible)
    };
    if !is_sayable(issuer) {
        return Err(IssuerError::Name(issuer.to_owned()));
    }
    if !is_sayable(audience) || audience.contains(',') {
        return Err(IssuerError::Name(audience.to_owned()));
    }
    let key = key::generate(algorithm);
    let identity = OfFolder {
        issuer: issuer.to_owned(),
        audience: audience.to_owned(),
        algorithm,
        kid: uuid::Uuid::new_v4().simple().to_string(),
    };
    let key_set = json!({"keys": [key.jwk(&identity.kid)]});
    Folder::make(folder, &identity, &key, &key_set)?;
    let at = |name: &str| folder.join(name).display().to_string();
    Ok(format!(
        "{} holds the private key: whoever reads it can make tokens.\n\
         Give the gateway the other two, and set\n\n\
         [auth]\n\
         issuer = {}\n\
         audience = {}\n\
         jwks_file = {}\n\
         revoked_file = {}\n",
        at(folder::PRIVATE_KEY),
        quoted(issuer),
        quoted(audience),
        quoted(&at(folder::KEY_SET)),
        quoted(&at(folder::REVOKED)),
    ))
}

/// A text as TOML writes it, which is as JSON does.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Makes a token and writes it, once, to `output`.
///
/// # Errors
/// When what it is for cannot be, or the folder cannot be used.
pub fn token(
    folder: &Path,
    subject: &str,
    scopes: &[String],
    days: u16,
    now: OffsetDateTime,
    output: &mut dyn Write,
) -> Result<(), IssuerError> {
    if !is_plain_subject(subject) {
        return Err(IssuerError::Subject(subject.to_owned()));
    }
    let scopes: Vec<String> = scopes
        .iter()
        .flat_map(|it| it.split([' ', ',']))
        .filter(|it| !it.is_empty())
        .map(str::to_owned)
        .collect();
    if let Some(unknown) = scopes.iter().find(|it| !is_scope(it)) {
        return Err(IssuerError::Scope(unknown.clone()));
    }
    if scopes.is_empty() {
        return Err(IssuerError::NoScope);
    }
    if !(1..=MOST_DAYS).contains(&days) {
        return Err(IssuerError::Days);
    }
    let folder = Folder::open(folder)?;
    let identity = folder.identity()?;
    let key = folder.key(identity.algorithm)?;
    let issued = Issued {
        jti: uuid::Uuid::new_v4().simple().to_string(),
        subject: subject.to_owned(),
        scopes,
        begins: now.replace_nanosecond(0).unwrap_or(now),
        ends: now.saturating_add(Duration::days(days.into())),
    };
    let claims = json!({
        "iss": identity.issuer,
        "aud": identity.audience,
        "sub": issued.subject,
        "scope": issued.scopes.join(" "),
        "iat": issued.begins.unix_timestamp(),
        "exp": issued.ends.unix_timestamp(),
        "jti": issued.jti,
    });
    let header = json!({"alg": identity.algorithm.name(), "typ": "at+jwt", "kid": identity.kid});
    let token = key.sign(&header, &claims);
    // Before anybody has it: a token that is not in the register could not be revoked by its name.
    let mut register = folder.register()?;
    let jti = issued.jti.clone();
    register.issued.push(issued);
    folder.write_register(&register)?;
    writeln!(output, "{token}")
        .and_then(|()| output.flush())
        .map_err(|_| IssuerError::Unheard(jti))
}

/// What was issued, a line each.
///
/// # Errors
/// When the folder cannot be used.
pub fn list(folder: &Path, now: OffsetDateTime) -> Result<String, IssuerError> {
    let folder = Folder::open(folder)?;
    let register = folder.register()?;
    let revoked = folder.revoked()?;
    Ok(register.table(&revoked, now))
}

/// Which tokens to revoke.
#[derive(Debug, Clone)]
pub enum Which {
    /// The one with this id.
    Id(String),
    /// Every one of this caller.
    Subject(String),
}

/// Revokes tokens; says how many.
///
/// # Errors
/// When there is none such, or the folder cannot be used.
pub fn revoke(folder: &Path, which: &Which, now: OffsetDateTime) -> Result<String, IssuerError> {
    let folder = Folder::open(folder)?;
    let TokenRegister { issued } = folder.register()?;
    let mut revoked = folder.revoked()?;
    let is_meant = |it: &&Issued| match which {
        Which::Id(id) => it.jti == *id,
        Which::Subject(subject) => it.subject == *subject,
    };
    let meant: Vec<&Issued> = issued.iter().filter(is_meant).collect();
    if meant.is_empty() {
        return Err(match which {
            Which::Id(_) => IssuerError::UnknownToken,
            Which::Subject(_) => IssuerError::UnknownSubject,
        });
    }
    let mut count = 0;
    for it in meant {
        count += usize::from(revoked.add(it, now));
    }
    folder.write_revoked(&revoked)?;
    let tokens = if count == 1 { "token is" } else { "tokens are" };
    Ok(format!(
        "{count} more {tokens} revoked; the gateway reads {} within a second",
        folder::REVOKED
    ))
}
