//! What a device does: the side of an order that no answer of the API shows.

use crate::file_hash::FileHash;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use time::OffsetDateTime;
use uuid::Uuid;

/// Something that a device did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Deed {
    /// When, by the simulated clock.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Its `sensorId`.
    pub sensor: String,
    /// Its name.
    pub host: String,
    /// Its address.
    pub ip: Ipv4Addr,
    /// `windows`, `linux`.
    pub os_family: String,
    /// What it was.
    #[serde(flatten)]
    pub kind: DeedKind,
}

/// What a device can do.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "deed", rename_all = "snake_case")]
pub enum DeedKind {
    /// Its agent came on line.
    CameOnLine,
    /// Its agent went off line.
    WentOffLine,
    /// It cut itself off from the network, or took new settings for that.
    Isolated {
        /// Until then, unless somebody ends it before.
        #[serde(with = "time::serde::rfc3339")]
        until: OffsetDateTime,
        /// What it lets through, as sent.
        exclusions: Vec<Value>,
    },
    /// It is back on the network.
    Free {
        /// Why.
        why: Freed,
    },
    /// It took the files that it is not to run: these, and no others.
    Blocks {
        /// All of them.
        hashes: BTreeSet<FileHash>,
    },
    /// It started a program, with the rights of the system.
    Started {
        /// By this task.
        task: Uuid,
        /// Which one.
        command: String,
        /// With these parameters.
        parameters: Option<String>,
        /// In this folder.
        directory: Option<String>,
    },
    /// A program ended, or could not begin.
    Ended {
        /// Of this task.
        task: Uuid,
        /// How.
        how: RunEnd,
    },
}

/// Why a device is back on the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Freed {
    /// The rule is gone.
    Released,
    /// The rule's time is over; the rule is still there.
    TimeOver,
    /// Five hours without the Central Node, in version 4.0; the rule is still there.
    LostContact,
    /// Somebody switched it off on the device; the rule is still there.
    ByHand,
}

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RunEnd {
    /// By itself.
    Finished,
    /// By the agent, after 24 hours.
    OverTime,
    /// It is not on the host.
    NotThere,
    /// By the removal of its task.
    Stopped,
}
