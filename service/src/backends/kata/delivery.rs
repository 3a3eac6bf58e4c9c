//! Orders: from a request to the call, and to what stands afterwards.

use std::sync::Arc;
use std::time::Duration;

use kata::{Client, Review, Revision, Scope, SensorId};
use uuid::Uuid;

use super::birth;
use super::conflict;
use super::latest::LatestOrders;
use super::left_program::LeftProgram;
use super::metrics::KataMetrics;
use super::order::{Order, PlacedOrder};
use super::order_call::OrderCall;
use super::plan::{Plan, Planner};
use super::prepared::PreparedOrder;
use super::standing::Standing;
use super::task_id::OrderIds;
use super::witnesses::Witnesses;
use crate::authority::OnHost;
use crate::backends::seam::{
    Deadline, DeviceMark, Mark, Presence, Receipt, Rehearsed, SentRecord, Target,
};
use crate::clock::Clock;
use crate::host::Host;
use crate::problem::Problem;
use crate::ticket::Ticket;
use vocabulary::rehearsal::Check;
use vocabulary::report::Task;
use vocabulary::task::{Params, Request};
use vocabulary::task_id::TaskId;

/// Most hashes of a host's rules that are written into the log, for whoever has to undo a change.
const MOST_LOGGED: usize = 1_000;

/// Gives orders.
pub(super) struct OrderDelivery {
    pub(super) ids: OrderIds,
    pub(super) client: Arc<Client>,
    pub(super) planner: Planner,
    pub(super) witnesses: Arc<Witnesses>,
    pub(super) latest: LatestOrders,
    pub(super) clock: Clock,
    pub(super) metrics: Arc<KataMetrics>,
    /// The longest that giving an order may take.
    pub(super) longest_call: Duration,
}

impl OrderDelivery {
    /// The usual order of a task that is told again without the one that was given.
    pub(super) fn order_of(&self, task: &Task) -> Option<Order> {
        let params = task.params.clone()?;
        let params = Params::parse(task.task, params).ok()?;
        let id = Uuid::try_parse(task.id.native()).ok()?;
        Order::of(&params, id, &self.planner.terms)
    }

    /// Everything that only reads.
    pub(super) async fn prepare(
        &self,
        ticket: &Ticket,
        on: &OnHost,
        deadline: Deadline,
    ) -> Result<PreparedOrder, Problem> {
        let (request, request_id) = (ticket.request(), ticket.request_id.as_str());
        let action = ticket.action();
        let action = action.as_deref();
        let both = async {
            tokio::join!(
                self.planner.plan(request, on.host(), action, request_id),
                self.word(request, on.host(), request_id)
            )
        };
        let (plan, mark_before) = deadline.bounds(both).await?;
        let Plan {
            order,
            call,
            replaces,
            warnings,
        } = plan?;
        let placed = PlacedOrder {
            requested_at: self.clock.now(),
            replaces,
            order,
            mark_before,
        };
        let own = serde_json::to_value(&placed).expect("an order is plain data");
        let attempt = Uuid::new_v4();
        let mut prepared = PreparedOrder {
            id: self.id_of(attempt, &placed.order),
            left: None,
            warnings,
            mark: Mark {
                attempt: attempt.to_string(),
                target: Target::Host(on.host().id.clone()),
                own,
            },
            call,
            placed,
            area: area(request),
            tries: 0,
            request_id: request_id.to_owned(),
        };
        if matches!(prepared.placed.order, Order::Run { .. }) {
            let receipt = Receipt::new(request, request_id, on.host(), &prepared);
            let (alias, id) = (self.ids.alias(), &prepared.id);
            let task = birth::birth(alias, id, &receipt, request, birth::DOUBTED);
            let records = Arc::clone(&self.planner.records);
            prepared.left = Some(LeftProgram::new(records, task, prepared.placed.clone()));
        }
        Ok(prepared)
    }

    /// The device's own mark before an order that it can show to have carried out.
    async fn word(&self, request: &Request, host: &Host, request_id: &str) -> DeviceMark {
        if !matches!(request.params(), Params::IsolateHost(_)) {
            return DeviceMark::Untold;
        }
        let word = self.witnesses.word(host, request_id).await;
        word.map_or(DeviceMark::Untold, |it| it.mark)
    }

