//! Why there is no token.

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// It, or the secret that it is had by, is not where it should be.
    #[error("the token or secret of {place} {reason}")]
    Missing {
        /// Where it should be.
        place: String,
        /// What is wrong there.
        reason: String,
    },
    /// The program that prints it does not.
    #[error("the program of `token_command` {0}")]
    Program(String),
    /// The provider refuses the client.
    #[error("the identity provider refuses: {0}")]
    Refused(String),
    /// The provider cannot be asked.
    #[error("the identity provider cannot be asked: {0}")]
    Unreachable(String),
}
