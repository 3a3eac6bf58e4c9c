//! What became of orders: each read back from the Central Node, and from whoever hears the device.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kata::{DeleteTask, Delivery};
use time::OffsetDateTime;

use super::delivery::OrderDelivery;
use super::fault;
use super::hosts::{self, HostFinder};
use super::order::Order;
use super::program;
use super::records::{OrderBook, OrderRecord, Removal};
use super::standing::Standing;
use super::view::{self, OrderSight, Patience};
use super::witnesses::Witnesses;
use super::words::WORDS;
use crate::audit;
use crate::authority::Authority;
use crate::backends::seam::{CancelProgress, MissedLook, TaskFilter, TaskPage};
use crate::clock::Clock;
use crate::problem::Problem;
use crate::ticket::Cancellation;
use vocabulary::code::Code;
use vocabulary::host_id::HostId;
use vocabulary::report::{State, Task};
use vocabulary::task::Violation;
use vocabulary::task_id::TaskId;

/// Most orders of a page that are looked at anew: each is a question to the Central Node, which
/// bears few a second. The others are shown as they were last seen.
const MOST_LOOKS: usize = 20;

/// How long a page is looked at for.
const LOOKING: Duration = Duration::from_secs(5);

/// Why a task is not looked at that only the shared store may know.
#[derive(Debug, thiserror::Error)]
#[error("the store that replicas share cannot be asked for an order")]
struct Forgotten;

/// Reads orders back.
pub(super) struct OrderReader {
    pub(super) hosts: Arc<HostFinder>,
    pub(super) delivery: Arc<OrderDelivery>,
    pub(super) records: Arc<OrderBook>,
    pub(super) clock: Clock,
    /// What orders are judged by.
    pub(super) patience: Patience,
    /// Which hosts nobody may touch.
    pub(super) authority: Arc<Authority>,
    /// Who hears devices.
    pub(super) witnesses: Arc<Witnesses>,
}

impl OrderReader {
    /// A task as it stands now; nothing when nobody remembers it.
    ///
    /// # Errors
    /// What went wrong with KATA.
    pub(super) async fn task(
        &self,
        id: &TaskId,
        request_id: &str,
    ) -> Result<Option<Arc<Task>>, MissedLook> {
        let record = self.records.recall(id).await;
        let record = record.map_err(|problem| MissedLook::new(problem, Forgotten))?;
        let Some(record) = record else {
            return Ok(None);
        };
        if record.has_ended() {
            return Ok(Some(Arc::new(record.task.clone())));
        }
        let task = self.look(&record, request_id).await;
        let task = task.map_err(|it| MissedLook::new(fault::meaning(&it), it))?;
        Ok(Some(Arc::new(task)))
    }

    /// How an order stands now. What is new of it is remembered.
    async fn look(&self, record: &OrderRecord, request_id: &str) -> Result<Task, kata::Error> {
        let host_id = &record.task.target_host.id;
        let order = &record.placed.order;
        let planner = &self.delivery.planner;
        let mut standing = planner
            .standing(&record.placed, host_id, request_id)
            .await?;
        let before = record;
        let mut record = record.clone();
        let now = self.clock.now();
        if self.is_late(&record, &standing, now) {
            self.remove(order, request_id).await?;
            record = self.was_removed(&record, Removal::Late);
            standing = Standing::Missing;
        }
        record.unheard &= !matches!(standing, Standing::Program(_));
        // Without the host's row the order is judged all the same.
        let row = self.hosts.by_id(host_id, request_id).await.ok().flatten();
        let word = match &row {
            Some(row) if order.is_of_isolation() => {
                let host = hosts::named(row, &record.task.target_host.name);
                self.witnesses.word(&host, request_id).await
            }
            Some(_) | None => None,
        };
        let sight = OrderSight {
            standing,
            contact: row.and_then(|it| it.last_access.known()),
            word,
        };
        let (task, doubted) = view::seen(&record, &sight, now, &self.patience);
        let is_new = task.state != before.task.state
            || doubted != before.doubted
            || record.unheard != before.unheard;
        if is_new {
            self.records.keep(OrderRecord {
                task: task.clone(),
                doubted,
                ..record
            });
        }
        Ok(task)
    }

