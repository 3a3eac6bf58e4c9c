//! Two settings compared by what they mean.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::catalogue::{self, Setting, Spot};
use crate::settings::Settings;
use crate::value::Value;

/// One side of a difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Side {
    /// Its section, empty at the top; nothing where its layout has no place for it.
    pub section: Option<String>,
    /// Its value; nothing where there is none.
    pub value: Option<String>,
    /// Whether it is the default.
    pub is_default: bool,
}

/// A setting that is not the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Difference {
    /// What is set; nothing for an unknown key.
    pub setting: Option<Setting>,
    /// The key.
    pub key: String,
    /// Which server of a list, from 0.
    pub item: usize,
    /// In the first settings.
    pub first: Side,
    /// In the second.
    pub second: Side,
}

/// What two settings do not have in common.
///
/// Order, quotation marks, upper and lower case do not count, and what was not written is its default.
/// Across layouts a key is compared with the one that sets the same; what one layout has no key for is
/// taken to be at its default there. Servers are compared by their place in the list.
#[must_use]
pub fn diff(first: &Settings, second: &Settings) -> Vec<Difference> {
    let mut differences = Vec::new();
    for setting in Setting::ALL {
        let key = catalogue::key(setting);
        let servers = |it: &Settings| it.endpoints(key.section).len();
        for item in 0..servers(first).max(servers(second)).max(1) {
            let (a, b) = (holds(first, setting, item), holds(second, setting, item));
            if a != b {
                differences.push(Difference {
                    setting: Some(setting),
                    key: key.name.to_owned(),
                    item,
                    first: side(first, setting, item, a),
                    second: side(second, setting, item, b),
                });
            }
        }
    }
    differences.extend(of_strangers(first, second));
    differences
}

/// The value that holds, whether or not the layout has a key for it.
fn holds(settings: &Settings, setting: Setting, item: usize) -> Option<Value> {
    let key = catalogue::key(setting);
    let has_key = key.section_in(settings.layout()).is_some();
    let default = || Value::of_default(key, key.default_sections);
    let value = settings.value(setting, item);
    value.or_else(|| (!has_key && item == 0).then(default))
}

fn side(settings: &Settings, setting: Setting, item: usize, value: Option<Value>) -> Side {
    let key = catalogue::key(setting);
    let layout = settings.layout();
    let default = key.default_in(layout).unwrap_or(key.default_sections);
    let is_default = value.as_ref() == Some(&Value::of_default(key, default));
    let section = key.section_in(layout).map(|section| {
        let item = u32::try_from(item).unwrap_or(u32::MAX);
        let item = if section.is_list() { item } else { 0 };
        Spot { section, item }.to_string()
    });
    Side {
        section: section.filter(|_| value.is_some()),
        value: value.map(|it| it.to_string()),
        is_default,
    }
}

fn of_strangers(first: &Settings, second: &Settings) -> Vec<Difference> {
    let read = |it: &Settings| -> BTreeMap<(String, String), String> {
        let keys = it.extras.keys.iter();
        keys.map(|it| ((it.section.clone(), it.name.clone()), it.shown()))
            .collect()
    };
    let (first, second) = (read(first), read(second));
    let names: BTreeSet<&(String, String)> = first.keys().chain(second.keys()).collect();
    names
        .into_iter()
        .filter(|it| first.get(*it) != second.get(*it))
        .map(|it| {
            let side = |of: &BTreeMap<(String, String), String>| Side {
                section: of.contains_key(it).then(|| it.0.clone()),
                value: of.get(it).cloned(),
                is_default: false,
            };
            Difference {
                setting: None,
                key: it.1.clone(),
                item: 0,
                first: side(&first),
                second: side(&second),
            }
        })
        .collect()
}
