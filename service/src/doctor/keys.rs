//! The keys that access tokens are checked with.

use super::{Check, Name, said};
use crate::auth;
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
        Ok(0) => Check::failed(
            Name::TokenKeys,
            format!("{source} holds no key for the algorithms of auth.algorithms"),
        )
        .means(cannot)
        .try_this("Add the algorithm that the issuer signs with to auth.algorithms."),
        Ok(count) => {
            let keys = if count == 1 { "key" } else { "keys" };
            Check::ok(
                Name::TokenKeys,
                format!("{source} holds {count} usable {keys}"),
            )
        }
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
