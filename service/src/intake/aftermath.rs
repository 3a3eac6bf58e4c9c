//! What to make of a sending that has failed: whether anything came of it, and what its caller is
//! told.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use super::errand::{Arrived, Errand, Way};
use super::times::{PAUSES, look_up_within};
use crate::backends::seam::{Backend, Depth, Fault as _, Mark, Prepared as _, Presence, Words};
use crate::metrics::TaskOutcome;
use crate::problem::Problem;
use crate::telemetry::Verdict;
use crate::telemetry::trace;
use vocabulary::code::Code;

/// How long one look may take where somebody waits for it.
pub(super) const LOOK_WITHIN: Duration = Duration::from_secs(20);

impl Verdict for Presence {
    fn failure(&self) -> Option<Cow<'static, str>> {
        None
    }
}

impl<B: Backend> Way<B> {
    /// What is answered when certainly nothing came of it.
    pub(super) fn not_done(&self, error: &B::Error) -> Problem {
        self.count(if error.has_not_left() {
            TaskOutcome::NotSent
        } else {
            TaskOutcome::Refused
        });
        error.problem(self.request_id())
    }

    /// What the back end shows of a request that it has said no to. It may have stored it before
    /// that: a session can be lost, or a later step fail, after the row is written. It is not at
    /// work on it any more, so one look that shows everything is enough. Nothing when it cannot be
    /// had.
    pub(super) async fn look_behind(
        &self,
        errand: &mut Errand<'_, B>,
        error: &B::Error,
    ) -> Option<Presence> {
        tracing::warn!(
            {
                request.id = self.request_id(),
                error = error as &dyn std::error::Error
            },
            "a new request was turned away; looking whether it was stored all the same"
        );
        let mark = errand.prepared.mark().clone();
        let within = Some(&mut errand.prepared);
        let look = self
            .backend
            .find(&mark, Depth::Whole, within, self.request_id());
        let look = async { look.await.ok() };
        let look = tokio::time::timeout(LOOK_WITHIN, look);
        trace::stage(self.backend.words().finding, look)
            .await
            .ok()
            .flatten()
    }

    /// Looks for a request whose answer was lost.
    pub(super) async fn settle(&self, errand: &mut Errand<'_, B>) -> Result<Arrived, Problem> {
        // The look-up takes a session of its own, and this may be the last one.
        self.backend.change_session(&mut errand.prepared);
        let within = look_up_within(self.backend.longest_call());
        let look_up = self.look_up(errand.prepared.mark(), Instant::now() + within);
        let doubt = match trace::stage(self.backend.words().finding, look_up).await {
            Presence::There(id) => {
                self.count(TaskOutcome::Found);
                return Ok(Arrived::found(id));
            }
            Presence::Open(doubt) => doubt,
            Presence::Absent => None,
        };
        self.count(TaskOutcome::Unknown);
        let Words {
            name,
            shown_in,
            record,
            ..
        } = self.backend.words();
        let mut detail = format!(
            "The request may have reached {name}, but its answer was lost and no {record} of it was found. Look for it in {shown_in} before you send it again."
        );
        if let Some(doubt) = doubt {
            detail.push(' ');
            detail.push_str(&doubt);
        }
        Err(Problem::new(Code::OutcomeUnknown, detail))
    }

    /// What came of a call with a lost answer, as far as the back end shows it; else what may have.
    /// That it is absent is not said: the back end may be at work on the call.
    async fn look_up(&self, mark: &Mark, until: Instant) -> Presence {
        let mut doubt = None;
        for pause in PAUSES {
            tokio::time::sleep(pause).await;
            let look = self
                .backend
                .find(mark, Depth::Shown, None, self.request_id());
            // The turn is another's after that.
            let Ok(look) = tokio::time::timeout_at(until.into(), look).await else {
                break;
            };
            match look {
                Ok(Presence::There(id)) => {
                    self.means.metrics.looked_up(self.backend.alias(), true);
                    return Presence::There(id);
                }
                Ok(Presence::Absent) => doubt = None,
                Ok(Presence::Open(seen)) => doubt = seen,
                Err(error) => tracing::warn!(
                    {
                        request.id = self.request_id(),
                        error = &error as &dyn std::error::Error
                    },
                    "a request with a lost answer could not be looked up"
                ),
            }
        }
        self.means.metrics.looked_up(self.backend.alias(), false);
        Presence::Open(doubt)
    }
}
