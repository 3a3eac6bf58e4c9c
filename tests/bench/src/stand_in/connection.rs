//! One connection to the stand-in: calls one after another, until the other side ends it.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use super::answers;
use super::counts::Counts;
use super::method::Method;
use crate::message::{Length, head_end, length};

/// By how much a timer is late, on the average.
const ROUNDED_UP: Duration = Duration::from_micros(500);

/// Answers until the other side ends the connection.
pub(super) async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    counts: &Counts,
) -> io::Result<()> {
    let mut input = Vec::with_capacity(8 * 1024);
    let mut answer = Vec::with_capacity(1024);
    loop {
        let head = loop {
            if let Some(end) = head_end(&input) {
                break end;
            }
            if stream.read_buf(&mut input).await? == 0 {
                return Ok(());
            }
        };
        let Length::Bytes(body) = length(&input[..head]) else {
            // Nobody who is measured sends chunks; the other side sees its connection end.
            return Err(io::ErrorKind::Unsupported.into());
        };
        let end = head + body;
        while input.len() < end {
            if stream.read_buf(&mut input).await? == 0 {
                return Ok(());
            }
        }
        let line = input.split(|it| *it == b'\r').next().unwrap_or_default();
        let method = Method::of(line);
        counts.call(method, line);
        let delay = counts.delay();
        if !delay.is_zero() {
            // tokio's timer rounds up to its next millisecond: so it is right on the average.
            tokio::time::sleep(delay.saturating_sub(ROUNDED_UP)).await;
        }
        answers::write(&mut answer, method, &input[head..end], counts);
        input.drain(..end);
        stream.write_all(&answer).await?;
        stream.flush().await?;
    }
}
