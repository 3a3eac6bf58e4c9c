//! A handshake with everything that it shows: for a person who has to decide, or has to find out.
//!
//! A [`probe`](crate::probe::probe) says whether calls would go through; this says what there is to be
//! seen whether or not they would. A certificate that is not accepted is shown all the same, and that
//! is all: the handshake with such a server ends before a client certificate is sent, and over none is
//! anything sent but the handshake itself.
//!
//! # What a client certificate comes to
//!
//! In TLS 1.2 a server answers to it before the handshake ends. In TLS 1.3 the handshake ends for the
//! client before the server has looked; its refusal comes as an alert after, and nothing comes where it
//! is content, unless it hands out tickets to come back with. So it is listened to for a moment, and
//! silence is told as silence.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{
    ClientSessionStore, ResolvesClientCert, Resumption, Tls12ClientSessionValue,
    Tls13ClientSessionValue, verify_server_name,
};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::sign::CertifiedKey;
use rustls::{
    AlertDescription, ClientConfig, DigitallySignedStruct, NamedGroup, ProtocolVersion,
    SignatureScheme,
};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::certificate::Certificate;
use crate::identity::ClientIdentity;
use crate::probe::{self, Obstacle, Stage};
use crate::server::{self, Trust};

/// How long to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For the handshake.
    pub handshake: Duration,
    /// For a word on the client certificate after it.
    pub afterwards: Duration,
}

/// What a handshake has shown.
#[derive(Debug, Clone)]
pub struct Inspection {
    /// Version of TLS, e.g. `TLSv1_3`, where the server came to show that it holds its key.
    pub protocol: Option<&'static str>,
    /// The server's certificate, where it came to that.
    pub certificate: Option<Certificate>,
    /// Whether that is accepted, and the server's own.
    pub accepted: bool,
    /// Whether that is for the name that was asked for; nothing where it cannot be read.
    pub fits_name: Option<bool>,
    /// What became of the client certificate.
    pub client: ClientAuthentication,
    /// Time that the handshake took.
    pub took: Duration,
    /// What was in the way of a call; a refused client certificate may be.
    pub obstacle: Option<Obstacle>,
}

/// What became of the client certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientAuthentication {
    /// Whether the server has asked for one; nothing where it did not come so far.
    pub asked: Option<bool>,
    /// Whether one was sent.
    pub shown: bool,
    /// What the server did then.
    pub reaction: Reaction,
}

/// What a server did after it had asked for a client certificate, and had got one or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reaction {
    /// It did not come so far, or it did not ask.
    None,
    /// It went on: the handshake ended in TLS 1.2, or it handed out tickets in TLS 1.3.
    WentOn,
    /// It refused, with this alert.
    Refused(String),
    /// It hung up without a word.
    HungUp,
    /// Nothing came in this time, which proves neither.
    Silent(Duration),
}