    /// The id of an order: a program's task has its own at the Central Node.
    fn id_of(&self, attempt: Uuid, order: &Order) -> TaskId {
        match order {
            Order::Run { task } => self.ids.encode(*task),
            Order::Isolate { .. } | Order::Release | Order::Forbid { .. } | Order::Allow { .. } => {
                self.ids.encode(attempt)
            }
        }
    }

    /// Writes down that the order is about to leave. What stands is read anew for a second try: a
    /// write replaces all rules, whoever has written them meanwhile.
    pub(super) async fn ready(&self, prepared: &mut PreparedOrder) -> Result<(), Problem> {
        let Some(host_id) = prepared.mark.host_id().map(str::to_owned) else {
            return Ok(());
        };
        prepared.tries += 1;
        if prepared.tries > 1
            && let OrderCall::Prevent(revision) = &prepared.call
        {
            let (order, request_id) = (&prepared.placed.order, prepared.request_id.as_str());
            let plan = self
                .planner
                .plan_again(revision, order, &host_id, request_id);
            prepared.call = plan.await?.call;
        }
        if let Some(about) = about(&prepared.placed.order, &host_id) {
            self.latest.leaves(&about, &prepared.id).await;
        }
        Ok(())
    }

    /// Gives the order. That it stands is no answer where the same stood before.
    pub(super) async fn send(
        &self,
        prepared: &PreparedOrder,
        request_id: &str,
    ) -> Result<(), kata::Error> {
        if let OrderCall::Prevent(revision) = &prepared.call {
            tell_rules(revision, &prepared.mark, request_id);
        }
        let giving = prepared.call.give(&self.client, request_id);
        let was_read_back = match tokio::time::timeout(self.longest_call, giving).await {
            Ok(given) => given.inspect_err(|it| {
                if matches!(it.kind(), kata::Kind::Conflict) {
                    self.metrics.other_scope();
                }
            })?,
            Err(_elapsed) => return Err(kata::Error::Timeout),
        };
        if was_read_back && prepared.placed.stood_before() {
            return Err(kata::Error::Unconfirmed {
                order: Box::new(kata::Error::Timeout),
                after: None,
            });
        }
        Ok(())
    }

    /// What has become of an order that may have arrived.
    pub(super) async fn find(
        &self,
        mark: &Mark,
        request_id: &str,
    ) -> Result<Presence, kata::Error> {
        let attempt = Uuid::try_parse(&mark.attempt).ok();
        let (Some(host_id), Some(placed), Some(attempt)) = (mark.host_id(), read(mark), attempt)
        else {
            // No order is marked so: nothing of it can have been sent from here.
            return Ok(Presence::Open(None));
        };
        let order = &placed.order;
        let stands = self.planner.standing(&placed, host_id, request_id).await?;
        let id = self.id_of(attempt, order);
        Ok(match stands {
            Standing::AsOrdered if placed.stood_before() => open(
                "The same isolation rule stood at KATA before, so that it stands proves nothing.",
            ),
            Standing::AsOrdered | Standing::Program(_) => Presence::There(id),
            Standing::Missing | Standing::Before => self.without_trace(&placed, host_id, &id).await,
            Standing::Another => open(
                "Another isolation rule may stand at KATA: look at the host's rules in the console of the Central Node.",
            ),
            Standing::Unreadable => open(
                "What stands at KATA is told in a form that is not known: look at the host in the console of the Central Node.",
            ),
        })
    }

    /// What that means of an order, that nothing of it stands.
    async fn without_trace(&self, placed: &PlacedOrder, host_id: &str, id: &TaskId) -> Presence {
        let Some(about) = about(&placed.order, host_id) else {
            return Presence::Absent;
        };
        match self.latest.may_have_younger(&about, id).await {
            Ok(false) => Presence::Absent,
            Ok(true) => open(
                "Nothing of it stands at KATA, and there may have been an order since: it may have been carried out before that.",
            ),
            Err(_) => open(
                "Nothing of it stands at KATA, and the store that replicas share cannot be asked whether there has been an order since.",
            ),
        }
    }

