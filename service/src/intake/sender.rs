//! Sends a request on its way, so that it is carried to its end and audited whoever hangs up
//! meanwhile.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::created::Created;
use super::errand::Way;
use super::ledger::Hold;
use super::means::Means;
use super::order::ArrivalPlaces;
use super::progress::Progress;
use super::search::Search;
use crate::audit;
use crate::backends::on_backend;
use crate::backends::seam::Deadline;
use crate::carry::{self, Unfinished};
use crate::problem::Problem;
use crate::telemetry::{place, trace};
use crate::ticket::Ticket;
use vocabulary::code::Code;

/// Sends requests. A clone is the same one.
#[derive(Clone)]
pub(super) struct Sender {
    pub(super) means: Arc<Means>,
}

impl Sender {
    pub(super) fn new(means: &Arc<Means>) -> Self {
        Self {
            means: Arc::clone(means),
        }
    }

    /// Sends a request on its way; `hold` is the claim of its key.
    pub(super) async fn send(
        &self,
        ticket: Arc<Ticket>,
        hold: Option<Arc<Hold>>,
        arrival: ArrivalPlaces,
        deadline: Instant,
    ) -> Result<Created, Problem> {
        let keyed = hold.is_some();
        let progress = Arc::new(Progress::new(self.means.backends.words()));
        // Boxed once, where it is small yet: each wrapping would move it as large as it gets.
        let way = Box::pin(whole(
            Arc::clone(&self.means),
            Arc::clone(&ticket),
            hold.clone(),
            arrival,
            deadline,
            Arc::clone(&progress),
        ));
        // The audit line is written here, whatever becomes of the work and of its caller.
        let audited = {
            let (means, progress) = (Arc::clone(&self.means), Arc::clone(&progress));
            async move {
                let result = match carry::until(&means.ending, way).await {
                    Ok(result) => result,
                    Err(Unfinished::BrokeOff) => Err(progress.broken_off()),
                    Err(Unfinished::Late) => Err(progress.stopped()),
                };
                let result = result.map_err(|it| progress.of_backend(it));
                audit::decided(&ticket, &progress.outcome(&result));
                progress
                    .settle(hold.as_deref(), &means.register, &result)
                    .await;
                result
            }
        };
        let work = self.means.carrier.begin(audited);
        let answer = match work.by(patience(deadline)).await {
            Ok(result) => result,
            Err(Unfinished::BrokeOff) => Err(progress.broken_off()),
            Err(Unfinished::Late) => Err(progress.of_backend(progress.late(deadline))),
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

/// The whole way: to the back end that acts, and there.
async fn whole(
    means: Arc<Means>,
    ticket: Arc<Ticket>,
    hold: Option<Arc<Hold>>,
    mut arrival: ArrivalPlaces,
    deadline: Instant,
    progress: Arc<Progress>,
) -> Result<Created, Problem> {
    let search = Search::new(&means, &ticket);
    let found = search.find(
        &mut arrival,
        Deadline::new(deadline, means.backends.words()),
    );
    let found = trace::stage("find_host", found).await?;
    progress.goes_to(found.backend.alias(), found.backend.words());
    progress.warn(found.warnings);
    let alias = found.backend.alias().clone();
    on_backend!(found.backend, backend => {
        let deadline = Deadline::new(deadline, progress.words());
        let way = Way { means, backend, ticket, hold, deadline, progress };
        place::at(&alias, way.go(found.host, arrival)).await
    })
}

/// How long the answer of work is waited for that has this deadline. A little more than the work
/// itself is given: its own answer is the better one.
pub(super) fn patience(deadline: Instant) -> Instant {
    deadline + Duration::from_millis(250)
}
