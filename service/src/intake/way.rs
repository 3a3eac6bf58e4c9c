//! The way of one request to its back end, and every turn that it can take.

use std::sync::Arc;
use std::time::Duration;

use super::asked::asked;
use super::created::Created;
use super::errand::{Arrived, Errand, Halt, Way};
use super::order::{ArrivalPlaces, HostPlace, HostTurn, cut_off};
use super::receipt::AnsweredRequest;
use crate::audit;
use crate::authority::OnHost;
use crate::backends::seam::{
    Arrival, Backend, Certainty, Effect, Fault as _, Landed, Prepared as _, Presence, Receipt,
};
use crate::host::Host;
use crate::metrics::TaskOutcome;
use crate::problem::Problem;
use crate::telemetry::trace;
use vocabulary::code::Code;
use vocabulary::task_id::TaskId;

/// How often a request is tried that provably never left, or that the back end turned away with its
/// session and shows no trace of. Each time the time, and the store that replicas share, are asked
/// anew.
const TRIES: usize = 3;

/// How many devices a name may come to mean while its request waits: one after another, none is to
/// be relied on.
const MOST_MOVES: usize = 1;

impl<B: Backend> Way<B> {
    /// The way to this host, from this place among all that arrive.
    pub(super) async fn go(self, host: Host, arrival: ArrivalPlaces) -> Result<Created, Problem> {
        self.progress.host(&host.id);
        self.means.authority.on_file(self.ticket.request())?;
        let mut on = self.means.authority.on_host(host)?;
        let turn = self.turn(on.host(), arrival);
        let mut turn = trace::stage("wait_for_turn", turn).await?;
        let mut moves = 0;
        loop {
            if turn.is_alone() {
                self.progress.went_alone();
            }
            on = match self.at_turn(&on, turn).await {
                Ok(created) => return Ok(created),
                Err(Halt::Refused(problem)) => return Err(problem),
                Err(Halt::Moved(other)) => *other,
            };
            moves += 1;
            if moves > MOST_MOVES {
                return Err(self.restless());
            }
            // Behind all that wait for that device: its turn was not known to be wanted before.
            let place = self.place(on.host()).await;
            let waiting = async { self.deadline.bounds(place.turn()).await };
            let waited = trace::stage("wait_for_turn", waiting).await?;
            turn = waited.map_err(|it| cut_off(&it))?;
        }
    }

    /// Waits for the host's turn, behind all that came before.
    async fn turn(&self, host: &Host, arrival: ArrivalPlaces) -> Result<HostTurn, Problem> {
        let arrived = arrival.turn(self.backend.alias());
        let arrived = self.deadline.bounds(arrived).await?;
        let place = self.place(host).await;
        drop(arrived);
        let turn = self.deadline.bounds(place.turn()).await?;
        turn.map_err(|it| cut_off(&it))
    }

    async fn place(&self, host: &Host) -> HostPlace {
        self.means.order.queue(self.backend.alias(), &host.id).await
    }

    /// The way of a request whose turn it is. The turn ends with it.
    async fn at_turn(&self, on: &OnHost, turn: HostTurn) -> Result<Created, Halt> {
        let latest = turn.ticket().map(|it| it.latest().to_owned());
        let prepared = self
            .backend
            .prepare(&self.ticket, on, latest.as_deref(), self.deadline)
            .await?;
        self.progress.area(prepared.area());
        let mut errand = Errand::new(on, turn, prepared);
        let added = self.deliver(&mut errand);
        let added = trace::stage(self.backend.words().sending, added).await;
        let is_unknown =
            matches!(&added, Err(Halt::Refused(it)) if it.code() == Code::OutcomeUnknown);
        if !is_unknown {
            self.isolation_settled(&errand);
        }
        let arrived = match added {
            Ok(arrived) => arrived,
            Err(halt) => {
                if is_unknown {
                    self.backend.sent(&mut errand.prepared, Arrival::Unknown);
                    if let Some(id) = errand.prepared.task_id() {
                        let receipt = self.receipt(errand.on.host(), &errand.prepared);
                        self.progress.asked(asked(&self.ticket, id, &receipt));
                    }
                }
                return Err(halt);
            }
        };
        Ok(self.land(errand, &arrived).await)
    }

    /// The back end has it: what is left to do, and the answer.
    async fn land(&self, mut errand: Errand<'_, B>, arrived: &Arrived) -> Created {
        let fate = arrived.fate();
        let said = self.backend.sent(&mut errand.prepared, fate);
        if let (Some(ticket), Some(text)) = (errand.turn.ticket(), said) {
            ticket.names(text);
        }
        let facts = self.backend.facts(&arrived.id);
        self.progress.arrived(arrived.id.clone(), facts);
        let mut receipt = self.receipt(errand.on.host(), &errand.prepared);
        let asked = asked(&self.ticket, &arrived.id, &receipt);
        let asker = Arc::clone(&asked.asker);
        self.progress.asked(asked);
        let before = self.isolations_before(&errand, &arrived.id).await;
        let request = self.ticket.request();
        let Errand { turn, prepared, .. } = errand;
        let until = self.deadline.at();
        let landing = self
            .backend
            .land(prepared, fate, until, &self.ticket.request_id);
        let Landed { warnings, room } = landing.await;
        // The order of what was sent stands by now.
        drop(turn);
        receipt.warnings.extend(warnings);
        receipt
            .warnings
            .extend(self.progress.warning().map(str::to_owned));
        receipt.warnings.extend(before);
        let answered = AnsweredRequest::new(receipt, arrived.id.clone());
        let task = self.backend.birth(&arrived.id, &answered.receipt, request);
        self.progress.answered(answered);
        self.backend.remember(&task);
        Created {
            task,
            asker,
            found: self.progress.found(),
            room,
            replayed: false,
        }
    }

