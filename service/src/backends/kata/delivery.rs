//! Orders: from a request to the call, and to what stands afterwards.

use std::sync::Arc;
use std::time::Duration;

use kata::{Client, ExternalSystemId, GetIsolation, Isolation, SensorId};
use serde_json::{Value, json};
use uuid::Uuid;

use super::fault;
use super::order::{Order, OrderCall, PlacedOrder, Standing};
use super::prepared::PreparedOrder;
use super::records::OrderBook;
use super::task_id::OrderIds;
use super::warnings;
use super::witnesses::Witnesses;
use crate::authority::{OnHost, Protection};
use crate::backends::seam::{Deadline, DeviceMark, Mark, Presence, Rehearsed, SentRecord, Target};
use crate::clock::Clock;
use crate::host::Host;
use crate::problem::Problem;
use vocabulary::code::Code;
use vocabulary::rehearsal::Check;
use vocabulary::task::isolate_host::{IsolateHostParams, IsolationSeconds};
use vocabulary::task::{Params, Request, Violation};
use vocabulary::task_id::TaskId;

/// Gives orders.
pub(super) struct OrderDelivery {
    pub(super) ids: OrderIds,
    pub(super) client: Arc<Client>,
    pub(super) witnesses: Arc<Witnesses>,
    pub(super) records: Arc<OrderBook>,
    pub(super) protection: Arc<Protection>,
    pub(super) clock: Clock,
    /// For how long a host is isolated where the request does not say.
    pub(super) usually: IsolationSeconds,
    /// The longest that it may say.
    pub(super) most: Duration,
    /// The longest that giving an order may take.
    pub(super) longest_call: Duration,
}

impl OrderDelivery {
    /// The usual order of a request; for a task that is told again without the one that was given.
    pub(super) fn order_of(&self, params: &IsolateHostParams) -> Order {
        Order::of(params, self.usually)
    }

    /// Refuses what the settings leave no room for.
    pub(super) fn accept(&self, request: &Request) -> Result<(), Problem> {
        let params = isolation(request)?;
        let lasts = params.duration_seconds.map(|it| u64::from(it.get()));
        if lasts.is_none_or(|it| it <= self.most.as_secs()) {
            return Ok(());
        }
        let rule = format!(
            "Must be at most {} seconds at this gateway (`isolation_max`).",
            self.most.as_secs()
        );
        let violation = Violation::new("/params/durationSeconds", "too_large", rule);
        Err(Problem::invalid(vec![violation]))
    }

    pub(super) async fn prepare(
        &self,
        request: &Request,
        on: &OnHost,
        deadline: Deadline,
        request_id: &str,
    ) -> Result<PreparedOrder, Problem> {
        let both = async {
            tokio::join!(
                self.plan(request, on.host(), request_id),
                self.witnesses.word(on.host(), request_id)
            )
        };
        let (plan, word) = deadline.bounds(both).await?;
        let (order, host, before) = plan?;
        let placed = PlacedOrder {
            requested_at: self.clock.now(),
            stood_before: order.compare(&before) == Standing::AsOrdered,
            order,
            mark_before: word.map_or(DeviceMark::Untold, |it| it.mark),
        };
        let own = serde_json::to_value(&placed).expect("an order is plain data");
        let attempt = Uuid::new_v4();
        Ok(PreparedOrder {
            id: self.ids.encode(attempt),
            warnings: warnings::of(&placed.order, &before),
            mark: Mark {
                attempt: attempt.to_string(),
                target: Target::Host(on.host().id.clone()),
                own,
            },
            call: OrderCall::of(&placed.order, host, &before),
            placed,
            area: area(request),
        })
    }

    /// What is to be ordered, and what stands before.
    async fn plan(
        &self,
        request: &Request,
        host: &Host,
        request_id: &str,
    ) -> Result<(Order, SensorId, Isolation), Problem> {
        let order = Order::of(isolation(request)?, self.usually);
        if self.protection.may_cover(host) {
            return Err(Problem::new(
                Code::HostProtected,
                "What the Central Node tells of the host does not show that it is not a protected one: it tells no groups, and may tell no name or no domain. Ask for the host by its name, or at another back end.",
            ));
        }
        let sensor = sensor(&host.id)?;
        let before = self.stands(&host.id, request_id).await;
        let before = before.map_err(|it| fault::problem(&it, request_id))?;
        Ok((order, sensor, before))
    }

