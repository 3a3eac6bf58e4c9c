//! Where and when a script is called.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Instant;

use time::OffsetDateTime;

use super::log::SystemLog;

/// Where and when a script is called.
pub struct Surroundings<'a> {
    /// Where settings are looked for, the first before the others.
    pub places: Vec<PathBuf>,
    /// The environment.
    pub variable: &'a dyn Fn(&str) -> Option<OsString>,
    /// Where it is told.
    pub journal: SystemLog,
    /// The time.
    pub now: OffsetDateTime,
    /// When the call began.
    pub start: Instant,
}
