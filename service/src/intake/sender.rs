//! Sends a request on its way, so that it is carried to its end and audited whoever hangs up
//! meanwhile.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::created::Created;
use super::errand::Way;
use super::ledger::Hold;
use super::means::Means;
use super::order::Place;
use super::progress::Progress;
use crate::audit;
use crate::backends::seam::{Backend, Deadline, Words};
use crate::carry::Unfinished;
use crate::problem::Problem;
use crate::ticket::Ticket;
use vocabulary::code::Code;

/// Sends requests to one back end. A clone is the same one.
pub(super) struct Sender<B> {
    pub(super) means: Arc<Means>,
    pub(super) backend: Arc<B>,
}

impl<B> Clone for Sender<B> {
    fn clone(&self) -> Self {
        Self {
            means: Arc::clone(&self.means),
            backend: Arc::clone(&self.backend),
        }
    }
}

impl<B: Backend> Sender<B> {
    pub(super) fn new(means: &Arc<Means>, backend: &Arc<B>) -> Self {
        Self {
            means: Arc::clone(means),
            backend: Arc::clone(backend),
        }
    }

    /// Sends a request on its way; `hold` is the claim of its key.
    pub(super) async fn send(
        &self,
        ticket: Arc<Ticket>,
        hold: Option<Arc<Hold>>,
        arrival: Place,
        deadline: Instant,
    ) -> Result<Created, Problem> {
        let keyed = hold.is_some();
        let Words { name, shown_in, .. } = self.backend.words();
        let progress = Arc::new(Progress::default());
        let way = Way {
            means: Arc::clone(&self.means),
            backend: Arc::clone(&self.backend),
            ticket: Arc::clone(&ticket),
            hold: hold.clone(),
            deadline: Deadline::new(deadline, self.backend.words()),
            progress: Arc::clone(&progress),
        };
        let way = self.means.carrier.aside(way.go(arrival));
        // The audit line is written here, whatever becomes of the work and of its caller.
        let audited = {
            let (means, progress) = (Arc::clone(&self.means), Arc::clone(&progress));
            async move {
                let result = match way.until(&means.ending).await {
                    Ok(result) => result,
                    Err(Unfinished::BrokeOff) => Err(progress.broken_off(name)),
                    Err(Unfinished::Late) => Err(progress.unknown(&format!(
                        "The gateway was stopped before {name} answered. Look for the request in {shown_in} before you send it again.",
                    ))),
                };
                audit::decided(&ticket, &progress.outcome(&result));
                if let Some(hold) = hold {
                    progress.settle(&hold, &result).await;
                }
                result
            }
        };
        let work = self.means.carrier.begin(audited);
        let answer = match work.by(patience(deadline)).await {
            Ok(result) => result,
            Err(Unfinished::BrokeOff) => Err(progress.broken_off(name)),
            Err(Unfinished::Late) => Err(progress.unknown(&format!(
                "{name} has not answered in time. The gateway goes on; its audit log will tell the outcome under this request's id.",
            ))),
        };
        answer.map_err(|problem| {
            if keyed && problem.code() == Code::OutcomeUnknown {
                // Whoever has a key may ask with it what became of the request.
                problem.retryable_with_key().with_retry_after(5)
            } else {
                problem
            }
        })
    }
}

/// How long the answer of work is waited for that has this deadline. A little more than the work
/// itself is given: its own answer is the better one.
pub(super) fn patience(deadline: Instant) -> Instant {
    deadline + Duration::from_millis(250)
}
