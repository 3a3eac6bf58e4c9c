//! `[auth]`: who issues tokens, and how they are checked.

use std::time::Duration;

use jsonwebtoken::Algorithm;
use url::{Host, Url};

use super::FileName;
use super::reader::Reader;

/// Who issues tokens, and how they are checked.
#[derive(Debug, Clone)]
pub struct Auth {
    /// The `iss` that tokens must carry.
    pub issuer: String,
    /// The `aud` that tokens must carry.
    pub audience: String,
    /// Where the verification keys come from.
    pub keys: Keys,
    /// How long a key set from a URL is used before it is fetched anew.
    pub jwks_max_age: Duration,
    /// Algorithms that are accepted; each key narrows them further.
    pub algorithms: Vec<Algorithm>,
    /// Clock difference that is forgiven.
    pub leeway: Duration,
}

/// Where the verification keys come from.
#[derive(Debug, Clone)]
pub enum Keys {
    /// The issuer's key set.
    Url(Url),
    /// A key set file.
    File(FileName),
    /// A file with a shared secret, for HS256 alone.
    Secret(FileName),
}

const ALGORITHMS: &[(&str, Algorithm)] = &[
    ("RS256", Algorithm::RS256),
    ("PS256", Algorithm::PS256),
    ("ES256", Algorithm::ES256),
    ("EdDSA", Algorithm::EdDSA),
];

impl Auth {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let issuer = reader.text("auth.issuer");
        let audience = reader.text("auth.audience");
        let keys = keys(reader);
        let jwks_max_age = reader.positive_duration("auth.jwks_max_age");
        if jwks_max_age.is_some_and(|it| it > Duration::from_hours(24)) {
            reader.mistake(
                "auth.jwks_max_age",
                "must be at most \"24h\": a key that the issuer withdraws is good for so long",
            );
        }
        let algorithms = algorithms(reader);
        let leeway = reader.duration("auth.leeway");
        if leeway.is_some_and(|it| it > Duration::from_mins(5)) {
            reader.mistake(
                "auth.leeway",
                "must be at most \"5m\": set the clocks right instead",
            );
        }
        let keys = keys?;
        let algorithms = match keys {
            // A secret must never meet an algorithm for public keys, nor the reverse.
            Keys::Secret(_) => vec![Algorithm::HS256],
            Keys::Url(_) | Keys::File(_) => algorithms?,
        };
        Some(Self {
            issuer: issuer?,
            audience: audience?,
            keys,
            jwks_max_age: jwks_max_age?,
            algorithms,
            leeway: leeway?,
        })
    }
}

fn keys(reader: &mut Reader) -> Option<Keys> {
    let url = reader.optional_text("auth.jwks_url");
    let file = reader.optional_path("auth.jwks_file");
    let secret = reader.optional_path("auth.hs256_secret_file");
    match (url, file, secret) {
        (Some(url), None, None) => {
            let url = Url::parse(&url).ok().filter(is_safe);
            if url.is_none() {
                let rule = "must be an https:// address (http:// only on this machine)";
                reader.mistake("auth.jwks_url", rule);
            }
            url.map(Keys::Url)
        }
        (None, Some(file), None) => Some(Keys::File(file)),
        (None, None, Some(secret)) => Some(Keys::Secret(secret)),
        (_, _, _) => {
            reader.mistake(
                "auth.jwks_url",
                "set exactly one of auth.jwks_url, auth.jwks_file and auth.hs256_secret_file",
            );
            None
        }
    }
}

/// Whoever can change the key set on its way can mint tokens, so plain HTTP is for loopback only.
fn is_safe(url: &Url) -> bool {
    let local = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && local)
}

fn algorithms(reader: &mut Reader) -> Option<Vec<Algorithm>> {
    let names = reader.list("auth.algorithms")?;
    let known: Option<Vec<Algorithm>> = names
        .iter()
        .map(|name| {
            ALGORITHMS
                .iter()
                .find(|(it, _)| it == name)
                .map(|(_, it)| *it)
        })
        .collect();
    let known = known.filter(|it| !it.is_empty());
    if known.is_none() {
        reader.mistake(
            "auth.algorithms",
            "must name some of RS256, PS256, ES256, EdDSA",
        );
    }
    known
}
