//! A stream that keeps the time: between two requests, and while nobody takes the answer.
//!
//! The stream cannot see where requests begin and end, so [`beat`], the outermost middleware, tells
//! it through a [`Pulse`] that both hold: a request is under way from its head to the last byte of
//! its answer. While none is, the stream counts, whatever letters drip in meanwhile.

use std::cell::Cell;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_http::ConnectionType;
use actix_web::Error;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// How long a stream waits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// From the end of one request to the whole head of the next.
    pub(super) between: Duration,
    /// From the end of an answer that said it is the last to the end of the connection.
    pub(super) closing: Duration,
    /// From one byte of an answer being taken to the next.
    pub(super) stall: Duration,
}

/// More bytes than the largest head has, between two requests, are the rest of a body that nobody
/// reads any more, and may be without end.
const MOST_IDLE_BYTES: usize = 256 * 1024;

/// Whether a request is under way on a connection, and since when none is.
#[derive(Debug)]
pub(super) struct Pulse {
    /// How many requests have begun.
    begun: Cell<u64>,
    under_way: Cell<u32>,
    idle_since: Cell<Instant>,
    /// Whether the last answer said that it is the last.
    closing: Cell<bool>,
}

/// A request that is under way; over on drop.
struct UnderWay(Rc<Pulse>);

impl Pulse {
    fn begin(self: &Rc<Self>) -> UnderWay {
        self.begun.set(self.begun.get() + 1);
        self.under_way.set(self.under_way.get() + 1);
        UnderWay(Rc::clone(self))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let left = self.0.under_way.get() - 1;
        self.0.under_way.set(left);
        if left == 0 {
            self.0.idle_since.set(Instant::now());
        }
    }
}

/// A stream that ends when its patience does.
pub(super) struct Patient<S> {
    stream: S,
    patience: Patience,
    pulse: Rc<Pulse>,
    /// How much has been read since the last request began, and which one that was.
    idle_bytes: (u64, usize),
    /// Wakes the connection when no request has come; set while none is under way.
    next: Option<Pin<Box<Sleep>>>,
    /// Wakes it when nobody takes the answer; set while a write waits.
    taken: Option<Pin<Box<Sleep>>>,
}

impl<S> Patient<S> {
    pub(super) fn new(stream: S, patience: Patience) -> Self {
        let pulse = Pulse {
            begun: Cell::new(0),
            under_way: Cell::new(0),
            closing: Cell::new(false),
            idle_since: Cell::new(Instant::now()),
        };
        Self {
            stream,
            patience,
            pulse: Rc::new(pulse),
            idle_bytes: (0, 0),
            next: None,
            taken: None,
        }
    }

    pub(super) fn pulse(&self) -> Rc<Pulse> {
        Rc::clone(&self.pulse)
    }

    /// Whether a request is overdue. Asked at each read: the connection reads whenever it is awake.
    fn is_overdue(&mut self, context: &mut Context<'_>) -> bool {
        if self.pulse.under_way.get() > 0 {
            self.next = None;
            return false;
        }
        let patience = if self.pulse.closing.get() {
            self.patience.closing
        } else {
            self.patience.between
        };
        let deadline = self.pulse.idle_since.get() + patience;
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
        let begun = self.pulse.begun.get();
        if self.pulse.under_way.get() > 0 || self.idle_bytes.0 != begun {
            self.idle_bytes = (begun, 0);
        }
        self.idle_bytes.1 += bytes;
        self.pulse.under_way.get() == 0 && self.idle_bytes.1 > MOST_IDLE_BYTES
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
        let stall = self.patience.stall;
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
        if this.is_overdue(context) {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut this.stream).poll_read(context, buffer))?;
        if this.is_flooded(buffer.filled().len() - before) {
            return Poll::Ready(Err(io::ErrorKind::InvalidData.into()));
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write(context, bytes);
        this.written(context, written)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_flush(context);
        this.written(context, written)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

/// Tells the connection that a request is under way, to the last byte of its answer.
pub async fn beat(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let pulse = request.request().conn_data::<Rc<Pulse>>().cloned();
    let under_way = pulse.as_ref().map(Pulse::begin);
    let response = next.call(request).await?.map_into_boxed_body();
    let is_last = response.response().head().connection_type() == ConnectionType::Close;
    if let Some(pulse) = pulse.filter(|_| is_last) {
        pulse.closing.set(true);
    }
    Ok(response.map_body(|_, body| {
        BoxBody::new(Answer {
            body,
            _under_way: under_way,
        })
    }))
}

/// An answer on its way.
struct Answer {
    body: BoxBody,
    _under_way: Option<UnderWay>,
}

impl MessageBody for Answer {
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
