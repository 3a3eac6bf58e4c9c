//! The keys that access tokens are checked with.

use jwks::{Census, LoadError};

use super::{Check, Name, said};
use crate::auth::{self, SetupError};
use crate::config::{Auth, Keys, place};

/// Reads them as serving does, now.
pub(super) async fn check(settings: &Auth) -> Check {
    let source = match &settings.keys {
        Keys::Url(url) => format!("{} (auth.jwks_url)", place(url)),
        Keys::File(path) => format!("{path} (auth.jwks_file)"),
        Keys::Secret(path) => format!("{path} (auth.hs256_secret_file)"),
    };
    let cannot = "No access token can be checked, so every caller is turned away.";
    let no_start = "No access token can be checked, and the gateway does not start.";
    match auth::usable_keys(settings).await {
        Ok(None) => Check::ok(Name::TokenKeys, format!("{source} holds a secret")),
        Ok(Some(census)) => counted(&source, &census),
        Err(error @ SetupError::Keys(LoadError::Empty(_))) => Check::failed(
            Name::TokenKeys,
            format!("{source} holds no key for the algorithms of auth.algorithms: {}", said(&error)),
        )
        .means(match &settings.keys {
            Keys::Url(_) => cannot,
            Keys::File(_) | Keys::Secret(_) => no_start,
        })
        .try_this(
            "Add the algorithm that the issuer signs with to auth.algorithms, or see what is wrong with its keys.",
        ),
        Err(error) => {
            let check = Check::failed(Name::TokenKeys, format!("{source}: {}", said(&error)));
            match &settings.keys {
                Keys::Url(_) => check.means(cannot).try_this(
                    "Check the address against the issuer's metadata (jwks_uri), and that this \
                     machine may reach the issuer. The gateway starts without it and asks again.",
                ),
                Keys::File(_) => check
                    .means(no_start)
                    .try_this("Put the issuer's key set (a JWK set, JSON) into this file."),
                Keys::Secret(_) => check
                    .means(no_start)
                    .try_this("Put a secret of at least 32 random bytes into this file."),
            }
        }
    }
}

/// Every key that tokens can be checked with, and every other by name. Some sets hold keys for others; what is
/// left out for a mistake is worth a look.
fn counted(source: &str, census: &Census) -> Check {
    let keys = if census.usable == 1 { "key" } else { "keys" };
    let mut finding = format!("{source} holds {} usable {keys}", census.usable);
    if census.left_out.is_empty() {
        return Check::ok(Name::TokenKeys, finding);
    }
    let left_out: Vec<String> = census.left_out.iter().map(ToString::to_string).collect();
    finding = format!("{finding}; left out: {}", left_out.join("; "));
    if census.left_out.iter().all(|it| it.why.is_usual()) {
        return Check::ok(Name::TokenKeys, finding);
    }
    Check::warning(Name::TokenKeys, finding)
        .means("Tokens that are signed with a key which is left out are refused.")
        .try_this("Mend the key in the set, or take it out.")
}
