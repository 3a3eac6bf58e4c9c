//! The tags of the devices: those that an administrator, a rule of his, or the product on the device has set.
//!
//! KES for Linux gives a device that it has isolated the tag `ISOLATED FROM NETWORK` and takes it away at release
//! (kes4linux 12.3.0, 292637); that KES for Windows does so is not documented. KSC hears of it when the device next
//! synchronises.

use super::World;
use super::agenda::Event;
use super::hosts::Host;
use crate::clock::later;
use serde::{Deserialize, Serialize};

/// The tag of a device that is cut off.
pub const ISOLATED: &str = "ISOLATED FROM NETWORK";

/// Who has set a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TagSetter {
    /// A Kaspersky application on the device.
    Product,
    /// A rule.
    Rule,
    /// An administrator, by hand.
    Administrator,
}

/// On which devices the product tells of its isolation by a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IsolationTags {
    /// On those that run Linux, as documented.
    Linux,
    /// On every one.
    Everywhere,
    /// On none.
    Nowhere,
}

/// One tag of a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) value: String,
    pub(crate) by: TagSetter,
}

impl World {
    /// The product on a device has cut it off or let it in again; KSC hears of it later.
    pub(crate) fn isolation_changed(&mut self, host: &str, isolated: bool) {
        let linux = self.host(host).is_some_and(Host::runs_linux);
        let tells = match self.knobs.isolation_tags {
            IsolationTags::Linux => linux,
            IsolationTags::Everywhere => true,
            IsolationTags::Nowhere => false,
        };
        if tells {
            let at = later(self.now, self.knobs.tag_delay);
            let host = host.to_owned();
            self.agenda.enter(at, Event::TagArrives { host, isolated });
        }
    }

    pub(crate) fn tag_arrives(&mut self, host: &str, isolated: bool) {
        if isolated {
            self.set_tag(host, ISOLATED, TagSetter::Product);
        } else {
            self.remove_tag(host, ISOLATED);
        }
    }

    /// Gives a device a tag; `false` when there is no such device.
    pub(crate) fn set_tag(&mut self, host: &str, value: &str, by: TagSetter) -> bool {
        let Some(host) = self.host_mut(host) else {
            return false;
        };
        host.tags.retain(|it| it.value != value);
        host.tags.push(Tag {
            value: value.to_owned(),
            by,
        });
        self.journal.touch();
        true
    }

    /// Takes a tag from a device; `false` when it has none of that value.
    pub(crate) fn remove_tag(&mut self, host: &str, value: &str) -> bool {
        let Some(host) = self.host_mut(host) else {
            return false;
        };
        let before = host.tags.len();
        host.tags.retain(|it| it.value != value);
        let removed = host.tags.len() < before;
        self.journal.touch();
        removed
    }
}
