//! One look at one endpoint: does its name resolve, does it answer, is its certificate accepted.
//!
//! The look ends with the handshake: nothing is sent through the connection, so a server that must
//! not be trusted has been given nothing. The verifier is the one that calls use; around it is only
//! a witness that keeps what the server has shown, so that a person can compare fingerprints.
//!
//! # Rationale
//!
//! A call that fails knows most of this too, but not which certificate it met, and it goes on to
//! the next endpoint. Sending a request instead (to KSC: `Session.Ping` without a session) would show
//! the certificate no better, and would look like an intrusion in the server's log.

use std::error::Error as StdError;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustls::CertificateError;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, SignatureScheme};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;
use url::{Host, Url};

use crate::address::server_name;
use crate::fingerprint::Fingerprint;
use crate::identity::ClientIdentity;
use crate::server::{self, Refusal, Trust};

/// A cause from below.
pub type Cause = Arc<dyn StdError + Send + Sync>;

/// An endpoint that a call would be sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// Where it is.
    pub address: SocketAddr,
    /// Version of TLS, e.g. `TLSv1_3`.
    pub protocol: String,
    /// Fingerprint of its certificate.
    pub presented: Fingerprint,
}

/// Why no call would be sent to an endpoint.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Obstacle {
    /// Nobody knows the name.
    #[error("the name cannot be resolved")]
    Name {
        /// The resolver's word.
        source: Cause,
    },
    /// The machine is there and nobody listens on the port.
    #[error("the connection is refused")]
    Refused,
    /// The network says no.
    #[error("there is no way to it")]
    Network {
        /// The network's word.
        source: Cause,
    },
    /// No answer in time.
    #[error("nothing answers within {waited:?} ({stage})")]
    Silent {
        /// What was waited for.
        stage: Stage,
        /// The time that was allowed.
        waited: Duration,
    },
    /// It answers, and not in TLS.
    #[error("it does not speak TLS")]
    NotTls,
    /// It hangs up in the handshake.
    #[error("it hangs up before TLS stands")]
    HungUp {
        /// The network's word.
        source: Cause,
    },
    /// The two sides cannot agree.
    #[error("TLS cannot be agreed on")]
    Tls {
        /// What is missing.
        source: Cause,
    },
    /// The certificate is not accepted.
    #[error("the certificate is not accepted")]
    Certificate {
        /// Fingerprint of the one that was shown.
        presented: Option<Fingerprint>,
        /// What is wrong with it.
        flaw: Flaw,
        /// The verifier's word.
        source: Cause,
    },
}

/// How far a connection came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The name was being resolved.
    Name,
    /// TCP was being connected.
    Connect,
    /// TCP stood, and TLS did not.
    Handshake,
}

impl std::fmt::Display for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Name => "resolving the name",
            Self::Connect => "connecting",
            Self::Handshake => "in the TLS handshake",
        })
    }
}

/// What is wrong with a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// It is not the pinned one.
    NotThePinned,
    /// The server does not hold its key, or an authority of that name has another key.
    Signature,
    /// No trusted authority has signed it.
    UnknownIssuer,
    /// It is too old.
    Expired,
    /// It is not valid yet.
    NotYetValid,
    /// It is for another name.
    OtherName,
    /// The server has made it for itself: it can be pinned and nothing else.
    SelfMade,
    /// Something else, which the source says.
    Other,
}

/// Looks, as somebody or as nobody; takes `limit` at most.
pub async fn probe(
    trust: &Trust,
    identity: Option<&ClientIdentity>,
    endpoint: &Url,
    limit: Duration,
) -> Result<Reached, Obstacle> {
    let look = Look {
        waited: limit,
        until: Instant::now() + limit,
    };
    let witness = Arc::new(Witness {
        verifier: trust.verifier().map_err(unable)?,
        shown: Mutex::default(),
    });
    let config = server::tls(
        Arc::clone(&witness) as Arc<dyn ServerCertVerifier>,
        identity,
    )
    .map_err(unable)?;
    let name = server_name(endpoint).map_err(|error| Obstacle::Name {
        source: Arc::new(error),
    })?;
    let addresses = look.resolve(endpoint).await?;
    let (stream, address) = look.connect(&addresses).await?;
    let connecting = TlsConnector::from(Arc::new(config)).connect(name, stream);
    let mut stream = match timeout_at(look.until, connecting).await {
        Err(_elapsed) => return Err(look.silent(Stage::Handshake)),
        Ok(Err(error)) => return Err(broken(error, witness.presented())),
        Ok(Ok(stream)) => stream,
    };
    let protocol = stream.get_ref().1.protocol_version();
    // Said goodbye to, as far as the other side lets us: it has learned all that it will.
    let _goodbye = timeout_at(look.until, stream.shutdown()).await;
    Ok(Reached {
        address,
        protocol: protocol
            .and_then(|it| it.as_str().map(str::to_owned))
            .unwrap_or_default(),
        presented: witness
            .presented()
            .expect("a handshake has shown a certificate"),
    })
}

