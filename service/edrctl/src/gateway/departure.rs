//! Whether anything of a request has left: what "nobody knows" rests on.
//!
//! A body is asked for before the first byte of its request is written, so a body that was never
//! asked for is a request that never left, whatever ended the exchange.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

/// Whether a request, or one of its repetitions, has left. Copies are of the same request.
#[derive(Debug, Clone, Default)]
pub struct Departure(Arc<AtomicBool>);

impl Departure {
    /// Of a request that has not been sent.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether something may have left.
    #[must_use]
    pub fn has_left(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// A body in one piece that tells when it is asked for.
pub(super) struct DepartingBody {
    content: Option<Bytes>,
    /// Of this exchange.
    own: Departure,
    /// Of the request with all its exchanges.
    whole: Departure,
}

impl DepartingBody {
    pub(super) fn new(content: Bytes, own: Departure, whole: Departure) -> Self {
        Self {
            content: Some(content),
            own,
            whole,
        }
    }
}

impl Body for DepartingBody {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.own.0.store(true, Ordering::SeqCst);
        self.whole.0.store(true, Ordering::SeqCst);
        Poll::Ready(self.content.take().map(|it| Ok(Frame::data(it))))
    }

    fn is_end_stream(&self) -> bool {
        self.content.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        let length = self.content.as_ref().map_or(0, Bytes::len);
        SizeHint::with_exact(length as u64)
    }
}
