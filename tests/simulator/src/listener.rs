//! The TLS listener: accepts, counts and cuts connections.
//!
//! It can be taken away and put back on the same port, which is what a restarting server or a
//! broken network looks like from outside. Cutting is done by aborting the connection's task:
//! nothing more is written, not even by TLS.

use crate::connection;
use crate::house::House;
use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

/// A listener at work.
#[derive(Debug)]
pub(crate) struct Listener {
    addr: SocketAddr,
    accepting: JoinHandle<()>,
    connections: Connections,
}

/// The connections that are open, by number.
#[derive(Debug, Clone, Default)]
struct Connections {
    open: Arc<Mutex<BTreeMap<u64, JoinHandle<()>>>>,
}

/// Numbers of connections go on when the listener is put back.
#[derive(Debug, Default)]
pub(crate) struct Numbers(AtomicU64);

impl Numbers {
    fn take(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed) + 1
    }
}

impl Listener {
    /// Listens; port 0 is any free port.
    pub(crate) async fn open(
        addr: SocketAddr,
        tls: Arc<ServerConfig>,
        house: Arc<House>,
        numbers: Arc<Numbers>,
    ) -> io::Result<Self> {
        let socket = TcpListener::bind(addr).await?;
        let addr = socket.local_addr()?;
        let connections = Connections::default();
        let accepting = tokio::spawn(accept(socket, tls, house, numbers, connections.clone()));
        Ok(Self {
            addr,
            accepting,
            connections,
        })
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// How many connections are open.
    pub(crate) fn count(&self) -> usize {
        let mut open = self
            .connections
            .open
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        open.retain(|_, task| !task.is_finished());
        open.len()
    }

    /// Cuts every connection; new ones are still accepted.
    pub(crate) async fn cut(&self) {
        self.connections.cut().await;
    }

    /// Stops listening and cuts every connection; when it returns, the port is free.
    pub(crate) async fn close(mut self) {
        self.accepting.abort();
        // The only possible error is the cancellation just asked for.
        let _ = (&mut self.accepting).await;
        self.connections.cut().await;
    }
}

impl Connections {
    async fn cut(&self) {
        let open = std::mem::take(&mut *self.open.lock().unwrap_or_else(PoisonError::into_inner));
        for (_, task) in open {
            task.abort();
            // Waiting lets the connection's own clean-up run before the caller goes on.
            let _ = task.await;
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.accepting.abort();
        let open = self
            .connections
            .open
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        for task in open.values() {
            task.abort();
        }
    }
}

async fn accept(
    socket: TcpListener,
    tls: Arc<ServerConfig>,
    house: Arc<House>,
    numbers: Arc<Numbers>,
    connections: Connections,
) {
    let acceptor = TlsAcceptor::from(tls);
    loop {
        // An error here is one client's (reset before it was accepted), not the listener's.
        let Ok((stream, _)) = socket.accept().await else {
            continue;
        };
        if house.faults.refuses_connection() {
            drop(stream);
            continue;
        }
        let number = numbers.take();
        let serving = serve(stream, acceptor.clone(), Arc::clone(&house), number);
        let mut open = connections
            .open
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        open.retain(|_, task| !task.is_finished());
        open.insert(number, tokio::spawn(serving));
    }
}

async fn serve(stream: TcpStream, acceptor: TlsAcceptor, house: Arc<House>, number: u64) {
    // Small replies must not wait for Nagle; failing to say so only makes them slower.
    let _ = stream.set_nodelay(true);
    // A client that does not trust the certificate leaves here; that is its right.
    let Ok(stream) = acceptor.accept(stream).await else {
        return;
    };
    connection::serve(stream, house, number).await;
}
