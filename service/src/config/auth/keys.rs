//! Where the keys of an issuer come from.

use jwks::is_safe;
use url::Url;

use crate::config::file_name::FileName;
use crate::config::reader::Reader;

/// Where the verification keys come from.
#[derive(Debug, Clone)]
pub enum Keys {
    /// The issuer's key set.
    Url(Url, KeyAccess),
    /// Where the issuer says that its key set is: its own address as one.
    Discovery(Url, KeyAccess),
    /// A key set file.
    File(FileName),
    /// A file with a shared secret, for HS256 alone.
    Secret(FileName),
}

/// How to get in where the keys are.
#[derive(Debug, Clone, Default)]
pub struct KeyAccess {
    /// The authorities that sign the certificate there; the system's without it.
    pub ca_file: Option<FileName>,
    /// A bearer token to show there.
    pub token_file: Option<FileName>,
}

/// An address that what is secret may be sent to or comes from; a mistake where it is none.
pub(super) fn address(reader: &mut Reader, key: &str, text: &str) -> Option<Url> {
    let url = Url::parse(text).ok().filter(is_safe);
    if url.is_none() {
        let rule = "must be an https:// address (http:// only on this machine)";
        reader.mistake(key, rule);
    }
    url
}

pub(super) fn read(reader: &mut Reader, at: &str, issuer: Option<&str>) -> Option<Keys> {
    let key = |name: &str| format!("{at}.{name}");
    let url = reader.optional_text(&key("jwks_url"));
    let file = reader.optional_path(&key("jwks_file"));
    let secret = reader.optional_path(&key("hs256_secret_file"));
    let door = KeyAccess {
        ca_file: reader.optional_path(&key("jwks_ca_file")),
        token_file: reader.optional_path(&key("jwks_token_file")),
    };
    let is_far = file.is_none() && secret.is_none();
    for (name, given) in [
        ("jwks_ca_file", &door.ca_file),
        ("jwks_token_file", &door.token_file),
    ] {
        if given.is_some() && !is_far {
            reader.mistake(&key(name), "does nothing where the keys are in a file");
        }
    }
    match (url, file, secret) {
        (Some(url), None, None) => {
            let url = address(reader, &key("jwks_url"), &url);
            url.map(|it| Keys::Url(it, door))
        }
        (None, Some(file), None) => Some(Keys::File(file)),
        (None, None, Some(secret)) => Some(Keys::Secret(secret)),
        (None, None, None) => {
            let url = Url::parse(issuer?).ok().filter(is_safe);
            let url = url.filter(|it| it.query().is_none() && it.fragment().is_none());
            if url.is_none() {
                let rule = "set one of jwks_url, jwks_file and hs256_secret_file: only an issuer that is an https:// address can be asked where its keys are";
                reader.mistake(&key("jwks_url"), rule);
            }
            url.map(|it| Keys::Discovery(it, door))
        }
        (_, _, _) => {
            let rule = "set at most one of jwks_url, jwks_file and hs256_secret_file";
            reader.mistake(&key("jwks_url"), rule);
            None
        }
    }
}
