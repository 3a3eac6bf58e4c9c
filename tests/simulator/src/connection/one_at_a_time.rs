//! Sees whether the peer sends its next request before it got the reply to the one before.
//!
//! HTTP allows it, KSC does not, and the server underneath would quietly serve it. So the bytes are
//! counted here: head, then as many bytes of body as it announces; anything more before the first
//! byte of the reply is too early. A chunked body has no announced length and is not judged.

use crate::journal::{Journal, Rule};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A stream that is watched.
pub(super) struct Watched<S> {
    stream: S,
    watch: Watch,
    journal: Journal,
    connection: u64,
}

/// Where in the exchange the peer is.
#[derive(Debug, PartialEq, Eq)]
enum Watch {
    /// Bytes of a head that has not ended.
    Head(Vec<u8>),
    /// Bytes of body still to come.
    Body(usize),
    /// The request is complete; the reply has not begun.
    Complete,
    /// Not judged until the reply.
    Unknown,
}

impl Watch {
    /// Takes what the peer sent; `true` when it was too early.
    fn received(&mut self, mut bytes: &[u8]) -> bool {
        loop {
            match self {
                Self::Unknown => return false,
                Self::Complete => return !bytes.is_empty(),
                Self::Body(left) => {
                    let taken = bytes.len().min(*left);
                    *left -= taken;
                    bytes = &bytes[taken..];
                    if *left > 0 {
                        return false;
                    }
                    *self = Self::Complete;
                }
                Self::Head(head) => {
                    let before = head.len();
                    head.extend_from_slice(bytes);
                    let Some(end) = end_of_head(head) else {
                        return false;
                    };
                    bytes = &bytes[end - before..];
                    *self = match announced(&head[..end]) {
                        Some(length) => Self::Body(length),
                        None => Self::Unknown,
                    };
                }
            }
        }
    }

    /// The reply has begun.
    fn replied(&mut self) {
        if matches!(self, Self::Complete | Self::Unknown) {
            *self = Self::Head(Vec::new());
        }
    }
}

fn end_of_head(head: &[u8]) -> Option<usize> {
    head.windows(4)
        .position(|window| window == b"\r\n\r\n")
        .map(|at| at + 4)
}

/// The announced length of the body; `None` when it is chunked.
fn announced(head: &[u8]) -> Option<usize> {
    let head = String::from_utf8_lossy(head).to_lowercase();
    let value = |name: &str| {
        head.lines()
            .find_map(|line| line.strip_prefix(name))
            .map(|value| value.trim().to_owned())
    };
    if value("transfer-encoding:").is_some() {
        return None;
    }
    value("content-length:").map_or(Some(0), |length| length.parse().ok())
}

impl<S> Watched<S> {
    pub(super) fn new(stream: S, journal: Journal, connection: u64) -> Self {
        Self {
            stream,
            watch: Watch::Head(Vec::new()),
            journal,
            connection,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        let received = &buffer.filled()[before..];
        if !received.is_empty() && self.watch.received(received) {
            let place = format!("connection {}", self.connection);
            self.journal.note(
                Rule::OneCallAtATime,
                &place,
                "a request came before the reply",
            );
            self.watch = Watch::Unknown;
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.watch.replied();
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: &[u8] = b"POST /x HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}";

    #[test]
    fn one_request_after_another_reply_is_fine() {
        let mut watch = Watch::Head(Vec::new());

        assert!(!watch.received(REQUEST));
        watch.replied();
        assert!(!watch.received(&REQUEST[..20]));
        assert!(!watch.received(&REQUEST[20..]));
    }

    #[test]
    fn a_second_request_before_the_reply_is_seen_in_one_piece_and_in_two() {
        let mut watch = Watch::Head(Vec::new());
        assert!(watch.received(&[REQUEST, REQUEST].concat()));

        let mut watch = Watch::Head(Vec::new());
        assert!(!watch.received(REQUEST));
        assert!(watch.received(REQUEST));
    }
}
