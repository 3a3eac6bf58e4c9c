//! The stand-in's threads: each has a listener of its own at the same port.
//!
//! The system deals connections out among them, and a connection stays where it is: no call wakes a
//! second thread.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::{TcpListener, TcpSocket};
use tokio::runtime::Builder;
use tokio_rustls::TlsAcceptor;

use super::connection;
use super::counts::Counts;

/// More than any measurement opens at once.
const BACKLOG: u32 = 4096;

/// Starts so many threads; gives the address that they listen at.
pub(super) fn start(
    threads: usize,
    acceptor: &TlsAcceptor,
    counts: &Arc<Counts>,
) -> io::Result<SocketAddr> {
    let mut address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    for _ in 0..threads.max(1) {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let listener = {
            let _context = runtime.enter();
            listen(address)?
        };
        address = listener.local_addr()?;
        let (acceptor, counts) = (acceptor.clone(), Arc::clone(counts));
        std::thread::spawn(move || runtime.block_on(accept(listener, acceptor, counts)));
    }
    Ok(address)
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseport(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

async fn accept(listener: TcpListener, acceptor: TlsAcceptor, counts: Arc<Counts>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Too many files are open: others have to end first.
            tokio::task::yield_now().await;
            continue;
        };
        let (acceptor, counts) = (acceptor.clone(), Arc::clone(&counts));
        tokio::spawn(async move {
            let _without = stream.set_nodelay(true);
            if let Ok(stream) = acceptor.accept(stream).await {
                counts.handshake(stream.get_ref().1.handshake_kind());
                // How a connection ends is its other side's business, which reports it.
                let _ended = connection::serve(stream, &counts).await;
            }
        });
    }
}
