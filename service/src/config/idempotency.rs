//! `[idempotency]`: how long keys are kept.

use std::time::Duration;

use super::reader::Reader;

/// How long keys are kept.
#[derive(Debug, Clone, Copy)]
pub struct Idempotency {
    /// After the answer.
    pub ttl: Duration,
}

impl Idempotency {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let ttl = reader.positive_duration("idempotency.ttl");
        Some(Self { ttl: ttl? })
    }
}
