//! Ports for programs that must be told one.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::time::Duration;

use tokio::net::TcpStream;

use crate::process::Process;

/// Longest wait for a program to listen.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often it is looked.
const LOOK: Duration = Duration::from_millis(5);

/// An address that is free now.
pub(super) fn free() -> Result<SocketAddr, String> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|it| it.local_addr())
        .map_err(|it| it.to_string())
}

/// Waits until a program does what it was started for, as `done` finds out.
pub(super) async fn until<F: AsyncFnMut() -> bool>(
    process: &mut Process,
    mut done: F,
) -> Result<(), String> {
    let waiting = async {
        while !done().await {
            if let Some(end) = process.ended() {
                return Err(end);
            }
            tokio::time::sleep(LOOK).await;
        }
        Ok(())
    };
    let waited = tokio::time::timeout(PATIENCE, waiting).await;
    waited.unwrap_or_else(|_| Err("it does not get ready".to_owned()))
}

/// Waits until it listens there.
pub(super) async fn listens(process: &mut Process, address: SocketAddr) -> Result<(), String> {
    until(process, async || TcpStream::connect(address).await.is_ok()).await
}
