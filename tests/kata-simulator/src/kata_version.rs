//! Versions of the server, as far as they differ in what they take.

use serde::{Deserialize, Serialize};

/// Versions of the server that differ in what they take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum KataVersion {
    /// Exclusions in one direction only, IPv6 too; a host without contact for five hours ends its
    /// isolation by itself.
    #[serde(rename = "4.0")]
    V4_0,
    /// From here on a port range with `both` makes a request fail, and IPv6 is gone.
    #[serde(rename = "5.1")]
    V5_1,
    /// From here on the bodies of answers are documented.
    #[serde(rename = "6.0")]
    V6_0,
    /// The newest that has been read of.
    #[default]
    #[serde(rename = "7.1")]
    V7_1,
}

impl KataVersion {
    /// As the server tells it.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::V4_0 => "4.0.0.0",
            Self::V5_1 => "5.1.0.0",
            Self::V6_0 => "6.0.0.0",
            Self::V7_1 => "7.1.0.0",
        }
    }
}
