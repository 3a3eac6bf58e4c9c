//! What a token may do, for whom, until when, and why not: what `edr-gateway doctor --token` says.
//!
//! It is checked by the same code, keys and lists as at the front door, now. The token itself is
//! never shown; of what it says, who issued it, whom it is for, and what it may do.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::asking::said;
use super::report::{Check, Name};
use crate::auth::{Caller, Verifier, claimed};
use crate::config::{Audience, Auth, is_scope};
use vocabulary::task_id::Alias;

/// Looks at it as the guard would.
pub(super) async fn check(settings: &Auth, text: &str, now: OffsetDateTime) -> Check {
    let verifier = match Verifier::new(settings).await {
        Ok(verifier) => verifier,
        Err(error) => {
            return Check::skipped(
                Name::Token,
                format!("nothing to check it with: {}", said(&error)),
            );
        }
    };
    match verifier.explain(token(text)).await {
        Ok(caller) => accepted(&caller, now),
        Err(cause) => refused(settings, token(text), &cause),
    }
}

/// The token in what people save of one: perhaps with the header that it goes in.
fn token(text: &str) -> &str {
    let text = text.trim();
    let header = "authorization:";
    let text = match text.get(..header.len()) {
        Some(it) if it.eq_ignore_ascii_case(header) => text[header.len()..].trim_start(),
        Some(_) | None => text,
    };
    match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
        Some(_) | None => text,
    }
}

fn accepted(caller: &Caller, now: OffsetDateTime) -> Check {
    let until = caller.expires.format(&Rfc3339).unwrap_or_default();
    let left = (caller.expires - now).whole_minutes();
    let (ours, others): (Vec<&str>, Vec<&str>) = caller
        .scopes
        .iter()
        .map(String::as_str)
        .partition(|it| is_scope(it));
    let confined = caller.backends.as_ref().map(|it| {
        let aliases: Vec<&str> = it.iter().map(Alias::as_str).collect();
        format!(", confined to the back ends {:?}", aliases.join(", "))
    });
    let who = format!(
        "good for {} of {} until {until} ({left} minutes more){}",
        caller.id,
        caller.issuer,
        confined.unwrap_or_default()
    );
    if ours.is_empty() {
        return Check::warning(Name::Token, format!("{who}, and may do nothing"))
            .means(match others.as_slice() {
                [] => "Every request but GET /v1/whoami is answered 403 scope_missing: no scope was found in it.".to_owned(),
                some => format!(
                    "Every request but GET /v1/whoami is answered 403 scope_missing: {} is none of the gateway's scopes.",
                    some.join(", ")
                ),
            })
            .try_this("Give the caller scopes at the issuer, or set auth.scope_claims, auth.scope_prefix or auth.grants to where they are.");
    }
    let more = if others.is_empty() {
        String::new()
    } else {
        format!("; the gateway knows nothing of {}", others.join(", "))
    };
    Check::ok(
        Name::Token,
        format!("{who}; it may {}{more}", ours.join(", ")),
    )
}

fn refused(settings: &Auth, token: &str, cause: &str) -> Check {
    let check = Check::failed(Name::Token, cause).means(
        "Every request with it is answered 401 token_invalid, or 503 while nobody can tell.",
    );
    let Some((iss, aud)) = claimed(token) else {
        return check.try_this(
            "Put the whole token into the file, three parts with dots between, and nothing else.",
        );
    };
    let issuer = settings.issuers.iter().find(|it| it.issuer == iss);
    check.try_this(match issuer {
        None => {
            let known: Vec<&str> = settings
                .issuers
                .iter()
                .map(|it| it.issuer.as_str())
                .collect();
            format!(
                "It says that it is of {iss:?}; the settings know {}.",
                known.join(", ")
            )
        }
        Some(it) => {
            let wanted = match &it.audience {
                Audience::Named(names) => format!("{}.audience is {}", it.at, names.join(", ")),
                Audience::Clients(ids) => format!("{}.client_ids is {}", it.at, ids.join(", ")),
            };
            format!("It says that it is of {iss:?} and for {aud}; {wanted}.")
        }
    })
}
