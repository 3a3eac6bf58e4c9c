//! The latest orders about a host's isolation, or about a file on a host, whichever replica gave them
//! and whatever became of them: a rule that is not there may have been taken away by an order that
//! came behind its own.
//!
//! They are written down before they leave. A task is remembered when its order has arrived, which
//! of a release whose answer was lost nobody knows, and of one at a replica that has died nobody
//! will.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::store::{Away, Series, Store};
use vocabulary::task_id::{Alias, TaskId};

/// As long as a key is kept of which nobody knows what became of it.
const LIFE: Duration = Duration::from_hours(24 * 30);

/// How many are kept about one thing.
const MOST: usize = 8;

/// Of how many things this replica itself knows the latest order.
const MOST_THINGS: usize = 10_000;

/// The latest orders of one Central Node. Which came behind which is the order in which they were
/// written down, each in its host's turn: the clocks of replicas have no say in it.
pub(super) struct LatestOrders {
    alias: Alias,
    shared: Option<Arc<Store>>,
    own: Mutex<OwnOrders>,
}

/// The latest order about each thing that this replica alone knows of: of all where nothing is
/// shared, else of those that could not be written down there.
#[derive(Default)]
struct OwnOrders {
    /// By what they are about.
    latest: HashMap<String, TaskId>,
    /// What they are about, in the order in which it was first ordered.
    things: VecDeque<String>,
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
    pub(super) async fn leaves(&self, about: &str, id: &TaskId) {
        let name = self.name(about);
        let Some(shared) = &self.shared else {
            return self.own().put(name, id);
        };
        let series = Series {
            name: &name,
            life: LIFE,
            most: MOST,
        };
        match shared.append(series, id.as_str()).await {
            // Whatever was not written down before came before this one.
            Ok(()) => self.own().remove(&name),
            Err(error) => {
                self.own().put(name, id);
                tracing::warn!(
                    { task.id = %id, error = &error as &dyn std::error::Error },
                    "other replicas do not know that an order leaves"
                );
            }
        }
    }

    /// Whether there may have been another order about this since that one: there has been one, or
    /// that one is not among the latest any more.
    ///
    /// # Errors
    /// When the store that replicas share cannot be asked.
    pub(super) async fn may_have_younger(&self, about: &str, id: &TaskId) -> Result<bool, Away> {
        let name = self.name(about);
        let own = self.own().latest.get(&name).cloned();
        let Some(shared) = &self.shared else {
            return Ok(own.is_none_or(|it| it != *id));
        };
        if own.is_some_and(|it| it != *id) {
            return Ok(true);
        }
        let latest = shared.series(&name).await?.pop();
        Ok(latest.is_none_or(|it| it != id.as_str()))
    }

    fn name(&self, about: &str) -> String {
        format!("{} {}", self.alias, about.to_lowercase())
    }

    fn own(&self) -> MutexGuard<'_, OwnOrders> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OwnOrders {
    fn put(&mut self, about: String, id: &TaskId) {
        if self.latest.insert(about.clone(), id.clone()).is_some() {
            return;
        }
        if self.things.len() >= MOST_THINGS
            && let Some(oldest) = self.things.pop_front()
        {
            self.latest.remove(&oldest);
        }
        self.things.push_back(about);
    }

    fn remove(&mut self, about: &str) {
        if self.latest.remove(about).is_some() {
            self.things.retain(|it| it != about);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn orders() -> (LatestOrders, impl Fn(&str) -> TaskId) {
        let alias = Alias::parse("kata").expect("an alias");
        let id = {
            let alias = alias.clone();
            move |text: &str| TaskId::of(&alias, text).expect("an id")
        };
        (LatestOrders::new(alias, None), id)
    }

    #[tokio::test]
    async fn only_the_latest_has_none_behind_it() {
        let (latest, id) = orders();
        latest.leaves("A", &id("1")).await;
        latest.leaves("a", &id("2")).await;

        let asked = async |about, of| {
            let asked = latest.may_have_younger(about, &id(of)).await;
            asked.expect("nothing is shared")
        };

        assert!(asked("A", "1").await);
        assert!(!asked("A", "2").await);
        assert!(asked("b", "1").await, "absence is no proof");
    }

    #[tokio::test]
    async fn what_has_been_forgotten_may_have_one_behind_it() {
        let (latest, id) = orders();
        for number in 0..=MOST_THINGS {
            latest.leaves(&format!("host {number}"), &id("1")).await;
        }

        let forgotten = latest.may_have_younger("host 0", &id("1")).await;
        let known = latest.may_have_younger("host 1", &id("1")).await;

        assert_eq!((forgotten.ok(), known.ok()), (Some(true), Some(false)));
    }
}