/// The time that one look may take.
struct Look {
    waited: Duration,
    until: Instant,
}

impl Look {
    async fn resolve(&self, endpoint: &Url) -> Result<Vec<SocketAddr>, Obstacle> {
        let port = endpoint.port_or_known_default().unwrap_or_default();
        let name = match endpoint.host() {
            Some(Host::Ipv4(address)) => return Ok(vec![(address, port).into()]),
            Some(Host::Ipv6(address)) => return Ok(vec![(address, port).into()]),
            Some(Host::Domain(name)) => name,
            None => "",
        };
        match timeout_at(self.until, tokio::net::lookup_host((name, port))).await {
            Err(_elapsed) => Err(self.silent(Stage::Name)),
            Ok(Err(error)) => Err(Obstacle::Name {
                source: Arc::new(error),
            }),
            Ok(Ok(found)) => {
                let found: Vec<_> = found.collect();
                if found.is_empty() {
                    let nothing = io::Error::new(io::ErrorKind::NotFound, "no address");
                    return Err(Obstacle::Name {
                        source: Arc::new(nothing),
                    });
                }
                Ok(found)
            }
        }
    }

    /// The first address that answers; each gets its share of the time that is left.
    async fn connect(&self, addresses: &[SocketAddr]) -> Result<(TcpStream, SocketAddr), Obstacle> {
        let mut obstacle = self.silent(Stage::Connect);
        for (at, address) in addresses.iter().enumerate() {
            let left = self.until.saturating_duration_since(Instant::now());
            let others = u32::try_from(addresses.len() - at).unwrap_or(u32::MAX);
            obstacle = match tokio::time::timeout(left / others, TcpStream::connect(address)).await
            {
                Ok(Ok(stream)) => return Ok((stream, *address)),
                Ok(Err(error)) if error.kind() == io::ErrorKind::ConnectionRefused => {
                    Obstacle::Refused
                }
                Ok(Err(error)) => Obstacle::Network {
                    source: Arc::new(error),
                },
                Err(_elapsed) => self.silent(Stage::Connect),
            };
        }
        Err(obstacle)
    }

    fn silent(&self, stage: Stage) -> Obstacle {
        Obstacle::Silent {
            stage,
            waited: self.waited,
        }
    }
}

pub(crate) fn unable(error: rustls::Error) -> Obstacle {
    Obstacle::Tls {
        source: Arc::new(error),
    }
}

/// Sorts what went wrong in a handshake.
pub(crate) fn broken(error: io::Error, presented: Option<Fingerprint>) -> Obstacle {
    let tls = error.get_ref().and_then(|it| it.downcast_ref());
    let flaw = match tls {
        Some(rustls::Error::InvalidCertificate(flaw)) => flaw_of(flaw),
        // Whatever came was no record of TLS.
        Some(rustls::Error::InvalidMessage(_)) => return Obstacle::NotTls,
        Some(tls) => return unable(tls.clone()),
        None => {
            return Obstacle::HungUp {
                source: Arc::new(error),
            };
        }
    };
    let Some(refusal) = server::refusal(&error) else {
        return Obstacle::Tls {
            source: Arc::new(error),
        };
    };
    let flaw = match refusal {
        Refusal::NotThePinned(_) => Flaw::NotThePinned,
        Refusal::SelfMade => Flaw::SelfMade,
        Refusal::Certificate(_) => flaw,
    };
    Obstacle::Certificate {
        presented,
        flaw,
        source: Arc::new(refusal),
    }
}

fn flaw_of(error: &CertificateError) -> Flaw {
    use CertificateError as E;
    if matches!(error, E::UnknownIssuer) {
        Flaw::UnknownIssuer
    } else if matches!(error, E::Expired | E::ExpiredContext { .. }) {
        Flaw::Expired
    } else if matches!(error, E::NotValidYet | E::NotValidYetContext { .. }) {
        Flaw::NotYetValid
    } else if matches!(error, E::NotValidForName | E::NotValidForNameContext { .. }) {
        Flaw::OtherName
    } else if matches!(error, E::BadSignature) {
        Flaw::Signature
    } else {
        Flaw::Other
    }
}

/// Leaves every decision to the verifier and remembers what was shown.
#[derive(Debug)]
struct Witness {
    verifier: Arc<dyn ServerCertVerifier>,
    shown: Mutex<Option<Fingerprint>>,
}

impl Witness {
    fn presented(&self) -> Option<Fingerprint> {
        let shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        *shown
    }
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(Fingerprint::of(end_entity));
        self.verifier
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.verifier.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.verifier.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}
