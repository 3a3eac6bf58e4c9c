//! One connection to KSC, which carries one exchange at a time.
//!
//! It is driven by whoever uses it and by nobody else: no task of its own, so no hop between
//! threads in an exchange, and nothing that goes on when its user has gone. What KSC does to a
//! connection that rests, be it a farewell or an end, is seen by the next look at it.

use std::future::poll_fn;
use std::io;
use std::os::fd::{AsFd as _, OwnedFd};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use http_body::Body as _;
use hyper::Request;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustix::io::Errno;
use rustix::net::RecvFlags;
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use super::answer::Incoming;
use super::seal::SealedBody;

/// Why a connection that stands cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum OpenError {
    /// The system's word.
    #[error("the socket cannot be used")]
    Socket(#[from] io::Error),
    /// The HTTP library's word.
    #[error("HTTP cannot be spoken over it")]
    Http(#[from] hyper::Error),
}

/// A connection that stands, as far as is known.
pub(crate) struct Line {
    sender: http1::SendRequest<SealedBody>,
    /// Reads and writes; nothing once the connection is over. Boxed, since a line is handed on.
    driver: Option<Box<http1::Connection<TokioIo<TlsStream<TcpStream>>, SealedBody>>>,
    /// The socket, to be asked past the runtime. What has come is known to the runtime only when it
    /// gets round to asking the system, which a busy one does late.
    socket: OwnedFd,
    /// When KSC was heard on it last.
    heard: Instant,
}

/// Why an exchange has no answer.
pub(super) enum Fault {
    /// The body is longer than the cap.
    TooLarge,
    /// The HTTP library's word.
    Http(hyper::Error),
}

impl From<hyper::Error> for Fault {
    fn from(error: hyper::Error) -> Self {
        Self::Http(error)
    }
}

impl Line {
    /// A connection over this, on which the other side has just been heard.
    pub(super) async fn open(stream: TlsStream<TcpStream>) -> Result<Self, OpenError> {
        let socket = stream.get_ref().0.as_fd().try_clone_to_owned()?;
        let (sender, driver) = http1::handshake(TokioIo::new(stream)).await?;
        let mut line = Self {
            sender,
            driver: Some(Box::new(driver)),
            socket,
            heard: Instant::now(),
        };
        // It takes a request from its first turn on.
        line.goes_on().await;
        Ok(line)
    }

    /// For how long nothing was heard on it.
    pub(super) fn rests(&self) -> Duration {
        self.heard.elapsed()
    }

    /// Whether it can carry another exchange, by all that has come of it up to now.
    pub(super) async fn goes_on(&mut self) -> bool {
        poll_fn(|cx| {
            self.drive(cx);
            Poll::Ready(self.driver.is_some() && self.sender.is_ready())
        })
        .await
    }

    /// Whether nothing has come of it in this very moment: no end, no farewell, and nothing else
    /// that nobody has asked for.
    pub(super) fn is_quiet(&self) -> bool {
        let flags = RecvFlags::PEEK | RecvFlags::DONTWAIT;
        let mut byte = [0; 1];
        let peeked = rustix::net::recv(&self.socket, &mut byte, flags);
        peeked.is_err_and(|it| it == Errno::AGAIN)
    }

    /// Sends the request and reads the answer whole.
    pub(super) async fn exchange(
        &mut self,
        request: Request<SealedBody>,
        largest_body: usize,
    ) -> Result<Incoming, Fault> {
        let mut response = pin!(self.sender.send_request(request));
        let response = poll_fn(|cx| {
            self.drive(cx);
            response.as_mut().poll(cx)
        })
        .await?;
        let mut incoming = Incoming::of(&response);
        if incoming.status == 200 {
            let mut body = response.into_body();
            let announced = body.size_hint().lower();
            if usize::try_from(announced).map_or(true, |it| it > largest_body) {
                return Err(Fault::TooLarge);
            }
            let mut next = async |line: &mut Self| {
                poll_fn(|cx| {
                    line.drive(cx);
                    Pin::new(&mut body).poll_frame(cx)
                })
                .await
            };
            while let Some(frame) = next(self).await {
                let Ok(data) = frame?.into_data() else {
                    continue;
                };
                if incoming.body.len() + data.len() > largest_body {
                    return Err(Fault::TooLarge);
                }
                incoming.body.extend_from_slice(&data);
            }
        }
        self.heard = Instant::now();
        Ok(incoming)
    }

    /// What ends the connection is told to whoever waits for an answer, too.
    fn drive(&mut self, cx: &mut Context<'_>) {
        if let Some(driver) = &mut self.driver
            && Pin::new(driver).poll(cx).is_ready()
        {
            self.driver = None;
        }
    }
}
