//! What the head of a request says of its body: refused here before any of it is read.

use actix_web::HttpRequest;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE};

use crate::api::problem::{Code, Problem};

/// How many bytes a body announces; none when it does not say.
///
/// # Errors
/// 415 when it is not JSON, 413 when it is too large.
pub(super) fn check(request: &HttpRequest, limit: usize) -> Result<usize, Problem> {
    let media_type = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|it| it.to_str().ok());
    if !media_type.is_some_and(is_json) {
        return Err(Problem::new(
            Code::UnsupportedMediaType,
            "Send the body with Content-Type: application/json.",
        ));
    }
    let announced = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|it| it.to_str().ok());
    let announced = announced
        .and_then(|it| it.parse::<usize>().ok())
        .unwrap_or_default();
    if announced > limit {
        return Err(too_large(limit));
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

/// `application/json`, with any parameters.
fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}
