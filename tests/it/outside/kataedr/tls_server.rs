//! Servers that devices would connect to: good ones, and every kind of bad one.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rcgen::{CertificateParams, DnType, Issuer, KeyPair};
use time::OffsetDateTime;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

/// An authority that makes certificates.
pub(crate) struct Authority {
    params: CertificateParams,
    key: KeyPair,
    certificate: CertificateDer<'static>,
    pub(crate) pem: String,
}

/// A certificate with its key, PEM.
pub(crate) struct Issued {
    pub(crate) certificate: String,
    pub(crate) key: String,
    der: CertificateDer<'static>,
}

impl Authority {
    pub(crate) fn new() -> Self {
        Self::named("Authority")
    }

    pub(crate) fn named(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().expect("a key");
        let made = params.self_signed(&key).expect("a certificate");
        Self {
            pem: made.pem(),
            certificate: made.into(),
            params,
            key,
        }
    }

    /// A certificate for a name or an address, with this common name.
    pub(crate) fn issue(&self, name: &str, common: &str, until: OffsetDateTime) -> Issued {
        let mut params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, common);
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = until;
        let key = KeyPair::generate().expect("a key");
        let issuer = Issuer::from_params(&self.params, &self.key);
        let made = params.signed_by(&key, &issuer).expect("a certificate");
        Issued {
            certificate: made.pem(),
            key: key.serialize_pem(),
            der: made.into(),
        }
    }

    /// One that is good for long.
    pub(crate) fn good(&self, name: &str, common: &str) -> Issued {
        self.issue(name, common, rcgen::date_time_ymd(2060, 1, 1))
    }
}

/// A server that counts what is sent to it after the handshake.
pub(crate) struct TlsServer {
    pub(crate) address: SocketAddr,
    heard: Arc<AtomicUsize>,
    met: Arc<AtomicUsize>,
    _work: JoinSet<()>,
}

impl TlsServer {
    /// With this certificate, for anybody or for the clients of an authority alone.
    pub(crate) async fn start(own: &Issued, clients: Option<&Authority>) -> Self {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(Arc::clone(&provider));
        let config = config.with_safe_default_protocol_versions().expect("TLS");
        let config = match clients {
            None => config.with_no_client_auth(),
            Some(authority) => {
                let mut roots = RootCertStore::empty();
                roots.add(authority.certificate.clone()).expect("a root");
                let verifier =
                    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build();
                config.with_client_cert_verifier(verifier.expect("a verifier"))
            }
        };
        let key: PrivateKeyDer<'static> =
            tokio_rustls::rustls::pki_types::pem::PemObject::from_pem_slice(own.key.as_bytes())
                .expect("a key");
        let mut config = config
            .with_single_cert(vec![own.der.clone()], key)
            .expect("a pair");
        if clients.is_none() {
            // Who says goodbye at once takes none, and the server would take that for a failure.
            config.send_tls13_tickets = 0;
        }
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let (heard, met) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let mut work = JoinSet::new();
        let address = listener.local_addr().expect("an address");
        let (counter, meetings) = (Arc::clone(&heard), Arc::clone(&met));
        work.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((socket, _)) = listener.accept().await {
                let (acceptor, counter) = (acceptor.clone(), Arc::clone(&counter));
                let meetings = Arc::clone(&meetings);
                connections.spawn(async move {
                    if let Ok(mut stream) = acceptor.accept(socket).await {
                        let mut bytes = Vec::new();
                        let _ = stream.read_to_end(&mut bytes).await;
                        counter.fetch_add(bytes.len(), Ordering::SeqCst);
                    }
                    meetings.fetch_add(1, Ordering::SeqCst);
                });
            }
        });
        Self {
            address,
            heard,
            met,
            _work: work,
        }
    }

    /// Waits until so many connections have ended, and tells how many bytes were sent in all after
    /// handshakes.
    pub(crate) async fn heard_in(&self, connections: usize) -> usize {
        acceptance::eventually("the connections end", || {
            let met = self.met.load(Ordering::SeqCst);
            std::future::ready((met >= connections).then_some(()))
        })
        .await;
        assert_eq!(self.met.load(Ordering::SeqCst), connections);
        self.heard.load(Ordering::SeqCst)
    }
}

/// A port at which nobody listens, kept so that nobody else gets it.
pub(crate) fn dead_port() -> (tokio::net::TcpSocket, SocketAddr) {
    let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
    socket
        .bind("127.0.0.1:0".parse().expect("an address"))
        .expect("a port");
    let address = socket.local_addr().expect("an address");
    (socket, address)
}

/// Whoever connects hears nothing.
pub(crate) async fn silent() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    (listener, address)
}

/// Settings of 12.4 with these servers, in EDRKATA.
pub(crate) fn settings(servers: &[SocketAddr], shows_certificate: bool) -> String {
    let yes = if shows_certificate { "Yes" } else { "No" };
    let mut text = format!("Mode=EDRKATA\nUseClientPinnedCertificate={yes}\n");
    for (item, server) in servers.iter().enumerate() {
        let (ip, port) = (server.ip(), server.port());
        let _infallible = write!(
            text,
            "[Endpoints.item_{item:04}]\nAddress={ip}\nPort={port}\n"
        );
    }
    text
}
