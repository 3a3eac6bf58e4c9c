//! One HTTP exchange with KSC: time limits, a size cap, and whether a byte has left.
//!
//! The protocol is HTTP/1.1, one call at a time on a connection. Redirects are not followed (the
//! vendor documents none, and a followed one would carry the session along), proxies from the
//! environment are not used, nothing is compressed, and nothing is sent again but what has
//! certainly not left.
//!
//! # A session has a connection of its own
//!
//! It comes with the session's login, goes where the session goes, and nobody else uses it: so it
//! is known when KSC was last heard on it. The vendor's page wants it that way too: the connection
//! stays open for the session, and parallel calls take connections of their own.
//!
//! # What must not happen twice
//!
//! A kept connection may be closed by the server in the very moment of use. With a read that is a
//! retry; with `AddIncident` it is an unknown outcome, which is worth much to avoid. A connection
//! that was answered on a moment ago (`proven_for`) is as good as a new one: no server is known
//! that lets go of one after less, and one that dies is noticed as soon as word of it can come. So such a call goes out on a connection that is proven like
//! this, and has shown no sign of an end up to the moment of writing, or else on a new one.
//!
//! # What `NotSent` rests on
//!
//! An error of the HTTP library does not say whether the request had left. The request body says
//! it: hyper puts the head into its buffer, asks for the body, and only then writes. A body that
//! has never been asked for means that nothing was written; and to close the race with a time-out,
//! the side that gives up withdraws the body first ([`Seal`]): a body asked for after that fails,
//! the connection ends with it, and KSC cannot have seen a whole request.
//!
//! # Rationale
//!
//! reqwest, which the gateway's other clients use, is the same hyper with a pool around it that
//! says neither which connection a request takes nor since when it rests. With that pool a call
//! that must not happen twice needed a new connection each time: three round trips, and a
//! handshake that costs both sides more than all the rest of the request.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use hyper::header::{
    ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue,
};
use hyper::{Method, Request};
use secrecy::{ExposeSecret as _, SecretString};
use tracing::info;
use trust::place;
use url::Url;

use self::address::{authority, target};
use self::answer::SESSION;
use self::connector::Connector;
use self::seal::{Seal, SealedBody};
use crate::error::Error;
use crate::settings::{Settings, SetupError};

pub(crate) use self::answer::Incoming;
pub(crate) use self::line::Line;

mod address;
mod answer;
mod connector;
mod line;
mod seal;

const VIRTUAL_SERVER: HeaderName = HeaderName::from_static("x-ksc-vserver");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-ksc-requestid");

/// A kept connection rests this long at most. Shorter than the idle limits of the usual load
/// balancers, so that it is the client that ends it.
const KEPT_FOR: Duration = Duration::from_secs(50);

/// For how long no kept connection is relied on after one has ended sooner than any should.
const WARY_FOR: Duration = Duration::from_mins(10);

/// The way to KSC.
pub(crate) struct Transport {
    connector: Connector,
    request_timeout: Duration,
    proven_for: Duration,
    /// Until when no kept connection is relied on.
    wary_until: Mutex<Option<Instant>>,
    max_response_bytes: usize,
}

/// How sure a connection must be of still standing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    /// Any that has shown no sign of an end.
    Kept,
    /// One that KSC has answered on a moment ago, or that is new.
    Proven,
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
    pub(crate) body: Bytes,
    /// What it takes of the connection that was kept.
    pub(crate) needs: Needs,
}

impl Transport {
    pub(crate) fn new(settings: &Settings) -> Result<Self, SetupError> {
        Ok(Self {
            connector: Connector::new(settings)?,
            request_timeout: settings.request_timeout,
            proven_for: settings.proven_for,
            wary_until: Mutex::default(),
            max_response_bytes: settings.max_response_bytes,
        })
    }

