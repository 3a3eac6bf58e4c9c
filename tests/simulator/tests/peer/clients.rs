//! A raw client: it writes the bytes it is told to and reads one reply at a time.

use base64::Engine as _;
use ksc_simulator::Simulator;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::crypto::{CryptoProvider, aws_lc_rs};
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme,
};

/// Trusts one certificate, byte for byte.
#[derive(Debug)]
struct Pin(CertificateDer<'static>, Arc<CryptoProvider>);

impl ServerCertVerifier for Pin {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if *end_entity == self.0 {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(Error::InvalidCertificate(CertificateError::UnknownIssuer))
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.1.signature_verification_algorithms;
        tokio_rustls::rustls::crypto::verify_tls12_signature(message, cert, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.1.signature_verification_algorithms;
        tokio_rustls::rustls::crypto::verify_tls13_signature(message, cert, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.1.signature_verification_algorithms.supported_schemes()
    }
}

/// A reply as it came.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Reply {
    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.body))
    }

    /// Module and code of the `PxgError`.
    pub(crate) fn pxg(&self) -> (String, i64) {
        assert_eq!(self.status, 200, "{}", self.body);
        let error = &self.json()["PxgError"];
        let module = error["module"].as_str().unwrap_or("no PxgError").to_owned();
        (module, error["code"].as_i64().unwrap_or_default())
    }

    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let line = |line: &str| {
            let (known, value) = line.split_once(':')?;
            known
                .eq_ignore_ascii_case(name)
                .then(|| value.trim().to_owned())
        };
        self.head.lines().find_map(line)
    }
}

/// One TLS connection.
pub(crate) struct Client {
    stream: TlsStream<TcpStream>,
    session: Option<String>,
    early: Vec<u8>,
}

impl Client {
    /// Connects, pinning the simulator's certificate.
    pub(crate) async fn connect(sim: &Simulator) -> Self {
        Self::try_connect(sim)
            .await
            .expect("the simulator accepts TLS")
    }

    pub(crate) async fn try_connect(sim: &Simulator) -> std::io::Result<Self> {
        Self::reach(sim.addr(), sim.certificate_file()).await
    }

