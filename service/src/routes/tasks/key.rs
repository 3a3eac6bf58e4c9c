//! `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a caller that may have to send again.

use actix_web::HttpRequest;
use actix_web::http::header::HeaderName;
use utoipa::IntoParams;

use crate::api::problem::{Code, Problem};
use crate::intake::Key;

/// The header, for the document.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "it describes a header that is read by hand")]
pub(super) struct KeyHeader {
    /// A key of the caller's choice, 1 to 255 printable characters: a request that comes again with it is
    /// not carried out again but answered as it was.
    #[param(
        rename = "Idempotency-Key",
        required = false,
        pattern = "^([!#-~]([ !#-~]{0,253}[!#-~])?|\"[ !#-~]{1,255}\")$",
        example = "8e03978e-40d5-43dd-bc93-6894a57f9324"
    )]
    idempotency_key: String,
}

/// The key of a request.
///
/// # Errors
/// 400 when there is more than one, or one that is none: a caller that sends a key relies on it.
pub(super) fn of(request: &HttpRequest) -> Result<Option<Key>, Problem> {
    let mut given = request.headers().get_all("idempotency-key");
    let Some(value) = given.next() else {
        return Ok(None);
    };
    let key = value.to_str().ok().and_then(Key::parse);
    match (key, given.next()) {
        (Some(key), None) => Ok(Some(key)),
        (_, _) => Err(Problem::new(Code::MalformedRequest, Key::RULE)),
    }
}

/// Tells the caller that its request was answered as before.
pub(super) fn replayed() -> (HeaderName, &'static str) {
    (HeaderName::from_static("idempotency-replayed"), "true")
}
