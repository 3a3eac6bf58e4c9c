//! The body of an answer on its way out: whole, in pieces, or broken off.

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use std::pin::Pin;
use std::task::{Context, Poll};

/// Blanks in a piece.
const BLANKS: usize = 64 * 1024;

/// The answer was broken off on purpose.
#[derive(Debug, thiserror::Error)]
#[error("the answer is broken off")]
pub(crate) struct BrokenOff;

/// A body.
pub(crate) struct Outgoing {
    pieces: Box<dyn Iterator<Item = Bytes> + Send>,
    /// Bytes still to come, where that is known.
    left: Option<u64>,
    end: End,
}

/// What comes behind the last piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Whole,
    Flushing,
    Broken,
}

impl Outgoing {
    pub(crate) fn whole(bytes: Bytes) -> Self {
        Self {
            left: Some(bytes.len() as u64),
            pieces: Box::new(std::iter::once(bytes).filter(|it| !it.is_empty())),
            end: End::Whole,
        }
    }

    /// Lets the first half come and nothing more; how long the whole would have been.
    pub(crate) fn break_off(&mut self) -> u64 {
        let pieces = std::mem::replace(&mut self.pieces, Box::new(std::iter::empty()));
        let whole: Vec<u8> = pieces.flatten().collect();
        let half = Bytes::copy_from_slice(&whole[..whole.len() / 2]);
        self.pieces = Box::new(std::iter::once(half).filter(|it| !it.is_empty()));
        self.left = None;
        self.end = End::Flushing;
        whole.len() as u64
    }

    /// Adds blanks until it has at least so many bytes.
    pub(crate) fn fill_up(&mut self, bytes: u64) {
        let pieces = std::mem::replace(&mut self.pieces, Box::new(std::iter::empty()));
        let blanks = Bytes::from(vec![b' '; BLANKS]);
        let missing = bytes.saturating_sub(self.left.unwrap_or(0));
        let count = usize::try_from(missing.div_ceil(BLANKS as u64)).unwrap_or(usize::MAX);
        self.pieces = Box::new(pieces.chain(std::iter::repeat_n(blanks, count)));
        self.left = None;
    }

    pub(crate) fn pieces(pieces: Box<dyn Iterator<Item = Bytes> + Send>) -> Self {
        Self {
            pieces,
            left: None,
            end: End::Whole,
        }
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = BrokenOff;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokenOff>>> {
        if let Some(piece) = self.pieces.next() {
            self.left = self.left.map(|it| it.saturating_sub(piece.len() as u64));
            return Poll::Ready(Some(Ok(Frame::data(piece))));
        }
        match self.end {
            End::Whole => Poll::Ready(None),
            End::Flushing => {
                // Being pending once lets hyper flush before the error ends the connection.
                self.end = End::Broken;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            End::Broken => Poll::Ready(Some(Err(BrokenOff))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.end == End::Whole && self.left == Some(0)
    }

    fn size_hint(&self) -> SizeHint {
        self.left
            .map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
