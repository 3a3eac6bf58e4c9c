//! Where keys stand: the sections, and the items of their lists.

use std::fmt;

use serde::{Serialize, Serializer};

/// A section that is documented; lists are one section with many items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// Before any section. The flat layouts have nothing else.
    Top,
    /// `[Endpoints.item_#]`: response servers, in the mode EDRKATA the KATA servers.
    Endpoints,
    /// `[TelemetrySettings]`.
    Telemetry,
    /// `[TelemetrySettings.Endpoints.item_#]`: telemetry servers.
    TelemetryEndpoints,
    /// `[TelemetrySettings.EventTransferSettings]`.
    EventTransfer,
}

/// A section of one file: for lists, with the number of the item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spot {
    /// Which section.
    pub section: Section,
    /// Which item of a list, from 0; 0 where there is no list.
    pub item: u32,
}

/// What is unusual about a section's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameFlaw {
    /// Upper and lower case are not the documented ones.
    Case,
    /// The item is not written `item_` and four digits.
    Item,
}

/// A name that means a documented section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Located {
    pub(crate) section: Section,
    /// Nothing where the name of a list has no number that could be read.
    pub(crate) item: Option<u32>,
    pub(crate) flaw: Option<NameFlaw>,
}

impl Section {
    /// All of them, in the documented order.
    pub const ALL: [Self; 5] = [
        Self::Top,
        Self::Endpoints,
        Self::Telemetry,
        Self::TelemetryEndpoints,
        Self::EventTransfer,
    ];

    /// As the documents write it, without brackets; empty for the top.
    #[must_use]
    pub fn pattern(self) -> &'static str {
        match self {
            Self::Top => "",
            Self::Endpoints => "Endpoints.item_#",
            Self::Telemetry => "TelemetrySettings",
            Self::TelemetryEndpoints => "TelemetrySettings.Endpoints.item_#",
            Self::EventTransfer => "TelemetrySettings.EventTransferSettings",
        }
    }

    /// Whether it is a list.
    #[must_use]
    pub fn is_list(self) -> bool {
        match self {
            Self::Endpoints | Self::TelemetryEndpoints => true,
            Self::Top | Self::Telemetry | Self::EventTransfer => false,
        }
    }

    /// The name without the item.
    pub(crate) fn base(self) -> &'static str {
        let pattern = self.pattern();
        pattern.strip_suffix(".item_#").unwrap_or(pattern)
    }

    /// Which section a name means, in whatever case it is written.
    pub(crate) fn locate(name: &str) -> Option<Located> {
        if name.is_empty() {
            return Some(Located {
                section: Self::Top,
                item: Some(0),
                flaw: None,
            });
        }
        Self::ALL[1..].iter().find_map(|it| it.located(name))
    }

    fn located(self, name: &str) -> Option<Located> {
        let base = self.base();
        let start = name.get(..base.len())?;
        if !start.eq_ignore_ascii_case(base) {
            return None;
        }
        let case = (start != base).then_some(NameFlaw::Case);
        let rest = &name[base.len()..];
        if !self.is_list() {
            return rest.is_empty().then_some(Located {
                section: self,
                item: Some(0),
                flaw: case,
            });
        }
        if rest.is_empty() {
            return Some(Located {
                section: self,
                item: None,
                flaw: Some(NameFlaw::Item),
            });
        }
        let item = rest.strip_prefix('.')?;
        let word = item
            .get(..5)
            .filter(|it| it.eq_ignore_ascii_case("item_"))?;
        let digits = &item[5..];
        if digits.contains('.') {
            return None;
        }
        let number = (digits.len() <= 9 && digits.bytes().all(|b| b.is_ascii_digit()))
            .then(|| digits.parse().ok())
            .flatten();
        let flaw = if number.is_none() || digits.len() != 4 {
            Some(NameFlaw::Item)
        } else if word == "item_" {
            case
        } else {
            Some(NameFlaw::Case)
        };
        Some(Located {
            section: self,
            item: number,
            flaw,
        })
    }
}

impl Spot {
    /// The place before any section.
    pub const TOP: Self = Self::of(Section::Top);

    /// A section that is no list, or the first item of one.
    #[must_use]
    pub const fn of(section: Section) -> Self {
        Self { section, item: 0 }
    }
}

impl fmt::Display for Spot {
    /// As a file has it between brackets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.section.is_list() {
            write!(f, "{}.item_{:04}", self.section.base(), self.item)
        } else {
            f.write_str(self.section.base())
        }
    }
}

impl Serialize for Spot {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Serialize for Section {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.pattern())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_to_its_section_and_item() {
        let found = Section::locate("TelemetrySettings.Endpoints.item_0012").unwrap();
        assert_eq!(
            (found.section, found.item, found.flaw),
            (Section::TelemetryEndpoints, Some(12), None)
        );
        assert_eq!(Section::locate("EventTransferSettings"), None);
        assert_eq!(Section::locate("Endpoints.other"), None);
        assert_eq!(Section::locate("Endpointsé"), None);
        assert_eq!(Section::locate("TelemetrySettings.Other"), None);
        assert_eq!(Section::locate("Endpoints.item_0000.More"), None);
    }

    #[test]
    fn what_is_unusual_about_a_name_is_said() {
        for (name, item, flaw) in [
            ("endpoints.item_0001", Some(1), NameFlaw::Case),
            ("Endpoints.ITEM_0001", Some(1), NameFlaw::Case),
            ("Endpoints.item_1", Some(1), NameFlaw::Item),
            ("Endpoints.item_", None, NameFlaw::Item),
            ("Endpoints.item_00x1", None, NameFlaw::Item),
            ("Endpoints.item_12345678901234567890", None, NameFlaw::Item),
            ("Endpoints", None, NameFlaw::Item),
        ] {
            let found = Section::locate(name).unwrap();
            assert_eq!((found.item, found.flaw), (item, Some(flaw)), "{name}");
        }
    }

    #[test]
    fn a_spot_is_written_as_it_is_read() {
        for section in Section::ALL {
            let item = if section.is_list() { 7 } else { 0 };
            let spot = Spot { section, item };
            let read = Section::locate(&spot.to_string()).unwrap();
            assert_eq!(
                (read.section, read.item, read.flaw),
                (section, Some(item), None)
            );
        }
    }
}
