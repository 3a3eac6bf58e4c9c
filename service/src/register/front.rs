//! Where it is written down who asked, and read again.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::asker::Asker;
use super::entry::{AskedKey, AskedTask, MOST_OF_CASE, case_name};
use super::shelf::Shelf;
use crate::clock::Clock;
use crate::store::{AskerNote, Away, Store};
use vocabulary::report::Task;
use vocabulary::task_id::TaskId;

/// How long a task that is shown waits for who asked for it: a store that answers does so within a
/// few milliseconds.
const PATIENCE: Duration = Duration::from_millis(300);

/// The register.
pub struct AskerRegister {
    own: Mutex<Shelf>,
    shared: Option<Arc<Store>>,
    clock: Clock,
}

impl AskerRegister {
    /// One that shares there what it remembers.
    #[must_use]
    pub fn new(shared: Option<Arc<Store>>, clock: Clock) -> Self {
        Self {
            own: Mutex::default(),
            shared,
            clock,
        }
    }

    /// Writes an entry down here. What the store that replicas share is to be told of it, if there
    /// is one: with what else it is told of the request, or by itself ([`tell`](Self::tell)).
    #[must_use]
    pub fn enter(&self, entry: &AskedTask) -> Option<AskerNote> {
        self.own().put(entry, self.clock.passed());
        self.shared.as_ref().map(|_| entry.note())
    }

    /// Tells the store, as soon as that can be told.
    pub fn tell(&self, note: Option<&AskerNote>) {
        if let (Some(shared), Some(note)) = (&self.shared, note) {
            shared.enter(note);
        }
    }

    /// Shows in each of these tasks who asked for it, where that is remembered. A store that cannot
    /// be asked is as one that knows nothing.
    pub async fn show_in(&self, tasks: &mut [Task]) {
        let _known = tokio::time::timeout(PATIENCE, self.show_all_in(tasks)).await;
    }

    /// The same for one.
    pub async fn show_in_one(&self, mut task: Arc<Task>) -> Arc<Task> {
        self.show_in(std::slice::from_mut(Arc::make_mut(&mut task)))
            .await;
        task
    }

    /// Shows in each of these tasks who asked for it, where that is remembered.
    ///
    /// # Errors
    /// When the store cannot be asked, and this replica does not know all of it.
    pub async fn show_all_in(&self, tasks: &mut [Task]) -> Result<(), Away> {
        let unknown = self.show_own_in(tasks);
        let Some(shared) = self.shared.as_ref().filter(|_| !unknown.is_empty()) else {
            return Ok(());
        };
        let names: Vec<String> = unknown
            .iter()
            .map(|at| AskedKey::of(&tasks[*at]).name())
            .collect();
        let told = shared.askers(&names).await?;
        let passed = self.clock.passed();
        for (at, text) in unknown.into_iter().zip(told) {
            let task = &mut tasks[at];
            let read = |it: &str| AskedTask::read(task.id.clone(), task.requested_at, it);
            let Some(entry) = text.as_deref().and_then(read) else {
                continue;
            };
            if entry.host_id.eq_ignore_ascii_case(&task.target_host.id) {
                entry.asker.show_in(task);
                // It does not change any more, so nobody needs to ask for it again.
                self.own().put(&entry, passed);
            }
        }
        Ok(())
    }

    /// Who asked for a task, as far as it is remembered.
    pub async fn asker_of(&self, task: &Task) -> Option<Arc<Asker>> {
        let mut shown = [task.clone()];
        self.show_in(&mut shown).await;
        let own = self.own();
        own.get(&AskedKey::of(task), &task.target_host.id).cloned()
    }

    /// The tasks that were asked for with this reference, of each memory so many as are kept of one,
    /// the youngest.
    ///
    /// # Errors
    /// When the store cannot be asked: a part must not pass for the whole.
    pub async fn of_case(&self, external_id: &str) -> Result<Vec<TaskId>, Away> {
        let told = match &self.shared {
            Some(shared) => shared.of_case(&case_name(external_id)).await?,
            None => Vec::new(),
        };
        let own: Vec<TaskId> = {
            let mut own = self.own();
            own.sweep(self.clock.passed());
            let of_case = own.of_case(external_id).take(MOST_OF_CASE);
            of_case.cloned().collect()
        };
        let told = told.iter().rev().filter_map(|it| TaskId::parse(it));
        let mut seen = HashSet::new();
        let mut all: Vec<TaskId> = own.into_iter().chain(told).collect();
        all.retain(|it| seen.insert(it.clone()));
        Ok(all)
    }

    /// Shows what this replica knows; the places of those of which it knows nothing.
    fn show_own_in(&self, tasks: &mut [Task]) -> Vec<usize> {
        let mut own = self.own();
        own.sweep(self.clock.passed());
        let mut unknown = Vec::new();
        for (at, task) in tasks.iter_mut().enumerate() {
            match own.get(&AskedKey::of(task), &task.target_host.id) {
                Some(asker) => asker.show_in(task),
                None => unknown.push(at),
            }
        }
        unknown
    }

    fn own(&self) -> MutexGuard<'_, Shelf> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
