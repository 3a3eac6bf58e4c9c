//! `[auth]`: who issues tokens, and how they are checked.
//!
//! `[auth]` is one issuer, and each of `[[auth.issuers]]` another, with the same keys and nothing
//! in common: what one says holds for its own tokens alone. In the environment the first of those
//! is `EDR_GATEWAY__AUTH__ISSUERS__0__ISSUER` and so on.

mod grants;
mod keys;

use std::collections::BTreeMap;
use std::time::Duration;

use jsonwebtoken::Algorithm;
use url::Url;

use super::file_name::FileName;
use super::reader::Reader;
pub use grants::{CallerGrant, is_scope};
pub use keys::{KeyAccess, Keys};

/// Who issues tokens, and how they are checked.
#[derive(Debug, Clone)]
pub struct Auth {
    /// Each issuer: at least one, and no two of one `iss` or name.
    pub issuers: Vec<TrustedIssuer>,
}

/// One issuer of tokens.
#[derive(Debug, Clone)]
pub struct TrustedIssuer {
    /// What its settings begin with: `auth`, or `auth.issuers.0`.
    pub at: String,
    /// What tells its callers from those of the others; none where they go by their bare names.
    pub name: Option<String>,
    /// The `iss` that tokens must carry.
    pub issuer: String,
    /// Whom tokens must be for.
    pub audience: Audience,
    /// Claims that tokens must make, each with its value if that matters.
    pub required_claims: Vec<(String, Option<String>)>,
    /// Where the verification keys come from.
    pub keys: Keys,
    /// How long a key set from a URL is used before it is fetched anew.
    pub jwks_max_age: Duration,
    /// Algorithms that are accepted; each key narrows them further.
    pub algorithms: Vec<Algorithm>,
    /// Clock difference that is forgiven.
    pub leeway: Duration,
    /// Claims that hold scopes.
    pub scope_claims: Vec<String>,
    /// What the names of the gateway's scopes begin with in tokens; others mean something else
    /// there.
    pub scope_prefix: String,
    /// Claims that name the caller, the first that is there.
    pub caller_claims: Vec<String>,
    /// What callers may do beside what their tokens say, and where alone.
    pub grants: BTreeMap<String, CallerGrant>,
    /// Claims that hold the back ends that a caller may use, the first that is there; callers are
    /// not confined where there are none.
    pub backend_claims: Vec<String>,
    /// The list of its tokens that are good no longer.
    pub revoked_file: Option<FileName>,
    /// Where tools fetch tokens by themselves, for the published document.
    pub token_url: Option<Url>,
}

/// Whom tokens must be for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// `aud` names one of these.
    Named(Vec<String>),
    /// There is no `aud`, and `client_id` is one of these.
    Clients(Vec<String>),
}

const ALGORITHMS: &[(&str, Algorithm)] = &[
    ("RS256", Algorithm::RS256),
    ("PS256", Algorithm::PS256),
    ("ES256", Algorithm::ES256),
    ("EdDSA", Algorithm::EdDSA),
];

/// Names are short: they stand in front of every caller.
const MOST_LETTERS: usize = 32;

impl Auth {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let more = reader.tables("auth.issuers");
        let mut places: Vec<String> = more.iter().map(|it| format!("auth.issuers.{it}")).collect();
        if places.is_empty() || reader.is_any_set("auth.", "auth.issuers.") {
            places.insert(0, "auth".to_owned());
        }
        let read: Vec<Option<TrustedIssuer>> = places
            .iter()
            .map(|at| TrustedIssuer::read(reader, at))
            .collect();
        let issuers: Vec<TrustedIssuer> = read.into_iter().collect::<Option<_>>()?;
        for (place, issuer) in issuers.iter().enumerate() {
            let before = &issuers[..place];
            if before.iter().any(|it| it.issuer == issuer.issuer) {
                let rule = "is the issuer of another table: a token must mean exactly one";
                reader.mistake(&format!("{}.issuer", issuer.at), rule);
            }
            if issuer.name.is_some() && before.iter().any(|it| it.name == issuer.name) {
                let rule = "is the name of another issuer, with whose callers its own would be one";
                reader.mistake(&format!("{}.name", issuer.at), rule);
            }
        }
        Some(Self { issuers })
    }
}

