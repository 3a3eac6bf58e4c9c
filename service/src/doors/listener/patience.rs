//! A stream that keeps the time: between two requests, and while nobody takes the answer.
//!
//! It goes by the [`Pulse`] of its connection. While no request is under way there it counts,
//! whatever letters drip in meanwhile; less patiently where no good token has come in yet.

use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

use super::pulse::Pulse;
use super::room::ConnectionPlace;
use super::turn::ReadTurn;

/// How long a stream waits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// From the end of one request to the whole head of the next.
    pub(super) between: Duration,
    /// The same, and from one byte of an answer being taken to the next, where nobody has shown a
    /// good token.
    pub(super) strange: Duration,
    /// From one byte of an answer being taken to the next.
    pub(super) stall: Duration,
}

/// More bytes than the largest head has come between two requests from nobody who means to send
/// one.
const MOST_IDLE_BYTES: usize = 256 * 1024;

/// A stream that ends when its patience does.
pub(super) struct Patient<S> {
    stream: S,
    patience: Patience,
    place: ConnectionPlace,
    turn: ReadTurn,
    /// How much has been read since the last request began, and which one that was.
    idle_bytes: (u64, usize),
    /// Wakes the connection when no request has come; set while none is under way.
    next: Option<Pin<Box<Sleep>>>,
    /// Wakes it when nobody takes the answer; set while a write waits.
    taken: Option<Pin<Box<Sleep>>>,
}

impl<S> Patient<S> {
    pub(super) fn new(stream: S, place: ConnectionPlace, patience: Patience) -> Self {
        Self {
            stream,
            patience,
            place,
            turn: ReadTurn::default(),
            idle_bytes: (0, 0),
            next: None,
            taken: None,
        }
    }

    pub(super) fn pulse(&self) -> &Rc<Pulse> {
        self.place.pulse()
    }

    /// What it was made of.
    pub(super) fn into_parts(self) -> (S, ConnectionPlace) {
        (self.stream, self.place)
    }

    /// Whether a request is overdue. Asked at each read: the connection reads whenever it is awake.
    fn is_overdue(&mut self, context: &mut Context<'_>) -> bool {
        let pulse = self.place.pulse();
        let Some(idle_since) = pulse.idle_since() else {
            self.next = None;
            return false;
        };
        let patience = if pulse.is_known() {
            self.patience.between
        } else {
            self.patience.strange
        };
        let deadline = idle_since + patience;
        let next = self
            .next
            .get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
        // A request may have come and gone since the alarm was set.
        if next.deadline() != deadline {
            next.as_mut().reset(deadline);
        }
        next.as_mut().poll(context).is_ready()
    }

    /// Whether so many bytes more, and no request, are too many.
    fn is_flooded(&mut self, bytes: usize) -> bool {
        let (begun, idles) = (self.pulse().begun(), self.pulse().idle_since().is_some());
        if !idles || self.idle_bytes.0 != begun {
            self.idle_bytes = (begun, 0);
        }
        self.idle_bytes.1 += bytes;
        idles && self.idle_bytes.1 > MOST_IDLE_BYTES
    }

    /// What came of a write, unless it has waited too long.
    fn written<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.taken = None;
            return written;
        }
        let stall = if self.pulse().is_known() {
            self.patience.stall
        } else {
            self.patience.stall.min(self.patience.strange)
        };
        let taken = self
            .taken
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(stall)));
        ready!(taken.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.pulse().is_shown_out(context) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        if this.pulse().is_over() {
            // Nothing more is taken behind the last answer: the end of the connection is somebody
            // else's.
            return Poll::Ready(Ok(()));
        }
        if this.is_overdue(context) {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        let before = buffer.filled().len();
        let pulse = this.place.pulse();
        ready!(
            this.turn
                .poll_read(&mut this.stream, pulse, context, buffer)
        )?;
        if this.is_flooded(buffer.filled().len() - before) {
            return Poll::Ready(Err(io::ErrorKind::InvalidData.into()));
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.pulse().is_shown_out(context) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        let written = Pin::new(&mut this.stream).poll_write(context, bytes);
        this.written(context, written)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.pulse().is_shown_out(context) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        let written = Pin::new(&mut this.stream).poll_flush(context);
        this.written(context, written)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}
