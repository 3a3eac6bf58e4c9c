//! The body of a request, read by whoever asks for it, and looked at once more when the answer is
//! there.
//!
//! A body that was not read to its end is read no further: there is no next request behind it, and
//! [`super::farewell`] throws the rest away.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use actix_http::error::PayloadError;
use actix_web::HttpMessage as _;
use actix_web::dev::{Payload, ServiceRequest};
use actix_web::http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use actix_web::web::Bytes;
use futures_util::Stream;

use super::due::Due;
use super::pulse::Pulse;

/// What has come of a body and is held back, in pieces; the library holds back some 32 KiB.
const MOST_PIECES: usize = 64;

/// A body that is lent to the app.
pub(super) struct LentBody(Rc<RefCell<LentState>>);

struct LentState {
    pulse: Rc<Pulse>,
    payload: Payload,
    /// Whether its end has been seen.
    ended: bool,
}

/// What the app has of it.
struct Borrowed(Rc<RefCell<LentState>>);

impl LentBody {
    /// Takes the body of a request and puts a borrowed one in its place; none where there is none.
    pub(super) fn borrow(request: &mut ServiceRequest, pulse: &Rc<Pulse>) -> Option<Self> {
        let payload = request.take_payload();
        if matches!(payload, Payload::None) {
            return None;
        }
        pulse.expect(due(request));
        let state = Rc::new(RefCell::new(LentState {
            pulse: Rc::clone(pulse),
            payload,
            ended: false,
        }));
        let payload = Box::pin(Borrowed(Rc::clone(&state)));
        request.set_payload(Payload::Stream { payload });
        Some(Self(state))
    }

    /// Whether it has been read to its end, or has all come and only its end is left.
    pub(super) fn is_read(&self) -> bool {
        let mut state = self.0.borrow_mut();
        let mut context = Context::from_waker(Waker::noop());
        for _ in 0..MOST_PIECES {
            if state.ended {
                return true;
            }
            match state.poll_piece(&mut context) {
                Poll::Ready(Some(Ok(_)) | None) => {}
                Poll::Ready(Some(Err(_))) | Poll::Pending => return false,
            }
        }
        state.ended
    }
}

/// How much the library may be given of a body.
fn due(request: &ServiceRequest) -> Due {
    let headers = request.headers();
    let length = headers.get(CONTENT_LENGTH);
    if headers.contains_key(TRANSFER_ENCODING) {
        return Due::Chunks;
    }
    // Where the library has taken no length, as in front of another protocol, there is no end.
    let length = length.and_then(|it| it.to_str().ok()?.trim().parse().ok());
    length.map_or(Due::Chunks, Due::Body)
}

impl LentState {
    fn poll_piece(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, PayloadError>>> {
        let piece = Pin::new(&mut self.payload).poll_next(context);
        if matches!(piece, Poll::Ready(None)) && !self.ended {
            self.ended = true;
            self.pulse.expect(Due::Body(0));
        }
        piece
    }
}

impl Stream for Borrowed {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.borrow_mut().poll_piece(context)
    }
}
