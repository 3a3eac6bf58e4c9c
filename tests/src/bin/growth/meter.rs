//! What an operation costs: processor of the gateway, calls to KSC, memory.

use std::time::Duration;

use serde_json::{Value, json};

use crate::stage::Stage;

/// What one operation cost, or what there is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Cost {
    /// Microseconds of the gateway's processor, and calls to KSC.
    Each(f64, f64),
    /// Memory that the gateway has, KiB.
    Memory(u64),
}

impl Cost {
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Each(processor, calls) => format!("{processor:.0} µs {calls:.1} calls"),
            Self::Memory(kib) => format!("{:.1} MiB", kib_to_mib(*kib)),
        }
    }

    pub(crate) fn json(&self, size: usize) -> Value {
        match self {
            Self::Each(processor, calls) => {
                json!({"size": size, "processorMicroseconds": processor, "kscCalls": calls})
            }
            Self::Memory(kib) => json!({"size": size, "memoryKib": kib}),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "it is shown to a tenth")]
fn kib_to_mib(kib: u64) -> f64 {
    kib as f64 / 1024.0
}

/// Counts from a moment on.
pub(crate) struct Meter {
    processor: Duration,
    calls: u64,
}

impl Meter {
    pub(crate) fn start(stage: &Stage) -> Self {
        Self {
            processor: stage.processor(),
            calls: stage.sim.journal().calls_so_far(),
        }
    }

    /// What each of so many operations has cost since then.
    #[expect(clippy::cast_precision_loss, reason = "nobody counts so many")]
    pub(crate) fn each(self, stage: &Stage, times: usize) -> Cost {
        let taken = stage.processor().saturating_sub(self.processor);
        let calls = stage.sim.journal().calls_so_far() - self.calls;
        stage.sim.journal().forget_calls();
        let times = times.max(1) as f64;
        Cost::Each(taken.as_secs_f64() * 1e6 / times, calls as f64 / times)
    }
}
