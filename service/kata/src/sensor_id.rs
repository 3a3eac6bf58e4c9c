//! A host's id, and what a prevention rule is for.

use std::fmt;
use std::hash::{Hash, Hasher};

/// Id of a host: sent as it was received, compared without regard to case.
#[derive(Debug, Clone)]
pub struct SensorId(String);

/// Not an id of a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a host's id has 1 to 128 visible ASCII characters, and is not the word `all`")]
pub struct NoSensorId;

impl SensorId {
    /// Checks an id.
    ///
    /// `all` is refused: in this place it means every host there is, which [`Scope::All`] says and
    /// isolation and tasks cannot say.
    pub fn new(text: impl Into<String>) -> Result<Self, NoSensorId> {
        let text = text.into();
        let visible = text.bytes().all(|b| b.is_ascii_graphic());
        if visible && (1..=128).contains(&text.len()) && !text.eq_ignore_ascii_case(ALL) {
            Ok(Self(text))
        } else {
            Err(NoSensorId)
        }
    }

    /// As it was received.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PartialEq for SensorId {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for SensorId {}

impl Hash for SensorId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for byte in self.0.bytes() {
            state.write_u8(byte.to_ascii_lowercase());
        }
    }
}

impl fmt::Display for SensorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How the API says "every host".
const ALL: &str = "all";

/// What a prevention rule is for. Isolation and tasks know single hosts only.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Scope {
    /// One host.
    Host(SensorId),
    /// Every host of this Central Node.
    All,
}

impl Scope {
    /// As the query says it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Host(id) => id.as_str(),
            Self::All => ALL,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_sent_as_received_and_compared_without_case() {
        use std::collections::HashSet;
        let upper = SensorId::new("0B6E0F6A-7F0B-4B57-9C1E-6D5A4E1F2A11").unwrap();
        let lower = SensorId::new("0b6e0f6a-7f0b-4b57-9c1e-6d5a4e1f2a11").unwrap();

        assert_eq!(upper, lower);
        assert_eq!(HashSet::from([upper.clone(), lower]).len(), 1);
        assert_eq!(upper.as_str(), "0B6E0F6A-7F0B-4B57-9C1E-6D5A4E1F2A11");
    }

    #[test]
    fn no_host_is_called_all() {
        for bad in ["all", "ALL", "All", "", "a b", "a\n", "é"] {
            assert!(SensorId::new(bad).is_err(), "{bad:?}");
        }
        assert_eq!(Scope::All.as_str(), "all");
    }
}
