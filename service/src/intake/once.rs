//! A request with a key is carried out once, however often it comes.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::confirm::Unconfirmed;
use super::ledger::{Claim, Hold, LostRequest};
use super::lost::{Doubt, LOOK_WITHIN, Presence};
use super::order::Place;
use super::receipt::AnsweredRequest;
use super::{Created, Intake, Progress, birth, broken_off, fingerprint, patience};
use crate::audit;
use crate::backends::ksc::fault;
use crate::carry::Unfinished;
use crate::problem::Problem;
use crate::store::Away;
use crate::telemetry::Verdict;
use crate::telemetry::trace;
use crate::ticket::Ticket;
use vocabulary::code::Code;
use vocabulary::key::Key;

/// How far apart the two looks are that show that KSC has no trace of a request.
const APART: Duration = Duration::from_secs(1);

/// What a look for a request of unknown fate found.
enum Finding {
    /// KSC has it.
    There(i64),
    /// KSC showed all that there is, twice, and it is not there, long after it could have arrived.
    Absent,
    /// Nobody can say yet.
    Open(Problem),
}

impl Verdict for Finding {
    fn failure(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::There(_) | Self::Absent => None,
            Self::Open(problem) => Some(problem.code().name().into()),
        }
    }
}

impl Intake {
    /// Carries out a request under its key, or gives the answer that it had.
    pub(super) async fn once(
        self: &Arc<Self>,
        key: &Key,
        ticket: Arc<Ticket>,
        mut arrival: Place,
        deadline: Instant,
    ) -> Result<Created, Problem> {
        let print = fingerprint::of(ticket.request());
        loop {
            let claim = self.ledger.claim(ticket.caller(), key, print);
            let claim = trace::stage("claim_key", claim).await;
            match claim.map_err(|away| refuse(&ticket, cut_off(&away), None))? {
                Claim::First(hold) => {
                    let hold = Some(Arc::new(hold));
                    return self.send(ticket, hold, arrival, deadline).await;
                }
                Claim::Replay(answered) => return Ok(replay(&ticket, &answered)),
                Claim::InFlight(mut decided) => {
                    // Whoever waits for another request keeps nobody behind it waiting.
                    drop(arrival);
                    let waited = tokio::time::timeout_at(deadline.into(), async {
                        let _news = decided.changed().await;
                    });
                    if trace::stage("wait_for_first_request", waited)
                        .await
                        .is_err()
                    {
                        return Err(refuse(&ticket, in_progress(), None));
                    }
                    arrival = self.order.arrive().await;
                }
                Claim::Conflict => return Err(refuse(&ticket, reused(), None)),
                Claim::Full => return Err(refuse(&ticket, full(), None)),
                Claim::Unknown(hold, lost) => {
                    drop(arrival);
                    return self.resolve(ticket, hold, lost, deadline).await;
                }
            }
        }
    }

    /// Has it found out what became of a request that may have been sent. The work is finished, and
    /// audited, whoever hangs up meanwhile.
    async fn resolve(
        self: &Arc<Self>,
        ticket: Arc<Ticket>,
        hold: Hold,
        lost: LostRequest,
        deadline: Instant,
    ) -> Result<Created, Problem> {
        let work = {
            let (this, ticket) = (Arc::clone(self), Arc::clone(&ticket));
            async move { this.find_out(ticket, hold, &lost, deadline).await }
        };
        let work = self.carrier.begin(work);
        match work.by(patience(deadline)).await {
            Ok(result) => result,
            Err(Unfinished::BrokeOff) => {
                let problem = broken_off(&Progress::default());
                Err(refuse(&ticket, problem, None))
            }
            Err(Unfinished::Late) => Err(still_unknown(5)),
        }
    }

    /// Finds out what became of a request that may have been sent, and sends it again only when KSC
    /// certainly does not have it.
    async fn find_out(
        self: &Arc<Self>,
        ticket: Arc<Ticket>,
        hold: Hold,
        lost: &LostRequest,
        deadline: Instant,
    ) -> Result<Created, Problem> {
        let looked = tokio::select! {
            looked = trace::stage("look_up_unknown", self.look_again(&ticket, lost)) => looked,
            // Gives the KSC session back, so that it can be ended.
            () = self.ending.reached() => Finding::Open(still_unknown(5)),
        };
        match looked {
            Finding::There(incident) => {
                self.metrics.looked_up(true);
                self.isolation_known(lost.sent.receipt.task, &lost.sent.mark);
                let answered = AnsweredRequest::new(lost.sent.receipt.clone(), incident);
                hold.settle(answered.clone()).await;
                let mark = &lost.sent.mark;
                self.confirm_later(Unconfirmed::new(incident, mark, true, &ticket.request_id));
                Ok(replay(&ticket, &answered))
            }
            Finding::Absent => {
                tracing::warn!(
                    { request.id = ticket.request_id.as_str() },
                    "KSC has no trace of the request that was sent under this key before; it is sent again"
                );
                self.isolation_known(lost.sent.receipt.task, &lost.sent.mark);
                hold.renew();
                let arrival = self.order.arrive().await;
                self.send(ticket, Some(Arc::new(hold)), arrival, deadline)
                    .await
            }
            Finding::Open(problem) => Err(refuse(&ticket, problem, Some(&lost.sent.mark.host_id))),
        }
    }

