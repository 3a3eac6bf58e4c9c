//! A stream that is lent to the library: it is given back when the library has done with it.
//!
//! The library closes a connection as soon as it has answered, or drops it; here that only ends the
//! loan, and [`super::farewell`] does the closing.

use std::cell::RefCell;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

pub(super) struct Lent<S>(Rc<RefCell<S>>);

/// Who has lent it.
pub(super) struct Lender<S>(Rc<RefCell<S>>);

/// Lends a stream.
pub(super) fn lend<S>(stream: S) -> (Lender<S>, Lent<S>) {
    let shared = Rc::new(RefCell::new(stream));
    (Lender(Rc::clone(&shared)), Lent(shared))
}

impl<S> Lender<S> {
    /// The stream; nothing while it is still lent.
    pub(super) fn take_back(self) -> Option<S> {
        Rc::into_inner(self.0).map(RefCell::into_inner)
    }
}

impl<S> Lent<S> {
    /// Looks at the stream.
    pub(super) fn with<T>(&self, look: impl FnOnce(&S) -> T) -> T {
        look(&self.0.borrow())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Lent<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0.borrow_mut()).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Lent<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.0.borrow_mut()).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0.borrow_mut()).poll_flush(context)
    }

    /// Ends the loan and no more.
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
