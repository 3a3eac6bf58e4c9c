//! A connection without a client in between.

use std::net::SocketAddr;
use std::time::Duration;

use acceptance::{Issuer, Token, WS_042};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Longer than any answer takes.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// A good token.
pub(super) fn token() -> String {
    Issuer::shared().sign(&Token::of(
        "soar",
        "tasks.create tasks.read tasks.cancel hosts.read",
    ))
}

/// A request that isolates a host when it is executed, and closes its connection.
pub(super) fn isolate(token: &str) -> String {
    let body = format!(r#"{{"targetHost": "{WS_042}", "action": "isolate"}}"#);
    format!(
        "POST /v1/tasks/isolateHost HTTP/1.1\r\nhost: gateway\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

/// Sends these bytes and no more, and takes all that is answered until the connection ends.
pub(super) async fn talk(addr: SocketAddr, bytes: impl AsRef<[u8]>) -> String {
    let mut stream = TcpStream::connect(addr).await.expect("a connection");
    // The gateway may answer and close before it has taken everything.
    let _sent = stream.write_all(bytes.as_ref()).await;
    let _half = stream.shutdown().await;
    rest(&mut stream).await.expect("the connection ends")
}

/// All that still comes; nothing when the connection does not end in time.
pub(super) async fn rest(stream: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut bytes = Vec::new();
    let reading = async {
        let mut chunk = [0; 8192];
        loop {
            match stream.read(&mut chunk).await {
                Ok(0) | Err(_) => return,
                Ok(read) => bytes.extend_from_slice(&chunk[..read]),
            }
        }
    };
    let ended = tokio::time::timeout(PATIENCE, reading).await.is_ok();
    ended.then(|| String::from_utf8_lossy(&bytes).into_owned())
}

/// What is said until it holds this text.
pub(super) async fn until(stream: &mut TcpStream, text: &str) -> String {
    let mut said = String::new();
    let reading = async {
        while !said.contains(text) {
            let mut bytes = [0; 8192];
            let read = stream.read(&mut bytes).await.expect("bytes");
            assert!(read > 0, "{said}");
            said += &String::from_utf8_lossy(&bytes[..read]);
        }
    };
    tokio::time::timeout(PATIENCE, reading)
        .await
        .expect("in time");
    said
}

/// The statuses of all answers in a text.
pub(super) fn statuses(text: &str) -> Vec<u16> {
    text.split("HTTP/1.1 ")
        .skip(1)
        .filter_map(|it| it.get(..3)?.parse().ok())
        .collect()
}
