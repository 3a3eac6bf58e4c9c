//! The name under which a caller is known to the Central Node.
//!
//! Two ids in this API look alike and mean different things: the one of the calling system, in the
//! path, and the one of a host, in the query. The vendor's own page confuses them once, so that
//! they are two types here.

use std::fmt;

use uuid::Uuid;

/// Id of an external system, as it stands in the path of every call.
///
/// The vendor documents a UUID, and at least one program in use sends something else; so any short
/// word of letters, digits, `.`, `_` and `-` is accepted, and nothing that would mean something in
/// a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ExternalSystemId(String);

/// Not an id of an external system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an external system's id has 1 to 64 letters, digits, `.`, `_` or `-`, and not dots alone")]
pub struct NoExternalSystemId;

impl ExternalSystemId {
    /// Checks an id.
    pub fn new(text: impl Into<String>) -> Result<Self, NoExternalSystemId> {
        let text = text.into();
        let harmless = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        let fits = (1..=64).contains(&text.len()) && text.chars().all(harmless);
        // `.` and `..` are steps in a path.
        if fits && text.chars().any(|c| c != '.') {
            Ok(Self(text))
        } else {
            Err(NoExternalSystemId)
        }
    }

    /// A fresh one: UUID version 4, as documented.
    #[must_use]
    pub fn generate() -> Self {
        Self(Uuid::new_v4().to_string())
    }

    /// As it is sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// For the log: without the last 8 characters.
    #[must_use]
    pub fn masked(&self) -> String {
        let shown = self.0.len().saturating_sub(8);
        format!("{}********", &self.0[..shown])
    }
}

impl fmt::Display for ExternalSystemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_use_is_accepted_and_what_acts_in_a_path_is_not() {
        for good in [
            "550e8400-e29b-41d4-a716-446655440000",
            "001a2b3c4d5e",
            "a",
            "gw_1.x",
        ] {
            assert_eq!(ExternalSystemId::new(good).unwrap().as_str(), good);
        }
        let long = "a".repeat(65);
        for bad in [
            "", ".", "..", "a/b", "a b", "a?b", "a%2f", "é", "a\n", &long,
        ] {
            assert_eq!(
                ExternalSystemId::new(bad),
                Err(NoExternalSystemId),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn a_generated_one_is_a_uuid_of_version_4_and_another_each_time() {
        let one = ExternalSystemId::generate();

        assert_eq!(Uuid::parse_str(one.as_str()).unwrap().get_version_num(), 4);
        assert_ne!(one, ExternalSystemId::generate());
        assert!(ExternalSystemId::new(one.as_str()).is_ok());
    }

    #[test]
    fn the_log_does_not_get_the_end_of_it() {
        let id = ExternalSystemId::new("550e8400-e29b-41d4-a716-446655440000").unwrap();

        assert_eq!(id.masked(), "550e8400-e29b-41d4-a716-4466********");
        assert_eq!(ExternalSystemId::new("short").unwrap().masked(), "********");
    }
}
