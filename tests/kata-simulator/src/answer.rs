//! What a call answers: a status, and JSON or nothing.
//!
//! Two bodies of errors are known, `{"error": "Unauthorized"}` and `{"error": "Not Found"}`; the
//! others follow their pattern, the phrase that belongs to the status.

use bytes::Bytes;
use hyper::StatusCode;
use serde_json::{Value, json};

/// An answer before it is sent.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content: Content,
}

/// The body of an answer.
pub(crate) enum Content {
    /// None.
    Nothing,
    /// JSON.
    Json(Value),
    /// JSON, written already.
    Text(String),
    /// JSON in pieces which are made as they are sent.
    Pieces(Box<dyn Iterator<Item = Bytes> + Send>),
}

impl Answer {
    pub(crate) fn ok(value: Value) -> Self {
        Self {
            status: 200,
            content: Content::Json(value),
        }
    }

    pub(crate) fn nothing(status: u16) -> Self {
        Self {
            status,
            content: Content::Nothing,
        }
    }

    /// An error by its status and phrase.
    pub(crate) fn error(status: u16) -> Self {
        Self {
            status,
            content: Content::Json(json!({"error": phrase(status)})),
        }
    }

    /// The caller is not accepted.
    pub(crate) fn unauthorized() -> Self {
        Self::error(401)
    }

    /// Something about the request is wrong.
    pub(crate) fn bad_request() -> Self {
        Self::error(400)
    }

    /// There is no such thing.
    pub(crate) fn not_found() -> Self {
        Self::error(404)
    }
}

/// The phrase of a status.
pub(crate) fn phrase(status: u16) -> &'static str {
    StatusCode::from_u16(status)
        .ok()
        .and_then(|it| it.canonical_reason())
        .unwrap_or("Error")
}