/// Shakes hands over a connection, sends nothing else, and says goodbye.
pub async fn inspect<S>(
    trust: &Trust,
    identity: Option<&ClientIdentity>,
    name: ServerName<'static>,
    stream: S,
    patience: Patience,
) -> Inspection
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let began = Instant::now();
    let onlooker = Arc::new(Onlooker {
        key: identity.map(|it| Arc::clone(&it.key)),
        ..Onlooker::default()
    });
    let config = match config(trust, &onlooker) {
        Ok(config) => config,
        Err(error) => {
            let obstacle = probe::unable(error);
            return onlooker.told(None, began.elapsed(), false, Some(obstacle));
        }
    };
    let connecting = TlsConnector::from(Arc::new(config)).connect(name.clone(), stream);
    let connected = timeout(patience.handshake, connecting).await;
    let took = began.elapsed();
    match connected {
        Err(_elapsed) => {
            let obstacle = Obstacle::Silent {
                stage: Stage::Handshake,
                waited: patience.handshake,
            };
            onlooker.told(Some(&name), took, false, Some(obstacle))
        }
        Ok(Err(error)) => {
            let refusal = refusal_of(&error);
            let certificate = onlooker.seen().certificate.clone();
            let presented = certificate.map(|it| crate::Fingerprint::of(&it));
            let obstacle = probe::broken(error, presented);
            let mut told = onlooker.told(Some(&name), took, false, Some(obstacle));
            if told.client.asked == Some(true)
                && let Some(refusal) = refusal
            {
                told.client.reaction = Reaction::Refused(refusal);
            }
            told
        }
        Ok(Ok(mut stream)) => {
            let is_newer = stream.get_ref().1.protocol_version() == Some(ProtocolVersion::TLSv1_3);
            let asked = onlooker.seen().asked;
            let (reaction, obstacle) = match (asked, is_newer) {
                (false, _) => (Reaction::None, None),
                (true, false) => (Reaction::WentOn, None),
                (true, true) => listen(&mut stream, &onlooker, patience.afterwards).await,
            };
            // As far as the other side lets us: it has learned all that it will.
            let _goodbye = timeout(patience.afterwards, stream.shutdown()).await;
            let mut told = onlooker.told(Some(&name), took, true, obstacle);
            told.client.reaction = reaction;
            told
        }
    }
}

/// What comes after the handshake, for a moment.
async fn listen<S>(
    stream: &mut TlsStream<S>,
    onlooker: &Onlooker,
    moment: Duration,
) -> (Reaction, Option<Obstacle>)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut unread = [0];
    let heard = timeout(moment, async {
        tokio::select! {
            // An alert counts for more than a ticket before it.
            biased;
            read = stream.read(&mut unread) => Some(read),
            () = onlooker.ticket.notified() => None,
        }
    });
    match heard.await {
        Err(_elapsed) => (Reaction::Silent(moment), None),
        // Whoever speaks first, or hands out tickets, has taken what it got.
        Ok(None | Some(Ok(1..))) => (Reaction::WentOn, None),
        Ok(Some(Ok(0))) => {
            let source = Arc::new(io::Error::from(io::ErrorKind::UnexpectedEof));
            (Reaction::HungUp, Some(Obstacle::HungUp { source }))
        }
        Ok(Some(Err(error))) => {
            let reaction = refusal_of(&error).map_or(Reaction::HungUp, Reaction::Refused);
            (reaction, Some(probe::broken(error, None)))
        }
    }
}

/// The server's word, where it ended the handshake with one that may be about the client certificate.
fn refusal_of(error: &io::Error) -> Option<String> {
    use AlertDescription as A;
    let tls = error.get_ref()?.downcast_ref::<rustls::Error>()?;
    let rustls::Error::AlertReceived(alert) = tls else {
        return None;
    };
    let about_it = [
        A::HandshakeFailure,
        A::NoCertificate,
        A::BadCertificate,
        A::UnsupportedCertificate,
        A::CertificateRevoked,
        A::CertificateExpired,
        A::CertificateUnknown,
        A::UnknownCA,
        A::AccessDenied,
        A::DecryptError,
        A::CertificateRequired,
    ];
    about_it.contains(alert).then(|| format!("{alert:?}"))
}

/// As calls are made, with somebody who looks on.
fn config(trust: &Trust, onlooker: &Arc<Onlooker>) -> Result<ClientConfig, rustls::Error> {
    let verifier = Arc::new(Reluctant {
        verifier: trust.verifier()?,
        onlooker: Arc::clone(onlooker),
    });
    let mut config = server::tls(verifier, None)?;
    config.client_auth_cert_resolver = Arc::clone(onlooker) as Arc<dyn ResolvesClientCert>;
    config.resumption = Resumption::store(Arc::clone(onlooker) as Arc<dyn ClientSessionStore>);
    Ok(config)
}

/// Remembers what goes by. It keeps no session: nobody comes back.
#[derive(Default)]
struct Onlooker {
    key: Option<Arc<CertifiedKey>>,
    seen: Mutex<Seen>,
    ticket: Notify,
}

