//! The latest orders about a host's isolation, or about a file on a host, whichever replica gave them
//! and whatever became of them: a rule that is not there may have been taken away by an order that
//! came behind its own.
//!
//! They are written down before they leave. A task is remembered when its order has arrived, which
//! of a release whose answer was lost nobody knows, and of one at a replica that has died nobody
//! will.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::store::{Away, RequestAmong, Store};
use vocabulary::task_id::{Alias, TaskId};

/// As long as a key is kept of which nobody knows what became of it.
const LIFE: Duration = Duration::from_hours(24 * 30);

/// How many are kept about one thing.
const MOST: usize = 8;

/// Of how many things this replica itself knows the latest order.
const MOST_THINGS: usize = 10_000;

/// An order that was about to leave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct LatestOrder {
    id: TaskId,
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
}

/// The latest orders of one Central Node.
pub(super) struct LatestOrders {
    alias: Alias,
    shared: Option<Arc<Store>>,
    /// The latest of this replica, by what they are about.
    own: Mutex<HashMap<String, LatestOrder>>,
}

impl LatestOrder {
    /// Whether it is another one, and not from before.
    fn is_behind(&self, id: &TaskId, at: OffsetDateTime) -> bool {
        self.id != *id && self.at >= at
    }
}

impl LatestOrders {
    pub(super) fn new(alias: Alias, shared: Option<Arc<Store>>) -> Self {
        Self {
            alias,
            shared,
            own: Mutex::default(),
        }
    }

    /// An order about this is about to leave. Where the store cannot be asked it leaves all the
    /// same: whether it may was decided before.
    pub(super) async fn leaves(&self, about: &str, id: &TaskId, at: OffsetDateTime) {
        let order = LatestOrder { id: id.clone(), at };
        let text = serde_json::to_string(&order).expect("it is plain data");
        self.note(about.to_lowercase(), order);
        let Some(shared) = &self.shared else { return };
        let among = RequestAmong {
            name: self.name(about),
            text,
            place: i64::try_from(at.unix_timestamp_nanos() / 1_000).unwrap_or(i64::MAX),
            life: LIFE,
            most: MOST,
        };
        if let Err(error) = shared.remember_among(among).await {
            tracing::warn!(
                { task.id = %id, error = &error as &dyn std::error::Error },
                "other replicas do not know that an order leaves"
            );
        }
    }

    /// Whether there has been another order about this since that one.
    ///
    /// # Errors
    /// When the store that replicas share cannot be asked, and this one knows of none.
    pub(super) async fn has_younger(
        &self,
        about: &str,
        id: &TaskId,
        than: OffsetDateTime,
    ) -> Result<bool, Away> {
        let own = self.own().get(&about.to_lowercase()).cloned();
        if own.is_some_and(|it| it.is_behind(id, than)) {
            return Ok(true);
        }
        let Some(shared) = &self.shared else {
            return Ok(false);
        };
        let texts = shared.like([self.name(about)]).await?;
        let mut orders = texts
            .iter()
            .filter_map(|it| serde_json::from_str::<LatestOrder>(it).ok());
        Ok(orders.any(|it| it.is_behind(id, than)))
    }

    fn name(&self, about: &str) -> String {
        format!("latest {} {}", self.alias, about.to_lowercase())
    }

    fn note(&self, about: String, order: LatestOrder) {
        let mut own = self.own();
        if own.len() >= MOST_THINGS && !own.contains_key(&about) {
            let oldest = own.iter().min_by_key(|(_, it)| it.at);
            if let Some(oldest) = oldest.map(|(about, _)| about.clone()) {
                own.remove(&oldest);
            }
        }
        own.insert(about, order);
    }

    fn own(&self) -> MutexGuard<'_, HashMap<String, LatestOrder>> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_order_is_not_behind_itself_nor_behind_one_of_before() {
        let alias = Alias::parse("kata").expect("an alias");
        let id = |text: &str| TaskId::of(&alias, text).expect("an id");
        let latest = LatestOrders::new(alias.clone(), None);
        let at = OffsetDateTime::UNIX_EPOCH;
        let later = at + time::Duration::seconds(1);
        latest.leaves("A", &id("1"), at).await;
        latest.leaves("a", &id("2"), later).await;

        let has_younger = async |host, of, than| {
            let asked = latest.has_younger(host, &id(of), than).await;
            asked.expect("nothing is shared")
        };

        assert!(has_younger("A", "1", at).await);
        assert!(!has_younger("A", "2", later).await);
        assert!(!has_younger("b", "1", at).await);
    }
}