    /// Gives the order. That it stands is no answer where the same stood before.
    pub(super) async fn send(
        &self,
        prepared: &PreparedOrder,
        request_id: &str,
    ) -> Result<(), kata::Error> {
        let giving = async {
            Ok(match &prepared.call {
                OrderCall::Put(put) => self.client.call(put, request_id).await?.read_back,
                OrderCall::Delete(delete) => {
                    self.client.call(delete, request_id).await?;
                    false
                }
            })
        };
        let was_read_back = match tokio::time::timeout(self.longest_call, giving).await {
            Ok(given) => given?,
            Err(_elapsed) => return Err(kata::Error::Timeout),
        };
        if was_read_back && prepared.placed.stood_before {
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
        id: TaskId,
        request_id: &str,
    ) -> Result<Presence, kata::Error> {
        let (Some(host_id), Some(placed)) = (mark.host_id(), read(mark)) else {
            return Ok(Presence::Open(None));
        };
        let stands = self.stands(host_id, request_id).await?;
        let open = |why: &str| Presence::Open(Some(why.to_owned()));
        Ok(match placed.order.compare(&stands) {
            Standing::AsOrdered if placed.stood_before => open(
                "The same isolation rule stood at KATA before, so that it stands proves nothing.",
            ),
            Standing::AsOrdered => Presence::There(id),
            Standing::NoRule if self.records.has_younger(host_id, placed.requested_at) => open(
                "No isolation rule stands at KATA, and the host has had an order since: it may have been released.",
            ),
            Standing::NoRule => Presence::Absent,
            Standing::AnotherRule | Standing::Unreadable => open(
                "Another isolation rule may stand at KATA: look at the host's rules in the console of the Central Node.",
            ),
        })
    }

    /// What the caller should know of what stands behind an order that was taken.
    pub(super) async fn read_back(
        &self,
        prepared: &PreparedOrder,
        request_id: &str,
    ) -> Option<String> {
        let stands = self.stands(prepared.mark.host_id()?, request_id).await;
        let why = match stands.map(|it| prepared.placed.order.compare(&it)) {
            Ok(Standing::AsOrdered) => return None,
            Ok(Standing::NoRule) => {
                "KATA has taken the order, and has no isolation rule when it was read back: somebody else may have released the host in the same moment."
            }
            Ok(Standing::AnotherRule) => {
                "KATA has taken the order, and another isolation rule stood when it was read back: somebody else wrote in the same moment."
            }
            Ok(Standing::Unreadable) => {
                "KATA has taken the order, and what stands there could not be read back."
            }
            Err(_) => "KATA has taken the order, and could not be asked what stands there.",
        };
        Some(why.to_owned())
    }

    pub(super) async fn rehearse(
        &self,
        request: &Request,
        host: &Host,
        request_id: &str,
    ) -> Result<Rehearsed, Problem> {
        let (order, sensor, before) = self.plan(request, host, request_id).await?;
        let call = OrderCall::of(&order, sensor, &before);
        Ok(Rehearsed {
            checks: vec![Check::new(
                "registered",
                true,
                "KATA has accepted the gateway",
            )],
            warnings: warnings::of(&order, &before),
            record: SentRecord::Request(shown(&call, &self.client.registrant().id)),
        })
    }

    /// What stands for a host.
    pub(super) async fn stands(
        &self,
        host_id: &str,
        request_id: &str,
    ) -> Result<Isolation, kata::Error> {
        let Ok(host) = SensorId::new(host_id) else {
            return Ok(Isolation::NoRuleOrHost);
        };
        let found = self.client.call(&GetIsolation { host }, request_id).await?;
        Ok(found.found)
    }
}

/// The order that is marked so.
pub(super) fn read(mark: &Mark) -> Option<PlacedOrder> {
    serde_json::from_value(mark.own.clone()).ok()
}

fn isolation(request: &Request) -> Result<&IsolateHostParams, Problem> {
    let Params::IsolateHost(params) = request.params() else {
        let detail = format!("KATA has no task {}.", request.task());
        return Err(Problem::new(Code::TaskNotSupported, detail));
    };
    Ok(params)
}

fn sensor(host_id: &str) -> Result<SensorId, Problem> {
    SensorId::new(host_id).map_err(|_| {
        Problem::new(
            Code::KataProtocol,
            "The Central Node has named the host in a way that cannot be asked for.",
        )
    })
}

/// KATA knows no areas: the caller's own stays with the task.
fn area(request: &Request) -> String {
    request
        .area()
        .map_or_else(String::new, |it| it.as_str().to_owned())
}

/// The very request, but for the end of the external system's id.
fn shown(call: &OrderCall, system: &ExternalSystemId) -> Value {
    use kata::Call as _;
    let dialect = kata::Dialect::default();
    let request = match call {
        OrderCall::Put(put) => put.request(&dialect),
        OrderCall::Delete(delete) => delete.request(&dialect),
    };
    let mut shown = json!({
        "method": request.method.as_str(),
        "target": request.masked_target(system),
    });
    if let Some(body) = &request.body {
        shown["body"] = body.clone();
    }
    shown
}
