//! A tiny HTTPS server that does what a script says and remembers what it heard.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ksc::{Lease, NoObserver, Pool, Settings};
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::SupportedProtocolVersion;

use crate::identity::{BOTH, Identity};

/// Far longer than anything takes: it ends a test that would hang.
const PATIENCE: Duration = Duration::from_secs(20);

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
        Self::start_as(Identity::like_kaspersky(), BOTH, script).await
    }

    pub(crate) async fn start_as(
        identity: Identity,
        versions: &[&'static SupportedProtocolVersion],
        script: impl Fn(&Heard, usize) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let config = identity.shown_with(versions);
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