    /// Remembers that a program's task was removed, before anything else can go wrong: one that was
    /// must not come back.
    fn was_removed(&self, record: &OrderRecord, why: Removal) -> OrderRecord {
        let record = OrderRecord {
            // What was removed has arrived, or never will.
            unheard: false,
            removed: Some(why),
            ..record.clone()
        };
        self.records.keep(record.clone());
        record
    }

    /// Whether a program's time to begin is over, and nothing says that it has: a device that comes
    /// on line days later must not run it then.
    fn is_late(&self, record: &OrderRecord, standing: &Standing, now: OffsetDateTime) -> bool {
        let is_program = matches!(record.placed.order, Order::Run { .. });
        let age = now - record.task.requested_at;
        if !is_program || age < self.patience.start_within {
            return false;
        }
        match standing {
            Standing::Program(sight) => {
                program::state(sight, &self.patience.states) == State::Pending
            }
            Standing::Unreadable => true,
            Standing::AsOrdered | Standing::Missing | Standing::Before | Standing::Another => false,
        }
    }

    /// Removes a program's task. That there is none is as good.
    async fn remove(&self, order: &Order, request_id: &str) -> Result<(), kata::Error> {
        let Order::Run { task } = order else {
            return Ok(());
        };
        let id = kata::TaskId::new(*task);
        let client = &self.delivery.client;
        client.call(&DeleteTask { id }, request_id).await?;
        Ok(())
    }

    /// Learns of the orders that replicas share: whoever gave them may be gone.
    pub(super) async fn learn(&self) {
        for id in self.records.all().await.unwrap_or_default() {
            // What cannot be recalled now is when somebody asks after it.
            let _known = self.records.recall(&id).await;
        }
    }

    /// Removes the programs that are not known to have begun in their time, of those that this
    /// replica knows.
    pub(super) async fn remove_late(&self) {
        for record in self.records.open_programs() {
            let age = self.clock.now() - record.task.requested_at;
            if age < self.patience.start_within {
                continue;
            }
            // One that was not there by then does not arrive any more.
            let over = self.patience.start_within + 2 * self.patience.settles_after;
            if record.task.terminal && age >= over {
                continue;
            }
            // Another replica may have seen its end.
            let record = match self.records.recall(&record.task.id).await {
                Ok(Some(record)) if !record.has_ended() => record,
                Ok(_) | Err(_) => continue,
            };
            let id = record.task.id.to_string();
            if let Err(error) = self.look(&record, &id).await {
                tracing::warn!(
                    { task.id = id, error = &error as &dyn std::error::Error },
                    "a program that has not begun in its time could not be removed from KATA; it is tried again"
                );
            }
        }
    }

    /// Removes a program's task that is not known to have begun.
    ///
    /// # Errors
    /// 409 for what cannot be cancelled, or what went wrong with KATA.
    pub(super) async fn cancel(
        &self,
        cancellation: &Cancellation,
        progress: &CancelProgress,
    ) -> Result<Arc<Task>, Problem> {
        let request_id = cancellation.request_id.as_str();
        let record = self.records.recall(&cancellation.task).await?;
        let record = record.ok_or_else(|| WORDS.unknown_task())?;
        let host_id = record.task.target_host.id.clone();
        progress.host(&host_id);
        self.demand_unprotected(&record.task, request_id).await?;
        let task = if record.task.terminal {
            record.task.clone()
        } else {
            let task = self.look(&record, request_id).await;
            task.map_err(|it| fault::problem(&it, request_id))?
        };
        if let Some(why) = uncancellable(&task, &record.placed.order) {
            return Err(Problem::new(
                Code::TaskNotCancellable,
                format!("{why}. {}.", task.evidence),
            ));
        }
        let native = cancellation.task.native().to_owned();
        progress.native_task(&native);
        audit::cancelling(cancellation, &host_id, &native).await?;
        progress.sent(true);
        if let Err(error) = self.remove(&record.placed.order, request_id).await {
            progress.sent(false);
            let problem = fault::problem(&error, request_id);
            return Err(match error.delivery() {
                Delivery::Unknown => CancelProgress::may_be_taken(WORDS),
                Delivery::NotSent | Delivery::Refused => problem,
            });
        }
        progress.taken();
        let removed = self.was_removed(&record, Removal::Cancelled);
        let task = self.look(&removed, request_id).await;
        let task = task.map_err(|it| {
            let problem = fault::problem(&it, request_id);
            problem.with_detail("KATA has removed the task, and how it stands now could not be read. Read the task.")
        })?;
        Ok(Arc::new(task))
    }

