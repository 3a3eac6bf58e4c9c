//! Requests with a large body, of callers who read nothing before they have sent everything.

use std::net::SocketAddr;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::raw::PATIENCE;

/// As large as an archive of IOCs.
pub(super) const BYTES: usize = 12 << 20;

/// How a body is framed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    Length,
    Chunked,
}

use Framing::{Chunked, Length};

/// A head with these lines, which announces such a body.
pub(super) fn head(first: &str, lines: &str, framing: Framing, bytes: usize) -> String {
    let length = match framing {
        Length => format!("content-length: {bytes}"),
        Chunked => "transfer-encoding: chunked".to_owned(),
    };
    format!("{first} HTTP/1.1\r\nhost: gateway\r\n{lines}{length}\r\n\r\n")
}

/// Sends all of it, and only then reads all that is answered, to the end of the connection. What
/// breaks off is an error.
pub(super) async fn send_then_read<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    head: &str,
    framing: Framing,
    bytes: usize,
) -> Result<String, String> {
    let piece = vec![b' '; 64 * 1024];
    let talking = async {
        stream.write_all(head.as_bytes()).await?;
        let mut left = bytes;
        while left > 0 {
            let some = left.min(piece.len());
            if framing == Chunked {
                let size = format!("{some:x}\r\n");
                stream.write_all(size.as_bytes()).await?;
            }
            stream.write_all(&piece[..some]).await?;
            if framing == Chunked {
                stream.write_all(b"\r\n").await?;
            }
            left -= some;
        }
        if framing == Chunked {
            stream.write_all(b"0\r\n\r\n").await?;
        }
        stream.flush().await?;
        let mut text = Vec::new();
        stream.read_to_end(&mut text).await?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    };
    match tokio::time::timeout(PATIENCE * 2, talking).await {
        Ok(Ok(text)) => Ok(text),
        Ok(Err::<_, std::io::Error>(error)) => Err(format!("{error:?}")),
        Err(_) => Err("it does not end".to_owned()),
    }
}

pub(super) async fn upload(
    addr: SocketAddr,
    head: &str,
    framing: Framing,
) -> Result<String, String> {
    let mut stream = TcpStream::connect(addr).await.expect("a connection");
    send_then_read(&mut stream, head, framing, BYTES).await
}
