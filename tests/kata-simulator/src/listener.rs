//! A listener: accepts, counts and cuts connections.
//!
//! A Central Node may be a cluster of addresses of which one is dead: a listener can be taken away,
//! or fall silent, and come back on its port. Cutting is done by aborting the connection's task:
//! nothing more is written, not even by TLS.

use crate::connection;
use crate::house::House;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;

/// Connections that may wait to be accepted.
const BACKLOG: u32 = 1024;

/// A listener at work.
#[derive(Debug)]
pub(crate) struct Listener {
    addr: SocketAddr,
    accepting: JoinHandle<()>,
    silent: Arc<AtomicBool>,
    connections: Connections,
}

/// The connections that are open.
#[derive(Debug, Clone, Default)]
struct Connections {
    open: Arc<Mutex<Vec<JoinHandle<()>>>>,
}

impl Listener {
    /// Listens on a reserved port.
    pub(crate) fn open(socket: TcpSocket, house: Arc<House>, number: usize) -> io::Result<Self> {
        let socket = socket.listen(BACKLOG)?;
        let addr = socket.local_addr()?;
        let silent = Arc::new(AtomicBool::new(false));
        let connections = Connections::default();
        let accepting = accept(
            socket,
            house,
            number,
            Arc::clone(&silent),
            connections.clone(),
        );
        Ok(Self {
            addr,
            accepting: tokio::spawn(accepting),
            silent,
            connections,
        })
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// How many connections are open.
    pub(crate) fn count(&self) -> usize {
        let mut open = self.connections.lock();
        open.retain(|task| !task.is_finished());
        open.len()
    }

    /// From now on, whoever connects hears nothing.
    pub(crate) fn set_silent(&self, silent: bool) {
        self.silent.store(silent, Ordering::SeqCst);
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

/// Takes a port, 0 being any free one, without listening on it: whoever connects is refused, and no
/// outgoing connection of the machine gets it.
pub(crate) fn reserve(addr: SocketAddr) -> io::Result<TcpSocket> {
    let socket = match addr {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }?;
    // Connections of the listener before this one may linger.
    socket.set_reuseaddr(true)?;
    socket.bind(addr)?;
    Ok(socket)
}

impl Connections {
    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn cut(&self) {
        let open = std::mem::take(&mut *self.lock());
        for task in open {
            task.abort();
            // Waiting lets the connection's own clean-up run before the caller goes on.
            let _ = task.await;
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.accepting.abort();
        for task in self.connections.lock().iter() {
            task.abort();
        }
    }
}

async fn accept(
    socket: TcpListener,
    house: Arc<House>,
    number: usize,
    silent: Arc<AtomicBool>,
    connections: Connections,
) {
    loop {
        // An error here is one client's (reset before it was accepted), not the listener's.
        let Ok((stream, from)) = socket.accept().await else {
            continue;
        };
        if house.faults.refuses_connection(number) {
            drop(stream);
            continue;
        }
        let serving = if silent.load(Ordering::SeqCst) {
            tokio::spawn(keep(stream))
        } else {
            tokio::spawn(serve(stream, Arc::clone(&house), number, from))
        };
        let mut open = connections.lock();
        open.retain(|task| !task.is_finished());
        open.push(serving);
    }
}

/// Holds a connection and says nothing.
async fn keep(stream: TcpStream) {
    let _stream = stream;
    std::future::pending::<()>().await;
}

async fn serve(stream: TcpStream, house: Arc<House>, number: usize, from: SocketAddr) {
    // Small answers must not wait for Nagle; failing to say so only makes them slower.
    let _ = stream.set_nodelay(true);
    let acceptor = house.acceptor();
    // A client that does not trust the certificate leaves here; that is its right.
    let Ok(stream) = acceptor.accept(stream).await else {
        return;
    };
    connection::serve(stream, house, number, from).await;
}
