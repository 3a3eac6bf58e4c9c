//! One request at a time: what comes behind one waits here until its answer has been given.
//!
//! The library takes in whatever is there. Of requests that lie behind one another it takes
//! thousands at once, a few bytes each and kilobytes in memory; and it answers one by what it has
//! learnt of a later one: whether it ends the connection, its version, whether it is a HEAD. So an
//! answer loses its body, or says that it is the last one, and what comes behind it is done all the
//! same. Here the library is given a head as far as its end, then as much as its body says that it
//! has, and nothing more before the answer is through.
//!
//! Where a body is in chunks its end is not known here: it is given up to each blank line, as there
//! is one at its end, until whoever reads it has seen the end.

use std::io;
use std::mem;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_web::web::BytesMut;
use memchr::memchr;
use tokio::io::{AsyncRead, ReadBuf};

use super::due::Due;
use super::pulse::Pulse;

/// Most that is given of a body whose end is not known, and that is read at a time where less than
/// the library has room for is given.
const PIECE: usize = 4 * 1024;

/// Most that is kept.
const MOST_KEPT: usize = 8 * 1024;

/// Whose turn it is on a connection.
#[derive(Default)]
pub(super) struct ReadTurn {
    /// What has come and is not due yet.
    kept: BytesMut,
    line: LineState,
    /// Whether the library has been given all that it may have before it looks at it.
    is_through: bool,
}

/// Where in a line the bytes have come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum LineState {
    /// Nothing but ends of lines has come: a head may have some before it, and they end nothing.
    #[default]
    Before,
    Inside,
    Begun,
    /// A carriage return is all that there is.
    Returned,
}

impl LineState {
    /// How many bytes there are to the end of the next blank line behind others, if it ends here.
    fn blank(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            match (&mut *self, byte) {
                // Nothing inside a line matters but its end.
                (state @ Self::Inside, _) => {
                    at += memchr(b'\n', &bytes[at..])?;
                    *state = Self::Begun;
                }
                (Self::Before, b'\r' | b'\n') => {}
                (state @ (Self::Begun | Self::Returned), b'\n') => {
                    *state = Self::Before;
                    return Some(at + 1);
                }
                (state @ Self::Begun, b'\r') => *state = Self::Returned,
                (state, _) => *state = Self::Inside,
            }
            at += 1;
        }
        None
    }
}

impl ReadTurn {
    /// Gives the library what it may have now.
    pub(super) fn poll_read<S: AsyncRead + Unpin>(
        &mut self,
        stream: &mut S,
        pulse: &Pulse,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if mem::take(&mut self.is_through) {
            // The library reads until nothing is there, and only then looks at what it has been
            // given.
            let kept = self.poll_keep(stream, pulse, context);
            if kept.is_pending() && !self.kept.is_empty() {
                context.waker().wake_by_ref();
            }
            return kept;
        }
        match pulse.due() {
            Due::Body(0) => self.poll_keep(stream, pulse, context),
            Due::Body(left) => {
                let most = usize::try_from(left).unwrap_or(usize::MAX);
                let before = buffer.filled().len();
                ready!(self.poll_give(stream, pulse, context, buffer, most))?;
                pulse.given((buffer.filled().len() - before) as u64);
                Poll::Ready(Ok(()))
            }
            Due::Head => self.poll_line(stream, pulse, context, buffer, usize::MAX),
            Due::Chunks => self.poll_line(stream, pulse, context, buffer, PIECE),
        }
    }

    /// Gives what there is, at most as far as the end of a blank line.
    fn poll_line<S: AsyncRead + Unpin>(
        &mut self,
        stream: &mut S,
        pulse: &Pulse,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
        most: usize,
    ) -> Poll<io::Result<()>> {
        let is_piece = most != usize::MAX;
        if !self.kept.is_empty() {
            let most = most.min(buffer.remaining()).min(self.kept.len());
            let end = self.line.blank(&self.kept[..most]);
            // A piece is looked at before the next one is given: what stands behind a body is not
            // part of it.
            self.is_through = is_piece || end.is_some();
            return self.poll_give(stream, pulse, context, buffer, end.unwrap_or(most));
        }
        let before = buffer.filled().len();
        ready!(self.poll_give(stream, pulse, context, buffer, most))?;
        let given = &buffer.filled()[before..];
        let end = self.line.blank(given);
        self.is_through = !given.is_empty() && (is_piece || end.is_some());
        if let Some(end) = end.filter(|it| *it < given.len()) {
            self.kept = BytesMut::from(&given[end..]);
            buffer.set_filled(before + end);
        }
        pulse.keep(!self.kept.is_empty());
        Poll::Ready(Ok(()))
    }

    /// Gives what there is, at most so much.
    fn poll_give<S: AsyncRead + Unpin>(
        &mut self,
        stream: &mut S,
        pulse: &Pulse,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
        most: usize,
    ) -> Poll<io::Result<()>> {
        let most = most.min(buffer.remaining());
        if !self.kept.is_empty() {
            let due = self.kept.split_to(most.min(self.kept.len()));
            buffer.put_slice(&due);
            if self.kept.is_empty() {
                // Nothing is held for a connection that idles.
                self.kept = BytesMut::new();
            }
            pulse.keep(!self.kept.is_empty());
            return Poll::Ready(Ok(()));
        }
        let read = if most == buffer.remaining() {
            Pin::new(stream).poll_read(context, buffer)
        } else {
            let mut bytes = [0; PIECE];
            let mut piece = ReadBuf::new(&mut bytes[..most.min(PIECE)]);
            let read = Pin::new(stream).poll_read(context, &mut piece);
            buffer.put_slice(piece.filled());
            read
        };
        if read.is_pending() {
            pulse.wait();
        }
        read
    }

