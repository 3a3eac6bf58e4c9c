//! The keys that access tokens are checked with.

use jwks::{Census, LoadError};

use super::asking::said;
use super::report::{Check, Name};
use crate::auth::{self, SetupError};
use crate::config::{Auth, Keys, TrustedIssuer, place};

/// Reads them as serving does, now; a line for each issuer.
pub(super) async fn check(settings: &Auth) -> Vec<Check> {
    let mut checks = Vec::new();
    for issuer in &settings.issuers {
        let check = revoked(issuer).unwrap_or(check_one(issuer).await);
        checks.push(match settings.issuers.len() {
            1 => check,
            _ => check.of(issuer.issuer.as_str()),
        });
    }
    checks
}

/// A list of revoked tokens that cannot be used: without it no token of the issuer is taken.
fn revoked(settings: &TrustedIssuer) -> Option<Check> {
    let path = settings.revoked_file.as_ref()?;
    let error = auth::revoked_tokens(path.path()).err()?;
    let finding = format!("{path} ({}.revoked_file): {}", settings.at, said(&error));
    Some(
        Check::failed(Name::TokenKeys, finding)
            .means("No token of this issuer is taken, and the gateway does not start.")
            .try_this("Put the list that `edr-gateway issuer revoke` writes into this file, whole: {\"revoked\": []} if there is none."),
    )
}

async fn check_one(settings: &TrustedIssuer) -> Check {
    let at = &settings.at;
    let source = match &settings.keys {
        Keys::Url(url, _) => format!("{} ({at}.jwks_url)", place(url)),
        Keys::Discovery(url, _) => format!("the key set of {} ({at}.issuer)", place(url)),
        Keys::File(path) => format!("{path} ({at}.jwks_file)"),
        Keys::Secret(path) => format!("{path} ({at}.hs256_secret_file)"),
    };
    let is_far = matches!(settings.keys, Keys::Url(..) | Keys::Discovery(..));
    let meaning = if is_far {
        "No access token of this issuer can be checked, so its callers are turned away."
    } else {
        "No access token can be checked, and the gateway does not start."
    };
    let error = match auth::usable_keys(settings).await {
        Ok(None) => return Check::ok(Name::TokenKeys, format!("{source} holds a secret")),
        Ok(Some(census)) => return counted(&source, &census),
        Err(error) => error,
    };
    let cause = match &error {
        SetupError::Keys { source, .. } => said(source),
        SetupError::Secret { source, .. } => said(source),
        SetupError::Revoked { source, .. } => said(source),
    };
    if let SetupError::Keys {
        source: LoadError::Empty(_),
        ..
    } = error
    {
        let finding =
            format!("{source} holds no key for the algorithms of {at}.algorithms: {cause}");
        return Check::failed(Name::TokenKeys, finding).means(meaning).try_this(
            "Add the algorithm that the issuer signs with to auth.algorithms, or see what is wrong with its keys.",
        );
    }
    let check = Check::failed(Name::TokenKeys, format!("{source}: {cause}")).means(meaning);
    match &settings.keys {
        Keys::Url(..) => check.try_this(
            "Check the address against the issuer's metadata (jwks_uri), and that this \
             machine may reach the issuer. The gateway starts without it and asks again.",
        ),
        Keys::Discovery(..) => check.try_this(
            "Check that the issuer is written exactly as its metadata write it, and that this machine may \
             reach it; or set jwks_url. The gateway starts without it and asks again.",
        ),
        Keys::File(_) => check.try_this("Put the issuer's key set (a JWK set, JSON) into this file."),
        Keys::Secret(_) => check.try_this("Put a secret of at least 32 random bytes into this file."),
    }
}

/// Every key that tokens can be checked with, and every other by name. Some sets hold keys for
/// others; what is left out for a mistake is worth a look.
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
