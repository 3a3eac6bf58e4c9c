//! A collector of traces: OTLP over HTTP, as the protocol's own messages have it, on a real socket.
//!
//! It can be made to behave as collectors do on a bad day ([`Manner`]), and be taken away
//! ([`Collector::leave`]). What it took is read as [`Span`]s; nothing of the gateway is used for
//! that.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use opentelemetry_proto::tonic::trace::v1 as proto;
use prost::Message as _;
use tokio::io::AsyncBufReadExt as _;
use tokio::io::{self, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::port;
use crate::wait::eventually;

/// How a collector answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// It takes everything.
    Take,
    /// It takes nothing, with this status, and asks to be left alone for so many seconds.
    Refuse(u16, Option<u32>),
    /// It takes everything but so many spans.
    Reject(i64),
    /// It never answers.
    Hang,
}

/// A span as it came.
#[derive(Debug, Clone)]
pub struct Span {
    /// 32 hexadecimal digits.
    pub trace: String,
    /// 16 hexadecimal digits.
    pub id: String,
    /// That of the span above; empty when there is none.
    pub parent: String,
    /// `tracestate`.
    pub state: String,
    /// What it is called.
    pub name: String,
    /// Its kind.
    pub kind: proto::span::SpanKind,
    /// Whether it failed.
    pub failed: bool,
    /// What is noted in it; numbers as text.
    pub notes: BTreeMap<String, String>,
    /// Trace and span of each that it names.
    pub links: Vec<(String, String)>,
    /// When it began and ended, in nanoseconds.
    pub time: (u64, u64),
    /// What is noted of the program.
    pub program: BTreeMap<String, String>,
}

impl Span {
    /// A note; empty when there is none.
    #[must_use]
    pub fn note(&self, key: &str) -> &str {
        self.notes.get(key).map_or("", String::as_str)
    }
}

/// A collector that listens until it is dropped.
pub struct Collector {
    addr: SocketAddr,
    inbox: Arc<Inbox>,
    accepting: Option<JoinHandle<()>>,
}

struct Inbox {
    manner: Mutex<Manner>,
    heard: Mutex<Heard>,
}

#[derive(Default)]
struct Heard {
    spans: Vec<Span>,
    /// Spans whose sending was answered badly or not at all are here alone.
    requests: usize,
    heads: Vec<String>,
}

impl Collector {
    /// Starts one on a free port.
    pub async fn start() -> Self {
        let listener = port::lasting().await;
        let inbox = Arc::new(Inbox {
            manner: Mutex::new(Manner::Take),
            heard: Mutex::default(),
        });
        Self {
            addr: listener.local_addr().expect("it is bound"),
            accepting: Some(tokio::spawn(accept(listener, Arc::clone(&inbox)))),
            inbox,
        }
    }

    /// Its base address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// The setting that sends traces here.
    #[must_use]
    pub fn setting(&self) -> (&'static str, String) {
        ("telemetry.otlp_endpoint", self.url())
    }

    /// From now on it answers like this.
    pub fn behave(&self, manner: Manner) {
        *lock(&self.inbox.manner) = manner;
    }

    /// Takes it away: nobody listens, and its connections end.
    pub async fn leave(&mut self) {
        if let Some(accepting) = self.accepting.take() {
            accepting.abort();
            let _ended = accepting.await;
        }
    }

    /// Brings it back to where it was.
    ///
    /// # Panics
    /// When its port is taken.
    pub async fn come_back(&mut self) {
        let listener = TcpListener::bind(self.addr).await.expect("its own port");
        self.accepting = Some(tokio::spawn(accept(listener, Arc::clone(&self.inbox))));
    }

    /// Every span that it took.
    #[must_use]
    pub fn spans(&self) -> Vec<Span> {
        lock(&self.inbox.heard).spans.clone()
    }

    /// How many batches were sent to it, taken or not.
    #[must_use]
    pub fn requests(&self) -> usize {
        lock(&self.inbox.heard).requests
    }

    /// The heads of all that was sent to it.
    #[must_use]
    pub fn heads(&self) -> Vec<String> {
        lock(&self.inbox.heard).heads.clone()
    }

    /// The first span that is like this, as soon as it has come.
    pub async fn span(&self, what: &str, like: impl Fn(&Span) -> bool) -> Span {
        eventually(what, || {
            std::future::ready(self.spans().into_iter().find(|it| like(it)))
        })
        .await
    }