    /// What the caller should know of what stands behind an order that was taken.
    pub(super) async fn read_back(
        &self,
        prepared: &PreparedOrder,
        request_id: &str,
    ) -> Option<String> {
        let host_id = prepared.mark.host_id()?;
        match &prepared.call {
            // Nothing was given, and what stands was read a moment ago.
            OrderCall::Nothing => return None,
            OrderCall::Prevent(revision) => {
                return self.review(revision, host_id, request_id).await;
            }
            OrderCall::Isolate(_) | OrderCall::Release(_) | OrderCall::Run(_) => {}
        }
        let placed = &prepared.placed;
        let stands = self.planner.standing(placed, host_id, request_id).await;
        let why = match stands {
            Ok(Standing::AsOrdered | Standing::Program(_)) => return None,
            Ok(Standing::Missing) if placed.order.is_of_isolation() => {
                "KATA has taken the order, and has no isolation rule when it was read back: somebody else may have released the host in the same moment."
            }
            Ok(Standing::Missing) => {
                "KATA has taken the order, and has no such task when it was read back."
            }
            Ok(Standing::Before | Standing::Another) => {
                "KATA has taken the order, and another isolation rule stood when it was read back: somebody else wrote in the same moment."
            }
            Ok(Standing::Unreadable) => {
                "KATA has taken the order, and what stands there could not be read back."
            }
            Err(_) => "KATA has taken the order, and could not be asked what stands there.",
        };
        Some(why.to_owned())
    }

    /// Whether a change of the prevention rules stands, and every rule that was there.
    async fn review(&self, revision: &Revision, host_id: &str, request_id: &str) -> Option<String> {
        let scope = Scope::Host(SensorId::new(host_id).ok()?);
        let Ok(seen) = self.planner.prevention(scope, request_id).await else {
            return Some(
                "KATA has taken the rules, and could not be asked what stands there.".to_owned(),
            );
        };
        match Review::of(revision, &seen) {
            Review::Stands { .. } => None,
            Review::Unknown(_) => Some(
                "KATA has taken the rules, and what stands there could not be read back."
                    .to_owned(),
            ),
            Review::Conflict(conflict) => {
                self.metrics.lost_update();
                Some(conflict::told(&conflict))
            }
        }
    }

    pub(super) async fn rehearse(
        &self,
        request: &Request,
        host: &Host,
        request_id: &str,
    ) -> Result<Rehearsed, Problem> {
        let plan = self.planner.plan(request, host, None, request_id).await?;
        let shown = plan.call.shown(&self.client.registrant().id);
        Ok(Rehearsed {
            checks: vec![Check::new(
                "registered",
                true,
                "KATA has accepted the gateway",
            )],
            warnings: plan.warnings,
            record: shown.map_or(SentRecord::Nothing, SentRecord::Request),
        })
    }
}

fn open(why: &str) -> Presence {
    Presence::Open(Some(why.to_owned()))
}

/// What an order is about: a younger one about the same may have undone it. A program is undone by
/// nothing.
fn about(order: &Order, host_id: &str) -> Option<String> {
    match order {
        Order::Isolate { .. } | Order::Release => Some(host_id.to_owned()),
        Order::Forbid { hash } | Order::Allow { hash } => {
            Some(format!("{host_id} {}", hash.as_str()))
        }
        Order::Run { .. } => None,
    }
}

/// Writes down what a change replaces: nobody else keeps it.
fn tell_rules(revision: &Revision, mark: &Mark, request_id: &str) {
    let before = revision.before();
    let hashes = before.iter().flat_map(kata::Forbidden::hashes);
    let hashes: Vec<String> = hashes.take(MOST_LOGGED).map(ToString::to_string).collect();
    tracing::info!(
        {
            request.id = request_id,
            host.id = mark.host_id(),
            kata.rules_before = before.len(),
            kata.hashes_before = hashes.join(" "),
        },
        "the prevention rules of a host are written anew; these stood before"
    );
}

/// The order that is marked so.
pub(super) fn read(mark: &Mark) -> Option<PlacedOrder> {
    serde_json::from_value(mark.own.clone()).ok()
}

/// KATA knows no areas: the caller's own stays with the task.
fn area(request: &Request) -> String {
    request
        .area()
        .map_or_else(String::new, |it| it.as_str().to_owned())
}
