//! Where a key set comes from: a file, or the issuer's URL.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use jsonwebtoken::Algorithm;

use crate::document::{self, Contents, DocumentError};
use crate::left_out::{LeftOutKey, several};

/// A key set document larger than this is refused: real ones have a few kilobytes.
const MAX_BYTES: usize = 1 << 20;

/// Why a key set could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file cannot be read. Its name is not said: it may be a secret that stands where a name belongs.
    #[error("cannot read the key set file")]
    File(#[source] std::io::Error),
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
    File {
        path: PathBuf,
    },
    Url {
        url: url::Url,
        client: reqwest::Client,
    },
}

impl Source {
    pub(crate) fn url(url: url::Url, timeout: Duration) -> Result<Self, LoadError> {
        let client = reqwest::Client::builder()
            .connect_timeout(timeout)
            .timeout(timeout)
            // A redirect could lead away from the issuer that the operator named.
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| LoadError::Fetch {
                reason: chain(error),
            })?;
        Ok(Self::Url { url, client })
    }

    /// Whether it is read without a network, and so without a wait.
    pub(crate) fn is_near(&self) -> bool {
        matches!(self, Self::File { .. })
    }

    /// A value that changes when a file may have changed; a URL has none.
    pub(crate) fn version(&self) -> Option<(SystemTime, u64)> {
        match self {
            Self::File { path } => {
                let data = std::fs::metadata(path).ok()?;
                Some((data.modified().ok()?, data.len()))
            }
            Self::Url { .. } => None,
        }
    }

    pub(crate) async fn load(&self, accepted: &[Algorithm]) -> Result<Contents, LoadError> {
        let document = match self {
            Self::File { path } => std::fs::read(path).map_err(LoadError::File)?,
            Self::Url { url, client } => fetch(client, url).await?,
        };
        let contents = document::read(&document, accepted).map_err(LoadError::Document)?;
        if contents.keys.is_empty() {
            Err(LoadError::Empty(contents.left_out))
        } else {
            Ok(contents)
        }
    }
}

async fn fetch(client: &reqwest::Client, url: &url::Url) -> Result<Vec<u8>, LoadError> {
    let failed = |error: reqwest::Error| LoadError::Fetch {
        reason: chain(error),
    };
    let mut response = client
        .get(url.clone())
        .header("accept", "application/jwk-set+json, application/json")
        .send()
        .await
        .map_err(failed)?;
    if response.status() != reqwest::StatusCode::OK {
        return Err(LoadError::Fetch {
            reason: format!("status {}", response.status().as_u16()),
        });
    }
    let mut document = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if document.len() + chunk.len() > MAX_BYTES {
            return Err(LoadError::Fetch {
                reason: format!("more than {MAX_BYTES} bytes"),
            });
        }
        document.extend_from_slice(&chunk);
    }
    Ok(document)
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
