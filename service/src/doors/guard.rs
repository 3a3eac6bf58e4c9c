//! Who may come in: the guard in front of every guarded path.
//!
//! The guard is middleware on the scope, not an extractor: an extractor runs beside the one that
//! reads the body, so a body would be read for nobody. Whoever has no good token is answered here,
//! and the cause stays in the log: telling a stranger which check failed helps only a stranger.

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use actix_web::middleware::Next;
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest, Responder, web};

use super::answer::Rejection;
use super::edge::trail;
use super::listener;
use crate::auth::{Caller, Refusal, Verifier};
use crate::problem::Problem;
use crate::telemetry::trace::OpenSpan;
use vocabulary::code::Code;

/// Lets a request with a good token pass, with its [`Caller`] attached; answers every other.
pub async fn guard(
    verifier: web::Data<Verifier>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match identify(&verifier, request.request()).await {
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
        Err(rejection) => {
            let response = rejection.respond_to(request.request());
            Ok(request.into_response(response))
        }
    }
}

async fn identify(verifier: &Verifier, request: &HttpRequest) -> Result<Caller, Rejection> {
    let caller = match bearer(request) {
        Ok(token) => verifier.verify(token).await,
        Err(refusal) => Err(refusal),
    };
    caller.map_err(|refusal| {
        trail::note(request, |trail| {
            trail.cause = Some(refusal.cause().to_owned());
        });
        rejection(&refusal)
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
fn rejection(refusal: &Refusal) -> Rejection {
    match refusal {
        Refusal::Missing => Rejection::from(Problem::new(
            Code::TokenMissing,
            "Send an access token: Authorization: Bearer <token>.",
        ))
        .with_header(WWW_AUTHENTICATE, "Bearer"),
        Refusal::Invalid(_) => Rejection::from(Problem::new(
            Code::TokenInvalid,
            "The token is malformed, expired, or not issued for this service. The gateway's log has the cause under this request's id.",
        ))
        .with_header(WWW_AUTHENTICATE, "Bearer error=\"invalid_token\""),
        Refusal::KeysUnavailable | Refusal::RevokedUnavailable => Problem::new(
            Code::AuthKeysUnavailable,
            "What tokens are checked with could not be read yet. Try again shortly.",
        )
        .with_retry_after(5)
        .into(),
    }
}

impl FromRequest for Caller {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    /// Names the caller whom the guard let in. Outside the guarded scope there is none.
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let caller = request.extensions().get::<Self>().cloned();
        ready(caller.ok_or_else(|| actix_web::error::ErrorInternalServerError("no guard")))
    }
}
