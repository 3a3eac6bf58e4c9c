//! The order of the normal form: each section of a layout, and in it each key with its value.

use crate::catalogue::{self, Section, Spot};
use crate::settings::Settings;
use crate::value::Value;

/// A section as it is written: its name, without brackets and empty at the top, and its keys.
pub(super) struct WrittenSection {
    pub(super) name: String,
    pub(super) keys: Vec<(&'static str, Value)>,
}

/// All of them, item by item where a section is a list.
pub(super) fn sections(of: &Settings) -> impl Iterator<Item = WrittenSection> {
    let there = |it: &Section| !of.layout.is_flat() || *it == Section::Top;
    Section::ALL
        .into_iter()
        .filter(there)
        .flat_map(move |section| {
            let items = if section.is_list() {
                of.endpoints(section).len()
            } else {
                1
            };
            (0..items).map(move |item| written(of, section, item))
        })
}

fn written(of: &Settings, section: Section, item: usize) -> WrittenSection {
    let keys = catalogue::keys(of.layout)
        .filter(|it| it.section_in(of.layout) == Some(section))
        .filter_map(|it| Some((it.name, of.value(it.setting, item)?)));
    let number = u32::try_from(item).unwrap_or(u32::MAX);
    let spot = Spot {
        section,
        item: number,
    };
    WrittenSection {
        name: spot.to_string(),
        keys: keys.collect(),
    }
}
