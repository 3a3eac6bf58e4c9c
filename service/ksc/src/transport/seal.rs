//! A request body that knows whether it was ever asked for.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

const UNTOUCHED: u8 = 0;
const TAKEN: u8 = 1;
const WITHDRAWN: u8 = 2;

/// Shared by the body, which the HTTP client has, and the side that waits for the answer.
///
/// It goes from untouched to either taken or withdrawn, once. Whoever comes second sees the other's
/// move, and that settles the question on which every retry of a response action rests.
#[derive(Debug, Default)]
pub(super) struct Seal(AtomicU8);

impl Seal {
    /// The body is about to be written; false when it has been withdrawn.
    fn take(&self) -> bool {
        match self
            .0
            .compare_exchange(UNTOUCHED, TAKEN, Ordering::SeqCst, Ordering::SeqCst)
        {
            Ok(_) => true,
            Err(state) => state == TAKEN,
        }
    }

    /// Gives up on the request. True: nothing was written, and nothing will be.
    pub(super) fn withdraw(&self) -> bool {
        match self
            .0
            .compare_exchange(UNTOUCHED, WITHDRAWN, Ordering::SeqCst, Ordering::SeqCst)
        {
            Ok(_) => true,
            Err(state) => state == WITHDRAWN,
        }
    }
}

/// The body: all of it in one piece.
pub(super) struct SealedBody {
    content: Option<Bytes>,
    seal: Arc<Seal>,
}

/// The request was given up before it was written.
#[derive(Debug, thiserror::Error)]
#[error("the request was withdrawn before it was sent")]
pub(super) struct Withdrawn;

impl SealedBody {
    pub(super) fn new(content: Bytes, seal: Arc<Seal>) -> Self {
        Self {
            content: Some(content),
            seal,
        }
    }
}

impl Body for SealedBody {
    type Data = Bytes;
    type Error = Withdrawn;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Withdrawn>>> {
        if !self.seal.take() {
            return Poll::Ready(Some(Err(Withdrawn)));
        }
        Poll::Ready(self.content.take().map(|content| Ok(Frame::data(content))))
    }

    fn is_end_stream(&self) -> bool {
        self.content.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        // Exact, so that the request has a Content-Length and is not chunked.
        let left = self.content.as_ref().map_or(0, Bytes::len);
        SizeHint::with_exact(u64::try_from(left).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(body: &mut SealedBody) -> Option<Result<Bytes, Withdrawn>> {
        let mut context = Context::from_waker(std::task::Waker::noop());
        match Pin::new(body).poll_frame(&mut context) {
            Poll::Ready(Some(Ok(frame))) => frame.into_data().ok().map(Ok),
            Poll::Ready(Some(Err(error))) => Some(Err(error)),
            Poll::Ready(None) => None,
            Poll::Pending => unreachable!("the body is in memory"),
        }
    }

    #[test]
    fn a_body_asked_for_cannot_be_withdrawn() {
        let seal = Arc::new(Seal::default());
        let mut body = SealedBody::new(Bytes::from_static(b"{}"), Arc::clone(&seal));

        assert_eq!(ask(&mut body).unwrap().unwrap(), "{}");

        assert!(!seal.withdraw());
        assert!(ask(&mut body).is_none());
    }

    #[test]
    fn a_withdrawn_body_is_never_given_out() {
        let seal = Arc::new(Seal::default());
        let mut body = SealedBody::new(Bytes::from_static(b"{}"), Arc::clone(&seal));

        assert!(seal.withdraw());

        assert!(ask(&mut body).unwrap().is_err());
        assert!(seal.withdraw());
    }
}
