//! One HTTP exchange with KSC: time limits, a size cap, and whether a byte has left.
//!
//! The protocol is HTTP/1.1, one call at a time on a connection. Redirects are not followed (the
//! vendor documents none, and a followed one would carry the session along), proxies from the
//! environment are not used, nothing is compressed and nothing is repeated by itself.
//!
//! # What `NotSent` rests on
//!
//! An error of the HTTP client does not say whether the request had left. The request body says it:
//! hyper puts the head into its buffer, asks for the body, and only then writes. A body that has
//! never been asked for means that nothing was written; and to close the race with a time-out, the
//! side that gives up withdraws the body first ([`Seal`]): a body asked for after that fails, the
//! connection ends with it, and KSC cannot have seen a whole request.
//!
//! # Two clients
//!
//! Calls that must not happen twice use a connection of their own. A kept connection may be closed
//! by the server in the very moment of use; with a read that is a retry, with `AddIncident` it is
//! an unknown outcome, which is worth a handshake to avoid. It costs one for each response action.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{
    AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, WWW_AUTHENTICATE,
};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use self::seal::{Seal, SealedBody};
use crate::error::{Cause, Error};
use crate::settings::{Settings, SetupError};
use crate::trust;

mod seal;

const VIRTUAL_SERVER: HeaderName = HeaderName::from_static("x-ksc-vserver");
const SESSION: HeaderName = HeaderName::from_static("x-ksc-session");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-ksc-requestid");

/// A kept connection rests this long at most. Shorter than the idle limits of the usual load
/// balancers, so that it is the client that ends it.
const KEPT_FOR: Duration = Duration::from_secs(50);

/// The way to KSC.
pub(crate) struct Transport {
    kept: reqwest::Client,
    single: reqwest::Client,
    max_response_bytes: usize,
}

/// Which connection a request uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Connection {
    /// One kept from before, if there is one.
    Kept,
    /// A new one.
    Single,
}

/// One request.
pub(crate) struct Outgoing<'a> {
    /// Base address of the server.
    pub(crate) endpoint: &'a Url,
    /// `Class.Method`.
    pub(crate) method: &'static str,
    /// Credentials, for a login.
    pub(crate) authorization: Option<&'a SecretString>,
    /// Base64 of the virtual server's name, for a login.
    pub(crate) virtual_server: Option<&'a str>,
    /// The session's token.
    pub(crate) session: Option<&'a SecretString>,
    /// For the server's log.
    pub(crate) request_id: Option<&'a str>,
    /// ASCII JSON.
    pub(crate) body: Vec<u8>,
    /// Which connection to use.
    pub(crate) connection: Connection,
}

/// One answer.
pub(crate) struct Incoming {
    /// HTTP status.
    pub(crate) status: u16,
    /// `WWW-Authenticate`; empty when there is none.
    pub(crate) challenge: String,
    /// `X-KSC-Session`, sent along with a second-factor challenge.
    pub(crate) session: Option<SecretString>,
    /// Read only with status 200: other answers are plain text for people.
    pub(crate) body: Vec<u8>,
}

impl Transport {
    pub(crate) fn new(settings: &Settings) -> Result<Self, SetupError> {
        Ok(Self {
            kept: client(settings, Connection::Kept)?,
            single: client(settings, Connection::Single)?,
            max_response_bytes: settings.max_response_bytes,
        })
    }

    /// Sends the request and reads the answer whole.
    pub(crate) async fn post(&self, outgoing: Outgoing<'_>) -> Result<Incoming, Error> {
        debug_assert!(outgoing.body.is_ascii(), "the wire module writes ASCII");
        let endpoint = outgoing.endpoint;
        let client = match outgoing.connection {
            Connection::Kept => &self.kept,
            Connection::Single => &self.single,
        };
        let seal = Arc::new(Seal::default());
        let request = client
            .post(address(endpoint, outgoing.method))
            .headers(headers(&outgoing))
            .body(reqwest::Body::wrap(SealedBody::new(
                outgoing.body,
                Arc::clone(&seal),
            )));
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) => return Err(failed(endpoint, error, seal.withdraw())),
        };
        self.read(response).await
    }

    async fn read(&self, mut response: reqwest::Response) -> Result<Incoming, Error> {
        let status = response.status().as_u16();
        let header = |name: &str| {
            response
                .headers()
                .get(name)
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned)
        };
        // A server may offer several schemes, in one header or in several.
        let challenge = response.headers().get_all(WWW_AUTHENTICATE);
        let challenge: Vec<_> = challenge
            .iter()
            .filter_map(|value| value.to_str().ok())
            .collect();
        let mut incoming = Incoming {
            status,
            challenge: challenge.join(", "),
            session: header(SESSION.as_str()).map(SecretString::from),
            body: Vec::new(),
        };
        if status != 200 {
            return Ok(incoming);
        }
        let limit = self.max_response_bytes;
        let announced = response.content_length().unwrap_or_default();
        if usize::try_from(announced).map_or(true, |announced| announced > limit) {
            return Err(Error::TooLarge { limit });
        }
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) => {
                    if incoming.body.len() + chunk.len() > limit {
                        return Err(Error::TooLarge { limit });
                    }
                    incoming.body.extend_from_slice(&chunk);
                }
                Ok(None) => return Ok(incoming),
                Err(error) if error.is_timeout() => return Err(Error::Timeout { sent: true }),
                Err(error) => {
                    return Err(Error::Lost {
                        source: cause(error),
                    });
                }
            }
        }
    }
}

