//! Where an issuer says that its key set is (`OpenID` Connect Discovery 1.0, RFC 8414).
//!
//! The metadata are read again with each key set: they are small, and where an issuer moves its
//! keys to is part of what it says. They must name the very issuer that was asked, or one issuer's
//! metadata could be given out as another's (RFC 8414 section 3.3), and their address is held to
//! the rules of one that is configured.

use serde::Deserialize;
use url::{Host, Url};

use crate::client::Client;
use crate::load_error::LoadError;

/// An issuer, and where its metadata may be.
pub(crate) struct Discovery {
    issuer: String,
    places: [Url; 2],
}

/// What is read of the metadata.
#[derive(Deserialize)]
struct Metadata {
    issuer: Option<String>,
    jwks_uri: Option<String>,
}

impl Discovery {
    pub(crate) fn of(issuer: String, url: &Url) -> Self {
        let path = url.path().trim_end_matches('/');
        let at = |path: String| {
            let mut place = url.clone();
            place.set_path(&path);
            place
        };
        let behind = at(format!("{path}/.well-known/openid-configuration"));
        let between = at(format!("/.well-known/oauth-authorization-server{path}"));
        Self {
            issuer,
            places: [behind, between],
        }
    }

    /// The address of the key set.
    pub(crate) async fn key_set(&self, client: &Client) -> Result<Url, LoadError> {
        let unusable = |why: &str| LoadError::Metadata(why.to_owned());
        let mut said = Vec::new();
        for place in &self.places {
            let (status, document) = match client.ask(place).await {
                Ok(answer) => answer,
                Err(LoadError::Fetch { reason }) => return Err(LoadError::Metadata(reason)),
                Err(other) => return Err(other),
            };
            if status != reqwest::StatusCode::OK {
                said.push(format!("{} says {}", place.path(), status.as_u16()));
                continue;
            }
            // Nothing of the document is repeated: it may be anything.
            let metadata: Metadata = serde_json::from_slice(&document)
                .map_err(|_| unusable("the document is not JSON of its form"))?;
            let issuer = metadata
                .issuer
                .ok_or_else(|| unusable("it names no issuer"))?;
            if issuer != self.issuer {
                return Err(unusable("it names another issuer"));
            }
            let uri = metadata
                .jwks_uri
                .ok_or_else(|| unusable("it has no jwks_uri"))?;
            let uri = Url::parse(&uri).ok().filter(is_safe);
            // An issuer elsewhere has nothing on this machine.
            let uri = uri.filter(|it| it.scheme() == "https" || place.scheme() == "http");
            return uri.ok_or_else(|| unusable("its jwks_uri is no https:// address"));
        }
        Err(LoadError::Metadata(said.join(", ")))
    }
}

/// Whether a key set may be asked for at this address: whoever can change it on its way can mint
/// tokens, so plain HTTP is for loopback only.
#[must_use]
pub fn is_safe(url: &Url) -> bool {
    let local = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && local)
}
