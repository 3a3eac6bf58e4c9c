//! Why a member of a key set cannot check signatures, each reason once.

use std::fmt;

/// Why a key is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LeftOut {
    /// It is no object.
    NotAKey,
    /// It names a member twice: parsers differ in what that means.
    Repeated,
    /// It is published with its private half, and so anybody's.
    Private,
    /// Its type or curve is none that is accepted.
    Kind,
    /// `use` or `key_ops` keep it for something else.
    Use,
    /// `alg` is none that a key of this type can have here.
    Algorithm,
    /// It is for an algorithm that the settings do not accept.
    NotAccepted,
    /// `kid` is not a text.
    Id,
    /// Another key of its `kid` serves the same algorithm.
    SharedId,
    /// It has no `kid`, and others serve the same algorithm.
    NoId,
    /// It is in the set already.
    Again,
    /// Its numbers stand in a certificate alone.
    Certificate,
    /// Its numbers are missing, or not those of a key.
    Numbers,
    /// It is an RSA key that is too short or too long.
    Size,
    /// It stands behind as many members as a set may have.
    Excess,
}

impl LeftOut {
    /// All there are.
    pub const ALL: [Self; 15] = [
        Self::NotAKey,
        Self::Repeated,
        Self::Private,
        Self::Kind,
        Self::Use,
        Self::Algorithm,
        Self::NotAccepted,
        Self::Id,
        Self::SharedId,
        Self::NoId,
        Self::Again,
        Self::Certificate,
        Self::Numbers,
        Self::Size,
        Self::Excess,
    ];

    /// A short name, for labels.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotAKey => "not_a_key",
            Self::Repeated => "repeated_member",
            Self::Private => "private",
            Self::Kind => "kind",
            Self::Use => "use",
            Self::Algorithm => "algorithm",
            Self::NotAccepted => "not_accepted",
            Self::Id => "kid",
            Self::SharedId => "shared_kid",
            Self::NoId => "no_kid",
            Self::Again => "again",
            Self::Certificate => "certificate",
            Self::Numbers => "numbers",
            Self::Size => "size",
            Self::Excess => "excess",
        }
    }

    /// Whether sets commonly hold such keys, for others than the gateway.
    #[must_use]
    pub const fn is_usual(self) -> bool {
        match self {
            Self::Kind | Self::Use | Self::Algorithm | Self::NotAccepted | Self::Again => true,
            Self::NotAKey
            | Self::Repeated
            | Self::Private
            | Self::Id
            | Self::SharedId
            | Self::NoId
            | Self::Certificate
            | Self::Numbers
            | Self::Size
            | Self::Excess => false,
        }
    }

    const fn reason(self) -> &'static str {
        match self {
            Self::NotAKey => "is no object",
            Self::Repeated => "names a member twice",
            Self::Private => "is published with its private half",
            Self::Kind => "is not RSA, EC on P-256 or OKP on Ed25519 (kty, crv)",
            Self::Use => "is not for checking signatures (use, key_ops)",
            Self::Algorithm => "is for another algorithm (alg)",
            Self::NotAccepted => "is for an algorithm that is not accepted",
            Self::Id => "has a kid that is not a text",
            Self::SharedId => "shares its kid with another key for the same algorithm",
            Self::NoId => "has no kid, and other keys serve the same algorithm",
            Self::Again => "is in the set already",
            Self::Certificate => "has its numbers in a certificate alone (x5c)",
            Self::Numbers => "has no numbers, or not those of a key",
            Self::Size => "is shorter than 2048 bits or longer than 8192",
            Self::Excess => "is one more than a set may have",
        }
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason())
    }
}

/// A key that is not used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOutKey {
    /// Its `kid`, where it has one that is a text.
    pub id: Option<String>,
    /// Why it is not used.
    pub why: LeftOut,
}

/// So much of a `kid` is shown.
const MOST_CHARS: usize = 64;

impl fmt::Display for LeftOutKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.id {
            Some(id) => {
                let shown: String = id.chars().take(MOST_CHARS).collect();
                write!(f, "{shown:?} {}", self.why)
            }
            None => write!(f, "one without a kid {}", self.why),
        }
    }
}

/// Several, in one line: the first few by name.
pub(crate) fn several(keys: &[LeftOutKey]) -> String {
    const NAMED: usize = 5;
    let mut text: Vec<String> = keys.iter().take(NAMED).map(ToString::to_string).collect();
    if keys.len() > NAMED {
        text.push(format!("and {} more", keys.len() - NAMED));
    }
    text.join("; ")
}
