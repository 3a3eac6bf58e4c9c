//! Why a simulator did not start.

use std::io;
use std::net::SocketAddr;
use thiserror::Error;

/// Why a simulator did not start, or a part of it.
#[derive(Debug, Error)]
pub enum StartError {
    /// The address cannot be listened on.
    #[error("cannot listen on {addr}")]
    Listen {
        /// The address that was asked for.
        addr: SocketAddr,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// The certificate cannot be made.
    #[error("cannot make the certificate")]
    Certificate(#[from] rcgen::Error),
    /// The certificate cannot be used for TLS.
    #[error("cannot set up TLS")]
    Tls(#[from] tokio_rustls::rustls::Error),
}
