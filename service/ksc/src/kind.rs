//! Whom a failure concerns.

/// Whom a failure concerns, for mapping it to an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// KSC, the way to it, or a free session cannot be had at the moment.
    Unavailable,
    /// The account's password is wrong, or the account is blocked.
    CredentialsRefused,
    /// The account is not excluded from two-step verification.
    SecondFactor,
    /// The account lacks a right (`KLSTD` 1184).
    AccessDenied,
    /// KSC has no such object (`KLSTD` 1186).
    NotFound,
    /// KSC refused for another reason it named.
    Refused,
    /// The other end does not speak the protocol as documented.
    Protocol,
    /// This server does not know the call (`KLCONN` 1194, HTTP 404).
    NoSuchCall,
}
