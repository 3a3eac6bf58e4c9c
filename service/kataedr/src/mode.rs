//! Which product the integration is with.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The integration mode. Before 12.4 there is no key for it and only the first exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Mode {
    /// With EDR (KATA), a part of Kaspersky Anti Targeted Attack Platform. The default.
    #[serde(rename = "EDRKATA")]
    EdrKata,
    /// With EDR Expert (on-premise), on the OSMP platform; from 12.4 on.
    #[serde(rename = "EDRExpertOnPrem")]
    EdrExpertOnPrem,
}

impl Mode {
    /// Both, the default first.
    pub const ALL: [Self; 2] = [Self::EdrKata, Self::EdrExpertOnPrem];

    /// As the settings say it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EdrKata => "EDRKATA",
            Self::EdrExpertOnPrem => "EDRExpertOnPrem",
        }
    }

    /// Reads it, without regard to case: values that are no masks or threat names have none.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let named = |it: &Self| it.as_str().eq_ignore_ascii_case(text);
        Self::ALL.into_iter().find(named)
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
