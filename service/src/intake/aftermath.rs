//! What to make of an `AddIncident` that has failed: whether anything came of it, and what its caller is told.

use ksc::{Delivery, Lease};

use super::Intake;
use super::deliver::{Delivered, Errand};
use super::lost::{LOOK_WITHIN, Presence};
use crate::backends::ksc::fault;
use crate::metrics::TaskOutcome;
use crate::problem::Problem;
use crate::telemetry::trace;
use vocabulary::code::Code;

impl Intake {
    /// What is answered when certainly nothing came of it.
    pub(super) fn not_done(&self, errand: &Errand<'_>, error: &ksc::Error) -> Problem {
        let outcome = match error.delivery() {
            Delivery::NotSent => TaskOutcome::NotSent,
            Delivery::Refused | Delivery::Unknown => TaskOutcome::Refused,
        };
        self.count(errand.ticket, outcome);
        fault::problem(error, errand.ticket.request_id.as_str())
    }

    /// What KSC shows of a request that it has said no to. It may have stored the incident before that: a session can
    /// be lost, or a later step fail, after the row is written. It is not at work on it any more, so one look that
    /// shows everything is enough. Nothing when it cannot be had.
    pub(super) async fn look_behind(
        &self,
        errand: &Errand<'_>,
        error: &ksc::Error,
        lease: &mut Option<Lease>,
    ) -> Option<Presence> {
        let request_id = errand.ticket.request_id.as_str();
        tracing::warn!(
            {
                request.id = request_id,
                error = error as &dyn std::error::Error
            },
            "KSC said no to a new incident; looking whether it has stored it all the same"
        );
        let look = async {
            // Its own lease: another one may not be free.
            let lease = lease.as_mut()?;
            let look = self.look_whole(lease, errand.mark(), request_id);
            look.await.ok()
        };
        let look = tokio::time::timeout(LOOK_WITHIN, look);
        trace::stage("look_up_incident", look).await.ok().flatten()
    }

    /// Looks for an incident whose answer was lost. `used` is the session that it was lost in.
    pub(super) async fn settle(
        &self,
        errand: &Errand<'_>,
        used: Option<Lease>,
    ) -> Result<Delivered, Problem> {
        // The look-up takes a session of its own, and this may be the last one.
        drop(used);
        let ticket = errand.ticket;
        let look_up = self.look_up(errand.mark(), ticket.request_id.as_str());
        let doubt = match trace::stage("look_up_incident", look_up).await {
            Presence::There(incident) => {
                self.count(ticket, TaskOutcome::Found);
                return Ok(Delivered::Found(incident));
            }
            Presence::Open(doubt) => doubt.sentence(),
            Presence::Absent => None,
        };
        self.count(ticket, TaskOutcome::Unknown);
        let mut detail = "The request may have reached KSC, but its answer was lost and no incident of it was found. Look for it in the KSC console before you send it again.".to_owned();
        if let Some(doubt) = doubt {
            detail.push(' ');
            detail.push_str(&doubt);
        }
        Err(Problem::new(Code::OutcomeUnknown, detail))
    }
}
