//! What is asked of a gateway that is counted.

use reqwest::StatusCode;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ask {
    /// A task, with a token that was seen before.
    Task,
    /// With a token that was not.
    NewToken,
    /// With a key of its own.
    Key,
    /// A task that breaks a rule.
    Refused,
    /// Nothing that KSC would have to be asked for.
    Whoami,
}

impl Ask {
    /// All, in their order.
    pub(super) const ALL: [Self; 5] = [
        Self::Task,
        Self::NewToken,
        Self::Key,
        Self::Refused,
        Self::Whoami,
    ];

    /// What its count is called.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Task => "POST isolateHost",
            Self::NewToken => "POST isolateHost, a new token",
            Self::Key => "POST isolateHost, a key",
            Self::Refused => "POST isolateHost, refused",
            Self::Whoami => "GET whoami",
        }
    }

    /// What is answered.
    pub(super) const fn status(self) -> StatusCode {
        match self {
            Self::Task | Self::NewToken | Self::Key => StatusCode::ACCEPTED,
            Self::Refused => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Whoami => StatusCode::OK,
        }
    }
}
