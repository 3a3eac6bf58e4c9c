//! What the gauges show although nobody asked for it: renewed when Prometheus comes, at most once a
//! minute and behind its answer, so that alerts do not depend on callers.

use std::sync::Arc;

use ksc::{CredentialState, IsAnyServiceConsoleAvailable};

use super::front::TaskReader;
use crate::request_id::RequestId;

impl TaskReader {
    /// Has the gauge say whether KSC refuses the account.
    pub fn tell_credentials(&self) {
        self.ksc_metrics.credentials_refused(matches!(
            self.pool.status().credentials,
            CredentialState::Refused { .. } | CredentialState::SecondFactor { .. }
        ));
    }

    /// Renews what the gauges show where it is old, in the background; asks nothing while there is
    /// no KSC to ask.
    pub fn freshen(&self) {
        if self.pool.status().credentials != CredentialState::Accepted {
            return;
        }
        self.census.freshen();
        if !self.console_asked.is_due(self.clock.now()) {
            return;
        }
        let (pool, metrics) = (Arc::clone(&self.pool), Arc::clone(&self.ksc_metrics));
        let census = Arc::clone(&self.census);
        self.carrier.apart(async move {
            let request_id = RequestId::default();
            // What cannot be had leaves its gauge as it was: the counts say that KSC fails.
            let _as_it_was = census.tell_room(request_id.as_str()).await;
            let Ok(mut lease) = pool.lease().await else {
                return;
            };
            let asked = lease.call(&IsAnyServiceConsoleAvailable, request_id.as_str());
            if let Ok(connected) = asked.await {
                metrics.service_console(connected);
            }
        });
    }
}
