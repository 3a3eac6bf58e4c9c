//! HEAD, wherever GET is (RFC 9110 section 9.3.2): the same answer without its body.
//!
//! So it is a GET to everybody but whoever writes down what was asked for. The body is dropped
//! here, and with it whatever it holds: a stream would keep its seat for as long as it lasts, and
//! the library sends one to whoever has asked for something else meanwhile on the same connection.

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{CONTENT_LENGTH, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use actix_web::{Error, HttpMessage as _, HttpRequest};

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

/// That a request was for the head of its answer.
struct HeadAlone;

/// The method that was asked for.
pub(super) fn method(request: &HttpRequest) -> &str {
    if request.extensions().contains::<HeadAlone>() {
        Method::HEAD.as_str()
    } else {
        request.method().as_str()
    }
}

/// Answers HEAD as GET, without the body.
pub async fn answer_head(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if request.method() != Method::HEAD {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    request.head_mut().method = Method::GET;
    request.extensions_mut().insert(HeadAlone);
    let mut response = next.call(request).await?.map_into_boxed_body();
    let size = response.response().body().size();
    let head = response.response_mut().head_mut();
    match size {
        BodySize::None | BodySize::Sized(0) => return Ok(response),
        BodySize::Sized(bytes) => {
            head.headers_mut()
                .insert(CONTENT_LENGTH, HeaderValue::from(bytes));
        }
        BodySize::Stream => {}
    }
    // A length that is no body's own is sent where the body does not say how long it is, and is in
    // no chunks.
    head.no_chunking(true);
    Ok(response.map_body(|_, _| BoxBody::new(Nothing)))
}

/// A body of which nothing is said and nothing comes.
struct Nothing;

impl MessageBody for Nothing {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Poll::Ready(None)
    }
}
