//! The way over the network: one HTTP client, made in one place.
//!
//! Verification is never off, redirects are not followed (they could lead a token anywhere), and
//! nothing is read without a bound.

use std::error::Error as _;
use std::time::Duration;

use reqwest::redirect::Policy;
use url::Url;

use crate::settings::profile::{ProxyChoice, TrustSource};

/// Longest for a connection, its handshake included. Less where an answer may take less than twice
/// this: that nothing has left is then known, and worth more than the rest of the time.
const CONNECT_WITHIN: Duration = Duration::from_secs(8);

/// A client that talks to whom it trusts at this address, through this proxy, for answers that may
/// take this long.
///
/// # Errors
/// What is wrong with the settings, in a sentence.
pub fn client(
    trust: &TrustSource,
    proxy: &ProxyChoice,
    timeout: Duration,
    url: &Url,
) -> Result<reqwest::Client, String> {
    let builder = reqwest::Client::builder();
    let builder = if url.scheme() == "https" {
        let tls = trust.trust()?.client_config(None);
        let tls = tls.map_err(|it| format!("no certificate can be verified: {it}"))?;
        builder.tls_backend_preconfigured(tls)
    } else {
        // A machine without authorities can still ask itself.
        builder.tls_certs_only(std::iter::empty())
    };
    let builder = builder
        .connect_timeout(CONNECT_WITHIN.min(timeout / 2))
        .redirect(Policy::none())
        .http1_only()
        .user_agent(concat!("edrctl/", env!("CARGO_PKG_VERSION")));
    let builder = match proxy {
        // What is on this machine is asked without anybody in between, who would read the token.
        _ if url.scheme() == "http" => builder.no_proxy(),
        ProxyChoice::Environment => builder,
        ProxyChoice::Direct => builder.no_proxy(),
        ProxyChoice::Through(url) => {
            let proxy = reqwest::Proxy::all(url.clone());
            builder.no_proxy().proxy(proxy.map_err(chain)?)
        }
    };
    builder.build().map_err(chain)
}

/// Why an answer could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It broke off.
    #[error("the answer broke off: {0}")]
    Broken(String),
    /// It has no end, or not a reasonable one.
    #[error("the answer is larger than {0} bytes")]
    Large(usize),
}

/// The body of an answer, up to this many bytes.
pub(crate) async fn read(
    mut response: reqwest::Response,
    most: usize,
) -> Result<Vec<u8>, ReadError> {
    let mut body = Vec::new();
    let broken = |it| ReadError::Broken(chain(it));
    while let Some(chunk) = response.chunk().await.map_err(broken)? {
        if body.len() + chunk.len() > most {
            return Err(ReadError::Large(most));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// What went wrong and why, without any address and what may stand in it.
pub(crate) fn chain(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(it) = cause {
        text = format!("{text}: {it}");
        cause = it.source();
    }
    text
}
