//! A request with a key is carried out once, however often it comes.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::aftermath::LOOK_WITHIN;
use super::asked::asked_before;
use super::created::Created;
use super::fingerprint;
use super::ledger::{Claim, Hold, LostRequest};
use super::order::{ArrivalPlaces, cut_off};
use super::receipt::AnsweredRequest;
use super::sender::{Sender, patience};
use crate::audit;
use crate::backends::seam::{Backend, Depth, Fault as _, Presence, Words};
use crate::backends::{Backends, on_backend};
use crate::carry::Unfinished;
use crate::problem::Problem;
use crate::telemetry::Verdict;
use crate::telemetry::{place, trace};
use crate::ticket::Ticket;
use vocabulary::code::Code;
use vocabulary::key::Key;
use vocabulary::task_id::TaskId;

/// How far apart the two looks are that show that the back end has no trace of a request.
const APART: Duration = Duration::from_secs(1);

/// What a look for a request of unknown fate found.
enum Finding {
    /// The back end has it.
    There(TaskId),
    /// It showed all that there is, twice, and the request is not there, long after it could have
    /// arrived.
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

/// Carries requests out under their keys.
pub(super) struct Once {
    sender: Sender,
}

impl Once {
    pub(super) fn new(sender: Sender) -> Self {
        Self { sender }
    }

    /// Carries out a request under its key, or gives the answer that it had.
    pub(super) async fn carry_out(
        self,
        key: &Key,
        ticket: Arc<Ticket>,
        mut arrival: ArrivalPlaces,
        deadline: Instant,
    ) -> Result<Created, Problem> {
        let print = fingerprint::of(ticket.request());
        let means = Arc::clone(&self.sender.means);
        loop {
            let claim = means.ledger.claim(ticket.caller(), key, print);
            let claim = trace::stage("claim_key", claim).await;
            match claim.map_err(|away| refuse(&ticket, cut_off(&away), None))? {
                Claim::First(hold) => {
                    let hold = Some(Arc::new(hold));
                    return self.sender.send(ticket, hold, arrival, deadline).await;
                }
                Claim::Replay(answered) => return self.replay(&ticket, &answered),
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
                    arrival = means.arrive(&ticket).await;
                }
                Claim::Conflict => return Err(refuse(&ticket, reused(), None)),
                Claim::Full => return Err(refuse(&ticket, full(), None)),
                Claim::Unknown(hold, lost_request) => {
                    drop(arrival);
                    let backend = means
                        .backends
                        .named(&lost_request.sent.backend, ticket.reach());
                    let Some(backend) = backend.cloned() else {
                        let problem =
                            elsewhere(&means.backends, lost_request.sent.backend.as_str());
                        return Err(refuse(&ticket, problem, lost_request.sent.mark.host_id()));
                    };
                    let alias = backend.alias().clone();
                    let resolved = on_backend!(backend, backend => {
                        let lost = LostAt { sender: self.sender, backend };
                        place::at(&alias, lost.resolve(ticket, hold, lost_request, deadline)).await
                    });
                    return resolved.map_err(|it| it.of(&alias));
                }
            }
        }
    }

    /// The answer that the request had, with the parameters that it brings again.
    ///
    /// # Errors
    /// When its back end is none that this replica knows and the caller may use.
    fn replay(&self, ticket: &Ticket, answered: &AnsweredRequest) -> Result<Created, Problem> {
        let means = &self.sender.means;
        let has_it = means.backends.that_has(&answered.id);
        let backend = has_it.filter(|it| ticket.reach().has(it.alias()));
        let Some(backend) = backend else {
            let problem = elsewhere(&means.backends, answered.id.backend());
            return Err(refuse(ticket, problem, Some(&answered.receipt.host.id)));
        };
        Ok(on_backend!(backend, it => replayed(&**it, ticket, answered)))
    }
}

/// A request that may have arrived at this back end.
struct LostAt<B> {
    sender: Sender,
    backend: Arc<B>,
}

impl<B: Backend> LostAt<B> {
    /// Has it found out what became of a request that may have been sent. The work is finished, and
    /// audited, whoever hangs up meanwhile.
    async fn resolve(
        self,
        ticket: Arc<Ticket>,
        hold: Hold,
        lost: LostRequest,
        deadline: Instant,
    ) -> Result<Created, Problem> {
        let words = self.backend.words();
        let means = Arc::clone(&self.sender.means);
        let work = {
            let ticket = Arc::clone(&ticket);
            async move { self.find_out(ticket, hold, &lost, deadline).await }
        };
        match means.carrier.begin(work).by(patience(deadline)).await {
            Ok(result) => result,
            Err(Unfinished::BrokeOff) => {
                // It may have been sent before, whatever was being found out.
                Err(refuse(&ticket, still_unknown(words, 5), None))
            }
            Err(Unfinished::Late) => Err(still_unknown(words, 5)),
        }
    }

