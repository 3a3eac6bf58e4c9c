//! A body that is read while it comes: bytes from a task to a thread.

use std::io::{self, Read};

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// So many chunks wait for the reader, at most: the server is held back, and not memory filled.
const WAITING: usize = 8;

/// Where chunks go in. Dropped, the body ends in the middle, which no JSON survives.
pub(super) struct Feed(mpsc::Sender<Vec<u8>>);

/// Where they come out, as the bytes of one body.
pub(super) struct Body {
    chunks: mpsc::Receiver<Vec<u8>>,
    chunk: io::Cursor<Vec<u8>>,
}

pub(super) fn channel() -> (Feed, Body) {
    let (feed, chunks) = mpsc::channel(WAITING);
    let body = Body {
        chunks,
        chunk: io::Cursor::default(),
    };
    (Feed(feed), body)
}

impl Feed {
    /// Gives a chunk; false when nobody reads any more.
    pub(super) async fn give(&self, chunk: Vec<u8>) -> bool {
        self.0.send(chunk).await.is_ok()
    }

    /// That was all.
    pub(super) fn end(self) {
        drop(self);
    }
}

impl Read for Body {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.chunk.read(into)?;
            if read > 0 || into.is_empty() {
                return Ok(read);
            }
            match self.chunks.blocking_recv() {
                Some(chunk) => self.chunk = io::Cursor::new(chunk),
                None => return Ok(0),
            }
        }
    }
}

/// What a thread has made of its work; its panic is this one's.
pub(crate) async fn joined<T>(work: JoinHandle<T>) -> T {
    match work.await {
        Ok(made) => made,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime is being shut down, and with it this task.
            Err(_) => std::future::pending().await,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_goes_in_comes_out_and_ends() {
        let (feed, mut body) = channel();
        let reading = tokio::task::spawn_blocking(move || {
            let mut text = String::new();
            body.read_to_string(&mut text).map(|_| text)
        });

        for chunk in ["a", "", "bcd", "e"].repeat(20) {
            assert!(feed.give(chunk.into()).await);
        }
        feed.end();

        assert_eq!(joined(reading).await.unwrap(), "abcde".repeat(20));
    }

    #[tokio::test]
    async fn nobody_waits_for_a_reader_that_has_gone() {
        let (feed, body) = channel();
        drop(body);

        for _ in 0..20 {
            assert!(!feed.give(b"x".to_vec()).await);
        }
    }
}
