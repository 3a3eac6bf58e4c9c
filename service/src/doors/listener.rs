//! How connections are taken, and how little one of them may take in turn.
//!
//! A caller costs nothing before its token is good, so everything that comes before the guard has a
//! bound: how long a head may take, how long a connection may idle, how many there may be, how long
//! an answer may wait to be taken. Behind the guard the body has its own
//! ([`crate::doors::rest::body`]).
//!
//! # Rationale
//!
//! The library's own server ([`actix_web::HttpServer`]) bounds the head of a connection's first
//! request alone: whoever sends one request, and a letter of the next, keeps its connection for
//! good; and so does whoever does not read the answer. So connections are built here from the
//! library's parts, around a stream that keeps the time itself ([`patience`]). It also closes a
//! connection as soon as it has answered, and drops it after a moment, whatever still comes in: so
//! the stream is only [`lent`] to it, and [`farewell`] ends the connection. It takes in all
//! requests that lie behind one another: it is given one at a time ([`turn`]). TLS ends here too
//! ([`tls`]), because certificates change while the gateway runs. And the library stops taking
//! connections when it has its most of them, whoever holds those; here a stranger makes room
//! ([`room`]).
//!
//! What is malformed before there is a request is answered by the library, with a bare 400, 408 or
//! 431 without a document: it knows no request yet that an answer could be made for.

mod beat;
mod body;
mod due;
mod expect;
mod farewell;
mod lent;
mod patience;
mod pulse;
mod room;
mod seat;
mod stream;
pub mod tls;
mod turn;
mod version;

use std::io;
use std::net::TcpListener;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_http::error::DispatchError;
use actix_http::{HttpService, Request, Response};
use actix_service::{
    IntoServiceFactory, Service as _, ServiceFactory, ServiceFactoryExt as _, apply_fn_factory,
    fn_service, map_config,
};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{AppConfig, Server};
use actix_web::rt::net::TcpStream;

pub use beat::{beat, vouch};
use farewell::Farewell;
use lent::{Lent, lend};
use patience::{Patience, Patient};
pub use pulse::Strangers;
use room::Room;
use stream::Stream;
use tls::Tls;

/// Longest for the head of a request to arrive. A head is one packet or two; slower ones are held
/// back on purpose.
const HEAD: Duration = Duration::from_secs(5);

/// Longest for a TLS handshake.
const HANDSHAKE: Duration = Duration::from_secs(5);

/// Longest for the library to have done with a connection.
const CLOSING: Duration = Duration::from_secs(1);

/// Most connections of a listener. An idle one takes some 20 KiB.
const MOST_CONNECTIONS: usize = 10_000;

/// What one listener grants a connection.
#[derive(Debug, Clone, Copy)]
pub struct Grant {
    /// Longest that it may idle between two requests.
    pub keep_alive: Duration,
    /// Longest that an answer may wait until any of it is taken.
    pub stall: Duration,
    /// How many threads serve the listener; all there are without it.
    pub workers: Option<usize>,
    /// Most connections.
    pub connections: usize,
    /// The largest body that a request may have.
    pub largest_body: usize,
    /// What becomes of those on which no good token comes in.
    pub strangers: Strangers,
    /// How long requests in flight are waited for when it stops.
    pub shutdown: Duration,
}

impl Grant {
    /// Most connections that the API may have: so many that there is room for KSC, for files and
    /// for the admin listener among the files that this process may open. Without that room whoever
    /// opens connections shuts out not only callers, but the gateway from KSC.
    #[must_use]
    pub fn most_connections() -> usize {
        let limit = std::fs::read_to_string("/proc/self/limits")
            .ok()
            .and_then(|it| open_files(&it));
        limit.map_or(MOST_CONNECTIONS, |it| {
            (it / 4 * 3).clamp(64, MOST_CONNECTIONS)
        })
    }
}

/// The soft limit of open files in `/proc/self/limits`.
fn open_files(limits: &str) -> Option<usize> {
    let line = limits.lines().find(|it| it.starts_with("Max open files"))?;
    line.split_whitespace().nth(3)?.parse().ok()
}

