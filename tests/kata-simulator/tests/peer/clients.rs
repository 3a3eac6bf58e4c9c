//! A raw client: it writes the bytes it is told to and reads one answer at a time.

use kata_simulator::Simulator;
use rcgen::{CertificateParams, DnType, KeyPair};
use serde_json::Value;
use std::net::SocketAddr;
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
use tokio_rustls::rustls::pki_types::{
    CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime,
};
use tokio_rustls::rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme,
};

/// The external system of most tests.
pub(crate) const GATEWAY: &str = "7c1f5c0e-51a5-4d2c-8f0e-5f2c1c4e3a0d";

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

/// A caller's own certificate and key.
#[derive(Clone)]
pub(crate) struct Identity {
    certificate: CertificateDer<'static>,
    key: Vec<u8>,
}

impl Identity {
    /// A fresh one.
    pub(crate) fn make() -> Self {
        Self::of(&KeyPair::generate().expect("a key"))
    }

    /// One with this key.
    pub(crate) fn of(key: &KeyPair) -> Self {
        let mut params = CertificateParams::default();
        params
            .distinguished_name
            .push(DnType::CommonName, "a caller");
        let certificate = params.self_signed(key).expect("a certificate");
        Self {
            certificate: certificate.der().clone(),
            key: key.serialize_der(),
        }
    }

    /// The certificate as it goes over the wire.
    pub(crate) fn der(&self) -> &[u8] {
        &self.certificate
    }
}

/// An answer as it came.
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
    early: Vec<u8>,
}

impl Client {
    /// Connects with this identity, pinning the simulator's certificate.
    pub(crate) async fn connect(sim: &Simulator, identity: &Identity) -> Self {
        let pem = sim.certificate_pem();
        Self::reach(sim.address(), &pem, Some(identity))
            .await
            .expect("the simulator accepts TLS")
    }

    /// Connects as the external system of most tests, which is accepted by then.
    pub(crate) async fn accepted(sim: &Simulator) -> Self {
        let mut client = Self::connect(sim, &Identity::make()).await;
        let reply = client.get("sensors").await;
        assert_eq!(reply.status, 401, "{}", reply.body);
        assert_eq!(sim.accept(GATEWAY), 1);
        client
    }

    /// Connects to an address, pinning a certificate.
    pub(crate) async fn reach(
        addr: SocketAddr,
        pem: &str,
        identity: Option<&Identity>,
    ) -> std::io::Result<Self> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let pinned = CertificateDer::from_pem_slice(pem.as_bytes()).expect("it is PEM");
        let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .expect("the provider knows TLS 1.2 and 1.3")
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Pin(pinned, provider)));
        let config = match identity {
            Some(it) => {
                let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(it.key.clone()));
                config
                    .with_client_auth_cert(vec![it.certificate.clone()], key)
                    .expect("they belong together")
            }
            None => config.with_no_client_auth(),
        };
        let tcp = TcpStream::connect(addr).await?;
        let name = ServerName::from(addr.ip());
        let stream = TlsConnector::from(Arc::new(config))
            .connect(name, tcp)
            .await?;
        Ok(Self {
            stream,
            early: Vec::new(),
        })
    }

    /// `GET` below the gateway's own path.
    pub(crate) async fn get(&mut self, rest: &str) -> Reply {
        self.ask("GET", &below(GATEWAY, rest), "").await
    }

    /// `POST` there.
    pub(crate) async fn post(&mut self, rest: &str, body: &Value) -> Reply {
        self.ask("POST", &below(GATEWAY, rest), &body.to_string())
            .await
    }

    /// `DELETE` there.
    pub(crate) async fn delete(&mut self, rest: &str) -> Reply {
        self.ask("DELETE", &below(GATEWAY, rest), "").await
    }

    /// Any request, with the headers of a careful client; the answer must come.
    pub(crate) async fn ask(&mut self, method: &str, path: &str, body: &str) -> Reply {
        self.send(method, path, body).await;
        self.reply().await.expect("an answer comes")
    }

    /// Sends a request without waiting for its answer.
    pub(crate) async fn send(&mut self, method: &str, path: &str, body: &str) {
        let length = body.len();
        let kind = "Content-Type: application/json\r\n";
        let text = format!(
            "{method} {path} HTTP/1.1\r\nHost: kata.example\r\n{kind}Content-Length: {length}\r\n\r\n{body}"
        );
        self.write(text.as_bytes()).await;
    }

    /// Writes bytes as they are.
    pub(crate) async fn write(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.expect("it takes bytes");
        self.stream.flush().await.expect("it takes bytes");
    }

    /// Reads one answer; `None` when the connection ends before it is whole.
    pub(crate) async fn reply(&mut self) -> Option<Reply> {
        let head = self.until(b"\r\n\r\n").await?;
        let head = String::from_utf8(head).expect("a head is text");
        let status = head
            .get(9..12)
            .and_then(|code| code.parse().ok())
            .expect("a status");
        let mut reply = Reply {
            status,
            head,
            body: String::new(),
        };
        let body = match reply.header("content-length") {
            Some(length) => self.exactly(length.parse().expect("a length")).await?,
            None if reply.header("transfer-encoding").is_some() => self.chunks().await?,
            None => Vec::new(),
        };
        reply.body = String::from_utf8(body).expect("a body is text");
        Some(reply)
    }

    async fn chunks(&mut self) -> Option<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let line = self.until(b"\r\n").await?;
            let digits = String::from_utf8_lossy(&line);
            let length = usize::from_str_radix(digits.trim(), 16).expect("a chunk's length");
            let chunk = self.exactly(length + 2).await?;
            body.extend_from_slice(&chunk[..length]);
            if length == 0 {
                return Some(body);
            }
        }
    }

    async fn until(&mut self, mark: &[u8]) -> Option<Vec<u8>> {
        loop {
            let found = self.early.windows(mark.len()).position(|it| it == mark);
            if let Some(at) = found {
                return Some(self.early.drain(..at + mark.len()).collect());
            }
            self.more().await?;
        }
    }

    async fn exactly(&mut self, length: usize) -> Option<Vec<u8>> {
        while self.early.len() < length {
            self.more().await?;
        }
        Some(self.early.drain(..length).collect())
    }

    async fn more(&mut self) -> Option<()> {
        let mut buffer = vec![0; 65_536];
        match self.stream.read(&mut buffer).await {
            Ok(0) | Err(_) => None,
            Ok(length) => {
                self.early.extend_from_slice(&buffer[..length]);
                Some(())
            }
        }
    }
}

/// The settings of a host, or of all, of one kind.
pub(crate) fn settings(sensor: &str, kind: &str) -> String {
    format!("settings?sensor_id={sensor}&settings_type={kind}")
}

/// A path below an external system's own.
pub(crate) fn below(id: &str, rest: &str) -> String {
    format!("/kata/response_api/v1/{id}/{rest}")
}
