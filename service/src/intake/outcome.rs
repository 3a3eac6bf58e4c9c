//! What became of an `AddIncident` whose answer was lost: looked up, never guessed.

use std::time::Duration;

use ksc::Lease;

use super::Intake;
use super::ledger::Trace;
use crate::digest;
use crate::hosts;

/// Pauses before each look. KSC may still be at work on a call whose answer timed out.
const PAUSES: [Duration; 5] = [
    Duration::ZERO,
    Duration::from_millis(250),
    Duration::from_millis(750),
    Duration::from_secs(2),
    Duration::from_secs(4),
];

/// How long one look may take where somebody waits for it.
pub(super) const LOOK_WITHIN: Duration = Duration::from_secs(20);

/// How far the time that KSC keeps may be from the one that was sent, if it keeps its own.
const SLACK: time::Duration = time::Duration::minutes(10);

/// Most incidents of the host within that time that are looked through.
const MOST_ROWS: usize = 1000;

/// What one look shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sight {
    /// KSC has the incident.
    There(i64),
    /// Every incident of the host within that time was read, and it is none of them.
    Absent,
    /// KSC did not show all of them: it may be among the others.
    Partial,
}

impl Intake {
    /// The incident that a call with a lost answer created, as far as KSC shows one.
    ///
    /// It must be for the same host and hold the very text that was sent, whose spacing no other
    /// request has. Nothing less is taken: the caller is told "unknown" before being told of
    /// somebody else's incident.
    pub(super) async fn look_up(&self, trace: &Trace, request_id: &str) -> Option<i64> {
        for pause in PAUSES {
            tokio::time::sleep(pause).await;
            let look = async {
                let mut lease = self.pool.lease().await?;
                self.look(&mut lease, trace, request_id).await
            };
            match look.await {
                Ok(Sight::There(id)) => {
                    self.metrics.looked_up(true);
                    return Some(id);
                }
                Ok(Sight::Absent | Sight::Partial) => {}
                Err(error) => tracing::warn!(
                    {
                        request.id = request_id,
                        error = &error as &dyn std::error::Error
                    },
                    "an incident with a lost answer could not be looked up"
                ),
            }
        }
        self.metrics.looked_up(false);
        None
    }

    /// One look.
    pub(super) async fn look(
        &self,
        lease: &mut Lease,
        trace: &Trace,
        request_id: &str,
    ) -> Result<Sight, ksc::Error> {
        let filter = hosts::incidents_of(
            &[&trace.host_id],
            trace.added.saturating_sub(SLACK),
            trace.added.saturating_add(SLACK),
        );
        let (host_id, sent) = (trace.host_id.clone(), trace.body.clone());
        let found = lease
            .select_incidents(filter, MOST_ROWS, request_id, move |it| {
                let same_host = it.host_id?.eq_ignore_ascii_case(&host_id);
                (same_host && digest::of_text(&it.body?) == sent).then_some(it.id)
            })
            .await?;
        let whole = found.is_whole();
        let sight = match found.rows.into_iter().min() {
            Some(id) => Sight::There(id),
            None if whole => Sight::Absent,
            None => Sight::Partial,
        };
        if sight == Sight::Partial {
            tracing::warn!(
                { request.id = request_id, read = found.read, total = found.total },
                "KSC did not show all incidents among which a lost one may be"
            );
        }
        Ok(sight)
    }
}