    /// Finds out what became of a request that may have been sent, and sends it again only when the
    /// back end certainly does not have it.
    async fn find_out(
        self,
        ticket: Arc<Ticket>,
        hold: Hold,
        lost: &LostRequest,
        deadline: Instant,
    ) -> Result<Created, Problem> {
        let (means, backend) = (&self.sender.means, &self.backend);
        let looked = tokio::select! {
            looked = trace::stage("look_up_unknown", self.look_again(&ticket, lost)) => looked,
            // Gives the session back, so that it can be ended.
            () = means.ending.reached() => Finding::Open(still_unknown(backend.words(), 5)),
        };
        let mark = &lost.sent.mark;
        match looked {
            Finding::There(id) => {
                means.metrics.looked_up(backend.alias(), true);
                means.isolation_known(backend.alias(), lost.sent.receipt.task, mark);
                backend.land_late(&id, mark, &ticket.request_id);
                let answered = AnsweredRequest::new(lost.sent.receipt.clone(), id);
                let note = means.register.enter(&asked_before(&ticket, &answered));
                hold.settle(answered.clone(), note.as_ref());
                let created = replayed(&**backend, &ticket, &answered);
                backend.remember(&created.task);
                Ok(created)
            }
            Finding::Absent => {
                tracing::warn!(
                    { request.id = ticket.request_id.as_str() },
                    "there is no trace of the request that was sent under this key before; it is sent again"
                );
                means.isolation_known(backend.alias(), lost.sent.receipt.task, mark);
                hold.renew();
                let arrival = means.arrive(&ticket).await;
                self.sender
                    .send(ticket, Some(Arc::new(hold)), arrival, deadline)
                    .await
            }
            Finding::Open(problem) => Err(refuse(&ticket, problem, mark.host_id())),
        }
    }

    /// Looks for a request that may have arrived. That it is not there takes more than one look at
    /// everything that could have come of it, long after it could have arrived.
    async fn look_again(&self, ticket: &Ticket, lost: &LostRequest) -> Finding {
        let (means, backend) = (&self.sender.means, &self.backend);
        let (words, request_id) = (backend.words(), ticket.request_id.as_str());
        let age = lost.age.when(means.clock.passed());
        let settled = age >= backend.settles_after();
        let looks = async {
            let mark = &lost.sent.mark;
            if !settled {
                return backend.find(mark, Depth::Shown, None, request_id).await;
            }
            let first = backend.find(mark, Depth::Whole, None, request_id).await?;
            if first != Presence::Absent {
                return Ok(first);
            }
            tokio::time::sleep(APART).await;
            backend.find(mark, Depth::Whole, None, request_id).await
        };
        match tokio::time::timeout(LOOK_WITHIN * 2, looks).await {
            Ok(Ok(Presence::There(id))) => Finding::There(id),
            Ok(Ok(Presence::Absent)) if settled => Finding::Absent,
            Ok(Ok(Presence::Open(doubt))) => Finding::Open(doubtful(words, doubt.as_deref())),
            Ok(Ok(Presence::Absent)) => {
                let left = backend.settles_after().saturating_sub(age);
                Finding::Open(still_unknown(words, left.as_secs().clamp(1, 3600)))
            }
            Ok(Err(error)) => {
                // Logged; what the caller must know is that nothing is known.
                let _problem = error.problem(request_id);
                Finding::Open(still_unknown(words, 5))
            }
            Err(_) => Finding::Open(still_unknown(words, 60)),
        }
    }
}

/// The answer that a request had, with the parameters that it brings again.
fn replayed<B: Backend>(backend: &B, ticket: &Ticket, answered: &AnsweredRequest) -> Created {
    let task = backend.birth(&answered.id, &answered.receipt, ticket.request());
    audit::replayed(ticket, &task);
    Created {
        task,
        asker: asked_before(ticket, answered).asker,
        found: Vec::new(),
        room: None,
        replayed: true,
    }
}

/// The request that came first went to a back end that this replica is not configured for, or that
/// its caller may not use any more: of that one nothing is said.
fn elsewhere(backends: &Backends, alias: &str) -> Problem {
    if backends.knows(alias) {
        return reused();
    }
    Problem::new(
        Code::BackendUnknown,
        "The request that came first with this Idempotency-Key went to a back end that this replica does not know. Nothing was sent now.",
    )
    .with_retry_after(5)
}

/// Audits an answer that is given although nothing was done.
fn refuse(ticket: &Ticket, problem: Problem, host_id: Option<&str>) -> Problem {
    let outcome = audit::Outcome {
        backend: None,
        host_id,
        result: Err(&problem),
        area: None,
    };
    audit::decided(ticket, &outcome);
    problem
}

fn in_progress() -> Problem {
    Problem::new(
        Code::RequestInProgress,
        "The request that came first with this Idempotency-Key is still under way.",
    )
    .with_retry_after(5)
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

/// What is said while something in the back end may be of the request.
fn doubtful(words: Words, doubt: Option<&str>) -> Problem {
    let Some(sentence) = doubt else {
        return still_unknown(words, 60);
    };
    let Words { name, shown_in, .. } = words;
    Problem::new(
        Code::OutcomeUnknown,
        format!(
            "The request that came first with this Idempotency-Key may have reached {name}. {sentence} It is not sent again while that is so: look at it in {shown_in}, and use a new key if the task is wanted all the same."
        ),
    )
    .retryable_with_key()
    .with_retry_after(60)
}

fn still_unknown(words: Words, seconds: u64) -> Problem {
    let Words { name, record, .. } = words;
    Problem::new(
        Code::OutcomeUnknown,
        format!(
            "The request that came first with this Idempotency-Key may have reached {name}, which shows no {record} of it yet. Send it again with the same key."
        ),
    )
    .retryable_with_key()
    .with_retry_after(u32::try_from(seconds).unwrap_or(60))
}
