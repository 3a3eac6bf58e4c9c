//! Whoever hears the devices of this Central Node.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crate::backends::seam::{DeviceWord, Witness};
use crate::carry::Carrier;
use crate::host::Host;

/// Longest that an order waits for their word: it is wanted for the evidence alone.
const PATIENCE: Duration = Duration::from_secs(3);

/// The other back ends that hear devices, once they are known.
pub(super) struct Witnesses {
    all: OnceLock<Vec<Arc<dyn Witness>>>,
    carrier: Carrier,
}

impl Witnesses {
    /// Nobody yet. What is asked of them is work of this carrier.
    pub(super) fn none_yet(carrier: Carrier) -> Self {
        Self {
            all: OnceLock::new(),
            carrier,
        }
    }

    /// From now on these are asked.
    pub(super) fn are(&self, witnesses: Vec<Arc<dyn Witness>>) {
        let _once = self.all.set(witnesses);
    }

    /// The device's own word: the first that anybody has who knows the device, and in time. The
    /// question is brought to its end whoever walks away: one that is broken off costs a session.
    pub(super) async fn word(&self, host: &Host, request_id: &str) -> Option<DeviceWord> {
        let witnesses = self.all.get().filter(|it| !it.is_empty())?.clone();
        let (host, request_id) = (host.clone(), request_id.to_owned());
        let asking = self.carrier.aside(async move {
            for witness in witnesses {
                if let Some(word) = witness.isolation_of(&host, &request_id).await {
                    return Some(word);
                }
            }
            None
        });
        asking.within(PATIENCE).await.ok().flatten()
    }
}
