//! A server that shakes hands, and remembers whether anything was sent to it after that.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::SupportedProtocolVersion;

use crate::identity::{BOTH, Identity};

pub(crate) struct Server {
    pub(crate) port: u16,
    pub(crate) identity: Identity,
    heard: Arc<AtomicUsize>,
    _work: JoinSet<()>,
}

impl Server {
    pub(crate) async fn start(identity: Identity) -> Self {
        Self::start_with(identity, BOTH).await
    }

    pub(crate) async fn start_with(
        identity: Identity,
        versions: &[&'static SupportedProtocolVersion],
    ) -> Self {
        let acceptor = TlsAcceptor::from(Arc::new(identity.shown_with(versions)));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&heard);
        let mut work = JoinSet::new();
        work.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((socket, _)) = listener.accept().await {
                let (acceptor, counter) = (acceptor.clone(), Arc::clone(&counter));
                connections.spawn(async move {
                    let Ok(mut stream) = acceptor.accept(socket).await else {
                        return;
                    };
                    let mut bytes = Vec::new();
                    let _ = stream.read_to_end(&mut bytes).await;
                    counter.fetch_add(bytes.len(), Ordering::SeqCst);
                });
            }
        });
        Self {
            port,
            identity,
            heard,
            _work: work,
        }
    }

    /// How many bytes were sent to it through TLS.
    pub(crate) fn heard(&self) -> usize {
        self.heard.load(Ordering::SeqCst)
    }
}

/// A port at which nobody listens.
pub(crate) async fn closed_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap().port()
}