    /// Has the back end carry it out: once, or with certainty not at all, or unknown.
    async fn deliver(&self, errand: &mut Errand<'_, B>) -> Result<Arrived, Halt> {
        let mut tries = 0;
        loop {
            tries += 1;
            let error = match self.try_once(errand).await {
                Ok(Ok(id)) => {
                    self.count(TaskOutcome::Accepted);
                    return Ok(Arrived::told(id));
                }
                Ok(Err(error)) => error,
                Err(Halt::Refused(problem)) => {
                    self.count(TaskOutcome::NotSent);
                    return Err(Halt::Refused(problem));
                }
                Err(moved @ Halt::Moved(_)) => return Err(moved),
            };
            let again = tries < TRIES;
            match (error.certainty(), errand.prepared.effect()) {
                (Certainty::NothingDone, _) if again && error.is_passing() => {
                    self.backend.change_session(&mut errand.prepared);
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                (Certainty::NothingDone, _) => return Err(self.not_done(&error).into()),
                // To send it again does what the first sending did.
                (Certainty::Open, Effect::Idempotent) if again => {
                    self.backend.change_session(&mut errand.prepared);
                }
                (Certainty::Answered, _) => {
                    match Box::pin(self.look_behind(errand, &error)).await {
                        Some(Presence::There(id)) => {
                            self.count(TaskOutcome::Found);
                            self.means.metrics.looked_up(self.backend.alias(), true);
                            return Ok(Arrived::found(id));
                        }
                        // The same session begins anew: another one may be as dead.
                        Some(Presence::Absent) if again && error.has_ended_session() => {}
                        Some(Presence::Absent) => return Err(self.not_done(&error).into()),
                        Some(Presence::Open(_)) | None => {
                            return Ok(Box::pin(self.settle(errand)).await?);
                        }
                    }
                }
                (Certainty::Open, Effect::Once | Effect::Idempotent) => {
                    tracing::warn!(
                        {
                            request.id = self.request_id(),
                            error = &error as &dyn std::error::Error
                        },
                        "the answer to a new request was lost; looking it up"
                    );
                    return Ok(Box::pin(self.settle(errand)).await?);
                }
            }
        }
    }

    /// One try. The outer result says whether anything could be sent at all.
    ///
    /// The order is the promise: ready, written down, deadline, sent once.
    async fn try_once(&self, errand: &mut Errand<'_, B>) -> Result<Result<TaskId, B::Error>, Halt> {
        let ready = self.backend.ready(&mut errand.prepared, self.deadline);
        if let Err(error) = ready.await? {
            return Ok(Err(error));
        }
        let again = self.look_at_host_again(errand);
        self.deadline.bounds(again).await??;
        let _under_way = self.begin(errand).await?;
        let (backend, host_id) = (self.backend.alias(), &errand.on.host().id);
        audit::sending(&self.ticket, backend, host_id, errand.prepared.area()).await?;
        // Beyond this point the request counts as sent. A caller that has been given up on, and may
        // have tried elsewhere, must not be surprised by a late isolation.
        self.progress.leaves(self.deadline)?;
        let sending = self.backend.send(&mut errand.prepared, self.request_id());
        Ok(sending.await)
    }

    /// Waiting for a turn, a session or a count may have taken longer than a look-up is good for:
    /// what the name means, and whether that is protected, is asked again then. A look-up that is
    /// good costs nothing.
    async fn look_at_host_again(&self, errand: &mut Errand<'_, B>) -> Result<(), Halt> {
        let name = self.ticket.request().host();
        let host = self
            .backend
            .host_again(&mut errand.prepared, name, self.request_id())
            .await?;
        let is_same = host.id.eq_ignore_ascii_case(&errand.on.host().id);
        if !is_same {
            tracing::warn!(
                { request.id = self.request_id(), host.id = host.id },
                "a name has come to mean another host while its request waited"
            );
            self.progress.moved(&host.id);
        }
        let on = self.means.authority.on_host(host)?;
        if is_same {
            Ok(())
        } else {
            Err(Halt::Moved(Box::new(on)))
        }
    }

    /// What is kept of the request as it leaves.
    pub(super) fn receipt(&self, host: &Host, prepared: &B::Prepared) -> Receipt {
        Receipt::new(self.ticket.request(), self.request_id(), host, prepared)
    }

    pub(super) fn request_id(&self) -> &str {
        self.ticket.request_id.as_str()
    }

    pub(super) fn count(&self, outcome: TaskOutcome) {
        let task = self.ticket.request().task();
        let backend = self.backend.alias();
        self.means.metrics.task(backend, task, outcome);
    }

    fn restless(&self) -> Problem {
        Problem::new(
            self.backend.words().unavailable,
            "While the request waited, its host's name came to mean one device after another. Nothing was sent.",
        )
        .with_retry_after(5)
    }
}
