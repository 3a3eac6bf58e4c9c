//! A proxy that knows CONNECT and nothing else.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// A proxy, and what it was asked.
pub(crate) struct ConnectProxy {
    pub(crate) address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
    _work: JoinSet<()>,
}

impl ConnectProxy {
    /// One that lets through whoever shows these credentials (`Basic …`), or anybody.
    pub(crate) async fn start(credentials: Option<&'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let heads: Arc<Mutex<Vec<String>>> = Arc::default();
        let journal = Arc::clone(&heads);
        let mut work = JoinSet::new();
        work.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((socket, _)) = listener.accept().await {
                connections.spawn(carry(socket, credentials, Arc::clone(&journal)));
            }
        });
        Self {
            address,
            heads,
            _work: work,
        }
    }

    /// The heads of all requests.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.heads
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

async fn carry(mut socket: TcpStream, credentials: Option<&str>, journal: Arc<Mutex<Vec<String>>>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match socket.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let head = String::from_utf8(head).expect("a head is text");
    let target = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let is_allowed =
        credentials.is_none_or(|it| head.contains(&format!("Proxy-Authorization: {it}\r\n")));
    journal
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(head);
    if !is_allowed {
        let _ = socket
            .write_all(b"HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\n\r\n")
            .await;
        return;
    }
    let Ok(mut server) = TcpStream::connect(&target).await else {
        let _ = socket
            .write_all(b"HTTP/1.1 502 \x1b[2JNobody there\r\n\r\n")
            .await;
        return;
    };
    let _ = socket
        .write_all(b"HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n")
        .await;
    let _ = copy_bidirectional(&mut socket, &mut server).await;
}
