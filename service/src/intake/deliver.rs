//! The way of one request into KSC, and every turn that it can take.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use ksc::{Certainty, Kind, Lease};
use tokio::time::timeout_at;

use super::birth::{self, warnings};
use super::confirm::Unconfirmed;
use super::console::{self, Console};
use super::isolations;
use super::ledger::{Hold, Mark};
use super::lost::Presence;
use super::milestone::Milestone;
use super::once::cut_off;
use super::order::{HostTurn, Place};
use super::receipt::{AnsweredRequest, SentRequest};
use super::translate::KscCall;
use super::{Created, Intake, Progress};
use crate::audit;
use crate::authority::OnHost;
use crate::config::StorePolicy;
use crate::host::Host;
use crate::metrics::TaskOutcome;
use crate::problem::Problem;
use crate::store::{Clearance, Departure, Isolates};
use crate::telemetry::Verdict;
use crate::telemetry::trace;
use crate::ticket::Ticket;
use vocabulary::code::Code;
use vocabulary::task::isolate_host::IsolationAction;

/// How long a host may be looked for. Requests for other hosts that came later wait so long at
/// most, because only then is it known that they are for other hosts.
const FIND_WITHIN: Duration = Duration::from_secs(10);

/// How often a call is tried that provably never left, or that KSC turned away with its session and shows no trace of.
/// Each time the time, and the store that replicas share, are asked anew.
const TRIES: usize = 3;

/// How many devices a name may come to mean while its request waits: one after another, none is to be relied on.
const MOST_MOVES: usize = 1;

/// A request that is about to leave, with all that lets it.
pub(super) struct Errand<'a> {
    pub(super) ticket: &'a Ticket,
    hold: Option<&'a Hold>,
    pub(super) on: &'a OnHost,
    order: &'a KscCall,
    pub(super) turn: &'a HostTurn,
    /// The youngest incident that was known before anything left.
    milestone: Option<Milestone>,
    /// What it can be found by, once that is needed.
    mark: OnceLock<Mark>,
    /// The isolations of the host that were open when it left.
    pub(super) open: OnceLock<Vec<String>>,
}

impl Errand<'_> {
    pub(super) fn mark(&self) -> &Mark {
        self.mark
            .get_or_init(|| Mark::of(&self.order.call, self.milestone.clone()))
    }
}

/// Why nothing is sent at a turn.
enum Halt {
    /// It is answered so.
    Refused(Problem),
    /// The name means this host by now, whose turn another request may have.
    Moved(Box<OnHost>),
}

impl From<Problem> for Halt {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

impl Verdict for Result<Delivered, Halt> {
    fn failure(&self) -> Option<Cow<'static, str>> {
        match self {
            Ok(_) => None,
            Err(Halt::Refused(problem)) => Some(problem.code().name().into()),
            Err(Halt::Moved(_)) => Some("moved".into()),
        }
    }
}

/// An incident that stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delivered {
    /// KSC's answer names it.
    Told(i64),
    /// The answer was lost or a refusal; KSC shows it.
    Found(i64),
}

impl Delivered {
    fn incident(self) -> i64 {
        match self {
            Self::Told(incident) | Self::Found(incident) => incident,
        }
    }
}

impl Intake {
    /// The way of a request. What becomes known on it is noted for whoever cannot wait for its
    /// end: the audit log, and a caller whose patience is over.
    pub(super) async fn way(
        self: &Arc<Self>,
        ticket: &Ticket,
        hold: Option<&Hold>,
        arrival: Place,
        deadline: Instant,
        known: &Progress,
    ) -> Result<Created, Problem> {
        let find = async { in_time(deadline, self.find(ticket, known)).await? };
        let mut on = trace::stage("find_host", find).await?;
        let turn = self.turn(on.host(), arrival, deadline);
        let mut turn = trace::stage("wait_for_turn", turn).await?;
        let mut moves = 0;
        loop {
            if turn.is_alone() {
                known.went_alone();
            }
            let sent = self.at_turn(ticket, hold, &on, turn, deadline, known);
            on = match sent.await {
                Ok(created) => return Ok(created),
                Err(Halt::Refused(problem)) => return Err(problem),
                Err(Halt::Moved(other)) => *other,
            };
            moves += 1;
            if moves > MOST_MOVES {
                return Err(restless());
            }
            // Behind all that wait for that device: its turn was not known to be wanted before.
            let place = self.order.queue(&on.host().id).await;
            let waiting = async { in_time(deadline, place.turn()).await };
            let waited = trace::stage("wait_for_turn", waiting).await?;
            turn = waited.map_err(|it| cut_off(&it))?;
        }
    }

