//! What asks for documents: the only place that speaks HTTP.

use std::path::PathBuf;
use std::time::Duration;

use crate::load_error::LoadError;

/// A key set document larger than this is refused: real ones have a few kilobytes.
const MAX_BYTES: usize = 1 << 20;

/// How to get in where the keys are.
#[derive(Debug, Clone, Default)]
pub struct Door {
    /// PEM certificates of the authorities that sign the certificate there; the system's without
    /// it.
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

impl Client {
    pub(crate) fn new(home: &url::Url, door: Door, timeout: Duration) -> Result<Self, LoadError> {
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
