//! Requests that are refused by their heads alone.

use acceptance::{Issuer, Token};
use serde_json::json;

use super::raw::token;

/// What is refused by the head alone: what it is, its first line and lines, and how it is answered.
pub(super) fn refused() -> Vec<(&'static str, &'static str, String, u16, &'static str)> {
    let sign = |token: Token| Issuer::shared().sign(&token);
    let expired = sign(Token::of("soar", "tasks.create").with("exp", json!(1_000_000)));
    let reader = sign(Token::of("soar", "tasks.read"));
    let good = token();
    let (post, json) = (
        "POST /v1/tasks/iocScan",
        "content-type: application/json\r\n",
    );
    let with = |token: &str, lines: &str| format!("authorization: Bearer {token}\r\n{lines}");
    vec![
        ("no token", post, json.to_owned(), 401, "token_missing"),
        (
            "an expired token",
            post,
            with(&expired, json),
            401,
            "token_invalid",
        ),
        ("no scope", post, with(&reader, json), 403, "scope_missing"),
        (
            "another media type",
            post,
            with(&good, "content-type: application/zip\r\n"),
            415,
            "unsupported_media_type",
        ),
        (
            "a key that is none",
            post,
            with(&good, &format!("{json}idempotency-key: \u{1}\r\n")),
            400,
            "",
        ),
        (
            "two keys",
            post,
            with(
                &good,
                &format!("{json}idempotency-key: a\r\nidempotency-key: b\r\n"),
            ),
            400,
            "malformed_request",
        ),
        (
            "an odd parameter",
            "POST /v1/tasks/iocScan?dryrun=true",
            with(&good, json),
            422,
            "validation_failed",
        ),
        (
            "nowhere",
            "POST /v1/nowhere",
            with(&good, json),
            404,
            "route_not_found",
        ),
        (
            "nowhere, without a token",
            "POST /nowhere",
            json.to_owned(),
            404,
            "route_not_found",
        ),
        (
            "no such method",
            "PUT /v1/tasks",
            with(&good, json),
            405,
            "method_not_allowed",
        ),
        (
            "a read with a body",
            "GET /v1/whoami",
            with(&good, json),
            200,
            "\"caller\"",
        ),
        (
            "the contract with a body",
            "GET /openapi.json",
            json.to_owned(),
            200,
            "\"openapi\"",
        ),
        (
            "a cancellation with a body",
            "POST /v1/tasks/ksc-77/cancel",
            with(&good, json),
            404,
            "task_not_found",
        ),
        (
            "an upgrade",
            "GET /v1/whoami",
            with(&good, "connection: upgrade\r\nupgrade: websocket\r\n"),
            400,
            "malformed_request",
        ),
        (
            "a caller that closes",
            post,
            with(&reader, &format!("{json}connection: close\r\n")),
            403,
            "scope_missing",
        ),
        (
            "a head of an odd method",
            "PO(ST /v1/tasks/iocScan",
            with(&good, json),
            400,
            "",
        ),
        (
            "a coding that nobody knows",
            post,
            with(&good, &format!("{json}transfer-encoding: gzip\r\n")),
            400,
            "",
        ),
    ]
}
