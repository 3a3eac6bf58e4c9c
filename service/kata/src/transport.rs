//! One HTTPS exchange: time limits, a size cap, and nothing that was not asked for.
//!
//! Redirects are not followed (they could lead a client certificate and an order anywhere), proxies
//! from the environment are not used, nothing is compressed. What is no success is read to 64 KiB
//! and no further: it is for people.
//!
//! A kept connection may be closed by the server in the very moment of use. reqwest sends such a
//! request again only if nothing of it was written; otherwise it is [`Error::Lost`], and whether it
//! had arrived is read back.

use std::error::Error as StdError;
use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Response;
use reqwest::header::{ACCEPT, CONTENT_TYPE, DATE, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::redirect::Policy;
use rustls::AlertDescription;
use time::PrimitiveDateTime;
use time::macros::format_description;
use trust::place;
use url::Url;

use crate::answer::Answer;
use crate::call::Method;
use crate::error::Error;
use crate::settings::{Settings, SettingsError};

pub(crate) use self::body::joined;

mod body;

/// Of an answer that is no success, so much is read.
const FAILURE_BYTES: usize = 64 * 1024;

/// A kept connection rests this long at most. Shorter than the idle limits of the usual servers, so
/// that it is mostly the client that ends it.
const KEPT_FOR: Duration = Duration::from_secs(50);

/// A request that is ready to go.
pub(crate) struct Outgoing {
    pub(crate) method: Method,
    pub(crate) target: String,
    pub(crate) content: Option<Vec<u8>>,
    /// The longest success that is read.
    pub(crate) largest: usize,
}

/// The way to the Central Node.
pub(crate) struct Transport {
    http: reqwest::Client,
    endpoints: Vec<Url>,
}

impl Transport {
    pub(crate) fn new(settings: &Settings) -> Result<Self, SettingsError> {
        let unusable = |error: Box<dyn StdError + Send + Sync>| SettingsError::Client(error);
        let tls = settings
            .trust
            .client_config(Some(&settings.identity))
            .map_err(|error| unusable(error.into()))?;
        let mut http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .connect_timeout(settings.connection_timeout)
            .timeout(settings.request_timeout)
            .redirect(Policy::none())
            .http1_only()
            .pool_idle_timeout(KEPT_FOR)
            .no_proxy();
        if let Some(proxy) = &settings.proxy {
            let proxy = reqwest::Proxy::all(proxy.clone());
            http = http.proxy(proxy.map_err(|error| unusable(error.without_url().into()))?);
        }
        Ok(Self {
            http: http
                .build()
                .map_err(|error| unusable(error.without_url().into()))?,
            endpoints: settings.endpoints.clone(),
        })
    }

    pub(crate) fn endpoints(&self) -> usize {
        self.endpoints.len()
    }

    /// The endpoint at this place.
    pub(crate) fn endpoint(&self, place: usize) -> &Url {
        &self.endpoints[place]
    }

    /// Sends a request to the endpoint at this place, up to the head of the answer.
    pub(crate) async fn send(
        &self,
        endpoint: usize,
        outgoing: Outgoing,
    ) -> Result<Coming<'_>, Error> {
        let endpoint = &self.endpoints[endpoint];
        let base = endpoint.as_str().trim_end_matches('/');
        let url = format!("{base}{}", outgoing.target);
        let mut request = match outgoing.method {
            Method::Get => self.http.get(url),
            Method::Post => self.http.post(url),
            Method::Delete => self.http.delete(url),
        }
        .header(ACCEPT, "application/json");
        if let Some(content) = outgoing.content {
            request = request
                .header(CONTENT_TYPE, "application/json")
                .body(content);
        }
        let response = request.send().await.map_err(|it| broken(it, endpoint))?;
        Ok(Coming {
            endpoint,
            response,
            largest: outgoing.largest,
        })
    }
}

/// An answer of which the head is there.
pub(crate) struct Coming<'a> {
    endpoint: &'a Url,
    response: Response,
    largest: usize,
}

