//! The tags of the devices: those that an administrator, a rule of his, or the product on the
//! device has set.
//!
//! KES for Linux gives a device that it has isolated the tag `ISOLATED FROM NETWORK` and takes it
//! away at release (kes4linux 12.3.0, 292637); that KES for Windows does so is not documented. KSC
//! hears of it when the device next synchronises.

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
