//! What it takes to send one incident: everything before, the call itself, and what is left to do.

use std::sync::Arc;
use std::time::Instant;

use ksc::{Lease, Pool};
use time::OffsetDateTime;

use super::birth::warnings;
use super::confirm::{Confirmer, Unconfirmed};
use super::console::{Console, ConsoleWatch};
use super::find::{Finder, Sought};
use super::isolations;
use super::mark::IncidentMark;
use super::milestone::{Latest, Milestone};
use super::translate::{KscCall, Translator};
use crate::authority::OnHost;
use crate::backends::ksc::budget::{Budget, Reservation};
use crate::backends::ksc::fault;
use crate::backends::ksc::hosts::Hosts;
use crate::backends::ksc::metrics::KscMetrics;
use crate::backends::ksc::tasks::register::Register;
use crate::backends::ksc::warnings::of_request;
use crate::backends::seam::{
    Deadline, Depth, Effect, Landed, Mark, Prepared, Rehearsed, SentRecord,
};
use crate::carry::Carrier;
use crate::clock::Clock;
use crate::config;
use crate::host::Host;
use crate::problem::Problem;
use crate::request_id::RequestId;
use crate::telemetry::trace;
use vocabulary::names::HostName;
use vocabulary::rehearsal::Check;
use vocabulary::task::Request;

/// Sends incidents.
pub(in crate::backends::ksc) struct Delivery {
    pool: Arc<Pool>,
    hosts: Arc<Hosts>,
    pub(in crate::backends::ksc) budget: Arc<Budget>,
    translator: Translator,
    latest: Arc<Latest>,
    finder: Finder,
    confirmer: Arc<Confirmer>,
    console: Arc<ConsoleWatch>,
    clock: Clock,
}

/// What a delivery is made of.
pub(in crate::backends::ksc) struct DeliveryParts {
    pub(in crate::backends::ksc) pool: Arc<Pool>,
    pub(in crate::backends::ksc) hosts: Arc<Hosts>,
    pub(in crate::backends::ksc) budget: Arc<Budget>,
    pub(in crate::backends::ksc) register: Arc<Register>,
    pub(in crate::backends::ksc) settings: config::KscTasks,
    pub(in crate::backends::ksc) clock: Clock,
    pub(in crate::backends::ksc) metrics: Arc<KscMetrics>,
    pub(in crate::backends::ksc) carrier: Carrier,
}

/// An incident that only has to be sent.
pub struct PreparedIncident {
    call: KscCall,
    console: Console,
    /// Room for its task; nothing once it has left.
    reservation: Option<Reservation>,
    own: IncidentMark,
    mark: Mark,
    warnings: Vec<String>,
    /// The session that is ready.
    lease: Option<Lease>,
}

impl Prepared for PreparedIncident {
    fn mark(&self) -> &Mark {
        &self.mark
    }

    fn effect(&self) -> Effect {
        Effect::Once
    }

    fn area(&self) -> &str {
        &self.call.area
    }

    fn requested_at(&self) -> OffsetDateTime {
        self.call.call.added
    }

    fn warnings(&self) -> &[String] {
        &self.warnings
    }
}

impl Delivery {
    pub(in crate::backends::ksc) fn new(parts: DeliveryParts) -> Self {
        let DeliveryParts {
            pool,
            hosts,
            budget,
            register,
            settings,
            clock,
            metrics,
            carrier,
        } = parts;
        let latest = Arc::new(Latest::default());
        Self {
            translator: Translator::new(&settings),
            console: Arc::new(ConsoleWatch::new(
                Arc::clone(&pool),
                settings,
                clock.clone(),
                metrics,
                carrier.clone(),
            )),
            finder: Finder::new(register, Arc::clone(&latest), clock.clone()),
            confirmer: Arc::new(Confirmer::new(Arc::clone(&pool), carrier)),
            pool,
            hosts,
            budget,
            latest,
            clock,
        }
    }

    pub(in crate::backends::ksc) fn accept(&self, request: &Request) -> Result<(), Problem> {
        self.translator.accept(request)
    }

    /// The host that a name means. No session is taken for one that was asked about a moment ago.
    pub(in crate::backends::ksc) async fn host(
        &self,
        name: &HostName,
        request_id: &str,
    ) -> Result<Host, Problem> {
        if let Some(host) = self.hosts.recent(name) {
            return Ok(host);
        }
        Box::pin(async {
            // The session is given back at the end: it must not wait with its holder for a turn
            // that another session has to end.
            let mut lease = self.lease(request_id).await?;
            self.hosts.resolve(&mut lease, name, request_id).await
        })
        .await
    }

    pub(in crate::backends::ksc) async fn prepare(
        &self,
        request: &Request,
        on: &OnHost,
        latest: Option<&str>,
        deadline: Deadline,
        request_id: &str,
    ) -> Result<PreparedIncident, Problem> {
        let console = async { deadline.bounds(self.console.demand(request_id)).await? };
        let console = trace::stage("check_console", console).await?;
        let reserving = Box::pin(self.budget.reserve(request_id));
        let reservation = async { deadline.bounds(reserving).await? };
        let reservation = trace::stage("reserve_room", reservation).await?;
        let call = self
            .translator
            .translate(request, &on.host().id, self.clock.now());
        // The youngest incident that this replica, or any that shares its store, was told of.
        let told = latest.and_then(Milestone::read);
        let milestone = Milestone::younger(self.latest.milestone(), told);
        let own = IncidentMark::of(&call.call, milestone);
        Ok(PreparedIncident {
            call,
            console,
            reservation: Some(reservation),
            mark: own.write(),
            own,
            warnings: of_request(request),
            lease: None,
        })
    }

