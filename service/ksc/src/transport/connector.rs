//! How a connection to KSC comes to be: name, TCP, TLS, within `connection_timeout`.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hyper::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use tokio_rustls::TlsConnector;
use tower_service::Service as _;
use trust::{place, server_name};
use url::Url;

use super::line::Line;
use crate::error::Error;
use crate::settings::{Settings, SetupError};

/// How often a connection that rests is looked at by the system, and how often in vain.
const KEEP_ALIVE: (Duration, u32) = (Duration::from_secs(15), 3);

/// Makes connections.
pub(super) struct Connector {
    tcp: HttpConnector,
    tls: TlsConnector,
    timeout: Duration,
}

impl Connector {
    pub(super) fn new(settings: &Settings) -> Result<Self, SetupError> {
        let unusable = |error: rustls::Error| SetupError::Client(Box::new(error));
        let tls = settings.trust.client_config(None).map_err(unusable)?;
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_keepalive(Some(KEEP_ALIVE.0));
        tcp.set_keepalive_interval(Some(KEEP_ALIVE.0));
        tcp.set_keepalive_retries(Some(KEEP_ALIVE.1));
        // Shares the time between the addresses of a name.
        tcp.set_connect_timeout(Some(settings.connection_timeout));
        Ok(Self {
            tcp,
            tls: TlsConnector::from(Arc::new(tls)),
            timeout: settings.connection_timeout,
        })
    }

    /// A connection to this server, by then.
    pub(super) async fn connect(&self, endpoint: &Url, until: Instant) -> Result<Line, Error> {
        let limit = Instant::now() + self.timeout;
        let connecting = tokio::time::timeout_at(limit.min(until).into(), self.open(endpoint));
        match connecting.await {
            Ok(Ok(line)) => Ok(line),
            Ok(Err(cause)) => Err(match trust::refusal(&*cause) {
                Some(refusal) => Error::Untrusted {
                    endpoint: place(endpoint),
                    source: Arc::new(refusal),
                },
                None => Error::Connect {
                    endpoint: place(endpoint),
                    source: Arc::from(cause),
                },
            }),
            Err(_elapsed) if until < limit => Err(Error::Timeout { sent: false }),
            Err(elapsed) => Err(Error::Connect {
                endpoint: place(endpoint),
                source: Arc::new(elapsed),
            }),
        }
    }

    async fn open(&self, endpoint: &Url) -> Result<Line, Box<dyn StdError + Send + Sync>> {
        let name = server_name(endpoint)?;
        let address: Uri = format!("https://{}", place(endpoint)).parse()?;
        let stream = self.tcp.clone().call(address).await?.into_inner();
        let stream = self.tls.connect(name, stream).await?;
        Ok(Line::open(stream).await?)
    }
}