    /// The way of a request whose turn it is. The turn ends with it.
    async fn at_turn(
        self: &Arc<Self>,
        ticket: &Ticket,
        hold: Option<&Hold>,
        on: &OnHost,
        turn: HostTurn,
        deadline: Instant,
        known: &Progress,
    ) -> Result<Created, Halt> {
        let request_id = ticket.request_id.as_str();
        let console = async { in_time(deadline, self.console(request_id)).await? };
        let console = trace::stage("check_console", console).await?;

        let reservation = async { in_time(deadline, self.budget.reserve(request_id)).await? };
        let reservation = trace::stage("reserve_room", reservation).await?;

        let order = self
            .translator
            .translate(ticket.request(), &on.host().id, self.clock.now());
        known.area(&order.area);
        let errand = Errand {
            ticket,
            hold,
            on,
            order: &order,
            turn: &turn,
            milestone: self.milestone_at(&turn),
            mark: OnceLock::new(),
            open: OnceLock::new(),
        };
        let added = self.add(&errand, deadline, known);
        let added = trace::stage("add_incident", added).await;
        let is_unknown =
            matches!(&added, Err(Halt::Refused(it)) if it.code() == Code::OutcomeUnknown);
        if !is_unknown {
            self.isolation_settled(&errand);
        }
        match &added {
            Ok(added) => reservation.sent(Some(added.incident())),
            Err(_) if is_unknown => reservation.sent(None),
            Err(_) => {}
        }
        let added = added?;
        let incident = added.incident();
        let milestone = Milestone {
            incident,
            body: errand.mark().body.clone(),
        };
        if let Some(ticket) = turn.ticket() {
            ticket.names(milestone.write());
        }
        self.latest.note(milestone);
        known.incident(incident);
        let before = self.isolations_before(&errand, incident).await;
        let is_old = matches!(added, Delivered::Found(_));
        let unconfirmed = Unconfirmed::new(incident, errand.mark(), is_old, &ticket.request_id);
        let confirmation = self.confirm(unconfirmed, turn, deadline).await;
        let mut warnings = warnings(console, confirmation);
        warnings.extend(reservation.warning);
        warnings.extend(known.warning());
        warnings.extend(before.iter().map(String::as_str));
        let mut receipt = birth::receipt(ticket, on.host(), &order);
        receipt
            .warnings
            .extend(warnings.into_iter().map(str::to_owned));
        let answered = AnsweredRequest::new(receipt, incident);
        let task = birth::task(&answered, ticket.request());
        known.answered(answered);
        Ok(Created {
            task,
            room: reservation.room,
            replayed: false,
        })
    }

    /// The youngest incident that this replica, or any that shares its store, was told of.
    fn milestone_at(&self, turn: &HostTurn) -> Option<Milestone> {
        let told = turn.ticket().and_then(|it| Milestone::read(it.latest()));
        Milestone::younger(self.latest.milestone(), told)
    }

    /// Waits for the host's turn, behind all that came before.
    async fn turn(
        &self,
        host: &Host,
        arrival: Place,
        deadline: Instant,
    ) -> Result<HostTurn, Problem> {
        let arrived = in_time(deadline, arrival.turn()).await?;
        let place = self.order.queue(&host.id).await;
        drop(arrived);
        let turn = in_time(deadline, place.turn()).await?;
        turn.map_err(|it| cut_off(&it))
    }

    /// Finds the host, within a bound of its own: everybody who came later waits for it.
    async fn find(&self, ticket: &Ticket, known: &Progress) -> Result<OnHost, Problem> {
        let request_id = ticket.request_id.as_str();
        let name = ticket.request().host();
        let finding = async {
            if let Some(host) = self.hosts.recent(name) {
                return Ok(host);
            }
            // The session is given back at the end: it must not wait with its holder for a turn
            // that another session has to end.
            let mut lease = self.lease(request_id).await?;
            self.hosts.resolve(&mut lease, name, request_id).await
        };
        let host = tokio::time::timeout(FIND_WITHIN, finding)
            .await
            .map_err(|_| too_late())??;
        known.host(&host.id);
        self.authority.on_host(host)
    }

