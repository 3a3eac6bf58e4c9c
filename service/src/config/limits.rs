//! `[limits]`: how much callers may take up.

use super::reader::Reader;

/// How much callers may take up.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Most requests of one caller in a minute; 0 for no limit.
    pub requests_per_minute_per_caller: u32,
    /// Most requests in hand at a time.
    pub max_in_flight: usize,
    /// Most callers that wait for a task to change at a time.
    pub watchers: usize,
    /// The same for one caller.
    pub watchers_per_caller: usize,
}

impl Limits {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let rate = reader.integer("limits.requests_per_minute_per_caller", 0..=1_000_000);
        let max_in_flight = reader.integer("limits.max_in_flight", 1..=100_000);
        let watchers = reader.integer("limits.watchers", 1..=100_000);
        let watchers_per_caller = reader.integer("limits.watchers_per_caller", 1..=100_000);
        Some(Self {
            requests_per_minute_per_caller: u32::try_from(rate?).ok()?,
            max_in_flight: usize::try_from(max_in_flight?).ok()?,
            watchers: usize::try_from(watchers?).ok()?,
            watchers_per_caller: usize::try_from(watchers_per_caller?).ok()?,
        })
    }
}