    /// Looks for a request that may have reached KSC. That it is not there takes more than one look: every incident of
    /// the host and every KSC task, twice, long after it could have arrived.
    async fn look_again(&self, ticket: &Ticket, lost: &LostRequest) -> Finding {
        let request_id = ticket.request_id.as_str();
        let age = lost.age.when(self.clock.passed());
        let settled = age >= self.settings.unknown_settles_after;
        let looks = async {
            let mark = &lost.sent.mark;
            let mut lease = self.pool.lease().await?;
            if !settled {
                return self.look(&mut lease, mark, request_id).await;
            }
            let first = self.look_whole(&mut lease, mark, request_id).await?;
            // Nobody else is kept waiting for the session meanwhile.
            drop(lease);
            if first != Presence::Absent {
                return Ok(first);
            }
            tokio::time::sleep(APART).await;
            let mut lease = self.pool.lease().await?;
            self.look_whole(&mut lease, mark, request_id).await
        };
        match tokio::time::timeout(LOOK_WITHIN * 2, looks).await {
            Ok(Ok(Presence::There(incident))) => Finding::There(incident),
            Ok(Ok(Presence::Absent)) if settled => Finding::Absent,
            Ok(Ok(Presence::Open(doubt))) => Finding::Open(doubtful(&doubt)),
            Ok(Ok(Presence::Absent)) => {
                let left = self.settings.unknown_settles_after.saturating_sub(age);
                Finding::Open(still_unknown(left.as_secs().clamp(1, 3600)))
            }
            Ok(Err(error)) => {
                // Logged; what the caller must know is that nothing is known.
                let _problem = fault::problem(&error, request_id);
                Finding::Open(still_unknown(5))
            }
            Err(_) => Finding::Open(still_unknown(60)),
        }
    }
}

/// Audits an answer that is given although nothing was done.
fn refuse(ticket: &Ticket, problem: Problem, host_id: Option<&str>) -> Problem {
    let outcome = audit::Outcome {
        host_id,
        result: Err(&problem),
        area: None,
    };
    audit::decided(ticket, &outcome);
    problem
}

/// The answer that the request had, with the parameters that it brings again.
fn replay(ticket: &Ticket, answered: &AnsweredRequest) -> Created {
    let task = birth::task(answered, ticket.request());
    audit::replayed(ticket, &task);
    Created {
        task,
        room: None,
        replayed: true,
    }
}

fn in_progress() -> Problem {
    Problem::new(
        Code::RequestInProgress,
        "The request that came first with this Idempotency-Key is still under way.",
    )
    .with_retry_after(5)
}

/// What is said when the shared store cannot be asked. Before anything is sent.
pub(super) fn cut_off(away: &Away) -> Problem {
    tracing::warn!(
        error = away as &dyn std::error::Error,
        "a request is refused because the shared store cannot be asked"
    );
    Problem::new(
        Code::StoreUnavailable,
        "The store that the replicas share cannot be asked, so nobody can say whether another one has this request in hand. Nothing was sent.",
    )
    .with_retry_after(2)
}

fn reused() -> Problem {
    Problem::new(
        Code::IdempotencyKeyReused,
        "This Idempotency-Key was used for another request. Use a new key for a new request.",
    )
}

fn full() -> Problem {
    Problem::new(
        Code::RateLimited,
        "No more idempotency keys can be kept for now. Nothing was sent.",
    )
    .with_retry_after(60)
}

/// What is said while something in KSC may be of the request.
fn doubtful(doubt: &Doubt) -> Problem {
    let Some(sentence) = doubt.sentence() else {
        return still_unknown(60);
    };
    Problem::new(
        Code::OutcomeUnknown,
        format!(
            "The request that came first with this Idempotency-Key may have reached KSC. {sentence} It is not sent again while that is so: look at it in the KSC console, and use a new key if the task is wanted all the same."
        ),
    )
    .retryable_with_key()
    .with_retry_after(60)
}

fn still_unknown(seconds: u64) -> Problem {
    Problem::new(
        Code::OutcomeUnknown,
        "The request that came first with this Idempotency-Key may have reached KSC, which shows no incident of it yet. Send it again with the same key.",
    )
    .retryable_with_key()
    .with_retry_after(u32::try_from(seconds).unwrap_or(60))
}
