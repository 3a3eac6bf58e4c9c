//! What was ordered: KATA forgets it, so the gateway keeps it, in its own memory and, where there
//! is one, in the store that replicas share.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::order::{Order, PlacedOrder};
use crate::backends::seam::DeviceMark;
use crate::carry::Carrier;
use crate::problem::Problem;
use crate::store::{Knowledge, RequestAmong, Store, TaskNote};
use vocabulary::code::Code;
use vocabulary::report::Task;
use vocabulary::task_id::{Alias, TaskId};

/// How long an order is remembered.
const LIFE: Duration = Duration::from_hours(24 * 30);

/// Most orders that are remembered of one Central Node.
const MOST: usize = 10_000;

/// Most orders whose tasks are yet to be told.
const MOST_UNTOLD: usize = 1_000;

/// An order, and how it stood when it was last looked at.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct OrderRecord {
    /// The task, as callers see it.
    pub(super) task: Task,
    /// What exactly was ordered.
    pub(super) placed: PlacedOrder,
    /// Since when something else is read than was ordered.
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub(super) doubted: Option<OffsetDateTime>,
    /// Whether nobody has heard yet that it has arrived: its answer was lost.
    #[serde(default)]
    pub(super) unheard: bool,
    /// Why a program's task was removed from the Central Node, where that was the gateway's doing.
    #[serde(default)]
    pub(super) removed: Option<Removal>,
}

/// Why a program's task was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Removal {
    /// Somebody has cancelled it.
    Cancelled,
    /// It was not known to have begun in its time.
    Late,
}

/// An order among the others of its Central Node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct OrderPlace {
    id: TaskId,
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
}

/// The orders of one Central Node.
pub(super) struct OrderBook {
    name: String,
    shared: Option<Arc<Store>>,
    carrier: Carrier,
    own: Mutex<OrderShelf>,
}

/// What this replica knows.
#[derive(Default)]
struct OrderShelf {
    records: HashMap<TaskId, Arc<OrderRecord>>,
    /// In the order in which they were requested.
    places: BTreeSet<(OffsetDateTime, TaskId)>,
    /// Orders that have arrived and whose tasks are yet to be told.
    arrived: HashMap<TaskId, PlacedOrder>,
}

impl OrderBook {
    pub(super) fn new(alias: &Alias, shared: Option<Arc<Store>>, carrier: Carrier) -> Self {
        Self {
            name: format!("orders {alias}"),
            shared,
            carrier,
            own: Mutex::default(),
        }
    }

    /// An order has arrived; its task is told in a moment.
    pub(super) fn arrived(&self, id: &TaskId, placed: PlacedOrder) {
        let mut own = self.own();
        if own.has_heard_of(id) {
            return;
        }
        // Each is told at once; what is left over was told elsewhere.
        if own.arrived.len() >= MOST_UNTOLD {
            own.arrived.clear();
        }
        own.arrived.insert(id.clone(), placed);
    }

    /// Remembers the task of an order that has arrived. An answer that is given again changes
    /// nothing; of one that another replica has given, only the usual order is known.
    pub(super) fn born(self: &Arc<Self>, task: &Task, usual: Option<Order>) {
        let arrived = {
            let mut own = self.own();
            if own.has_heard_of(&task.id) {
                return;
            }
            own.arrived.remove(&task.id)
        };
        if let Some(placed) = arrived {
            let task = task.clone();
            return self.keep(OrderRecord {
                task,
                placed,
                doubted: None,
                unheard: false,
                removed: None,
            });
        }
        let Some(order) = usual else { return };
        let (book, task) = (Arc::clone(self), task.clone());
        drop(self.carrier.aside(async move {
            match book.recall(&task.id).await {
                Ok(None) => {}
                Ok(Some(record)) if record.unheard => {}
                Ok(Some(_)) | Err(_) => return,
            }
            let placed = PlacedOrder {
                order,
                requested_at: task.requested_at,
                replaces: None,
                mark_before: DeviceMark::Untold,
            };
            book.keep(OrderRecord {
                task,
                placed,
                doubted: None,
                unheard: false,
                removed: None,
            });
        }));
    }

    /// Whether an order is remembered of which nobody has heard yet.
    pub(super) fn is_doubted(&self, id: &TaskId) -> bool {
        self.own().records.get(id).is_some_and(|it| it.unheard)
    }

    /// Remembers an order of which nobody knows whether it has arrived, in the place of one from
    /// before that nobody has heard of either.
    pub(super) fn doubted(&self, task: Task, placed: PlacedOrder) {
        if self.own().has_heard_of(&task.id) {
            return;
        }
        self.keep(OrderRecord {
            task,
            placed,
            doubted: None,
            unheard: true,
            removed: None,
        });
    }

    /// The programs that this replica knows of and that are not over.
    pub(super) fn open_programs(&self) -> Vec<Arc<OrderRecord>> {
        let own = self.own();
        let open = own
            .records
            .values()
            .filter(|it| !it.has_ended() && matches!(it.placed.order, Order::Run { .. }));
        open.cloned().collect()
    }

