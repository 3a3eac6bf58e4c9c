//! TLS on the API listener: the certificate, its key, and who may connect at all.
//!
//! The files are read again when they change, without a restart: certificates live for days or
//! weeks, and Kubernetes replaces the files of a mounted secret. A handshake looks at them, at most
//! once a second, and compares what they hold and not when they were written: behind links that are
//! swapped, as those of a mounted secret are, a time says little. What cannot be used, such as a
//! new certificate whose key has not been written yet, leaves what there was in place, and is tried
//! again when it changes.
//!
//! # Rationale
//!
//! HTTP/1.1 alone is offered. HTTP/2 would let one connection open streams without a bound that the
//! library can set, and none of the limits of [`super`] would hold for them; callers of this API
//! send single requests, and ingresses speak HTTP/1.1 to what is behind them.
//!
//! A client's certificate is a second lock in front of the first one: it lets a client knock, and
//! its token still says who it is. Sessions are not resumed where certificates are asked for: a
//! resumed one would outlive the authority, or the certificate, that it once rested on.

use std::io;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::{RootCertStore, ServerConfig};
use tokio_rustls::TlsAcceptor;

use crate::config::{FileName, TlsFiles};

/// The least time between two looks at the files.
const PAUSE: Duration = Duration::from_secs(1);

/// Why the files cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// One cannot be read.
    #[error("cannot read {path} ({key})")]
    File {
        /// The setting.
        key: &'static str,
        /// Its value.
        path: FileName,
        /// What the system said.
        source: io::Error,
    },
    /// One does not hold what it should.
    #[error("{path} holds no {what} ({key})")]
    Content {
        /// The setting.
        key: &'static str,
        /// Its value.
        path: FileName,
        /// What is not there.
        what: &'static str,
    },
    /// Certificate and key cannot be used, or not with one another.
    #[error("the certificate cannot be used with its key ({CERTIFICATE}, {KEY})")]
    Pair(#[source] rustls::Error),
    /// No client could be checked.
    #[error("the authorities of the clients cannot be used ({CLIENT_CA})")]
    Clients(#[source] rustls::client::VerifierBuilderError),
}

impl TlsError {
    /// The setting that it is about.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            Self::File { key, .. } | Self::Content { key, .. } => key,
            Self::Pair(_) => CERTIFICATE,
            Self::Clients(_) => CLIENT_CA,
        }
    }
}

const CERTIFICATE: &str = "server.tls.certificate_file";
const KEY: &str = "server.tls.key_file";
const CLIENT_CA: &str = "server.tls.client_ca_file";

/// What the files hold.
#[derive(PartialEq, Eq)]
struct Contents {
    certificate: Vec<u8>,
    key: Vec<u8>,
    client_ca: Option<Vec<u8>>,
}

/// The certificates of a listener, as they are now.
pub struct Tls {
    files: TlsFiles,
    current: RwLock<Arc<ServerConfig>>,
    looked: Mutex<LastLook>,
}

/// The last look at the files.
struct LastLook {
    at: Instant,
    /// What they held, good or not; nothing when they could not be read.
    saw: Option<Contents>,
}

impl Tls {
    /// Reads the files.
    ///
    /// # Errors
    /// When they cannot be used.
    pub fn new(files: TlsFiles) -> Result<Self, TlsError> {
        let contents = read_all(&files)?;
        let config = contents.config(&files)?;
        Ok(Self {
            files,
            current: RwLock::new(Arc::new(config)),
            looked: Mutex::new(LastLook {
                at: Instant::now(),
                saw: Some(contents),
            }),
        })
    }

    /// Takes a connection with what the files hold now, or held when they could last be used.
    pub(super) fn acceptor(&self) -> TlsAcceptor {
        self.look();
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        TlsAcceptor::from(Arc::clone(&current))
    }

    fn look(&self) {
        // Whoever finds somebody looking goes on with what there is.
        let Ok(mut looked) = self.looked.try_lock() else {
            return;
        };
        if looked.at.elapsed() < PAUSE {
            return;
        }
        looked.at = Instant::now();
        let contents = match read_all(&self.files) {
            Ok(contents) => contents,
            Err(error) => {
                // Said once, and not at every look.
                if looked.saw.take().is_some() {
                    complain(&error);
                }
                return;
            }
        };
        if looked.saw.as_ref() == Some(&contents) {
            return;
        }
        match contents.config(&self.files) {
            Ok(config) => {
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(config);
                tracing::info!("the certificates of the API listener were read anew");
            }
            Err(error) => complain(&error),
        }
        looked.saw = Some(contents);
    }
}

fn complain(error: &TlsError) {
    tracing::error!(
        error = error as &dyn std::error::Error,
        "the certificates of the API listener have changed and cannot be used; those before are kept"
    );
}

fn read_all(files: &TlsFiles) -> Result<Contents, TlsError> {
    let client_ca = files.client_ca.as_ref();
    Ok(Contents {
        certificate: read(CERTIFICATE, &files.certificate)?,
        key: read(KEY, &files.key)?,
        client_ca: client_ca.map(|it| read(CLIENT_CA, it)).transpose()?,
    })
}

fn read(key: &'static str, path: &FileName) -> Result<Vec<u8>, TlsError> {
    std::fs::read(path).map_err(|source| TlsError::File {
        key,
        path: path.clone(),
        source,
    })
}

impl Contents {
    fn config(&self, files: &TlsFiles) -> Result<ServerConfig, TlsError> {
        let chain = certificates(CERTIFICATE, &files.certificate, &self.certificate)?;
        let key = PrivateKeyDer::from_pem_slice(&self.key).map_err(|_| TlsError::Content {
            key: KEY,
            path: files.key.clone(),
            what: "PEM key that is not encrypted",
        })?;
        let provider = Arc::new(aws_lc_rs::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(TlsError::Pair)?;
        let clients = match (&files.client_ca, &self.client_ca) {
            (Some(path), Some(pem)) => {
                let mut roots = RootCertStore::empty();
                for certificate in certificates(CLIENT_CA, path, pem)? {
                    roots.add(certificate).map_err(|_| TlsError::Content {
                        key: CLIENT_CA,
                        path: path.clone(),
                        what: "certificate that can be used",
                    })?;
                }
                let clients = WebPkiClientVerifier::builder_with_provider(roots.into(), provider);
                Some(clients.build().map_err(TlsError::Clients)?)
            }
            (_, _) => None,
        };
        let resumes = clients.is_none();
        let builder = match clients {
            Some(clients) => builder.with_client_cert_verifier(clients),
            None => builder.with_no_client_auth(),
        };
        let mut config = builder
            .with_single_cert(chain, key)
            .map_err(TlsError::Pair)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        if !resumes {
            config.session_storage = Arc::new(NoServerSessionStorage {});
            config.send_tls13_tickets = 0;
        }
        Ok(config)
    }
}

/// At least one certificate.
fn certificates(
    key: &'static str,
    path: &FileName,
    pem: &[u8],
) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        Ok(_) | Err(_) => Err(TlsError::Content {
            key,
            path: path.clone(),
            what: "PEM certificate",
        }),
    }
}
