//! Where a key set comes from: a file, the issuer's URL, or where the issuer says that it is.

use std::path::PathBuf;
use std::time::Duration;

use jsonwebtoken::Algorithm;

use crate::client::{Client, Door};
use crate::discovery::Discovery;
use crate::document::{self, Contents};
use crate::file_version::FileVersion;
use crate::load_error::LoadError;

/// Where to load from.
pub(crate) enum Source {
    File { path: PathBuf },
    Url(url::Url, Client),
    Issuer(Discovery, Client),
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