    /// Whether anything would come of an incident.
    async fn console(&self, request_id: &str) -> Result<Console, Problem> {
        let mut lease = self.lease(request_id).await?;
        let console = console::ask(&mut lease, request_id, &self.settings).await?;
        self.demand(console)?;
        Ok(console)
    }

    /// Creates the incident: once, or with certainty not at all, or unknown.
    async fn add(
        &self,
        errand: &Errand<'_>,
        deadline: Instant,
        known: &Progress,
    ) -> Result<Delivered, Halt> {
        let ticket = errand.ticket;
        let request_id = ticket.request_id.as_str();
        let mut tries = 0;
        let mut lease = None;
        loop {
            tries += 1;
            let error = match self.try_add(errand, &mut lease, deadline, known).await {
                Ok(Ok(incident)) => {
                    self.count(ticket, TaskOutcome::Accepted);
                    return Ok(Delivered::Told(incident));
                }
                Ok(Err(error)) => error,
                Err(Halt::Refused(problem)) => {
                    self.count(ticket, TaskOutcome::NotSent);
                    return Err(Halt::Refused(problem));
                }
                Err(moved @ Halt::Moved(_)) => return Err(moved),
            };
            match error.certainty() {
                Certainty::NothingDone
                    if tries < TRIES && matches!(error.kind(), Kind::Unavailable) =>
                {
                    lease = None;
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                Certainty::NothingDone => return Err(self.not_done(errand, &error).into()),
                Certainty::Answered => match self.look_behind(errand, &error, &mut lease).await {
                    Some(Presence::There(incident)) => {
                        self.count(ticket, TaskOutcome::Found);
                        self.metrics.looked_up(true);
                        return Ok(Delivered::Found(incident));
                    }
                    // The same lease logs in anew: another one's session may be as dead.
                    Some(Presence::Absent)
                        if tries < TRIES && matches!(error, ksc::Error::SessionLost) => {}
                    Some(Presence::Absent) => return Err(self.not_done(errand, &error).into()),
                    Some(Presence::Open(_)) | None => {
                        return Ok(self.settle(errand, lease).await?);
                    }
                },
                Certainty::Open => {
                    tracing::warn!(
                        {
                            request.id = request_id,
                            error = &error as &dyn std::error::Error
                        },
                        "the answer to a new incident was lost; looking it up"
                    );
                    return Ok(self.settle(errand, lease).await?);
                }
            }
        }
    }

    /// The outer result says whether anything could be sent at all.
    async fn try_add(
        &self,
        errand: &Errand<'_>,
        held: &mut Option<Lease>,
        deadline: Instant,
        known: &Progress,
    ) -> Result<Result<i64, ksc::Error>, Halt> {
        let lease = match held {
            Some(lease) => lease,
            None => match in_time(deadline, self.pool.lease()).await? {
                Ok(lease) => held.insert(lease),
                Err(error) => return Ok(Err(error)),
            },
        };
        if let Err(error) = in_time(deadline, lease.ready()).await? {
            return Ok(Err(error));
        }
        in_time(deadline, self.look_at_host_again(errand, lease, known)).await??;
        let _under_way = self.begin(errand, known).await?;
        audit::sending(errand.ticket, &errand.on.host().id, &errand.order.area).await?;
        // Beyond this point the request counts as sent. A caller that has been given up on, and
        // may have tried elsewhere, must not be surprised by a late isolation.
        if Instant::now() >= deadline {
            return Err(too_late().into());
        }
        let request_id = errand.ticket.request_id.as_str();
        Ok(lease.call_once(&errand.order.call, request_id).await)
    }

    /// Waiting for a turn, a session or a count may have taken longer than a look-up is good for: what the name means,
    /// and whether that is protected, is asked again then. A look-up that is good costs nothing.
    async fn look_at_host_again(
        &self,
        errand: &Errand<'_>,
        lease: &mut Lease,
        known: &Progress,
    ) -> Result<(), Halt> {
        let name = errand.ticket.request().host();
        let request_id = errand.ticket.request_id.as_str();
        let host = match self.hosts.recent(name) {
            Some(host) => host,
            None => self.hosts.resolve(lease, name, request_id).await?,
        };
        let is_same = host.id.eq_ignore_ascii_case(&errand.on.host().id);
        if !is_same {
            tracing::warn!(
                { request.id = request_id, host.id = host.id },
                "a name has come to mean another host while its request waited"
            );
            known.moved(&host.id);
        }
        let on = self.authority.on_host(host)?;
        if is_same {
            Ok(())
        } else {
            Err(Halt::Moved(Box::new(on)))
        }
    }

    /// The last step before a request leaves: it is written down, whoever was taken over stops here, and so does
    /// who comes to a place that another replica has taken since the last count.
    async fn begin(
        &self,
        errand: &Errand<'_>,
        known: &Progress,
    ) -> Result<Option<Departure>, Problem> {
        let request_id = errand.ticket.request_id.as_str();
        let Some(departure) = self.begin_once(errand, known).await? else {
            return Ok(None);
        };
        if self
            .budget
            .has_room_for(&departure, request_id)
            .await
            .is_ok()
        {
            return Ok(Some(departure));
        }
        // Counting takes a while, so whether it may leave is asked anew.
        drop(departure);
        self.budget.recount(request_id).await;
        let departure = self.begin_once(errand, known).await?;
        if let Some(departure) = &departure {
            self.budget.has_room_for(departure, request_id).await?;
        }
        Ok(departure)
    }

    async fn begin_once(
        &self,
        errand: &Errand<'_>,
        known: &Progress,
    ) -> Result<Option<Departure>, Problem> {
        let place = errand.turn.ticket();
        let action = isolations::action(errand.ticket.request());
        let isolates = match action {
            Some(IsolationAction::On) => {
                let mark = errand.mark();
                self.isolations.begins(mark, self.clock.passed());
                Isolates::Begins(&mark.body)
            }
            Some(IsolationAction::Off) => Isolates::Ends,
            None => Isolates::Neither,
        };
        let begun = match errand.hold {
            Some(hold) => {
                let receipt = birth::receipt(errand.ticket, errand.on.host(), errand.order);
                let sent = SentRequest::new(errand.mark().clone(), receipt);
                hold.begin(place, isolates, sent).await
            }
            None => match (&self.shared, place) {
                (Some(shared), Some(place)) => shared.begin(place, isolates).await,
                (_, _) => Ok(Clearance::Alone),
            },
        };
        let (departure, open) = match begun {
            Ok(Clearance::Go { departure, open }) if place.is_some() => (Some(departure), open),
            Ok(Clearance::Go { departure, .. }) => {
                (Some(departure), self.isolations.of(&errand.on.host().id))
            }
            Ok(Clearance::Alone) => (None, self.isolations.of(&errand.on.host().id)),
            Ok(Clearance::Overtaken) => return Err(overtaken()),
            Err(_) if self.store_policy == StorePolicy::Local => {
                known.went_alone();
                (None, self.isolations.of(&errand.on.host().id))
            }
            Err(away) => return Err(cut_off(&away)),
        };
        if action == Some(IsolationAction::Off) {
            errand.open.get_or_init(|| open);
        }
        Ok(departure)
    }
}

/// Waits, but not beyond the time that the caller waits. For steps before anything is sent.
async fn in_time<T>(deadline: Instant, step: impl Future<Output = T>) -> Result<T, Problem> {
    timeout_at(deadline.into(), step)
        .await
        .map_err(|_| too_late())
}

fn too_late() -> Problem {
    Problem::new(
        Code::KscUnavailable,
        "The request waited too long for KSC or for earlier requests. Nothing was sent.",
    )
    .with_retry_after(5)
}

fn restless() -> Problem {
    Problem::new(
        Code::KscUnavailable,
        "While the request waited, its host's name came to mean one device after another. Nothing was sent.",
    )
    .with_retry_after(5)
}

fn overtaken() -> Problem {
    Problem::new(
        Code::StoreUnavailable,
        "Other replicas have not heard of this one for so long that the request's turn went to another. Nothing was sent.",
    )
    .with_retry_after(1)
}
