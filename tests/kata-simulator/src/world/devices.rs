//! What the devices are, other than what the Central Node believes.

use crate::file_hash::FileHash;
use crate::world::task_book::TaskState;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use time::OffsetDateTime;
use uuid::Uuid;

/// A device as its agent has it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Device {
    /// The number of the isolation rule that it has carried out.
    pub(crate) heeded: Option<u64>,
    pub(crate) isolated: Option<Isolated>,
    /// The files that it does not run.
    pub(crate) blocked: BTreeSet<FileHash>,
    /// The programs that run, by their tasks' numbers.
    pub(crate) running: BTreeMap<u64, Uuid>,
    /// How tasks went, of which the Central Node has not heard.
    pub(crate) untold: Vec<(u64, TaskState)>,
}

/// An isolation that is on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Isolated {
    pub(crate) rule: u64,
    pub(crate) until: OffsetDateTime,
}

/// A device as tests and people see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeviceSummary {
    /// Its `sensorId`.
    pub sensor: String,
    /// Its name.
    pub host: String,
    /// Its address.
    pub ip: std::net::Ipv4Addr,
    /// Whether its agent is in contact.
    pub on_line: bool,
    /// Until when it is cut off from the network, where it is.
    #[serde(with = "time::serde::rfc3339::option")]
    pub isolated_until: Option<OffsetDateTime>,
    /// The files that it does not run.
    pub blocked: BTreeSet<FileHash>,
    /// The tasks whose programs run there; one whose id was used again may run twice.
    pub running: Vec<Uuid>,
}