#[derive(Default)]
struct Seen {
    certificate: Option<Vec<u8>>,
    protocol: Option<&'static str>,
    refused: Option<rustls::Error>,
    accepted: bool,
    asked: bool,
    /// Whether the client's key is of a kind that the server takes; else an empty certificate goes.
    has_fitting_key: bool,
}

impl Onlooker {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn told(
        &self,
        name: Option<&ServerName<'_>>,
        took: Duration,
        has_ended: bool,
        obstacle: Option<Obstacle>,
    ) -> Inspection {
        let seen = self.seen();
        let der = seen.certificate.as_ref();
        // It is sent after the server's certificate was accepted, and in TLS 1.3 with the last word of
        // the handshake.
        let is_sent = seen.accepted && (has_ended || seen.protocol != Some("TLSv1_3"));
        Inspection {
            protocol: seen.protocol,
            certificate: der.map(|it| Certificate::of(it)),
            accepted: seen.accepted,
            fits_name: der.zip(name).and_then(|(it, name)| fits(it, name)),
            client: ClientAuthentication {
                // Both versions ask before the certificate is looked at.
                asked: der.map(|_| seen.asked),
                shown: is_sent && seen.has_fitting_key,
                reaction: Reaction::None,
            },
            took,
            obstacle,
        }
    }
}

fn fits(der: &[u8], name: &ServerName<'_>) -> Option<bool> {
    let der = CertificateDer::from(der);
    let read = ParsedCertificate::try_from(&der).ok()?;
    Some(verify_server_name(&read, name).is_ok())
}

impl std::fmt::Debug for Onlooker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Onlooker")
    }
}

impl ResolvesClientCert for Onlooker {
    fn resolve(&self, _: &[&[u8]], schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        let fits = |it: &Arc<CertifiedKey>| it.key.choose_scheme(schemes).is_some();
        let mut seen = self.seen();
        seen.asked = true;
        seen.has_fitting_key = self.key.as_ref().is_some_and(fits);
        self.key.clone()
    }

    fn has_certs(&self) -> bool {
        self.key.is_some()
    }
}

impl ClientSessionStore for Onlooker {
    fn set_kx_hint(&self, _: ServerName<'static>, _: NamedGroup) {}

    fn kx_hint(&self, _: &ServerName<'_>) -> Option<NamedGroup> {
        None
    }

    fn set_tls12_session(&self, _: ServerName<'static>, _: Tls12ClientSessionValue) {}

    fn tls12_session(&self, _: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        None
    }

    fn remove_tls12_session(&self, _: &ServerName<'static>) {}

    fn insert_tls13_ticket(&self, _: ServerName<'static>, _: Tls13ClientSessionValue) {
        self.ticket.notify_one();
    }

    fn take_tls13_ticket(&self, _: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        None
    }
}

/// Refuses what the verifier refuses, one step later: when the server has shown that the certificate
/// is its own, and in which version of TLS.
#[derive(Debug)]
struct Reluctant {
    verifier: Arc<dyn ServerCertVerifier>,
    onlooker: Arc<Onlooker>,
}

impl Reluctant {
    fn decide(
        &self,
        protocol: &'static str,
        signature: impl FnOnce() -> Result<HandshakeSignatureValid, rustls::Error>,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let mut seen = self.onlooker.seen();
        seen.protocol = Some(protocol);
        if let Some(refused) = &seen.refused {
            return Err(refused.clone());
        }
        let valid = signature()?;
        seen.accepted = true;
        Ok(valid)
    }
}

impl ServerCertVerifier for Reluctant {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let word = self.verifier.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        );
        let mut seen = self.onlooker.seen();
        seen.certificate = Some(end_entity.to_vec());
        seen.refused = word.err();
        // Nothing comes of this: the step after it looks at `refused`.
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.decide("TLSv1_2", || {
            self.verifier.verify_tls12_signature(message, cert, dss)
        })
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.decide("TLSv1_3", || {
            self.verifier.verify_tls13_signature(message, cert, dss)
        })
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}
