//! A tiny HTTPS server that does what a script says and remembers what it heard.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ksc::{Lease, NoObserver, Pool, Settings, Trust};
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DnType, IsCa, KeyPair, PublicKeyData as _,
};
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::sign::{CertifiedKey, SingleCertAndKey};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{ServerConfig, SupportedProtocolVersion};

pub(crate) const BOTH: &[&SupportedProtocolVersion] = &[&TLS13, &TLS12];

/// Far longer than anything takes: it ends a test that would hang.
const PATIENCE: Duration = Duration::from_secs(20);

/// A certificate as KSC makes it: self-signed, a common name only, marked as a CA.
pub(crate) struct Identity {
    pub(crate) certificate: CertificateDer<'static>,
    pub(crate) pem: String,
    key: KeyPair,
}

impl Identity {
    pub(crate) fn like_ksc() -> Self {
        Self::signed_by(KeyPair::generate().unwrap())
    }

    /// Another certificate for the same name, with this key.
    pub(crate) fn signed_by(key: KeyPair) -> Self {
        let mut params = CertificateParams::default();
        params
            .distinguished_name
            .push(DnType::CommonName, "ksc.example");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).unwrap();
        Self {
            pem: certificate.pem(),
            certificate: certificate.into(),
            key,
        }
    }

    pub(crate) fn key(&self) -> KeyPair {
        KeyPair::from_pem(&self.key.serialize_pem()).unwrap()
    }

    /// A certificate with an extension that nobody knows, marked as critical.
    pub(crate) fn with_unknown_critical_extension() -> Self {
        let mut extension =
            CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 99999, 1], vec![5, 0]);
        extension.set_criticality(true);
        let mut params = CertificateParams::default();
        params.custom_extensions.push(extension);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Self {
            pem: certificate.pem(),
            certificate: certificate.into(),
            key,
        }
    }

    /// A certificate of version 1, as tools of old made them: no version, no extensions.
    pub(crate) fn version_1() -> Self {
        let modern = Self::like_ksc();
        let der = |tag: u8, parts: &[&[u8]]| {
            let content = parts.concat();
            let length = u16::try_from(content.len()).unwrap().to_be_bytes();
            [&[tag, 0x82], length.as_slice(), &content].concat()
        };
        let algorithm = der(0x30, &[&[6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2]]);
        let common_name = der(0x30, &[&[6, 3, 0x55, 4, 3], &der(0x0c, &[b"ksc.example"])]);
        let name = der(0x30, &[&der(0x31, &[&common_name])]);
        let validity = der(
            0x30,
            &[
                &der(0x17, &[b"700101000000Z"]),
                &der(0x17, &[b"710101000000Z"]),
            ],
        );
        let key_info = modern.key.subject_public_key_info();
        let tbs = der(
            0x30,
            &[&[2, 1, 1], &algorithm, &name, &validity, &name, &key_info],
        );
        // Nobody checks what a certificate says of itself when it is compared byte by byte.
        let certificate = der(0x30, &[&tbs, &algorithm, &[3, 2, 0, 0]]);
        Self {
            certificate: certificate.into(),
            pem: String::new(),
            key: modern.key,
        }
    }

    /// The same certificate and key once more, for a second server behind the same pin.
    pub(crate) fn twin(&self) -> Self {
        Self {
            certificate: self.certificate.clone(),
            pem: self.pem.clone(),
            key: self.key(),
        }
    }

    /// The certificate of this one in the hands of somebody with another key.
    pub(crate) fn with_key(self, key: KeyPair) -> Self {
        Self { key, ..self }
    }

    /// A certificate for a server, signed by this one.
    pub(crate) fn issue(&self, name: &str) -> Self {
        self.issue_with(name, |_| ())
    }

    /// The same, good for these years only.
    pub(crate) fn issue_for_years(&self, name: &str, from: i32, to: i32) -> Self {
        self.issue_with(name, |params| {
            params.not_before = rcgen::date_time_ymd(from, 1, 1);
            params.not_after = rcgen::date_time_ymd(to, 1, 1);
        })
    }

    fn issue_with(&self, name: &str, change: impl Fn(&mut CertificateParams)) -> Self {
        let mut own = CertificateParams::default();
        own.distinguished_name
            .push(DnType::CommonName, "ksc.example");
        own.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = rcgen::Issuer::new(own, &self.key);
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        change(&mut params);
        let certificate = params.signed_by(&key, &issuer).unwrap();
        Self {
            pem: certificate.pem(),
            certificate: certificate.into(),
            key,
        }
    }

    pub(crate) fn pin(&self) -> Trust {
        Trust::pinned(&self.certificate).unwrap()
    }
}

