//! A tiny HTTPS server that does what a script says and remembers what it heard, and from whom.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kata::{Client, ExternalSystemId, NoObserver, Settings};
use rcgen::PublicKeyData as _;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::client::danger::HandshakeSignatureValid;
use tokio_rustls::rustls::crypto::{
    WebPkiSupportedAlgorithms, aws_lc_rs, verify_tls12_signature, verify_tls13_signature,
};
use tokio_rustls::rustls::pki_types::{CertificateDer, UnixTime};
use tokio_rustls::rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use tokio_rustls::rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error as TlsError, ServerConfig,
    SignatureScheme, SupportedProtocolVersion,
};
use trust::{ClientIdentity, Fingerprint};

use crate::identity::{BOTH, Identity};

/// Far longer than anything takes: it ends a test that would hang.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// For the tests that wait for a limit: long enough for a handshake on a busy machine.
pub(crate) const SHORT: Duration = Duration::from_millis(1_500);

pub(crate) const SYSTEM: &str = "550e8400-e29b-41d4-a716-446655440000";

/// What was heard.
#[derive(Debug, Clone)]
pub(crate) struct Heard {
    pub(crate) from: Fingerprint,
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Heard {
    /// `POST settings`.
    pub(crate) fn what(&self) -> String {
        let path = self.target.split('?').next().unwrap();
        let resource = path.split('/').nth(5).unwrap();
        format!("{} {resource}", self.method)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// What is done about it.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// These bytes, and the connection stays.
    Bytes(Vec<u8>),
    /// These bytes, and the connection ends.
    BytesThenClose(Vec<u8>),
    /// These bytes, and nothing more for ever.
    BytesThenStall(Vec<u8>),
    /// A head with this status, and a body without an end.
    Endless(u16),
}

impl Answer {
    pub(crate) fn json(body: &Value) -> Self {
        Self::status(200, &body.to_string())
    }

    pub(crate) fn status(status: u16, body: &str) -> Self {
        Self::with(status, "", body)
    }

    pub(crate) fn with(status: u16, headers: &str, body: &str) -> Self {
        let length = body.len();
        Self::Bytes(
            format!("HTTP/1.1 {status} X\r\n{headers}Content-Length: {length}\r\n\r\n{body}")
                .into_bytes(),
        )
    }

    pub(crate) fn not_found() -> Self {
        Self::status(404, r#"{"error":"Not Found"}"#)
    }

    pub(crate) fn unauthorised() -> Self {
        Self::status(401, r#"{"error":"Unauthorized"}"#)
    }

    /// Nothing, for ever.
    pub(crate) fn stall() -> Self {
        Self::BytesThenStall(Vec::new())
    }

    /// The connection ends without a byte.
    pub(crate) fn close() -> Self {
        Self::BytesThenClose(Vec::new())
    }
}

type Script = Box<dyn Fn(&Heard, usize) -> Answer + Send + Sync>;

#[derive(Default)]
struct Memory {
    heard: Mutex<Vec<Heard>>,
    changed: Notify,
}

/// Whose certificates are taken in the handshake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    Anybody,
    Nobody,
}

pub(crate) struct Server {
    pub(crate) port: u16,
    pub(crate) identity: Identity,
    memory: Arc<Memory>,
    _work: JoinSet<()>,
}

impl Server {
    /// The script gets the request and how many of the same method and resource came before.
    pub(crate) async fn start(
        script: impl Fn(&Heard, usize) -> Answer + Send + Sync + 'static,
    ) -> Self {
        Self::start_as(Identity::like_kaspersky(), BOTH, Takes::Anybody, script).await
    }

    /// One that says this to everything.
    pub(crate) async fn saying(answer: Answer) -> Self {
        Self::start(move |_, _| answer.clone()).await
    }

    pub(crate) async fn start_as(
        identity: Identity,
        versions: &[&'static SupportedProtocolVersion],
        takes: Takes,
        script: impl Fn(&Heard, usize) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let asks = Asks {
            takes,
            algorithms: provider.signature_verification_algorithms,
        };
        let shown = identity.shown_with(versions);
        let config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)
            .unwrap()
            .with_client_cert_verifier(Arc::new(asks))
            .with_cert_resolver(Arc::clone(&shown.cert_resolver));
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let memory = Arc::new(Memory::default());
        let mut work = JoinSet::new();
        let script: Arc<Script> = Arc::new(Box::new(script));
        work.spawn(accept(listener, acceptor, Arc::clone(&memory), script));
        Self {
            port,
            identity,
            memory,
            _work: work,
        }
    }

    pub(crate) fn url(&self) -> url::Url {
        format!("https://127.0.0.1:{}", self.port).parse().unwrap()
    }

    pub(crate) fn settings(&self) -> Settings {
        settings(vec![self.url()], self.identity.pin())
    }

    pub(crate) fn client(&self) -> Client {
        client(self.settings())
    }

    /// A client that does not wait long for an answer.
    pub(crate) fn impatient(&self) -> Client {
        client(Settings {
            request_timeout: SHORT,
            ..self.settings()
        })
    }

    pub(crate) fn heard(&self) -> Vec<Heard> {
        self.memory.heard.lock().unwrap().clone()
    }

    /// Methods and resources, in their order.
    pub(crate) fn story(&self) -> Vec<String> {
        self.heard().iter().map(Heard::what).collect()
    }

    /// Waits until so many requests have come.
    pub(crate) async fn until_heard(&self, count: usize) {
        let enough = async {
            loop {
                let changed = self.memory.changed.notified();
                tokio::pin!(changed);
                changed.as_mut().enable();
                if self.heard().len() >= count {
                    return;
                }
                changed.await;
            }
        };
        let in_time = tokio::time::timeout(PATIENCE, enough).await;
        assert!(
            in_time.is_ok(),
            "{count} expected; heard {:?}",
            self.story()
        );
    }
}

pub(crate) fn client(settings: Settings) -> Client {
    Client::new(settings, Arc::new(NoObserver)).unwrap()
}

pub(crate) fn settings(endpoints: Vec<url::Url>, trust: trust::Trust) -> Settings {
    Settings {
        connection_timeout: PATIENCE,
        request_timeout: PATIENCE,
        requests_per_second: 1000,
        ..Settings::new(
            endpoints,
            ExternalSystemId::new(SYSTEM).unwrap(),
            client_identity(),
            trust,
        )
    }
}

/// A client identity; one key for all tests, since they are about other things.
pub(crate) fn client_identity() -> ClientIdentity {
    static MADE: std::sync::OnceLock<ClientIdentity> = std::sync::OnceLock::new();
    let make = || {
        let made = rcgen::generate_simple_self_signed(vec!["edr-gateway".to_owned()]).unwrap();
        assert!(!made.signing_key.der_bytes().is_empty());
        let text = format!("{}{}", made.cert.pem(), made.signing_key.serialize_pem());
        ClientIdentity::read(text.as_bytes(), None).unwrap()
    };
    MADE.get_or_init(make).clone()
}

/// A port at which nobody listens.
pub(crate) async fn closed_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap().port()
}

/// Asks each client for a certificate and takes any, as KATA does: who is accepted is decided
/// behind the handshake.
#[derive(Debug)]
struct Asks {
    takes: Takes,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ClientCertVerifier for Asks {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, TlsError> {
        match self.takes {
            Takes::Anybody => Ok(ClientCertVerified::assertion()),
            Takes::Nobody => Err(CertificateError::UnknownIssuer.into()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        verify_tls12_signature(message, certificate, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        verify_tls13_signature(message, certificate, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

async fn accept(
    listener: TcpListener,
    acceptor: TlsAcceptor,
    memory: Arc<Memory>,
    script: Arc<Script>,
) {
    let mut connections = JoinSet::new();
    loop {
        let (socket, _) = listener.accept().await.unwrap();
        let (acceptor, memory, script) =
            (acceptor.clone(), Arc::clone(&memory), Arc::clone(&script));
        connections.spawn(async move {
            // One that does not like the other goes away: its business.
            let Ok(mut stream) = acceptor.accept(socket).await else {
                return;
            };
            let shown = stream.get_ref().1.peer_certificates().unwrap();
            let from = Fingerprint::of(&shown[0]);
            while let Some(heard) = read_request(&mut stream, from).await {
                let answer = {
                    let mut all = memory.heard.lock().unwrap();
                    let what = heard.what();
                    let before = all.iter().filter(|one| one.what() == what).count();
                    all.push(heard.clone());
                    script(&heard, before)
                };
                memory.changed.notify_waiters();
                if !give(&mut stream, answer).await {
                    return;
                }
            }
        });
    }
}

async fn give<S: AsyncWrite + Unpin>(stream: &mut S, answer: Answer) -> bool {
    match answer {
        Answer::Bytes(bytes) => stream.write_all(&bytes).await.is_ok(),
        Answer::BytesThenClose(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
            false
        }
        Answer::BytesThenStall(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.flush().await;
            std::future::pending().await
        }
        Answer::Endless(status) => {
            let head = format!("HTTP/1.1 {status} X\r\nTransfer-Encoding: chunked\r\n\r\n");
            let mut chunk = b"10000\r\n".to_vec();
            chunk.resize(chunk.len() + 0x10000, b'x');
            chunk.extend_from_slice(b"\r\n");
            let mut alive = stream.write_all(head.as_bytes()).await.is_ok();
            while alive {
                alive = stream.write_all(&chunk).await.is_ok();
            }
            false
        }
    }
}

async fn read_request<S: AsyncRead + Unpin>(stream: &mut S, from: Fingerprint) -> Option<Heard> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).unwrap();
    let mut lines = head.lines();
    let mut first = lines.next().unwrap().split(' ').map(str::to_owned);
    let (method, target) = (first.next().unwrap(), first.next().unwrap());
    let headers: HashMap<String, String> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers
        .get("content-length")
        .map_or(0, |it| it.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some(Heard {
        from,
        method,
        target,
        headers,
        body,
    })
}