    /// Keeps what comes before its turn, and no more of it than a head takes. Its end is said when
    /// all before it has been given.
    fn poll_keep<S: AsyncRead + Unpin>(
        &mut self,
        stream: &mut S,
        pulse: &Pulse,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        while self.kept.len() < MOST_KEPT {
            let mut bytes = [MaybeUninit::uninit(); PIECE];
            let mut piece = ReadBuf::uninit(&mut bytes);
            match Pin::new(&mut *stream).poll_read(context, &mut piece) {
                Poll::Pending => break,
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Ready(Ok(())) if piece.filled().is_empty() && self.kept.is_empty() => {
                    return Poll::Ready(Ok(()));
                }
                Poll::Ready(Ok(())) if piece.filled().is_empty() => break,
                Poll::Ready(Ok(())) => self.kept.extend_from_slice(piece.filled()),
            }
        }
        if self.kept.is_empty() || !self.is_head_due(pulse) {
            pulse.wait();
        }
        pulse.keep(!self.kept.is_empty());
        Poll::Pending
    }

    /// Whether a request may lie in what is kept that nobody has looked at.
    fn is_head_due(&self, pulse: &Pulse) -> bool {
        !self.kept.is_empty() && pulse.due() == Due::Head
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::super::pulse::Strangers;
    use super::super::room::Room;
    use super::*;

    /// What is given until nothing more is.
    fn given(turn: &mut ReadTurn, mut stream: &[u8], pulse: &Pulse) -> (String, usize) {
        let mut context = Context::from_waker(std::task::Waker::noop());
        let mut all = Vec::new();
        loop {
            let mut bytes = [0; 8192];
            let mut buffer = ReadBuf::new(&mut bytes);
            match turn.poll_read(&mut stream, pulse, &mut context, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => all.extend(buffer.filled()),
                Poll::Ready(Ok(())) | Poll::Pending => break,
                Poll::Ready(Err(error)) => panic!("{error}"),
            }
        }
        (String::from_utf8(all).expect("text"), stream.len())
    }

    #[test]
    fn a_head_is_given_alone_whatever_lies_behind_it() {
        for end in ["\r\n\r\n", "\n\n", "\r\n\n", "\n\r\n"] {
            let place = Room::new(1, Strangers::LetGo).enter().expect("a place");
            let pulse: &Rc<Pulse> = place.pulse();
            let mut turn = ReadTurn::default();
            let head = format!("GET / HTTP/1.0{end}");
            let flood = head.repeat(7000);

            let (first, left) = given(&mut turn, flood.as_bytes(), pulse);
            assert_eq!(first, head, "{end:?}");
            let under_way = pulse.begin();
            let (second, left) = given(&mut turn, &flood.as_bytes()[flood.len() - left..], pulse);
            assert_eq!(second, "", "{end:?}");
            assert!(left > flood.len() - 4 * MOST_KEPT, "{left} are left");
            drop(under_way);
            let (third, _) = given(&mut turn, b"", pulse);
            assert_eq!(third, head, "{end:?}");
        }
    }

    #[test]
    fn a_body_is_given_as_far_as_it_says() {
        let place = Room::new(1, Strangers::LetGo).enter().expect("a place");
        let pulse = place.pulse();
        let mut turn = ReadTurn::default();
        let text = "POST / HTTP/1.1\r\n\r\n{\n\n}GET / HTTP/1.1\r\n\r\n";

        let (head, _) = given(&mut turn, text.as_bytes(), pulse);
        assert_eq!(head, "POST / HTTP/1.1\r\n\r\n");
        let under_way = pulse.begin();
        pulse.expect(Due::Body(4));
        assert_eq!(given(&mut turn, b"", pulse).0, "{\n\n}");
        assert_eq!(given(&mut turn, b"", pulse).0, "");
        drop(under_way);
        assert_eq!(given(&mut turn, b"", pulse).0, "GET / HTTP/1.1\r\n\r\n");
    }

    #[test]
    fn what_is_behind_chunks_is_not_given_with_their_end() {
        let place = Room::new(1, Strangers::LetGo).enter().expect("a place");
        let pulse = place.pulse();
        let mut turn = ReadTurn::default();
        let _under_way = pulse.begin();
        pulse.expect(Due::Chunks);
        let text = "2\r\n{}\r\n0\r\nx: y\r\n\r\nGET / HTTP/1.1\r\n\r\n";

        let (chunks, _) = given(&mut turn, text.as_bytes(), pulse);
        assert_eq!(chunks, "2\r\n{}\r\n0\r\nx: y\r\n\r\n");
        pulse.expect(Due::Body(0));
        assert_eq!(given(&mut turn, b"", pulse).0, "");
    }
}
