//! Why a token is not good.

use std::borrow::Cow;

/// Why one request was refused.
#[derive(Debug)]
pub enum Refusal {
    /// It carries no bearer token.
    Missing,
    /// It is not good; the cause is for the log alone, and says nothing that the token said.
    Invalid(Cow<'static, str>),
    /// Nobody can tell, because no key set could be fetched yet.
    KeysUnavailable,
    /// Nobody can tell, because the list of revoked tokens cannot be read.
    RevokedUnavailable,
}

impl Refusal {
    /// A token that is not good.
    #[must_use]
    pub const fn because(cause: &'static str) -> Self {
        Self::Invalid(Cow::Borrowed(cause))
    }

    /// Why, for the log.
    #[must_use]
    pub fn cause(&self) -> &str {
        match self {
            Self::Missing => "no bearer token was sent",
            Self::Invalid(cause) => cause,
            Self::KeysUnavailable => "no key could be read",
            Self::RevokedUnavailable => "the list of revoked tokens cannot be read",
        }
    }
}
