//! Who may come in: the guard in front of every guarded path.
//!
//! The guard is middleware on the scope, not an extractor: an extractor runs beside the one that
//! reads the body, so a body would be read for nobody. Whoever has no good token is answered
//! here, and the cause stays in the log: telling a stranger which check failed helps only a stranger.

mod issuer;
mod claims;
mod header;
mod identity;
mod lookup;
mod revoked;
mod scope;
mod scope_claims;
mod secret;
mod standing;
mod token;

use std::sync::Arc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::AUTHORIZATION;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, Responder, web};

use crate::edge::trail;
use crate::listener;
use crate::problem::Problem;
use crate::telemetry::trace::OpenSpan;
use vocabulary::code::Code;

pub(crate) use identity::is_plain_subject;
pub(crate) use issuer::usable_keys;
pub use revoked::RevokedError;
pub(crate) use revoked::count as revoked_tokens;
pub use scope::{Caller, Scope};
pub use secret::SecretError;
use token::Refusal;
pub(crate) use token::claimed;
pub use token::{SetupError, Verifier};

/// Lets a request with a good token pass, with its [`Caller`] attached; answers every other.
pub async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match identify(request.request()).await {
        Ok(caller) => {
            listener::vouch(request.request());
            if let Some(open) = request.extensions().get::<OpenSpan>() {
                open.vouched();
            }
            trail::note(request.request(), |trail| {
                trail.caller = Some(Arc::clone(&caller.id));
            });
            request.extensions_mut().insert(caller);
            next.call(request)
                .await
                .map(ServiceResponse::map_into_boxed_body)
        }
        Err(problem) => {
            let response = problem.respond_to(request.request());
            Ok(request.into_response(response))
        }
    }
}

async fn identify(request: &HttpRequest) -> Result<Caller, Problem> {
    let verifier = request
        .app_data::<web::Data<Verifier>>()
        .expect("the app holds a verifier");
    let caller = match bearer(request) {
        Ok(token) => verifier.verify(token).await,
        Err(refusal) => Err(refusal),
    };
    caller.map_err(|refusal| {
        trail::note(request, |trail| {
            trail.cause = Some(refusal.cause().to_owned());
        });
        problem(&refusal)
    })
}

/// The token of the one place where tokens are taken from (RFC 6750 section 2.1): never the query,
/// which ends in logs, nor a cookie, which a browser sends for whoever asks it to.
fn bearer(request: &HttpRequest) -> Result<&str, Refusal> {
    let mut headers = request.headers().get_all(AUTHORIZATION);
    let header = headers.next().ok_or(Refusal::Missing)?;
    if headers.next().is_some() {
        return Err(Refusal::because("there are two Authorization headers"));
    }
    let (scheme, token) = header
        .to_str()
        .ok()
        .and_then(|it| it.split_once(' '))
        .ok_or(Refusal::Missing)?;
    if scheme.eq_ignore_ascii_case("bearer") {
        Ok(token.trim())
    } else {
        Err(Refusal::Missing)
    }
}

/// What the caller is told: the same for every token that is not good.
fn problem(refusal: &Refusal) -> Problem {
    match refusal {
        Refusal::Missing => Problem::new(
            Code::TokenMissing,
            "Send an access token: Authorization: Bearer <token>.",
        )
        .with_challenge("Bearer".to_owned()),
        Refusal::Invalid(_) => Problem::new(
            Code::TokenInvalid,
            "The token is malformed, expired, or not issued for this service. The gateway's log has the cause under this request's id.",
        )
        .with_challenge("Bearer error=\"invalid_token\"".to_owned()),
        Refusal::KeysUnavailable | Refusal::RevokedUnavailable => Problem::new(
            Code::AuthKeysUnavailable,
            "What tokens are checked with could not be read yet. Try again shortly.",
        )
        .with_retry_after(5),
    }
}
