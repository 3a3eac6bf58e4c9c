//! What was refused or not answered, and how the program ends then.

use serde_json::Value;
use vocabulary::code::Code;

use crate::exit::Exit;
use crate::token::TokenError;

/// What was refused or not answered.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The settings cannot be used; nobody was asked.
    #[error("{0}")]
    Settings(String),
    /// There is no token; nobody was asked.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The gateway said no.
    #[error("{0}")]
    Refused(Box<Refusal>),
    /// The gateway cannot be reached; nothing of the request has left.
    #[error("the gateway cannot be reached: {reason}")]
    NotSent {
        /// Why not.
        reason: String,
    },
    /// The request may have been carried out. What was said last is there, where something was.
    #[error("nobody knows whether it was carried out: {reason}")]
    Unknown {
        /// What happened.
        reason: String,
        /// What the gateway said last.
        said: Option<Box<Refusal>>,
    },
    /// Something was read, and the answer did not come.
    #[error("the gateway does not answer: {reason}")]
    Silent {
        /// What happened.
        reason: String,
    },
    /// Whoever answers there is no gateway.
    #[error("what answers there is no edr-gateway: {reason}")]
    Stranger {
        /// What was answered.
        reason: String,
    },
}

/// A problem document, as much of it as is needed to decide; whole in `document`.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// The status.
    pub status: u16,
    /// The stable name of what went wrong.
    pub code: String,
    /// What happened this time.
    pub detail: String,
    /// Whether the same request may succeed later.
    pub retryable: bool,
    /// Seconds after which to try again.
    pub retry_after: Option<u64>,
    /// The document as it came.
    pub document: Value,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code, self.detail)
    }
}

impl Refusal {
    /// The refusal that a document is; nothing when it is none.
    #[must_use]
    pub fn of(status: u16, retry_after: Option<u64>, document: Value) -> Option<Self> {
        let text = |member: &str| document[member].as_str().map(str::to_owned);
        Some(Self {
            status,
            code: text("code")?,
            detail: text("detail").or_else(|| text("title"))?,
            retryable: document["retryable"].as_bool().unwrap_or(false),
            retry_after: retry_after.or_else(|| document["retryAfter"].as_u64()),
            document,
        })
    }

    /// Whether this leaves open if the request was, or is being, carried out.
    #[must_use]
    pub fn leaves_open(&self) -> bool {
        let incident = !self.document["incidentId"].is_null();
        let code = self.code.as_str();
        incident || code == Code::OutcomeUnknown.name() || code == Code::RequestInProgress.name()
    }

    /// How the program ends.
    #[must_use]
    pub fn exit(&self) -> Exit {
        if self.leaves_open() {
            Exit::Unknown
        } else if self.retryable {
            Exit::Later
        } else {
            Exit::Refused
        }
    }
}

impl Failure {
    /// How the program ends.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Self::Token(TokenError::Unreachable(_))
            | Self::NotSent { .. }
            | Self::Silent { .. } => Exit::Later,
            Self::Settings(_)
            | Self::Token(TokenError::Missing { .. } | TokenError::Program(_)) => Exit::Usage,
            Self::Token(TokenError::Refused(_)) => Exit::Refused,
            Self::Refused(refusal) => refusal.exit(),
            Self::Unknown { .. } => Exit::Unknown,
            Self::Stranger { .. } => Exit::Else,
        }
    }

    /// What the gateway said, where it did.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            Self::Unknown { said, .. } => said.as_deref(),
            Self::Settings(_)
            | Self::Token(_)
            | Self::NotSent { .. }
            | Self::Silent { .. }
            | Self::Stranger { .. } => None,
        }
    }
}