    /// Remembers how an order stands.
    pub(super) fn keep(&self, record: OrderRecord) {
        let id = record.task.id.clone();
        let note = TaskNote {
            text: serde_json::to_string(&record).expect("a record is plain data"),
            knows: record.knows(),
            life: LIFE,
        };
        let listed = OrderPlace {
            id: id.clone(),
            at: record.task.requested_at,
        };
        self.own().put(Arc::new(record));
        let Some(shared) = self.shared.clone() else {
            return;
        };
        let among = RequestAmong {
            name: self.name.clone(),
            text: serde_json::to_string(&listed).expect("a place is plain data"),
            place: i64::try_from(listed.at.unix_timestamp_nanos() / 1_000).unwrap_or(i64::MAX),
            life: LIFE,
            most: MOST,
        };
        drop(self.carrier.aside(async move {
            if let Err(error) = shared.remember(&id, note, among).await {
                tracing::warn!(
                    { task.id = %id, error = &error as &dyn std::error::Error },
                    "an order is remembered by this replica alone"
                );
            }
        }));
    }

    /// What is remembered of an order; nothing when nothing is.
    ///
    /// # Errors
    /// When the store that replicas share cannot be asked, and this one knows nothing.
    pub(super) async fn recall(&self, id: &TaskId) -> Result<Option<Arc<OrderRecord>>, Problem> {
        let known = self.own().records.get(id).cloned();
        let Some(shared) = &self.shared else {
            return Ok(known);
        };
        if known.as_ref().is_some_and(|it| it.has_ended()) {
            return Ok(known);
        }
        // Another replica may have seen its end.
        let told = match shared.recall(id).await {
            Ok(told) => told,
            Err(_) if known.is_some() => return Ok(known),
            Err(_) => return Err(away()),
        };
        let told = told.and_then(|it| serde_json::from_str::<OrderRecord>(&it).ok());
        let told = told.filter(|it| it.task.id == *id).map(Arc::new);
        let Some(told) = told else {
            return Ok(known);
        };
        let mut own = self.own();
        own.put(told);
        Ok(own.records.get(id).cloned())
    }

    /// The ids of all that are remembered, the youngest first.
    ///
    /// # Errors
    /// When the store that replicas share cannot be asked: a part must not pass for the whole.
    pub(super) async fn all(&self) -> Result<Vec<TaskId>, Problem> {
        let mut places: Vec<(OffsetDateTime, TaskId)> = self.own().places.iter().cloned().collect();
        if let Some(shared) = &self.shared {
            let known: HashSet<TaskId> = places.iter().map(|(_, id)| id.clone()).collect();
            let texts = shared.like([self.name.clone()]).await;
            let texts = texts.map_err(|_| away())?;
            let told = texts
                .iter()
                .filter_map(|it| serde_json::from_str::<OrderPlace>(it).ok())
                .filter(|it| !known.contains(&it.id));
            places.extend(told.map(|it| (it.at, it.id)));
        }
        places.sort_by(|one, other| other.cmp(one));
        // One that was ordered again by its key has two places there.
        let mut seen = HashSet::new();
        let ids = places.into_iter().map(|(_, id)| id);
        Ok(ids.filter(|it| seen.insert(it.clone())).collect())
    }

    fn own(&self) -> MutexGuard<'_, OrderShelf> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OrderRecord {
    /// Whether it has come to its end for good. One that nobody has heard of may arrive yet, or be
    /// given again.
    pub(super) fn has_ended(&self) -> bool {
        self.knows() == Knowledge::Over
    }

    fn knows(&self) -> Knowledge {
        match (self.unheard, self.task.terminal, self.removed) {
            (true, _, _) => Knowledge::Doubted,
            (false, true, _) => Knowledge::Over,
            (false, false, Some(_)) => Knowledge::Removed,
            (false, false, None) => Knowledge::There,
        }
    }
}

impl OrderShelf {
    /// Whether an order is known to have arrived, and its task with it.
    fn has_heard_of(&self, id: &TaskId) -> bool {
        self.records.get(id).is_some_and(|it| !it.unheard)
    }

    /// What knows less never takes the place of what knows more.
    fn put(&mut self, record: Arc<OrderRecord>) {
        let known = self.records.get(&record.task.id);
        if known.is_some_and(|it| it.knows() > record.knows()) {
            return;
        }
        let before = known.map(|it| (it.task.requested_at, it.task.id.clone()));
        if let Some(before) = before {
            self.places.remove(&before);
        }
        let place = (record.task.requested_at, record.task.id.clone());
        self.places.insert(place);
        self.records.insert(record.task.id.clone(), record);
        while self.records.len() > MOST {
            let Some((_, oldest)) = self.places.pop_first() else {
                return;
            };
            self.records.remove(&oldest);
        }
    }
}

fn away() -> Problem {
    Problem::new(
        Code::StoreUnavailable,
        "What was ordered of KATA is remembered in the store that replicas share, and that cannot be asked.",
    )
    .with_retry_after(5)
}