impl TrustedIssuer {
    fn read(reader: &mut Reader, at: &str) -> Option<Self> {
        let key = |name: &str| format!("{at}.{name}");
        let name = name(reader, at);
        let issuer = reader.text(&key("issuer"));
        let audience = audience(reader, at);
        let required_claims = required_claims(reader, &key("required_claims"));
        let keys = keys::read(reader, at, issuer.as_deref());
        let jwks_max_age = reader.positive_duration(&key("jwks_max_age"));
        if jwks_max_age.is_some_and(|it| it > Duration::from_hours(24)) {
            reader.mistake(
                &key("jwks_max_age"),
                "must be at most \"24h\": a key that the issuer withdraws is good for so long",
            );
        }
        let algorithms = algorithms(reader, &key("algorithms"));
        let leeway = reader.duration(&key("leeway"));
        if leeway.is_some_and(|it| it > Duration::from_mins(5)) {
            reader.mistake(
                &key("leeway"),
                "must be at most \"5m\": set the clocks right instead",
            );
        }
        let scope_claims = claims(reader, &key("scope_claims"));
        let scope_prefix = scope_prefix(reader, &key("scope_prefix"));
        let caller_claims = claims(reader, &key("caller_claims"));
        let grants = grants::read(reader, &key("grants"));
        let backend_claims = texts(reader, &key("backend_claims"));
        let revoked_file = reader.optional_path(&key("revoked_file"));
        let token_url = token_url(reader, &key("token_url"));
        let keys = keys?;
        let algorithms = match keys {
            // A secret must never meet an algorithm for public keys, nor the reverse.
            Keys::Secret(_) => vec![Algorithm::HS256],
            Keys::Url(..) | Keys::Discovery(..) | Keys::File(_) => algorithms?,
        };
        Some(Self {
            at: at.to_owned(),
            name: name.ok()?,
            issuer: issuer?,
            audience: audience?,
            required_claims: required_claims?,
            keys,
            jwks_max_age: jwks_max_age?,
            algorithms,
            leeway: leeway?,
            scope_claims: scope_claims?,
            scope_prefix: scope_prefix?,
            caller_claims: caller_claims?,
            grants: grants?,
            backend_claims: backend_claims?,
            revoked_file,
            token_url: token_url.ok()?,
        })
    }
}

/// Where tools fetch tokens, if the settings say.
fn token_url(reader: &mut Reader, key: &str) -> Result<Option<Url>, ()> {
    match reader.optional_text(key) {
        None => Ok(None),
        Some(text) => keys::address(reader, key, &text).map(Some).ok_or(()),
    }
}

/// The issuer's name, which all but the first must have.
fn name(reader: &mut Reader, at: &str) -> Result<Option<String>, ()> {
    let key = format!("{at}.name");
    let name = if at == "auth" {
        let before = reader.mistakes();
        match reader.optional_text(&key) {
            None if reader.mistakes() == before => return Ok(None),
            name => name,
        }
    } else {
        reader.text(&key)
    };
    let name = name.ok_or(())?;
    let fits = name.len() <= MOST_LETTERS
        && name
            .bytes()
            .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-');
    if fits {
        Ok(Some(name))
    } else {
        reader.mistake(&key, "must be a short word of a-z, 0-9 and -");
        Err(())
    }
}

fn audience(reader: &mut Reader, at: &str) -> Option<Audience> {
    let key = format!("{at}.audience");
    let named = texts(reader, &key)?;
    let clients = texts(reader, &format!("{at}.client_ids"))?;
    match (named.is_empty(), clients.is_empty()) {
        (false, true) => Some(Audience::Named(named)),
        (true, false) => Some(Audience::Clients(clients)),
        (false, false) => {
            let rule = "takes the place of the audience: set one of the two";
            reader.mistake(&format!("{at}.client_ids"), rule);
            None
        }
        (true, true) => {
            // Says that it is required, and how to set it.
            reader.text(&key);
            None
        }
    }
}

/// A list of texts, none of them empty.
fn texts(reader: &mut Reader, key: &str) -> Option<Vec<String>> {
    let mut texts = reader.list(key)?;
    texts.retain(|it| !it.is_empty());
    Some(texts)
}

/// Names of claims, at least one.
fn claims(reader: &mut Reader, key: &str) -> Option<Vec<String>> {
    let names = texts(reader, key)?;
    if names.is_empty() {
        reader.mistake(key, "must name at least one claim");
        return None;
    }
    Some(names)
}

/// `name` or `name=value`.
fn required_claims(reader: &mut Reader, key: &str) -> Option<Vec<(String, Option<String>)>> {
    let mut claims = Vec::new();
    for text in texts(reader, key)? {
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name.trim(), Some(value.trim().to_owned())),
            None => (text.as_str(), None),
        };
        if name.is_empty() || value.as_ref().is_some_and(String::is_empty) {
            reader.mistake(key, "must be a list of \"claim\" or \"claim=value\"");
            return None;
        }
        claims.push((name.to_owned(), value));
    }
    Some(claims)
}

/// What is taken off must end where a name does, or `x` would make a scope of ours out of
/// `xtasks.create`.
fn scope_prefix(reader: &mut Reader, key: &str) -> Option<String> {
    let before = reader.mistakes();
    let Some(prefix) = reader.optional_text(key) else {
        return (reader.mistakes() == before).then(String::new);
    };
    let ends = prefix.ends_with(|it: char| it.is_ascii_punctuation());
    if ends && !prefix.contains(char::is_whitespace) {
        return Some(prefix);
    }
    let rule = "must end with what parts it from the scope, such as . / or :, and hold no blank";
    reader.mistake(key, rule);
    None
}

fn algorithms(reader: &mut Reader, key: &str) -> Option<Vec<Algorithm>> {
    let names = reader.list(key)?;
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
        reader.mistake(key, "must name some of RS256, PS256, ES256, EdDSA");
    }
    known
}
