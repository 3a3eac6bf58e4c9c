//! What is known of one key.

use serde::Serialize;

use crate::catalogue::place::Section;
use crate::catalogue::setting::Setting;
use crate::source::Source;
use crate::version::Layout;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "type")]
pub enum ValueType {
    /// `EDRKATA` or `EDRExpertOnPrem`.
    Mode,
    /// `Yes` or `No`.
    YesNo,
    /// A whole number.
    Number {
        /// What it counts, for people.
        unit: &'static str,
        /// What it must be within. The vendor gives none: these are conclusions.
        range: Range,
    },
    /// An IPv4 or IPv6 address or a fully qualified domain name.
    Address,
}

/// Which whole numbers make sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Range {
    /// 1 to 65535.
    Port,
    /// 0 to 100.
    Percent,
    /// From 1 on.
    Positive,
}

/// One key: everything that is known of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Key {
    /// What it sets.
    pub setting: Setting,
    /// Its name, the same in every layout that has it.
    pub name: &'static str,
    /// Its section in the layout with sections (12.4).
    pub section: Section,
    /// Whether the flat layouts (11.4 to 12.3) have it, before any section.
    pub in_flat: bool,
    /// What its value is.
    #[serde(flatten)]
    pub value_type: ValueType,
    /// The default in 11.4, where there is the key and it has one.
    pub default_flat_a: Option<&'static str>,
    /// The default in 12.0 to 12.3.
    pub default_flat_b: Option<&'static str>,
    /// The default in 12.4.
    pub default_sections: &'static str,
    /// The first version that has it.
    pub since: &'static str,
    /// The last version that has it; none is known to have gone.
    pub until: Option<&'static str>,
    /// What it does.
    pub meaning: &'static str,
    /// What it does in the mode EDRKATA, where that is not the same or not sure.
    pub in_edr_kata: &'static str,
    /// What it does in the mode `EDRExpertOnPrem`.
    pub in_edr_expert_on_prem: &'static str,
    /// What is not certain.
    pub uncertain: &'static [&'static str],
    /// The documents that say so.
    pub sources: &'static [Source],
}

impl Key {
    /// Where it stands in a layout, if that has it.
    #[must_use]
    pub fn section_in(&self, layout: Layout) -> Option<Section> {
        if layout.is_flat() {
            self.in_flat.then_some(Section::Top)
        } else {
            Some(self.section)
        }
    }

    /// Its default in a layout, where there is one.
    #[must_use]
    pub fn default_in(&self, layout: Layout) -> Option<&'static str> {
        match layout {
            Layout::FlatA => self.default_flat_a,
            Layout::FlatB => self.default_flat_b,
            Layout::Sections => Some(self.default_sections),
        }
    }
}
