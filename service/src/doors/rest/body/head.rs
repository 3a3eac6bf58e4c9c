//! What the head of a request says of its body: refused here before any of it is read.

use actix_web::HttpRequest;
use actix_web::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};

use crate::doors::answer::Rejection;
use crate::problem::Problem;
use vocabulary::code::Code;

/// What a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BodyKind {
    /// `application/json`
    Json,
    /// `text/plain`, in UTF-8.
    Text,
}

impl BodyKind {
    const fn name(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Text => "text/plain",
        }
    }

    /// The kind of a media type.
    fn of(media_type: &str) -> Option<Self> {
        let (essence, parameters) = media_type.split_once(';').unwrap_or((media_type, ""));
        let essence = essence.trim();
        if essence.eq_ignore_ascii_case(Self::Json.name()) {
            return Some(Self::Json);
        }
        let is_text = essence.eq_ignore_ascii_case(Self::Text.name());
        (is_text && is_utf_8(parameters)).then_some(Self::Text)
    }
}

/// Whether parameters name no other character set: without any it is taken to be UTF-8.
fn is_utf_8(parameters: &str) -> bool {
    parameters.split(';').all(|it| {
        let (name, value) = it.split_once('=').unwrap_or((it, ""));
        let value = value.trim().trim_matches('"');
        let is_it = ["utf-8", "us-ascii"]
            .iter()
            .any(|it| value.eq_ignore_ascii_case(it));
        is_it || !name.trim().eq_ignore_ascii_case("charset")
    })
}

/// What a body is, of these kinds, and how many bytes it announces; none when it does not say.
///
/// # Errors
/// 415 when it is of no such kind, or not as it is; 413 when it is too large.
pub(super) fn check(
    request: &HttpRequest,
    kinds: &[BodyKind],
    limit: usize,
) -> Result<(BodyKind, usize), Rejection> {
    let named = request.headers().get_all(CONTENT_TYPE);
    let mut named = named.map(|it| it.to_str().ok().and_then(BodyKind::of));
    let kind = named.next().flatten().filter(|it| kinds.contains(it));
    // Of two that differ nobody can say which is meant.
    let kind = kind.filter(|kind| named.all(|it| it == Some(*kind)));
    let Some(kind) = kind else {
        let names: Vec<&str> = kinds.iter().map(|it| it.name()).collect();
        return Err(Problem::new(
            Code::UnsupportedMediaType,
            format!("Send the body with Content-Type: {}.", names.join(" or ")),
        )
        .into());
    };
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
    Ok((kind, announced))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_taken_in_utf_8_alone() {
        for (media_type, kind) in [
            ("application/json", Some(BodyKind::Json)),
            ("Application/JSON; charset=utf-16", Some(BodyKind::Json)),
            ("text/plain", Some(BodyKind::Text)),
            ("text/plain; charset=UTF-8", Some(BodyKind::Text)),
            (
                "text/plain;format=flowed; charset=\"us-ascii\"",
                Some(BodyKind::Text),
            ),
            ("text/plain; charset=utf-16", None),
            ("text/plain; charset", None),
            ("text/html", None),
            ("", None),
        ] {
            assert_eq!(BodyKind::of(media_type), kind, "{media_type}");
        }
    }
}