    /// Connects to an address, pinning the certificate of a file.
    pub(crate) async fn reach(addr: SocketAddr, certificate: &Path) -> std::io::Result<Self> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let pem = std::fs::read(certificate).expect("klserver.cer lies there");
        let pinned = CertificateDer::from_pem_slice(&pem).expect("klserver.cer is PEM");
        let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .expect("the provider knows TLS 1.2 and 1.3")
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Pin(pinned, provider)))
            .with_no_client_auth();
        let tcp = TcpStream::connect(addr).await?;
        let name = ServerName::from(addr.ip());
        let stream = TlsConnector::from(Arc::new(config))
            .connect(name, tcp)
            .await?;
        Ok(Self {
            stream,
            session: None,
            early: Vec::new(),
        })
    }

    /// Connects and starts a session by token.
    pub(crate) async fn with_session(sim: &Simulator) -> Self {
        let mut client = Self::connect(sim).await;
        client.start_session(sim).await;
        client
    }

    /// Starts a session; later calls carry its token.
    pub(crate) async fn start_session(&mut self, sim: &Simulator) {
        let reply = self
            .log_in("Session.StartSession", sim.username(), sim.password())
            .await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        let token = reply.json()["PxgRetVal"]
            .as_str()
            .expect("a token is a string")
            .to_owned();
        self.session = Some(token);
    }

    /// The token that later calls carry.
    pub(crate) fn session(&self) -> Option<String> {
        self.session.clone()
    }

    pub(crate) fn use_session(&mut self, token: Option<String>) {
        self.session = token;
    }

    /// One of the two logins with these credentials.
    pub(crate) async fn log_in(&mut self, call: &str, user: &str, password: &str) -> Reply {
        let authorization = format!("Authorization: {}", basic(user, password));
        self.post(call, &[&authorization], "{}").await
    }

    /// A call with the headers of a careful client.
    pub(crate) async fn call(&mut self, method: &str, arguments: Value) -> Reply {
        self.post(method, &[], &arguments.to_string()).await
    }

    /// A call that must be carried out; gives the reply's JSON.
    pub(crate) async fn done(&mut self, method: &str, arguments: Value) -> Value {
        let reply = self.call(method, arguments).await;
        assert_eq!(reply.status, 200, "{method}: {}", reply.body);
        let json = reply.json();
        assert!(json.get("PxgError").is_none(), "{method}: {json}");
        json
    }

    /// Ends the session.
    pub(crate) async fn end_session(&mut self) {
        self.done("Session.EndSession", json!({})).await;
    }

    /// A call with extra headers and exactly this body.
    pub(crate) async fn post(&mut self, method: &str, headers: &[&str], body: &str) -> Reply {
        let mut all = vec!["Content-Type: application/json".to_owned()];
        all.extend(headers.iter().map(|header| (*header).to_owned()));
        if let Some(token) = &self.session {
            all.push(format!("X-KSC-Session: {token}"));
        }
        self.send(&request(&format!("/api/v1.0/{method}"), &all, body))
            .await;
        self.reply().await.expect("a reply comes")
    }

    /// Writes bytes as they are.
    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        self.stream
            .write_all(bytes)
            .await
            .expect("the connection takes bytes");
        self.stream
            .flush()
            .await
            .expect("the connection takes bytes");
    }

    /// Sends a call without waiting for its reply.
    pub(crate) async fn send_call(&mut self, method: &str, arguments: &Value) {
        let mut headers = vec!["Content-Type: application/json".to_owned()];
        if let Some(token) = &self.session {
            headers.push(format!("X-KSC-Session: {token}"));
        }
        let path = format!("/api/v1.0/{method}");
        self.send(&request(&path, &headers, &arguments.to_string()))
            .await;
    }

    /// Reads one reply; `None` when the connection ends before it is whole.
    pub(crate) async fn reply(&mut self) -> Option<Reply> {
        let end = loop {
            if let Some(at) = self
                .early
                .windows(4)
                .position(|window| window == b"\r\n\r\n")
            {
                break at + 4;
            }
            self.more().await?;
        };
        let head = String::from_utf8(self.early.drain(..end).collect()).expect("a head is text");
        let status = head
            .get(9..12)
            .and_then(|code| code.parse().ok())
            .expect("a status");
        let mut reply = Reply {
            status,
            head,
            body: String::new(),
        };
        let length = reply
            .header("content-length")
            .and_then(|length| length.parse().ok());
        let length: usize = length.expect("replies announce their length");
        while self.early.len() < length {
            self.more().await?;
        }
        let body: Vec<u8> = self.early.drain(..length).collect();
        assert!(body.is_ascii(), "the server writes ASCII");
        reply.body = String::from_utf8(body).expect("a body is text");
        Some(reply)
    }

    async fn more(&mut self) -> Option<()> {
        let mut buffer = [0; 8192];
        match self.stream.read(&mut buffer).await {
            Ok(0) | Err(_) => None,
            Ok(length) => {
                self.early.extend_from_slice(&buffer[..length]);
                Some(())
            }
        }
    }
}

/// The bytes of a request.
pub(crate) fn request(path: &str, headers: &[String], body: &str) -> Vec<u8> {
    let mut text = format!("POST {path} HTTP/1.1\r\nHost: ksc.example:13299\r\n");
    for header in headers {
        text.push_str(header);
        text.push_str("\r\n");
    }
    let length = body.len();
    (text + &format!("Content-Length: {length}\r\n\r\n{body}")).into_bytes()
}

/// The value of `Authorization` for these credentials.
pub(crate) fn basic(user: &str, password: &str) -> String {
    let encode = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
    format!(
        r#"KSCBasic user="{}", pass="{}", internal="1""#,
        encode(user),
        encode(password)
    )
}

/// `pData` of an incident that makes a task.
pub(crate) fn incident(host: &str, task: &str, params: &Value) -> Value {
    let body = json!({
        "targetHost": host, "task": task, "params": params,
        "responseEventIncident": true, "responseEventIncidentArea": "Kuma",
    });
    json!({"pData": {
        "KLINCDT_SEVERITY": 2,
        "KLINCDT_ADDED": {"type": "datetime", "value": "2026-01-02T03:04:05Z"},
        "KLINCDT_BODY": body.to_string(),
        "KLHST_WKS_HOSTNAME": host,
    }})
}

/// An incident that asks for isolation.
pub(crate) fn isolation(host: &str) -> Value {
    incident(host, "isolateHost", &json!({"action": 1}))
}
