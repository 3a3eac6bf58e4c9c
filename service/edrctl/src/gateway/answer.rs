//! What the gateway answered.

use serde_json::Value;
use time::OffsetDateTime;

/// What the gateway answered, when it did what was asked.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status, 200 to 299.
    pub status: u16,
    /// The body; null where there is none.
    pub body: Value,
    /// Whether it is the answer that the same request got before.
    pub replayed: bool,
    /// Seconds after which to ask again, where that is said.
    pub retry_after: Option<u64>,
    /// The gateway's clock, to the second.
    pub server_date: Option<OffsetDateTime>,
    /// How often it was asked until it answered.
    pub tries: u32,
}
