//! Which version of Kaspersky Endpoint Security for Linux, and which layout its settings have.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A version from 11.4 on, by the two numbers that decide, and the rest as it was given.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct KesVersion {
    major: u16,
    minor: u16,
    rest: String,
}

/// Why a text names no version that is known here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoKesVersion {
    /// Not two to four numbers between points.
    #[error("a version is two to four numbers between points, e.g. 12.4 or 12.4.0.1234")]
    Malformed,
    /// The task is documented from 11.4 on.
    #[error("the KATAEDR task is documented from version 11.4 on; {0} is older")]
    TooOld(String),
}

/// How the settings are arranged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Layout {
    /// Flat, of 11.4: the address has no default.
    FlatA,
    /// Flat, of 12.0 to 12.3.
    FlatB,
    /// In sections, from 12.4 on.
    Sections,
}

impl Layout {
    /// All of them, oldest first.
    pub const ALL: [Self; 3] = [Self::FlatA, Self::FlatB, Self::Sections];

    /// Whether there are sections.
    #[must_use]
    pub fn is_flat(self) -> bool {
        match self {
            Self::FlatA | Self::FlatB => true,
            Self::Sections => false,
        }
    }

    /// The versions that have it, for people.
    #[must_use]
    pub fn versions(self) -> &'static str {
        match self {
            Self::FlatA => "11.4",
            Self::FlatB => "12.0 to 12.3",
            Self::Sections => "12.4",
        }
    }

    /// The newest version that is known to have it.
    #[must_use]
    pub fn newest(self) -> KesVersion {
        let (major, minor) = match self {
            Self::FlatA => (11, 4),
            Self::FlatB => (12, 3),
            Self::Sections => KesVersion::NEWEST_KNOWN,
        };
        KesVersion {
            major,
            minor,
            rest: String::new(),
        }
    }
}

impl KesVersion {
    /// The newest version whose settings are known (12.4).
    pub const NEWEST_KNOWN: (u16, u16) = (12, 4);

    /// How this version arranges the settings. Versions after 12.4 are taken to do it as 12.4 does.
    #[must_use]
    pub fn layout(&self) -> Layout {
        match (self.major, self.minor) {
            (..12, _) => Layout::FlatA,
            (12, ..4) => Layout::FlatB,
            (12.., _) => Layout::Sections,
        }
    }

    /// Whether it is newer than what is known.
    #[must_use]
    pub fn is_beyond_known(&self) -> bool {
        self.pair() > Self::NEWEST_KNOWN
    }

    /// Major and minor number.
    #[must_use]
    pub fn pair(&self) -> (u16, u16) {
        (self.major, self.minor)
    }
}

impl FromStr for KesVersion {
    type Err = NoKesVersion;

    fn from_str(text: &str) -> Result<Self, NoKesVersion> {
        let digits = |it: &str| it.len() <= 9 && it.bytes().all(|b| b.is_ascii_digit());
        let parts: Vec<&str> = text.trim().splitn(5, '.').collect();
        let [major, minor, rest @ ..] = &parts[..] else {
            return Err(NoKesVersion::Malformed);
        };
        if rest.len() > 2 || !rest.iter().all(|it| !it.is_empty() && digits(it)) {
            return Err(NoKesVersion::Malformed);
        }
        let number = |it: &str| {
            let number = digits(it).then(|| it.parse().ok());
            number.flatten().ok_or(NoKesVersion::Malformed)
        };
        let version = Self {
            major: number(major)?,
            minor: number(minor)?,
            rest: rest.iter().flat_map(|it| [".", it]).collect(),
        };
        if version.pair() < (11, 4) {
            return Err(NoKesVersion::TooOld(version.to_string()));
        }
        Ok(version)
    }
}

impl fmt::Display for KesVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}{}", self.major, self.minor, self.rest)
    }
}

impl Serialize for KesVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for KesVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(text: &str) -> Layout {
        text.parse::<KesVersion>().unwrap().layout()
    }

    #[test]
    fn a_version_decides_the_layout() {
        assert_eq!(layout("11.4"), Layout::FlatA);
        assert_eq!(layout("12.0"), Layout::FlatB);
        assert_eq!(layout("12.2.0.2412"), Layout::FlatB);
        assert_eq!(layout("12.3.0"), Layout::FlatB);
        assert_eq!(layout("12.4"), Layout::Sections);
        assert_eq!(layout("12.10.1"), Layout::Sections);
        assert_eq!(layout("13.0"), Layout::Sections);
    }

    #[test]
    fn the_newest_version_of_a_layout_has_it() {
        let newest = Layout::ALL.map(|it| it.newest().to_string());
        assert_eq!(newest, ["11.4", "12.3", "12.4"]);
        for it in Layout::ALL {
            assert_eq!(it.newest().layout(), it);
        }
    }

    #[test]
    fn only_what_comes_after_12_4_is_beyond_what_is_known() {
        for (text, beyond) in [
            ("12.4.9.9", false),
            ("12.3", false),
            ("12.5", true),
            ("13.0", true),
        ] {
            let version: KesVersion = text.parse().unwrap();
            assert_eq!(version.is_beyond_known(), beyond, "{text}");
            assert_eq!(version.to_string(), text);
        }
    }

    #[test]
    fn older_ones_and_nonsense_are_refused() {
        for old in ["11.3", "11.2.0.4528", "10.1"] {
            assert!(
                matches!(old.parse::<KesVersion>(), Err(NoKesVersion::TooOld(_))),
                "{old}"
            );
        }
        for bad in [
            "",
            "12",
            "12.",
            "12.4.",
            "12.4.0.1.2",
            "12.x",
            "+12.4",
            "99999.1",
            "12.4.-1",
            "12. 4",
        ] {
            assert_eq!(
                bad.parse::<KesVersion>(),
                Err(NoKesVersion::Malformed),
                "{bad}"
            );
        }
    }
}
