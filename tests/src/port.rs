//! Ports that stay somebody's own while nobody listens on them.
//!
//! The system takes ports for outgoing connections from a range that begins at 32768. A server that
//! is taken away for a moment and comes back to its port could find a client's connection there.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU16, Ordering};

use tokio::net::TcpListener;

const FIRST: u16 = 20_000;
const COUNT: u16 = 12_000;

/// A listener on a free port below the range of outgoing connections.
///
/// # Panics
/// When there is none.
pub(crate) async fn lasting() -> TcpListener {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Test programs that run side by side begin at different places.
    let own = u16::try_from(std::process::id() % u32::from(COUNT)).unwrap_or_default();
    for _ in 0..COUNT {
        let step = NEXT.fetch_add(1, Ordering::Relaxed) % COUNT;
        let port = FIRST + (own.wrapping_mul(7) % COUNT + step) % COUNT;
        if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
            return listener;
        }
    }
    panic!("no port of {FIRST} to {} is free", FIRST + COUNT)
}

/// The address of such a port, for a server that is about to be started.
///
/// # Panics
/// When there is none.
pub async fn free() -> SocketAddr {
    lasting().await.local_addr().expect("an address")
}