    /// A host that no caller may touch keeps its tasks too.
    async fn demand_unprotected(&self, task: &Task, request_id: &str) -> Result<(), Problem> {
        if !self.authority.protects_any() {
            return Ok(());
        }
        let row = self.hosts.by_id(&task.target_host.id, request_id).await?;
        match row {
            Some(row) => {
                let host = hosts::named(&row, &task.target_host.name);
                if self.delivery.planner.protection.may_cover(&host) {
                    return Err(Problem::new(
                        Code::HostProtected,
                        "What the Central Node tells of the task's host does not show that it is not a protected one.",
                    ));
                }
                self.authority.on_host(host).map(drop)
            }
            None => Err(Problem::new(
                Code::HostProtected,
                "KATA does not find the task's host, so nothing shows that it is not a protected one.",
            )),
        }
    }

    /// One page of the tasks that fit, the youngest first.
    ///
    /// # Errors
    /// What went wrong with KATA.
    pub(super) async fn page(
        &self,
        filter: &TaskFilter,
        limit: usize,
        below: Option<&TaskId>,
        request_id: &str,
    ) -> Result<TaskPage, Problem> {
        let host = match &filter.host {
            None => None,
            Some(name) if HostId::is_guid(name.as_str()) => Some(name.as_str().to_owned()),
            Some(name) => Some(self.hosts.resolve(name, request_id).await?.id),
        };
        let wanted: Option<HashSet<&TaskId>> = filter.ids.as_ref().map(|it| it.iter().collect());
        let ids = self.records.all().await?;
        let begin = match below {
            None => 0,
            Some(below) => match ids.iter().position(|it| it == below) {
                Some(place) => place + 1,
                // A part must not pass for the whole.
                None => return Err(unknown_place()),
            },
        };
        let mut page = TaskPage::default();
        let mut looks = 0;
        let until = Instant::now() + LOOKING;
        for id in &ids[begin..] {
            if wanted.as_ref().is_some_and(|it| !it.contains(id)) {
                continue;
            }
            let Some(record) = self.records.recall(id).await? else {
                continue;
            };
            if !fits(filter, host.as_deref(), &record.task) {
                continue;
            }
            let mut task = record.task.clone();
            if !task.terminal && looks < MOST_LOOKS {
                looks += 1;
                // What cannot be looked at now is shown as it was last seen.
                if let Ok(Ok(seen)) =
                    tokio::time::timeout_at(until.into(), self.look(&record, request_id)).await
                {
                    task = seen;
                }
            }
            if !filter.states.is_empty() && !filter.states.contains(&task.state) {
                continue;
            }
            if page.tasks.len() == limit {
                page.below = page.tasks.last().map(|it| it.id.clone());
                return Ok(page);
            }
            page.tasks.push(task);
        }
        Ok(page)
    }
}

/// Why an order is not cancelled; nothing where it may be.
fn uncancellable(task: &Task, order: &Order) -> Option<&'static str> {
    if task.terminal {
        return Some("The task is over");
    }
    match order {
        Order::Isolate { .. } | Order::Release => {
            Some("An isolation is not cancelled but ended: release the host")
        }
        Order::Forbid { .. } | Order::Allow { .. } => Some(
            "A prevention rule is not cancelled but taken away: `allowExecution` takes back what `preventExecution` did",
        ),
        Order::Run { .. } if task.state == State::Running => {
            Some("The program runs, and no call is known that stops it")
        }
        Order::Run { .. } => None,
    }
}

fn unknown_place() -> Problem {
    let rule = "Must be the cursor of a page of this list: the task that it stands for is not remembered any more. Begin the list anew.";
    Problem::invalid(vec![Violation::new("?cursor", "cursor", rule)])
}

fn fits(filter: &TaskFilter, host: Option<&str>, task: &Task) -> bool {
    host.is_none_or(|it| task.target_host.id.eq_ignore_ascii_case(it))
        && (filter.tasks.is_empty() || filter.tasks.contains(&task.task))
        && filter.since.is_none_or(|it| task.requested_at >= it)
        && filter.until.is_none_or(|it| task.requested_at < it)
}
