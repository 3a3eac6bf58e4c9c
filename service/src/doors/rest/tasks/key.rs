//! `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a caller that may have to send
//! again. The key can stand in the query as well, for those who can send no headers.

use actix_web::HttpRequest;
use actix_web::http::header::HeaderName;
use utoipa::IntoParams;

use crate::doors::rest::query::Query;
use crate::problem::Problem;
use vocabulary::code::Code;
use vocabulary::key::Key;

/// The two names of the header: several SDKs write the second.
const NAMES: [&str; 2] = ["idempotency-key", "x-idempotency-key"];

/// The parameter.
pub(super) const PARAMETER: &str = "idempotencyKey";

/// Where a caller puts its key, for the document. No example: some tools send what they find there.
/// And one name: a tool that fills in every parameter would send two keys.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "it describes headers that are read by hand")]
pub(super) struct KeyHeader {
    /// A key of the caller's choice, 1 to 255 printable characters: a request that comes again with
    /// it is not carried out again but answered as it was. `X-Idempotency-Key` is the same header;
    /// both with different keys are refused.
    #[param(
        rename = "Idempotency-Key",
        required = false,
        pattern = "^([!#-~]([ !#-~]{0,253}[!#-~])?|\"[ !#-~]{1,255}\")$"
    )]
    idempotency_key: String,
}

/// The same in the query, for the document.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes a parameter that is read by hand")]
pub(super) struct KeyQuery {
    /// The same as the header `Idempotency-Key`, for clients that send no headers. Both with
    /// different keys are refused.
    #[param(
        rename = "idempotencyKey",
        required = false,
        pattern = "^[!#-~]([ !#-~]{0,253}[!#-~])?$"
    )]
    idempotency_key: String,
}

/// The key of a request.
///
/// # Errors
/// 400 when there is more than one header, or one that is no key: a caller that sends a key relies on
/// it. What is wrong with the parameter, the query says.
pub(super) fn of(request: &HttpRequest, query: &mut Query) -> Result<Option<Key>, Problem> {
    let malformed = |detail: &str| Problem::new(Code::MalformedRequest, detail);
    let mut found: Option<Key> = None;
    for name in NAMES {
        let mut given = request.headers().get_all(name);
        let Some(value) = given.next() else {
            continue;
        };
        let key = value.to_str().ok().and_then(Key::parse);
        let (Some(key), None) = (key, given.next()) else {
            return Err(malformed(Key::RULE));
        };
        if found.as_ref().is_some_and(|it| *it != key) {
            return Err(malformed(
                "Idempotency-Key and X-Idempotency-Key are one header, and say two things.",
            ));
        }
        found = Some(key);
    }
    let rule = ("idempotency_key", Key::RULE);
    let in_query = query.take(PARAMETER, rule, Key::parse);
    if let (Some(header), Some(other)) = (&found, &in_query)
        && header != other
    {
        let rule =
            "Must be the key of the header Idempotency-Key: they are one, and say two things.";
        query.refuse(PARAMETER, "differs", rule);
    }
    Ok(found.or(in_query))
}

/// Tells the caller that its request was answered as before.
pub(super) fn replayed() -> (HeaderName, &'static str) {
    (HeaderName::from_static("idempotency-replayed"), "true")
}
