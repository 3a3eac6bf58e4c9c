//! What the stand-in counts, and what it is told: shared by its threads.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio_rustls::rustls::HandshakeKind;

use super::method::Method;

/// Most names of unknown calls that are kept.
const MOST_STRANGE: usize = 20;

/// Counters of one stand-in.
#[derive(Debug, Default)]
pub(super) struct Counts {
    calls: [AtomicU64; Method::ALL.len()],
    incidents: AtomicU64,
    full: AtomicU64,
    resumed: AtomicU64,
    delay_micros: AtomicU64,
    strange: Mutex<BTreeSet<String>>,
}

impl Counts {
    /// Notes a call.
    pub(super) fn call(&self, method: Method, line: &[u8]) {
        self.calls[method as usize].fetch_add(1, Relaxed);
        if method == Method::Unknown {
            let mut strange = self.strange.lock().unwrap_or_else(PoisonError::into_inner);
            if strange.len() < MOST_STRANGE {
                strange.insert(String::from_utf8_lossy(line).trim().to_owned());
            }
        }
    }

    /// Notes a TLS handshake.
    pub(super) fn handshake(&self, kind: Option<HandshakeKind>) {
        let counter = match kind {
            Some(HandshakeKind::Resumed) => &self.resumed,
            Some(HandshakeKind::Full | HandshakeKind::FullWithHelloRetryRequest) | None => {
                &self.full
            }
        };
        counter.fetch_add(1, Relaxed);
    }

    /// The number of the next incident.
    pub(super) fn incident(&self) -> u64 {
        self.incidents.fetch_add(1, Relaxed) + 1
    }

    /// How long each call takes.
    pub(super) fn delay(&self) -> Duration {
        Duration::from_micros(self.delay_micros.load(Relaxed))
    }

    /// From now on each call takes so long.
    pub(super) fn set_delay(&self, delay: Duration) {
        let micros = u64::try_from(delay.as_micros()).unwrap_or(u64::MAX);
        self.delay_micros.store(micros, Relaxed);
    }

    /// Everything, for whoever asks.
    pub(super) fn tell(&self) -> Value {
        let calls: Map<String, Value> = Method::ALL
            .iter()
            .map(|(method, name)| {
                let count = self.calls[*method as usize].load(Relaxed);
                ((*name).to_owned(), count.into())
            })
            .collect();
        let strange = self.strange.lock().unwrap_or_else(PoisonError::into_inner);
        json!({
            "calls": calls,
            "handshakes": {
                "full": self.full.load(Relaxed),
                "resumed": self.resumed.load(Relaxed),
            },
            "strange": strange.iter().collect::<Vec<_>>(),
        })
    }
}
