//! What a pool needs to know before it talks to KSC, checked before any IO.
//!
//! A mistake here is the operator's and is reported as a [`SetupError`], never found out by a
//! failing login: a wrong login counts against the account.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use trust::Trust;
use url::Url;

/// Where the password of the KSC account comes from.
///
/// It is asked again at each login, because Kubernetes replaces the file behind a mounted secret
/// while the process runs.
pub trait Credentials: Send + Sync + 'static {
    /// The current password, or why it cannot be had. The reason is logged: it must not hold the
    /// secret.
    fn password(&self) -> Result<SecretString, String>;
}

impl Credentials for SecretString {
    fn password(&self) -> Result<SecretString, String> {
        Ok(self.clone())
    }
}

/// The settings of a [`Pool`](crate::Pool).
///
/// There is no `Debug`: a section with secrets behind it is not printed.
#[derive(Clone)]
pub struct Settings {
    /// Base addresses, e.g. `https://ksc.example:13299`; the first that works is kept.
    pub endpoints: Vec<Url>,
    /// Name of the virtual server; empty for the main one.
    pub virtual_server: String,
    /// Account name.
    pub username: String,
    /// The account's password.
    pub credentials: Arc<dyn Credentials>,
    /// Whether the account is KSC's own (`internal="1"`) rather than the operating system's.
    pub internal: bool,
    /// Domain of an operating system account; empty to leave it out. Letters, digits, `.`, `-`.
    pub domain: String,
    /// Which server certificate is accepted.
    pub trust: Trust,
    /// Limit for name look-up, TCP and TLS together.
    pub connection_timeout: Duration,
    /// Limit for one whole exchange, connecting included.
    pub request_timeout: Duration,
    /// How many sessions may be open at once. There are as many as are needed at a time.
    pub max_sessions: usize,
    /// For how long an answer proves that its connection stands, so that a call may go out on it
    /// that must not happen twice. The shortest idle limits of servers and proxies are of several
    /// seconds; but one that dies without a word, as with its machine, has this long to do it
    /// unnoticed.
    pub proven_for: Duration,
    /// An unused session is ended when it has rested this long, and the last one pinged.
    pub ping_after_idle: Duration,
    /// How long [`Pool::lease`](crate::Pool::lease) waits for a session to become free.
    pub lease_wait: Duration,
    /// How long nothing is tried after KSC has refused the credentials: minutes, since KSC blocks
    /// an account after too many wrong passwords.
    pub credentials_back_off: Duration,
    /// A longer reply is not read to its end.
    pub max_response_bytes: usize,
}

impl Settings {
    /// Settings with the defaults: an internal account of the main server, 10 s limits, 64 sessions,
    /// connections proven for 250 ms, ping after 60 s, 10 s wait for a lease, 5 min back-off, replies up to 32 MiB.
    #[must_use]
    pub fn new(
        endpoints: Vec<Url>,
        username: impl Into<String>,
        credentials: Arc<dyn Credentials>,
        trust: Trust,
    ) -> Self {
        Self {
            endpoints,
            virtual_server: String::new(),
            username: username.into(),
            credentials,
            internal: true,
            domain: String::new(),
            trust,
            connection_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(10),
            max_sessions: 64,
            proven_for: Duration::from_millis(250),
            ping_after_idle: Duration::from_mins(1),
            lease_wait: Duration::from_secs(10),
            credentials_back_off: Duration::from_mins(5),
            max_response_bytes: 32 * 1024 * 1024,
        }
    }

    /// Everything that can be judged without IO.
    pub(crate) fn check(&self) -> Result<(), SetupError> {
        if self.endpoints.is_empty() {
            return Err(SetupError::NoEndpoint);
        }
        for endpoint in &self.endpoints {
            if let Some(reason) = trust::endpoint_flaw(endpoint) {
                return Err(SetupError::Endpoint {
                    // The host only: an address typed with a password in it must not reach the log.
                    endpoint: endpoint.host_str().unwrap_or_default().to_owned(),
                    reason,
                });
            }
        }
        if self.username.is_empty() {
            return Err(SetupError::NoUsername);
        }
        // The domain is the one part of KSCBasic that goes out raw between quotes.
        let harmless = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
        if !self.domain.chars().all(harmless) {
            return Err(SetupError::Domain);
        }
        if self.max_sessions == 0 || self.max_sessions > MOST_SESSIONS {
            return Err(SetupError::Sessions {
                most: MOST_SESSIONS,
            });
        }
        for (name, limit) in [
            ("connection_timeout", self.connection_timeout),
            ("request_timeout", self.request_timeout),
            ("ping_after_idle", self.ping_after_idle),
        ] {
            if limit.is_zero() {
                return Err(SetupError::ZeroDuration { name });
            }
        }
        if self.max_response_bytes == 0 {
            return Err(SetupError::ZeroSize);
        }
        Ok(())
    }
}

/// Far beyond what one KSC server would bear from one client, and within every counter's range.
const MOST_SESSIONS: usize = 1000;

/// Settings that cannot work.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// No address at all.
    #[error("no KSC endpoint is given")]
    NoEndpoint,
    /// An address that cannot be used.
    #[error("KSC endpoint {endpoint:?}: {reason}")]
    Endpoint {
        /// Host of the address.
        endpoint: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// No account name.
    #[error("the KSC username is empty")]
    NoUsername,
    /// The domain goes into a header raw.
    #[error("the KSC domain may hold letters, digits, `.` and `-` only")]
    Domain,
    /// A pool of no session, or of absurdly many.
    #[error("max_sessions must be between 1 and {most}")]
    Sessions {
        /// The upper bound.
        most: usize,
    },
    /// A limit of zero fails every call.
    #[error("{name} must be more than zero")]
    ZeroDuration {
        /// The setting.
        name: &'static str,
    },
    /// A cap of zero fails every call.
    #[error("max_response_bytes must be more than zero")]
    ZeroSize,
    /// The HTTP client could not be built, e.g. because the system has no root certificates.
    #[error("the HTTPS client for KSC cannot be set up")]
    Client(#[source] Box<dyn std::error::Error + Send + Sync>),
}
