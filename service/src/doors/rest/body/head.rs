//! What the head of a request says of its body: refused here before any of it is read.

use actix_web::HttpRequest;
use actix_web::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};

use crate::doors::answer::Rejection;
use crate::problem::Problem;
use vocabulary::code::Code;

/// How many bytes a body announces; none when it does not say.
///
/// # Errors
/// 415 when it is not JSON, or not as it is; 413 when it is too large.
pub(super) fn check(request: &HttpRequest, limit: usize) -> Result<usize, Rejection> {
    let mut media_types = request.headers().get_all(CONTENT_TYPE).peekable();
    // Of two that differ nobody can say which is meant.
    if media_types.peek().is_none() || !media_types.all(|it| it.to_str().is_ok_and(is_json)) {
        return Err(Problem::new(
            Code::UnsupportedMediaType,
            "Send the body with Content-Type: application/json.",
        )
        .into());
    }
    if is_coded(request) {
        // The codings that are undone: none (RFC 9110 section 12.5.3).
        return Err(Rejection::from(Problem::new(
            Code::UnsupportedMediaType,
            "Send the body as it is, without a Content-Encoding: no coding is undone here.",
        ))
        .with_header(ACCEPT_ENCODING, "identity"));
    }
    let announced = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|it| it.to_str().ok());
    let announced = announced
        .and_then(|it| it.parse::<usize>().ok())
        .unwrap_or_default();
    if announced > limit {
        return Err(too_large(limit).into());
    }
    Ok(announced)
}

/// A body of more bytes than this.
pub(super) fn too_large(limit: usize) -> Problem {
    Problem::new(
        Code::BodyTooLarge,
        format!("The body may have at most {limit} bytes."),
    )
}

/// Whether anything has been done to the body that would have to be undone (RFC 9110 section 8.4).
/// What is read otherwise is not what was sent.
fn is_coded(request: &HttpRequest) -> bool {
    let codings = request.headers().get_all(CONTENT_ENCODING);
    codings
        .flat_map(|it| it.as_bytes().split(|it| *it == b','))
        .map(<[u8]>::trim_ascii)
        .any(|it| !it.is_empty() && !it.eq_ignore_ascii_case(b"identity"))
}

/// `application/json`, with any parameters.
fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}
