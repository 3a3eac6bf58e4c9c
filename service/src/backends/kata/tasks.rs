//! What became of orders: each read back from the Central Node, and from whoever hears the device.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::delivery::OrderDelivery;
use super::fault;
use super::hosts::{self, HostFinder};
use super::records::{OrderBook, OrderRecord};
use super::view::{self, OrderSight};
use super::witnesses::Witnesses;
use crate::backends::seam::{MissedLook, TaskFilter, TaskPage};
use crate::clock::Clock;
use crate::problem::Problem;
use vocabulary::host_id::HostId;
use vocabulary::report::Task;
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
    /// How long the device has to say that it has carried an order out.
    pub(super) confirm_within: Duration,
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
        if record.task.terminal {
            return Ok(Some(Arc::new(record.task.clone())));
        }
        let task = self.look(&record, request_id).await;
        let task = task.map_err(|it| MissedLook::new(fault::meaning(&it), it))?;
        Ok(Some(Arc::new(task)))
    }

    /// How an order stands now. What is new of it is remembered.
    async fn look(&self, record: &OrderRecord, request_id: &str) -> Result<Task, kata::Error> {
        let host_id = &record.task.target_host.id;
        let stands = self.delivery.stands(host_id, request_id).await?;
        // Without the host's row the order is judged all the same.
        let row = self.hosts.by_id(host_id, request_id).await.ok().flatten();
        let word = match &row {
            Some(row) => {
                let host = hosts::named(row, &record.task.target_host.name);
                self.witnesses.word(&host, request_id).await
            }
            None => None,
        };
        let sight = OrderSight {
            standing: record.placed.order.compare(&stands),
            contact: row.and_then(|it| it.last_access.known()),
            word,
        };
        let (task, doubted) = view::seen(record, &sight, self.clock.now(), self.confirm_within);
        if task.state != record.task.state || doubted != record.doubted {
            self.records.keep(OrderRecord {
                task: task.clone(),
                placed: record.placed.clone(),
                doubted,
            });
        }
        Ok(task)
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
            if filter.ids.as_ref().is_some_and(|it| !it.contains(id)) {
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
