//! `[limits]`: how much callers may take up.

use super::reader::Reader;

/// How much callers may take up.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Most callers that wait for a task to change at a time.
    pub watchers: usize,
    /// The same for one caller.
    pub watchers_per_caller: usize,
}

impl Limits {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let watchers = reader.integer("limits.watchers", 1..=100_000);
        let watchers_per_caller = reader.integer("limits.watchers_per_caller", 1..=100_000);
        Some(Self {
            watchers: usize::try_from(watchers?).ok()?,
            watchers_per_caller: usize::try_from(watchers_per_caller?).ok()?,
        })
    }
}