    pub(in crate::backends::ksc) async fn ready(
        &self,
        prepared: &mut PreparedIncident,
        deadline: Deadline,
    ) -> Result<Result<(), ksc::Error>, Problem> {
        let lease = match &mut prepared.lease {
            Some(lease) => lease,
            none => match deadline.bounds(self.pool.lease()).await? {
                Ok(lease) => none.insert(lease),
                Err(error) => return Ok(Err(error)),
            },
        };
        deadline.bounds(lease.prove()).await
    }

    /// Waiting for a turn, a session or a count may have taken longer than a look-up is good for.
    pub(in crate::backends::ksc) async fn host_again(
        &self,
        prepared: &mut PreparedIncident,
        name: &HostName,
        request_id: &str,
    ) -> Result<Host, Problem> {
        match (self.hosts.recent(name), &mut prepared.lease) {
            (Some(host), _) => Ok(host),
            (None, Some(lease)) => Box::pin(self.hosts.resolve(lease, name, request_id)).await,
            (None, None) => self.host(name, request_id).await,
        }
    }

    pub(in crate::backends::ksc) async fn send(
        &self,
        prepared: &mut PreparedIncident,
        request_id: &str,
    ) -> Result<i64, ksc::Error> {
        let PreparedIncident { call, lease, .. } = prepared;
        let lease = match lease {
            Some(lease) => lease,
            none => none.insert(self.pool.lease().await?),
        };
        let sent = lease.call_once(&call.call, request_id).await;
        if sent.is_err() {
            self.console.doubt();
        }
        sent
    }

    pub(in crate::backends::ksc) fn change_session(prepared: &mut PreparedIncident) {
        prepared.lease = None;
    }

    /// Notes what has become of an incident that has left: its number, where it is known. What
    /// other replicas should know of it. Its session is given back: what is still to be asked may
    /// find no other.
    pub(in crate::backends::ksc) fn sent(
        &self,
        prepared: &mut PreparedIncident,
        incident: Option<i64>,
    ) -> Option<String> {
        prepared.lease = None;
        if let Some(reservation) = &prepared.reservation {
            reservation.sent(incident);
        }
        let milestone = Milestone {
            incident: incident?,
            body: prepared.own.body.clone(),
        };
        let text = milestone.write();
        self.latest.note(milestone);
        Some(text)
    }

    pub(in crate::backends::ksc) async fn find(
        &self,
        mark: &Mark,
        depth: Depth,
        within: Option<&mut PreparedIncident>,
        request_id: &str,
    ) -> Result<Sought, ksc::Error> {
        let Some(mark) = IncidentMark::read(mark) else {
            return Ok(Sought::Open(super::find::Doubt::default()));
        };
        let mut fresh = None;
        let lease = match within.map(|it| &mut it.lease) {
            // Its own session: another one may not be free.
            Some(Some(lease)) => lease,
            Some(None) | None => fresh.insert(self.pool.lease().await?),
        };
        match depth {
            Depth::Shown => self.finder.look(lease, &mark, request_id).await,
            Depth::Whole => self.finder.look_whole(lease, &mark, request_id).await,
        }
    }

    /// Confirms an incident: for a while before the answer, then behind it.
    pub(in crate::backends::ksc) async fn land(
        &self,
        prepared: PreparedIncident,
        incident: i64,
        is_old: bool,
        until: Instant,
        request_id: &RequestId,
    ) -> Landed {
        let PreparedIncident {
            console,
            reservation,
            own,
            ..
        } = prepared;
        let unconfirmed = Unconfirmed::new(incident, &own, is_old, request_id);
        let confirmation = self.confirmer.confirm(unconfirmed, until).await;
        let of_room = reservation.as_ref().and_then(|it| it.warning);
        Landed {
            warnings: warnings(console, confirmation)
                .into_iter()
                .chain(of_room)
                .map(str::to_owned)
                .collect(),
            room: reservation.and_then(|it| it.room),
        }
    }

    /// Confirms an incident that was found some time after it had left.
    pub(in crate::backends::ksc) fn land_late(
        &self,
        incident: i64,
        mark: &Mark,
        request_id: &RequestId,
    ) {
        if let Some(mark) = IncidentMark::read(mark) {
            let unconfirmed = Unconfirmed::new(incident, &mark, true, request_id);
            self.confirmer.confirm_later(unconfirmed);
        }
    }

    pub(in crate::backends::ksc) async fn isolations_among(
        &self,
        host_id: &str,
        attempts: &[String],
        release: Option<i64>,
        request_id: &str,
    ) -> Vec<(String, String)> {
        isolations::among(&self.pool, host_id, attempts, release, request_id).await
    }

    pub(in crate::backends::ksc) async fn rehearse(
        &self,
        request: &Request,
        host: &Host,
        request_id: &str,
    ) -> Result<Rehearsed, Problem> {
        let console = {
            let mut lease = self.lease(request_id).await?;
            self.console.ask(&mut lease, request_id).await?
        };
        let (room, budget, pushes_out) = self.budget.rehearse(request_id).await;
        // What refuses a request decides here too, so that the two cannot disagree.
        let passes = self.console.judge(console).is_ok();
        let call = self
            .translator
            .translate(request, &host.id, self.clock.now());
        let found = [console.warning().filter(|_| passes), pushes_out];
        let found = found.into_iter().flatten().map(str::to_owned);
        Ok(Rehearsed {
            checks: vec![
                Check::new("serviceConsole", passes, console.finding()),
                Check::new("budget", room, budget),
            ],
            warnings: of_request(request).into_iter().chain(found).collect(),
            record: SentRecord::Incident(call.p_data()),
        })
    }

    async fn lease(&self, request_id: &str) -> Result<Lease, Problem> {
        let lease = self.pool.lease().await;
        lease.map_err(|error| fault::problem(&error, request_id))
    }
}
