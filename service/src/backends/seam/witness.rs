//! Who has the word of a device itself.

use std::pin::Pin;

use serde::{Deserialize, Serialize};

use crate::host::Host;
use vocabulary::host::HostIsolation;

/// What is seen of the mark that a device carries while it is isolated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DeviceMark {
    /// It is there, and of the product's making.
    There,
    /// It is not there.
    Absent,
    /// Nobody can say.
    Untold,
}

/// A device's word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceWord {
    /// What it says.
    pub isolation: HostIsolation,
    /// What that was seen by.
    pub mark: DeviceMark,
}

/// What a witness answers with.
pub type Testimony<'a> = Pin<Box<dyn Future<Output = Option<DeviceWord>> + Send + 'a>>;

/// A server that hears from devices whether they are isolated, whoever has ordered it: one back end
/// gives the order, another one knows what came of it.
pub trait Witness: Send + Sync {
    /// What the device says that has the names or the address of this host; nothing when it is not
    /// known here, or not for certain which one it is.
    fn isolation_of<'a>(&'a self, host: &'a Host, request_id: &'a str) -> Testimony<'a>;
}
