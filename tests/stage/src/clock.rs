//! The time of the simulated world.
//!
//! What ends, expires or comes about does so by this clock and by nothing else, so a test that steps
//! it by thirty days needs no thirty days. Rejected: tokio's paused time, because the
//! peer under test runs in the same process and would be dragged along with its time-outs, and
//! because it cannot run at double speed for a demo.

use serde::{Deserialize, Serialize};
use std::time::Duration;
use time::OffsetDateTime;

/// How the simulated time passes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Clock {
    /// The clock stands at this moment until the simulator's `advance` moves it.
    #[serde(with = "time::serde::rfc3339")]
    Stepped(OffsetDateTime),
    /// The clock starts at the machine's time and runs `speed` times as fast as it.
    Real {
        /// Simulated seconds a real second; 1.0 is real time.
        speed: f64,
    },
}

impl Clock {
    /// A stepped clock that starts at the machine's present second, so that a peer on real time
    /// agrees with it.
    #[must_use]
    pub fn stepped_now() -> Self {
        Self::Stepped(machine_time())
    }

    /// Where the simulated time starts.
    #[must_use]
    pub fn start(self) -> OffsetDateTime {
        match self {
            Self::Stepped(start) => whole_seconds(start),
            Self::Real { .. } => machine_time(),
        }
    }
}

/// The machine's time in whole seconds, UTC.
#[expect(
    clippy::disallowed_methods,
    reason = "the only reading of the machine's clock; everything else asks the simulated one"
)]
fn machine_time() -> OffsetDateTime {
    whole_seconds(OffsetDateTime::now_utc())
}

/// KSC's dates know no fractions of a second, so no clock starts with any.
fn whole_seconds(moment: OffsetDateTime) -> OffsetDateTime {
    moment
        .to_offset(time::UtcOffset::UTC)
        .replace_nanosecond(0)
        .unwrap_or(moment)
}

/// A moment later than another; the end of time at the latest, since scenarios may name any number
/// of seconds.
#[must_use]
pub fn later(moment: OffsetDateTime, by: Duration) -> OffsetDateTime {
    moment.saturating_add(time::Duration::try_from(by).unwrap_or(time::Duration::MAX))
}