impl Coming<'_> {
    pub(crate) fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    /// All of it; of what is no success the beginning.
    pub(crate) async fn whole(mut self) -> Result<Answer, Error> {
        let mut answer = self.head();
        if self.response.status().is_success() {
            while let Some(chunk) = self.next(answer.body.len()).await? {
                answer.body.extend_from_slice(&chunk);
            }
        } else {
            answer.body = beginning(self.response).await;
        }
        Ok(answer)
    }

    /// Has a success read while it comes, on a thread that may wait for it. Nothing of it is kept
    /// but the beginning, to be shown.
    pub(crate) async fn read_by<T: Send + 'static>(
        mut self,
        read: impl FnOnce(&mut dyn Read) -> T + Send + 'static,
    ) -> Result<(T, Answer), Error> {
        let mut answer = self.head();
        let (feed, mut body) = body::channel();
        let reading = tokio::task::spawn_blocking(move || read(&mut body));
        let mut length = 0;
        while let Some(chunk) = self.next(length).await? {
            length += chunk.len();
            let shown = FAILURE_BYTES - answer.body.len();
            answer
                .body
                .extend_from_slice(&chunk[..chunk.len().min(shown)]);
            if !feed.give(chunk).await {
                // The reader has seen enough: it is not what it should be.
                break;
            }
        }
        feed.end();
        Ok((joined(reading).await, answer))
    }

    /// The answer without its body.
    fn head(&self) -> Answer {
        Answer {
            status: self.status(),
            body: Vec::new(),
            retry_after: retry_after(self.response.headers()),
        }
    }

    /// The next chunk of a success of which so much has come, up to the cap.
    async fn next(&mut self, length: usize) -> Result<Option<Vec<u8>>, Error> {
        let too_large = Error::TooLarge {
            limit: self.largest,
        };
        let announced = self.response.content_length().unwrap_or(0);
        if usize::try_from(announced).map_or(true, |it| it > self.largest) {
            return Err(too_large);
        }
        let chunk = self.response.chunk().await;
        let chunk = chunk.map_err(|it| broken(it, self.endpoint))?;
        if chunk
            .as_ref()
            .is_some_and(|it| length + it.len() > self.largest)
        {
            return Err(too_large);
        }
        Ok(chunk.map(Vec::from))
    }
}

/// As much of the body as comes: the status has said what counts.
async fn beginning(mut response: Response) -> Vec<u8> {
    let mut body = Vec::new();
    while body.len() < FAILURE_BYTES
        && let Ok(Some(chunk)) = response.chunk().await
    {
        let left = FAILURE_BYTES - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(left)]);
    }
    body
}

/// Sorts what went wrong.
fn broken(error: reqwest::Error, endpoint: &Url) -> Error {
    let endpoint = place(endpoint);
    let (is_connect, is_timeout) = (error.is_connect(), error.is_timeout());
    // The address has the id of the external system in it.
    let error = error.without_url();
    if let Some(refusal) = trust::refusal(&error) {
        return Error::Untrusted {
            endpoint,
            source: Arc::new(refusal),
        };
    }
    let source = Arc::new(error);
    if says_who_are_you(&*source) {
        // In TLS 1.3 it comes behind the handshake, and all the same before any request is read.
        Error::IdentityRefused { endpoint, source }
    } else if is_connect {
        Error::Connect { endpoint, source }
    } else if is_timeout {
        Error::Timeout
    } else {
        Error::Lost { source }
    }
}

/// Whether the server has turned our certificate down.
fn says_who_are_you(error: &(dyn StdError + 'static)) -> bool {
    use AlertDescription as A;
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(rustls::Error::AlertReceived(alert)) = error.downcast_ref() {
            return matches!(
                alert,
                A::BadCertificate
                    | A::UnsupportedCertificate
                    | A::CertificateRevoked
                    | A::CertificateExpired
                    | A::CertificateUnknown
                    | A::CertificateRequired
                    | A::UnknownCA
                    | A::AccessDenied
            );
        }
        // The source of an IO error is its cause's source: it skips what it wraps.
        let wrapped = error
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref);
        next = match wrapped {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        };
    }
    false
}

/// `Retry-After`: seconds, or a date, which is compared with the server's own clock.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |value: Option<&HeaderValue>| value?.to_str().ok().map(str::trim).map(str::to_owned);
    let said = text(headers.get(RETRY_AFTER))?;
    if let Ok(seconds) = said.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = |text: &str| {
        let form = format_description!(
            "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
        );
        PrimitiveDateTime::parse(text, form).ok()
    };
    let until = date(&said)? - date(&text(headers.get(DATE))?)?;
    Some(Duration::try_from(until).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date_by_the_servers_clock() {
        let read = |after: &'static str, date: Option<&'static str>| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, HeaderValue::from_static(after));
            if let Some(date) = date {
                headers.insert(DATE, HeaderValue::from_static(date));
            }
            retry_after(&headers)
        };
        let now = Some("Sun, 29 Nov 2026 15:00:00 GMT");

        assert_eq!(read("7", None), Some(Duration::from_secs(7)));
        assert_eq!(
            read("Sun, 29 Nov 2026 15:01:30 GMT", now),
            Some(Duration::from_secs(90))
        );
        assert_eq!(
            read("Sun, 29 Nov 2026 14:00:00 GMT", now),
            Some(Duration::ZERO)
        );
        assert_eq!(read("Sun, 29 Nov 2026 15:01:30 GMT", None), None);
        for odd in ["", "soon", "-1", "1.5", "99999999999999999999999"] {
            assert_eq!(read(odd, now), None, "{odd}");
        }
        assert_eq!(retry_after(&HeaderMap::new()), None);
    }
}