    /// Sends the request on the connection that was kept, or on a new one, and reads the answer
    /// whole. What can be used again is kept.
    ///
    /// A connection is kept by nobody while it is in use: one that is given up midway ends.
    pub(crate) async fn post(
        &self,
        kept: &mut Option<Line>,
        outgoing: Outgoing<'_>,
    ) -> Result<Incoming, Error> {
        debug_assert!(outgoing.body.is_ascii(), "the wire module writes ASCII");
        let until = Instant::now() + self.request_timeout;
        let endpoint = outgoing.endpoint;
        if let Some(line) = self.usable(kept, outgoing.needs).await {
            let rested = line.rests();
            match self.exchange(line, kept, &outgoing, until).await {
                // It ended before anything was written: what a new one is for.
                Err(Broken::Unsent(_)) => self.ended_after(rested),
                Err(Broken::Failed(error)) => {
                    if matches!(error, Error::Lost { .. }) {
                        self.ended_after(rested);
                    }
                    return Err(error);
                }
                Ok(incoming) => return Ok(incoming),
            }
        }
        // Boxed, as whatever is large and rarely needed: the future of each call would be as large.
        let line = Box::pin(self.connector.connect(endpoint, until)).await?;
        let outcome = self.exchange(line, kept, &outgoing, until).await;
        outcome.map_err(|broken| match broken {
            Broken::Failed(error) => error,
            Broken::Unsent(error) => Error::Connect {
                endpoint: place(endpoint),
                source: Arc::new(error),
            },
        })
    }

    /// Whether KSC was heard on this connection a moment ago.
    pub(crate) fn was_heard(&self, line: &Line) -> bool {
        line.rests() < self.proven_for
    }

    /// Whether a call that must not happen twice may go out on this connection.
    fn is_proven(&self, line: &Line) -> bool {
        self.was_heard(line) && !self.is_wary()
    }

    /// The connection that was kept, if it will do. One that will not do is let go.
    async fn usable(&self, kept: &mut Option<Line>, needs: Needs) -> Option<Line> {
        let mut line = kept.take()?;
        let rests = line.rests();
        if !line.goes_on().await {
            self.ended_after(rests);
            return None;
        }
        let will_do = match needs {
            Needs::Kept => rests < KEPT_FOR,
            Needs::Proven => self.is_proven(&line) && line.is_quiet(),
        };
        will_do.then_some(line)
    }

    /// A connection has ended that was answered on this long ago, at most.
    fn ended_after(&self, rested: Duration) {
        if rested < self.proven_for && !self.is_wary() {
            info!(
                rested_ms = u64::try_from(rested.as_millis()).unwrap_or(u64::MAX),
                "KSC ended a connection right behind an answer; calls that must not happen twice \
                 take new ones for a while"
            );
            *self.wary_until() = Some(Instant::now() + WARY_FOR);
        }
    }

    fn is_wary(&self) -> bool {
        self.wary_until().is_some_and(|it| Instant::now() < it)
    }

    fn wary_until(&self) -> MutexGuard<'_, Option<Instant>> {
        self.wary_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    async fn exchange(
        &self,
        mut line: Line,
        kept: &mut Option<Line>,
        outgoing: &Outgoing<'_>,
        until: Instant,
    ) -> Result<Incoming, Broken> {
        let seal = Arc::new(Seal::default());
        let exchange = line.exchange(request(outgoing, &seal), self.max_response_bytes);
        match tokio::time::timeout_at(until.into(), exchange).await {
            Ok(Ok(incoming)) => {
                if line.goes_on().await {
                    *kept = Some(line);
                } else if !incoming.is_last {
                    self.ended_after(Duration::ZERO);
                }
                Ok(incoming)
            }
            Ok(Err(line::Fault::TooLarge)) => Err(Broken::Failed(Error::TooLarge {
                limit: self.max_response_bytes,
            })),
            Ok(Err(line::Fault::Http(error))) if seal.withdraw() => Err(Broken::Unsent(error)),
            Ok(Err(line::Fault::Http(error))) => Err(Broken::Failed(Error::Lost {
                source: Arc::new(error),
            })),
            Err(_elapsed) => Err(Broken::Failed(Error::Timeout {
                sent: !seal.withdraw(),
            })),
        }
    }
}

/// Why an exchange has no answer.
enum Broken {
    /// The connection was over, and nothing was written to it.
    Unsent(hyper::Error),
    /// Anything else.
    Failed(Error),
}

/// The request, as often as it has to be written down.
fn request(outgoing: &Outgoing<'_>, seal: &Arc<Seal>) -> Request<SealedBody> {
    let body = SealedBody::new(outgoing.body.clone(), Arc::clone(seal));
    let mut request = Request::new(body);
    *request.method_mut() = Method::POST;
    *request.uri_mut() = target(outgoing.endpoint, outgoing.method)
        .parse()
        .expect("the path of a URL and the name of a method are the path of a URI");
    *request.headers_mut() = headers(outgoing);
    request
}

fn headers(outgoing: &Outgoing<'_>) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(8);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
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
    if let Some(value) = plain(&authority(outgoing.endpoint)) {
        headers.insert(HOST, value);
    }
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
