//! Where a key set comes from: a file, the issuer's URL, or where the issuer says that it is.

use std::path::PathBuf;
use std::time::Duration;

use jsonwebtoken::Algorithm;

use crate::discovery::Discovery;
use crate::document::{self, Contents, DocumentError};
use crate::file_version::FileVersion;
use crate::left_out::{LeftOutKey, several};

/// A key set document larger than this is refused: real ones have a few kilobytes.
const MAX_BYTES: usize = 1 << 20;

/// Why a key set could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file cannot be read. Its name is not said: it may be a secret that stands where a name belongs.
    #[error("cannot read the key set file")]
    File(#[source] std::io::Error),
    /// A file that says how to ask cannot be read.
    #[error("cannot read the file with the {what}")]
    Door {
        /// What should stand there.
        what: &'static str,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A file that says how to ask does not hold what it should.
    #[error("the file with the {0} holds none")]
    NoDoor(&'static str),
    /// The issuer does not say where its key set is.
    #[error("the issuer's metadata cannot be used: {0}")]
    Metadata(String),
    /// The issuer did not answer, or not with 200.
    #[error("cannot fetch the key set: {reason}")]
    Fetch {
        /// What went wrong, without any address: it ends in logs.
        reason: String,
    },
    /// The document is not a JWK set.
    #[error("the key set is not a JWK set document")]
    Document(#[source] DocumentError),
    /// No key of the set can verify a signature that the gateway accepts.
    #[error("the key set holds no usable signature key for the accepted algorithms{}", named(.0))]
    Empty(Vec<LeftOutKey>),
}

/// What there is instead.
fn named(left_out: &[LeftOutKey]) -> String {
    if left_out.is_empty() {
        return String::new();
    }
    format!(": {}", several(left_out))
}

/// Where to load from.
pub(crate) enum Source {
    File { path: PathBuf },
    Url(url::Url, Client),
    Issuer(Discovery, Client),
}

/// How to get in where the keys are.
#[derive(Debug, Clone, Default)]
pub struct Door {
    /// PEM certificates of the authorities that sign the certificate there; the system's without it.
    pub ca_file: Option<PathBuf>,
    /// A bearer token to show there; the file is read at each fetch.
    pub token_file: Option<PathBuf>,
}

/// What asks for documents.
pub(crate) struct Client {
    http: reqwest::Client,
    token_file: Option<PathBuf>,
    /// The one place where the token is shown.
    home: url::Origin,
}

impl Source {
    pub(crate) fn url(url: url::Url, door: Door, timeout: Duration) -> Result<Self, LoadError> {
        let client = Client::new(&url, door, timeout)?;
        Ok(Self::Url(url, client))
    }

    pub(crate) fn issuer(
        issuer: String,
        url: &url::Url,
        door: Door,
        timeout: Duration,
    ) -> Result<Self, LoadError> {
        let client = Client::new(url, door, timeout)?;
        Ok(Self::Issuer(Discovery::of(issuer, url), client))
    }

    /// Whether it is read without a network, and so without a wait.
    pub(crate) fn is_near(&self) -> bool {
        matches!(self, Self::File { .. })
    }

    /// A value that changes when a file may have changed; a URL has none.
    pub(crate) fn version(&self) -> Option<FileVersion> {
        match self {
            Self::File { path } => FileVersion::of(path),
            Self::Url(..) | Self::Issuer(..) => None,
        }
    }

    /// What the set holds now, which may be no usable key.
    pub(crate) async fn load(&self, accepted: &[Algorithm]) -> Result<Contents, LoadError> {
        let document = match self {
            Self::File { path } => std::fs::read(path).map_err(LoadError::File)?,
            Self::Url(url, client) => client.fetch(url).await?,
            Self::Issuer(discovery, client) => {
                let url = discovery.key_set(client).await?;
                client.fetch(&url).await?
            }
        };
        document::read(&document, accepted).map_err(LoadError::Document)
    }
}

impl Client {
    fn new(home: &url::Url, door: Door, timeout: Duration) -> Result<Self, LoadError> {
        let mut builder = reqwest::Client::builder()
            .connect_timeout(timeout)
            .timeout(timeout)
            // A redirect could lead away from the issuer that the operator named.
            .redirect(reqwest::redirect::Policy::none());
        if let Some(path) = &door.ca_file {
            const WHAT: &str = "authority's certificates";
            let pem =
                std::fs::read(path).map_err(|source| LoadError::Door { what: WHAT, source })?;
            let authorities = reqwest::Certificate::from_pem_bundle(&pem).unwrap_or_default();
            if authorities.is_empty() {
                return Err(LoadError::NoDoor(WHAT));
            }
            builder = builder.tls_certs_only(authorities);
        }
        let http = builder.build().map_err(|error| LoadError::Fetch {
            reason: chain(error),
        })?;
        Ok(Self {
            http,
            token_file: door.token_file,
            home: home.origin(),
        })
    }

    /// The document at an address that answers 200.
    pub(crate) async fn fetch(&self, url: &url::Url) -> Result<Vec<u8>, LoadError> {
        match self.ask(url).await? {
            (reqwest::StatusCode::OK, document) => Ok(document),
            (status, _) => Err(LoadError::Fetch {
                reason: format!("status {}", status.as_u16()),
            }),
        }
    }

    /// What is answered at an address; the document of a 200 alone.
    pub(crate) async fn ask(
        &self,
        url: &url::Url,
    ) -> Result<(reqwest::StatusCode, Vec<u8>), LoadError> {
        let failed = |error: reqwest::Error| LoadError::Fetch {
            reason: chain(error),
        };
        let mut request = self
            .http
            .get(url.clone())
            .header("accept", "application/jwk-set+json, application/json");
        if url.origin() == self.home
            && let Some(path) = &self.token_file
        {
            const WHAT: &str = "token for the key set";
            let token = std::fs::read_to_string(path)
                .map_err(|source| LoadError::Door { what: WHAT, source })?;
            if token.trim().is_empty() {
                return Err(LoadError::NoDoor(WHAT));
            }
            // It is marked as sensitive there.
            request = request.bearer_auth(token.trim());
        }
        let mut response = request.send().await.map_err(failed)?;
        let status = response.status();
        let mut document = Vec::new();
        if status != reqwest::StatusCode::OK {
            return Ok((status, document));
        }
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if document.len() + chunk.len() > MAX_BYTES {
                return Err(LoadError::Fetch {
                    reason: format!("more than {MAX_BYTES} bytes"),
                });
            }
            document.extend_from_slice(&chunk);
        }
        Ok((status, document))
    }
}

/// What went wrong and why, without any address.
fn chain(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(it) = cause {
        text = format!("{text}: {it}");
        cause = it.source();
    }
    text
}