/// Serves an app on a listener; over TLS where there is one.
///
/// # Errors
/// When the listener cannot be used.
pub fn serve<A, I, S, B>(
    listener: TcpListener,
    app: A,
    grant: Grant,
    tls: Option<Arc<Tls>>,
) -> io::Result<Server>
where
    A: Fn() -> I + Send + Clone + 'static,
    I: IntoServiceFactory<S, Request>,
    S: ServiceFactory<Request, Config = AppConfig> + 'static,
    S::Error: Into<actix_web::Error> + 'static,
    S::InitError: std::fmt::Debug,
    S::Response: Into<Response<B>> + 'static,
    S::Future: 'static,
    B: MessageBody + 'static,
{
    let workers = grant
        .workers
        .unwrap_or_else(|| std::thread::available_parallelism().map_or(2, std::num::NonZero::get));
    let each = grant.connections.div_ceil(workers);
    let builder = Server::build()
        .workers(workers)
        .disable_signals()
        .shutdown_timeout(grant.shutdown.as_secs())
        // The room has its own limit; those that it shows out take a moment to go.
        .max_concurrent_connections(each + (each / 8).max(16));
    let stopping = builder.graceful_shutdown_signal();
    let patience = Patience {
        // The library ends what idles; this ends what pretends not to.
        between: grant.keep_alive + HEAD,
        strange: HEAD + CLOSING,
        stall: grant.stall,
    };
    let most = farewell::MORE.saturating_add(grant.largest_body as u64);
    let name = format!("listener {}", listener.local_addr()?);
    let server = builder.listen(name, listener, move || {
        let room = Room::new(each, grant.strangers);
        let stopping = stopping.clone();
        let stops = {
            let stopping = stopping.clone();
            move || {
                let stopping = stopping.clone();
                async move { stopping.notified().await }
            }
        };
        let http = HttpService::build()
            .graceful_shutdown_signal(stops.clone())
            .keep_alive(grant.keep_alive)
            .client_request_timeout(HEAD)
            .client_disconnect_timeout(CLOSING)
            .on_connect_ext(|stream: &Lent<Patient<Stream>>, extensions| {
                extensions.insert(stream.with(|it| Rc::clone(it.pulse())));
            });
        let app = app()
            .into_factory()
            .map(|answer| answer.into().map_into_boxed_body())
            .map_err(|error| -> Response<BoxBody> { error.into().error_response().into() });
        let app = map_config(app, |()| AppConfig::default());
        let shared = expect::SharedApp::new();
        let http = http.expect(expect::Head::of(shared.clone()));
        let http = http.h1(expect::door(app, shared));
        let tls = tls.clone();
        fn_service(move |stream: TcpStream| {
            let tls = tls.clone();
            let place = room.enter();
            async move {
                let place = place.ok_or_else(|| full(&stream))?;
                let peer = stream.peer_addr().ok();
                let stream = match tls {
                    None => Stream::Plain(stream),
                    Some(tls) => tokio::select! {
                        accepted = accept(&tls, stream) => accepted?,
                        () = place.is_over() => return Err(gone()),
                    },
                };
                Ok::<_, DispatchError>((Patient::new(stream, place, patience), peer))
            }
        })
        .and_then(apply_fn_factory(http, move |(stream, peer), http| {
            let (lender, stream) = lend(stream);
            let served = http.call((stream, peer));
            let stops = stops();
            async move {
                let served = served.await;
                // What it is dropped with is broken, or has used up its patience.
                if let Some(rest) = ended_well(&served)
                    && let Some(stream) = lender.take_back()
                {
                    let (stream, place) = stream.into_parts();
                    let farewell = Farewell {
                        rest: rest || place.pulse().is_unread(),
                        most,
                        stopping: grant.shutdown / 4,
                    };
                    farewell.say(stream, place, stops).await;
                }
                served
            }
        }))
    })?;
    Ok(server.run())
}

/// Whether a connection is to be ended in an orderly way, and whether more of a request that was
/// malformed may come then.
fn ended_well(served: &Result<(), DispatchError>) -> Option<bool> {
    match served {
        Ok(()) => Some(false),
        Err(DispatchError::Parse(_)) => Some(true),
        Err(_) => None,
    }
}

/// Nobody can make room: all connections are callers' with something under way, or came just now.
fn full(stream: &TcpStream) -> DispatchError {
    // Not louder: in a flood there would be as many lines as connections.
    tracing::debug!(
        peer.ip = stream.peer_addr().ok().map(|it| it.ip().to_string()),
        "a connection is turned away: all that there may be are in use"
    );
    gone()
}

fn gone() -> DispatchError {
    DispatchError::Io(io::ErrorKind::ConnectionAborted.into())
}

/// The TLS side of a connection, with the certificates as they are now.
async fn accept(tls: &Tls, stream: TcpStream) -> Result<Stream, DispatchError> {
    let peer = stream.peer_addr().ok().map(|it| it.ip().to_string());
    let handshake = tls.acceptor().accept(stream);
    let error = match tokio::time::timeout(HANDSHAKE, handshake).await {
        Ok(Ok(stream)) => return Ok(Stream::Tls(Box::new(stream))),
        Ok(Err(error)) => error,
        Err(_) => io::ErrorKind::TimedOut.into(),
    };
    tracing::debug!(
        peer.ip = peer,
        error = &error as &dyn std::error::Error,
        "a TLS handshake failed"
    );
    Err(DispatchError::Io(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_room_among_the_open_files() {
        let limits = "Limit                     Soft Limit           Hard Limit           Units\n\
                      Max open files            1024                 524288               files\n";

        assert_eq!(open_files(limits), Some(1024));
        assert_eq!(
            open_files("Max open files            unlimited unlimited files"),
            None
        );
        assert!((64..=MOST_CONNECTIONS).contains(&Grant::most_connections()));
    }
}