/// What was heard.
#[derive(Debug, Clone)]
pub(crate) struct Heard {
    pub(crate) connection: usize,
    pub(crate) method: String,
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Heard {
    pub(crate) fn session(&self) -> &str {
        self.headers.get("x-ksc-session").map_or("", String::as_str)
    }

    pub(crate) fn arguments(&self) -> Value {
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
    /// Nothing, for ever.
    Stall,
    /// Nothing until the test lets go, then as said.
    Wait(Arc<Notify>, Box<Answer>),
}

impl Answer {
    pub(crate) fn json(body: &Value) -> Self {
        Self::status(200, "", &body.to_string())
    }

    pub(crate) fn status(status: u16, headers: &str, body: &str) -> Self {
        let length = body.len();
        Self::Bytes(
            format!("HTTP/1.1 {status} X\r\n{headers}Content-Length: {length}\r\n\r\n{body}")
                .into_bytes(),
        )
    }

    pub(crate) fn pxg(module: &str, code: i64) -> Self {
        Self::json(&json!({"PxgError": {"module": module, "code": code, "message": "no"}}))
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

pub(crate) struct Server {
    pub(crate) port: u16,
    pub(crate) identity: Identity,
    memory: Arc<Memory>,
    work: tokio::task::JoinHandle<()>,
}

impl Server {
    /// The script gets the request and how often its method was called before.
    pub(crate) async fn start(
        script: impl Fn(&Heard, usize) -> Answer + Send + Sync + 'static,
    ) -> Self {
        Self::start_as(Identity::like_ksc(), BOTH, script).await
    }

    pub(crate) async fn start_as(
        identity: Identity,
        versions: &[&'static SupportedProtocolVersion],
        script: impl Fn(&Heard, usize) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let provider = tokio_rustls::rustls::crypto::aws_lc_rs::default_provider();
        let key = PrivateKeyDer::try_from(identity.key.serialize_der()).unwrap();
        let key = provider.key_provider.load_private_key(key).unwrap();
        // Not `with_single_cert`, which would not take a certificate that rustls does not like.
        let shown = CertifiedKey::new(vec![identity.certificate.clone()], key);
        let config = ServerConfig::builder_with_provider(Arc::new(provider))
            .with_protocol_versions(versions)
            .unwrap()
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(SingleCertAndKey::from(shown)));
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let memory = Arc::new(Memory::default());
        let script: Arc<Script> = Arc::new(Box::new(script));
        let work = tokio::spawn(accept(listener, acceptor, Arc::clone(&memory), script));
        Self {
            port,
            identity,
            memory,
            work,
        }
    }

    pub(crate) fn settings(&self) -> Settings {
        let url = format!("https://127.0.0.1:{}", self.port).parse().unwrap();
        let password = SecretString::from("correct horse");
        Settings {
            request_timeout: PATIENCE,
            connection_timeout: PATIENCE,
            lease_wait: PATIENCE,
            ..Settings::new(
                vec![url],
                "edr-gateway",
                Arc::new(password),
                self.identity.pin(),
            )
        }
    }

    pub(crate) fn pool(&self) -> Arc<Pool> {
        Pool::new(self.settings(), Arc::new(NoObserver)).unwrap()
    }

    pub(crate) async fn lease(&self) -> Lease {
        self.pool().lease().await.unwrap()
    }

    pub(crate) fn heard(&self) -> Vec<Heard> {
        self.memory.heard.lock().unwrap().clone()
    }

    pub(crate) fn heard_of(&self, method: &str) -> Vec<Heard> {
        self.heard()
            .into_iter()
            .filter(|heard| heard.method == method)
            .collect()
    }

    pub(crate) fn methods(&self) -> Vec<String> {
        self.heard().into_iter().map(|heard| heard.method).collect()
    }

    /// Waits until `count` requests for the method have come.
    pub(crate) async fn until_heard(&self, method: &str, count: usize) {
        let enough = async {
            loop {
                let changed = self.memory.changed.notified();
                tokio::pin!(changed);
                changed.as_mut().enable();
                if self.heard_of(method).len() >= count {
                    return;
                }
                changed.await;
            }
        };
        let in_time = tokio::time::timeout(PATIENCE, enough).await;
        assert!(
            in_time.is_ok(),
            "{count} × {method} expected; heard {:?}",
            self.methods()
        );
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.work.abort();
    }
}

async fn accept(
    listener: TcpListener,
    acceptor: TlsAcceptor,
    memory: Arc<Memory>,
    script: Arc<Script>,
) {
    let mut connections = tokio::task::JoinSet::new();
    let mut connection = 0;
    loop {
        let (socket, _) = listener.accept().await.unwrap();
        connection += 1;
        let (acceptor, memory, script) =
            (acceptor.clone(), Arc::clone(&memory), Arc::clone(&script));
        connections.spawn(async move {
            // A client that does not like the certificate goes away: its business.
            let Ok(mut stream) = acceptor.accept(socket).await else {
                return;
            };
            while let Some(heard) = read_request(&mut stream, connection).await {
                let answer = {
                    let mut all = memory.heard.lock().unwrap();
                    let before = all.iter().filter(|one| one.method == heard.method).count();
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

async fn give<S: tokio::io::AsyncWrite + Unpin>(stream: &mut S, mut answer: Answer) -> bool {
    while let Answer::Wait(gate, then) = answer {
        gate.notified().await;
        answer = *then;
    }
    match answer {
        Answer::Bytes(bytes) => stream.write_all(&bytes).await.is_ok(),
        Answer::BytesThenClose(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
            false
        }
        Answer::Stall => std::future::pending().await,
        Answer::Wait(..) => unreachable!("unwrapped above"),
    }
}

async fn read_request<S: AsyncRead + Unpin>(stream: &mut S, connection: usize) -> Option<Heard> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).unwrap();
    let mut lines = head.lines();
    let path = lines.next().unwrap().strip_prefix("POST ").unwrap();
    let path = path.strip_suffix(" HTTP/1.1").unwrap();
    let headers: HashMap<String, String> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers
        .get("content-length")
        .expect("a body of known length")
        .parse()
        .unwrap();
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    let method = path.strip_prefix("/api/v1.0/").unwrap().to_owned();
    Some(Heard {
        connection,
        method,
        headers,
        body,
    })
}

/// What a well-behaved KSC answers to the session calls; `None` for every other call.
pub(crate) fn session_calls(heard: &Heard, before: usize) -> Option<Answer> {
    match heard.method.as_str() {
        "Session.StartSession" => Some(Answer::json(
            &json!({"PxgRetVal": format!("token-{}==", before + 1)}),
        )),
        "Session.Ping" | "Session.EndSession" => Some(Answer::json(&json!({}))),
        _ => None,
    }
}

/// A port at which nobody listens.
pub(crate) async fn closed_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap().port()
}

/// Waits for a condition that no notification tells of.
pub(crate) async fn until(condition: impl Fn() -> bool) {
    let fulfilled = async {
        while !condition() {
            tokio::task::yield_now().await;
        }
    };
    assert!(
        tokio::time::timeout(PATIENCE, fulfilled).await.is_ok(),
        "the condition never came"
    );
}
