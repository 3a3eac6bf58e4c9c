//! A kept connection of a caller's: a request, its answer, and the next.

use std::io;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::stream::{Stream, Target};
use crate::message::{Length, chunks_end, head_end, length};

/// A connection with at most one request on its way.
pub(crate) struct Connection {
    stream: Box<dyn Stream>,
    answer: Vec<u8>,
    head: usize,
}

impl Connection {
    /// Connects.
    pub(crate) async fn open(target: &Target) -> io::Result<Self> {
        Ok(Self {
            stream: target.connect().await?,
            answer: Vec::with_capacity(4096),
            head: 0,
        })
    }

    /// Sends a request and reads its answer whole; gives the status.
    pub(crate) async fn exchange(&mut self, request: &[u8]) -> io::Result<u16> {
        let status = self.begin(request).await?;
        match length(&self.answer[..self.head]) {
            Length::Bytes(body) => {
                while self.answer.len() < self.head + body {
                    self.more().await?;
                }
            }
            Length::Chunked => {
                while chunks_end(self.body()).is_none() {
                    self.more().await?;
                }
            }
        }
        Ok(status)
    }

    /// Sends a request and reads the head of its answer, of a stream that may never end.
    pub(crate) async fn begin(&mut self, request: &[u8]) -> io::Result<u16> {
        self.stream.write_all(request).await?;
        self.stream.flush().await?;
        self.answer.clear();
        self.head = loop {
            if let Some(end) = head_end(&self.answer) {
                break end;
            }
            self.more().await?;
        };
        // `HTTP/1.1 200 OK`
        std::str::from_utf8(self.answer.get(9..12).unwrap_or_default())
            .ok()
            .and_then(|it| it.parse().ok())
            .ok_or_else(|| io::ErrorKind::InvalidData.into())
    }

    /// What was read of the body of the latest answer.
    pub(crate) fn body(&self) -> &[u8] {
        &self.answer[self.head..]
    }

    async fn more(&mut self) -> io::Result<()> {
        if self.stream.read_buf(&mut self.answer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(())
    }
}