    /// All spans of a trace, as soon as one of them is like this.
    pub async fn trace(&self, id: &str, what: &str, like: impl Fn(&Span) -> bool) -> Vec<Span> {
        let _last = self.span(what, |it| it.trace == id && like(it)).await;
        let mut spans = self.spans();
        spans.retain(|it| it.trace == id);
        spans
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        if let Some(accepting) = self.accepting.take() {
            accepting.abort();
        }
    }
}

fn lock<T>(it: &Mutex<T>) -> MutexGuard<'_, T> {
    it.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn accept(listener: TcpListener, inbox: Arc<Inbox>) {
    // Dropped, and its connections with it, when this is.
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(serve(stream, Arc::clone(&inbox)));
    }
}

/// Answers requests on a connection, one after the other.
async fn serve(stream: TcpStream, inbox: Arc<Inbox>) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if stream.read_line(&mut head).await? == 0 {
                return Ok(());
            }
        }
        let length = header(&head, "content-length").and_then(|it| it.parse().ok());
        let mut body = vec![0; length.unwrap_or_default()];
        stream.read_exact(&mut body).await?;
        let formed = head.starts_with("POST /v1/traces HTTP/1.1\r\n")
            && header(&head, "content-type") == Some("application/x-protobuf");
        let request = ExportTraceServiceRequest::decode(body.as_slice());
        let manner = *lock(&inbox.manner);
        let (status, more, answer) = match (request, manner) {
            (_, _) if !formed => (400, String::new(), None),
            (Err(_), _) => (400, String::new(), None),
            (Ok(request), Manner::Take) => {
                inbox.take(request);
                (200, String::new(), Some(0))
            }
            (Ok(request), Manner::Reject(rejected)) => {
                inbox.take(request);
                (200, String::new(), Some(rejected))
            }
            (Ok(_), Manner::Refuse(status, after)) => {
                let after = after.map(|it| format!("retry-after: {it}\r\n"));
                (status, after.unwrap_or_default(), None)
            }
            (Ok(_), Manner::Hang) => (0, String::new(), None),
        };
        {
            let mut heard = lock(&inbox.heard);
            heard.requests += 1;
            heard.heads.push(head);
        }
        if status == 0 {
            std::future::pending::<()>().await;
        }
        let answer = answer.map(|rejected| ExportTraceServiceResponse {
            partial_success: (rejected > 0).then(|| ExportTracePartialSuccess {
                rejected_spans: rejected,
                error_message: "too old".to_owned(),
            }),
        });
        let answer = answer.map(|it| it.encode_to_vec()).unwrap_or_default();
        let head = format!(
            "HTTP/1.1 {status} Said\r\ncontent-type: application/x-protobuf\r\ncontent-length: {}\r\n{more}\r\n",
            answer.len()
        );
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(&answer).await?;
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|it| {
        let (key, value) = it.split_once(':')?;
        key.eq_ignore_ascii_case(name).then_some(value.trim())
    })
}

impl Inbox {
    fn take(&self, request: ExportTraceServiceRequest) {
        let mut spans = Vec::new();
        for of_program in request.resource_spans {
            let program = notes(of_program.resource.unwrap_or_default().attributes);
            for span in of_program.scope_spans.into_iter().flat_map(|it| it.spans) {
                spans.push(read(span, &program));
            }
        }
        lock(&self.heard).spans.extend(spans);
    }
}

fn read(span: proto::Span, program: &BTreeMap<String, String>) -> Span {
    let status = span.status.clone().unwrap_or_default();
    Span {
        trace: hexadecimal(&span.trace_id),
        id: hexadecimal(&span.span_id),
        parent: hexadecimal(&span.parent_span_id),
        state: span.trace_state.clone(),
        kind: span.kind(),
        failed: status.code() == proto::status::StatusCode::Error,
        links: span
            .links
            .iter()
            .map(|it| (hexadecimal(&it.trace_id), hexadecimal(&it.span_id)))
            .collect(),
        time: (span.start_time_unix_nano, span.end_time_unix_nano),
        name: span.name,
        notes: notes(span.attributes),
        program: program.clone(),
    }
}

fn notes(attributes: Vec<KeyValue>) -> BTreeMap<String, String> {
    let notes = attributes.into_iter().map(|it| {
        let value = it.value.map(text).unwrap_or_default();
        (it.key, value)
    });
    notes.collect()
}

fn text(value: AnyValue) -> String {
    match value.value {
        Some(any_value::Value::StringValue(it)) => it,
        Some(any_value::Value::IntValue(it)) => it.to_string(),
        Some(any_value::Value::BoolValue(it)) => it.to_string(),
        other => format!("{other:?}"),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, it| {
        write!(text, "{it:02x}").expect("memory takes every text");
        text
    })
}