fn client(settings: &Settings, connection: Connection) -> Result<reqwest::Client, SetupError> {
    let builder = reqwest::Client::builder()
        .http1_only()
        .https_only(true)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .referer(false)
        .connect_timeout(settings.connection_timeout)
        .timeout(settings.request_timeout)
        .pool_idle_timeout(KEPT_FOR)
        .pool_max_idle_per_host(match connection {
            Connection::Kept => settings.max_sessions,
            Connection::Single => 0,
        });
    settings
        .trust
        .apply(builder)
        .map_err(|error| SetupError::Client(Box::new(error)))?
        .build()
        .map_err(|error| SetupError::Client(Box::new(error)))
}

/// `https://HOST:13299/api/v1.0/Class.Method`, behind whatever path the base address has.
fn address(endpoint: &Url, method: &str) -> Url {
    let mut address = endpoint.clone();
    address.set_path(&format!(
        "{}/api/v1.0/{method}",
        endpoint.path().trim_end_matches('/')
    ));
    address
}

/// Host and port, for errors and logs.
pub(crate) fn place(endpoint: &Url) -> String {
    let host = endpoint.host_str().unwrap_or_default();
    format!(
        "{host}:{}",
        endpoint.port_or_known_default().unwrap_or_default()
    )
}

fn headers(outgoing: &Outgoing<'_>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let secret = |secret: &SecretString| {
        let mut value = HeaderValue::from_str(secret.expose_secret()).ok()?;
        value.set_sensitive(true);
        Some(value)
    };
    // Values are checked or base64 before they come here. One that is not fit for a header all the
    // same is left out: KSC then refuses the call, which is the safe side.
    if let Some(value) = outgoing.authorization.and_then(secret) {
        headers.insert(AUTHORIZATION, value);
    }
    if let Some(value) = outgoing.session.and_then(secret) {
        headers.insert(SESSION, value);
    }
    let plain = |text: &str| HeaderValue::from_str(text).ok();
    if let Some(value) = outgoing.virtual_server.and_then(plain) {
        headers.insert(VIRTUAL_SERVER, value);
    }
    if let Some(value) = outgoing
        .request_id
        .filter(|id| !id.is_empty())
        .and_then(plain)
    {
        headers.insert(REQUEST_ID, value);
    }
    headers
}

/// Sorts an error that came in place of an answer.
fn failed(endpoint: &Url, error: reqwest::Error, withdrawn: bool) -> Error {
    let endpoint = place(endpoint);
    let timed_out = error.is_timeout();
    let error = error.without_url();
    if let Some(refusal) = trust::refusal(&error) {
        return Error::Untrusted {
            endpoint,
            source: Arc::new(refusal),
        };
    }
    match (withdrawn, timed_out) {
        (true, true) if !error.is_connect() => Error::Timeout { sent: false },
        (true, _) => Error::Connect {
            endpoint,
            source: Arc::new(error),
        },
        (false, true) => Error::Timeout { sent: true },
        (false, false) => Error::Lost {
            source: cause(error),
        },
    }
}

fn cause(error: reqwest::Error) -> Cause {
    // The address is in every error anyway and would be the only data of the caller's in it.
    Arc::new(error.without_url())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_a_base_address_is_kept() {
        for (base, expected) in [
            (
                "https://ksc.example:13299",
                "https://ksc.example:13299/api/v1.0/Session.Ping",
            ),
            (
                "https://ksc.example/proxy/",
                "https://ksc.example/proxy/api/v1.0/Session.Ping",
            ),
        ] {
            let address = address(&Url::parse(base).unwrap(), "Session.Ping");
            assert_eq!(address.as_str(), expected);
        }
    }
}
