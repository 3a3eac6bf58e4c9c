//! What became of an `AddIncident` whose answer was lost: looked up, never guessed.

use std::collections::VecDeque;
use std::time::Duration;

use ksc::{AddIncident, Filter, SafeText};
use serde_json::Value;

use super::Intake;

/// The incidents that were already given to requests of this replica, the latest ones. A look-up
/// leaves them out: an equal request of a moment ago has its own incident.
#[derive(Default)]
pub(super) struct Answered {
    latest: VecDeque<i64>,
}

/// Far more than one replica answers within the seconds that a look-up considers.
const REMEMBERED: usize = 4096;

impl Answered {
    pub(super) fn remember(&mut self, incident: i64) {
        if self.latest.len() == REMEMBERED {
            self.latest.pop_front();
        }
        self.latest.push_back(incident);
    }

    fn holds(&self, incident: i64) -> bool {
        self.latest.contains(&incident)
    }
}

/// Pauses before each look. KSC may still be at work on a call whose answer timed out.
const PAUSES: [Duration; 5] = [
    Duration::ZERO,
    Duration::from_millis(250),
    Duration::from_millis(750),
    Duration::from_secs(2),
    Duration::from_secs(4),
];

/// Most equal requests for one host within the time that is looked at.
const MOST_ROWS: usize = 50;

impl Intake {
    /// The incident that a call with a lost answer created, as far as KSC shows one.
    ///
    /// It must be for the same host, have the time that was sent, and hold the same body as JSON.
    /// Nothing but an exact match is taken: the caller is told "unknown" before being told of
    /// somebody else's incident.
    pub(super) async fn look_up(&self, call: &AddIncident, request_id: &str) -> Option<i64> {
        for pause in PAUSES {
            tokio::time::sleep(pause).await;
            match self.look(call, request_id).await {
                Ok(Some(id)) => {
                    self.metrics.looked_up(true);
                    return Some(id);
                }
                Ok(None) => {}
                Err(error) => tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "an incident with a lost answer could not be looked up"
                ),
            }
        }
        self.metrics.looked_up(false);
        None
    }

    async fn look(&self, call: &AddIncident, request_id: &str) -> Result<Option<i64>, ksc::Error> {
        let sent: Value = serde_json::from_str(&call.body).unwrap_or_default();
        let slack = time::Duration::seconds(2);
        let mut conditions = vec![
            Filter::after("KLINCDT_ADDED", call.added - slack),
            Filter::before("KLINCDT_ADDED", call.added + slack),
        ];
        conditions.extend(
            SafeText::parse(&call.host_id)
                .ok()
                .map(|it| Filter::text("KLHST_WKS_HOSTNAME", &it)),
        );
        let filter = Filter::all(conditions).expect("there are conditions");
        let mut lease = self.pool.lease().await?;
        let found = lease.incidents(filter, MOST_ROWS, request_id).await?;
        let answered = self.answered();
        Ok(found
            .rows
            .into_iter()
            .filter(|it| it.added == Some(call.added))
            .filter(|it| {
                it.host_id
                    .as_deref()
                    .is_some_and(|id| id.eq_ignore_ascii_case(&call.host_id))
            })
            .filter(|it| {
                let body = it
                    .body
                    .as_deref()
                    .and_then(|it| serde_json::from_str::<Value>(it).ok());
                body.is_some_and(|it| it == sent)
            })
            .map(|it| it.id)
            .filter(|id| !answered.holds(*id))
            // Were there two, the older one is the one that has waited for its answer.
            .min())
    }
}
