//! Headers that look like one of ours and are not: whoever sends one relies on it, and would be
//! passed over.
//!
//! What proxies and clients add by themselves is none of these.

use actix_web::http::header::HeaderMap;

use crate::problem::Problem;
use vocabulary::code::Code;

/// Our own headers.
const OWN: &[&str] = &[
    "idempotency-key",
    "x-idempotency-key",
    "prefer",
    "last-event-id",
];

const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

/// What people write for them, and for what is no header here: letters and digits alone, without
/// `x` before.
const MEANT: &[(&str, &str)] = &[
    ("idempotencykey", IDEMPOTENCY_KEY),
    ("prefer", "Prefer"),
    ("prefers", "Prefer"),
    ("preference", "Prefer"),
    ("preferwait", "Prefer: wait=N"),
    ("lasteventid", "Last-Event-ID"),
    (
        "dryrun",
        "the request to the same address with /dry-run behind it",
    ),
];

/// The longest name that is looked at.
const MOST_CHARS: usize = 48;

/// The problem with the headers of a request, if one is misspelt.
pub(super) fn header(headers: &HeaderMap) -> Option<Problem> {
    let (name, meant) = headers
        .keys()
        .find_map(|it| Some((it.as_str(), meant(it.as_str())?)))?;
    Some(Problem::new(
        Code::MalformedRequest,
        format!("The header {name} is not known here and looks meant: send {meant}."),
    ))
}

/// What a name of a header seems to mean; nothing when it is one of ours, or nobody's business.
fn meant(name: &str) -> Option<&'static str> {
    if name.len() > MOST_CHARS || OWN.contains(&name) {
        return None;
    }
    // Whatever stands before it: nobody adds one by himself.
    if name.contains("idempot") {
        return Some(IDEMPOTENCY_KEY);
    }
    // Most names are seen to be others' by their first letter, without any work. All are in small
    // letters.
    if !name.starts_with(['i', 'p', 'l', 'd', 'x', 'r']) {
        return None;
    }
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let plain = plain.strip_prefix('x').unwrap_or(&plain);
    let known = MEANT.iter().find(|(it, _)| *it == plain);
    if let Some((_, meant)) = known {
        return Some(meant);
    }
    // With a letter too many, too few or wrong.
    let idempotent = plain.contains("idempot") || near(plain, "idempotencykey");
    idempotent.then_some(IDEMPOTENCY_KEY)
}

/// Whether two words differ in two letters at most.
fn near(one: &str, other: &str) -> bool {
    // The work grows with the product of their lengths.
    one.len().abs_diff(other.len()) <= 2 && kataedr::slips(one, other) <= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_ours_is_told_from_what_others_add() {
        for name in [
            "idempotency_key",
            "idempotencykey",
            "x-idempotent-key",
            "idempotence-key",
            "idempotency-id",
            "idempotency",
            "x-idempotency",
            "idempotancy-key",
            "idemptency-key",
            "indempotency-key",
            "idempontency-key",
            "x_idempotency_key",
            "request-idempotency-key",
            "client-idempotency-key",
            "stripe-idempotency-key",
            "http-idempotency-key",
            "ce-idempotencykey",
            "_idempotency-key",
        ] {
            assert_eq!(meant(name), Some("Idempotency-Key"), "{name}");
        }
        for name in ["dry-run", "x-dry-run", "dryrun", "dry_run"] {
            assert!(
                meant(name).is_some_and(|it| it.contains("/dry-run")),
                "{name}"
            );
        }
        for name in ["x-prefer", "prefers", "preference", "prefer-wait"] {
            assert!(
                meant(name).is_some_and(|it| it.starts_with("Prefer")),
                "{name}"
            );
        }
        assert_eq!(meant("last_event_id"), Some("Last-Event-ID"));
        assert_eq!(meant("x-last-event-id"), Some("Last-Event-ID"));
        for name in [
            "idempotency-key",
            "x-idempotency-key",
            "prefer",
            "last-event-id",
            "host",
            "accept",
            "x-request-id",
            "x_request_id",
            "request-id",
            "x-correlation-id",
            "x-real-ip",
            "x-forwarded-for",
            "x-forwarded-proto",
            "x-forwarded-prefix",
            "x-envoy-attempt-count",
            "x-amzn-trace-id",
            "forwarded",
            "via",
            "true-client-ip",
            "cf-ray",
            "traceparent",
            "b3",
            "x-b3-traceid",
            "sec-fetch-mode",
            "sec-ch-prefers-color-scheme",
            "if-none-match",
            "x",
            "",
        ] {
            assert_eq!(meant(name), None, "{name}");
        }
    }
}
