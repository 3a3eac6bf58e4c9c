//! Tells a connection what goes on over it: that a request is under way, and when it is over.

use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_http::ConnectionType;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use actix_web::{Error, HttpRequest, HttpResponse};

use super::body::LentBody;
use super::pulse::{Pulse, RequestUnderWay};
use super::version;

/// A good token came in with this request: its connection is a caller's.
pub fn vouch(request: &HttpRequest) {
    if let Some(pulse) = request.conn_data::<Rc<Pulse>>() {
        pulse.vouched();
    }
}

/// Tells the connection that a request is under way, to the last byte of its answer; and whether
/// that is the last one.
pub async fn beat(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(pulse) = request.request().conn_data::<Rc<Pulse>>().cloned() else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    if pulse.closing.get() {
        // It came behind one whose answer says that nothing behind it is done (RFC 9112 section
        // 9.6): whoever sent it sends it again elsewhere.
        let mut response = HttpResponse::new(StatusCode::SERVICE_UNAVAILABLE);
        let head = response.head_mut();
        head.set_connection_type(ConnectionType::Close);
        return Ok(request.into_response(response));
    }
    let under_way = pulse.begin();
    // So does who offers another protocol, as far as the library goes: it keeps no such connection,
    // and says so to nobody.
    let ends = request.head().connection_type() != ConnectionType::KeepAlive;
    let version = request.version();
    let body = LentBody::borrow(&mut request, &pulse);
    let mut response = next.call(request).await?.map_into_boxed_body();
    let unread = body.is_some_and(|it| !it.is_read());
    let refused = response.status().as_u16() >= 400;
    let size = response.response().body().size();
    let head = response.response_mut().head_mut();
    version::suit(version, size, head);
    if pulse.is_last_answer(refused) || unread || ends {
        head.set_connection_type(ConnectionType::Close);
    }
    pulse.unread.set(unread);
    if head.connection_type() == ConnectionType::Close {
        pulse.closing.set(true);
    }
    Ok(response.map_body(|_, body| {
        BoxBody::new(PulsingBody {
            body,
            _under_way: under_way,
        })
    }))
}

/// An answer on its way.
struct PulsingBody {
    body: BoxBody,
    _under_way: RequestUnderWay,
}

impl MessageBody for PulsingBody {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.get_mut().body).poll_next(context)
    }
}
