//! What a client needs to know before it talks to a Central Node, checked before any IO.

use std::time::Duration;

use trust::{ClientIdentity, Trust};
use url::Url;

use crate::call::Dialect;
use crate::external_system::ExternalSystemId;

/// The settings of a [`Client`](crate::Client).
///
/// There is no `Debug`: the address of a proxy may hold a password.
#[derive(Clone)]
pub struct Settings {
    /// Base addresses, e.g. `https://kata.example`, of one Central Node; the first that works is
    /// kept. Another Central Node has hosts of its own and is another client.
    pub endpoints: Vec<Url>,
    /// The id that is accepted, or to be accepted. All replicas share one.
    pub system: ExternalSystemId,
    /// The certificate that is accepted, or to be accepted, with its key. All replicas share one.
    pub identity: ClientIdentity,
    /// Which server certificate is accepted.
    pub trust: Trust,
    /// What this server says differently.
    pub dialect: Dialect,
    /// A proxy, `http://…` or `https://…`; none from the environment is ever used.
    pub proxy: Option<Url>,
    /// Limit for name look-up, TCP and TLS together.
    pub connection_timeout: Duration,
    /// Limit for one whole exchange, the body included. A call may take several: other endpoints,
    /// and for an order whose answer is lost a look and the order once more.
    pub request_timeout: Duration,
    /// How many requests a second go to the Central Node in the long run; so many may also go at
    /// once after a rest.
    pub requests_per_second: u32,
    /// How often an external system that is not accepted asks again.
    pub probe_every: Duration,
}

impl Settings {
    /// Settings with the defaults: no proxy, 5 s for a connection, 30 s for an exchange, 5 requests
    /// a second, a probe a minute while not accepted.
    #[must_use]
    pub fn new(
        endpoints: Vec<Url>,
        system: ExternalSystemId,
        identity: ClientIdentity,
        trust: Trust,
    ) -> Self {
        Self {
            endpoints,
            system,
            identity,
            trust,
            dialect: Dialect::default(),
            proxy: None,
            connection_timeout: Duration::from_secs(5),
            request_timeout: Duration::from_secs(30),
            requests_per_second: 5,
            probe_every: Duration::from_mins(1),
        }
    }

    /// Everything that can be judged without IO.
    pub fn check(&self) -> Result<(), SettingsError> {
        if self.endpoints.is_empty() {
            return Err(SettingsError::NoEndpoint);
        }
        for endpoint in &self.endpoints {
            if let Some(reason) = trust::endpoint_flaw(endpoint) {
                return Err(SettingsError::Endpoint {
                    // The host only: an address typed with a password in it must not reach the log.
                    endpoint: endpoint.host_str().unwrap_or_default().to_owned(),
                    reason,
                });
            }
        }
        for (name, limit) in [
            ("connection_timeout", self.connection_timeout),
            ("request_timeout", self.request_timeout),
            ("probe_every", self.probe_every),
        ] {
            if limit.is_zero() {
                return Err(SettingsError::ZeroDuration { name });
            }
        }
        if !(1..=MOST_REQUESTS).contains(&self.requests_per_second) {
            return Err(SettingsError::Pace {
                most: MOST_REQUESTS,
            });
        }
        Ok(())
    }
}

/// Far beyond what a Central Node is asked for.
const MOST_REQUESTS: u32 = 1000;

/// Settings that cannot work.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// No address at all.
    #[error("no KATA endpoint is given")]
    NoEndpoint,
    /// An address that cannot be used.
    #[error("KATA endpoint {endpoint:?}: {reason}")]
    Endpoint {
        /// Host of the address.
        endpoint: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A limit of zero fails every call.
    #[error("{name} must be more than zero")]
    ZeroDuration {
        /// The setting.
        name: &'static str,
    },
    /// Nothing, or more than any server bears.
    #[error("requests_per_second must be between 1 and {most}")]
    Pace {
        /// The upper bound.
        most: u32,
    },
    /// The HTTPS client could not be built, e.g. because the system has no root certificates.
    #[error("the HTTPS client for KATA cannot be set up")]
    Client(#[source] Box<dyn std::error::Error + Send + Sync>),
}
