//! What a format cannot say.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::settings::{Extra, Extras};

/// Something unknown that a format cannot say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{section:?} {key:?}: {why}")]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Unwritable {
    /// The section, without brackets; empty at the top.
    pub section: String,
    /// The key; empty for a section as a whole.
    pub key: String,
    /// Why not.
    pub why: &'static str,
}

impl Unwritable {
    pub(super) fn new(section: &str, key: &str, why: &'static str) -> Self {
        Self {
            section: section.to_owned(),
            key: key.to_owned(),
            why,
        }
    }
}

/// What is unknown, by section.
pub(super) struct Strangers<'a> {
    by_section: BTreeMap<&'a str, Vec<&'a Extra>>,
    order: Vec<&'a str>,
    taken: BTreeSet<String>,
}

impl<'a> Strangers<'a> {
    pub(super) fn of(extras: &'a Extras) -> Self {
        let mut by_section: BTreeMap<&str, Vec<&Extra>> = BTreeMap::new();
        for extra in &extras.keys {
            by_section.entry(&extra.section).or_default().push(extra);
        }
        let headers = extras.sections.iter().map(String::as_str);
        let of_keys = extras.keys.iter().map(|it| it.section.as_str());
        let mut seen = BTreeSet::new();
        let order = headers.chain(of_keys).filter(|it| seen.insert(*it));
        Self {
            order: order.collect(),
            by_section,
            taken: BTreeSet::new(),
        }
    }

    /// Takes those of one section.
    pub(super) fn take(&mut self, section: &str) -> Vec<&'a Extra> {
        self.taken.insert(section.to_owned());
        self.by_section.remove(section).unwrap_or_default()
    }

    /// Takes all that are left, section by section.
    pub(super) fn rest(mut self) -> Vec<(&'a str, Vec<&'a Extra>)> {
        let left = self
            .order
            .into_iter()
            .filter(|it| !self.taken.contains(*it));
        left.map(|it| (it, self.by_section.remove(it).unwrap_or_default()))
            .collect()
    }
}
