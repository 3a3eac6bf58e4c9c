//! Somebody who watches a task, and what is heard.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::watch;

use super::book::Sighting;
use super::seats::WatchSeat;
use crate::backends::seam::{MissedLook, Words};
use crate::ending::Ending;
use crate::problem::Problem;
use vocabulary::report::Task;

/// Somebody who watches a task.
pub struct Watcher {
    pub(super) told: watch::Receiver<Sighting>,
    pub(super) ending: Ending,
    pub(super) words: Words,
    /// Looks that began earlier are old news.
    pub(super) since: Instant,
    /// The mark of what was heard last.
    pub(super) heard: Option<Arc<str>>,
    pub(super) failed: bool,
    pub(super) _seat: WatchSeat,
}

/// What a watcher hears.
#[derive(Debug)]
pub enum News {
    /// The task stands like this, which has this mark: equal on every replica.
    Task(Arc<Task>, Arc<str>),
    /// It cannot be said how the task stands; it is tried again.
    Failed(MissedLook),
    /// There is no such task.
    Absent,
    /// Nothing more comes from this replica.
    Over,
}

impl Watcher {
    /// The next thing to hear; the first time how the task stands now.
    pub async fn next(&mut self) -> News {
        loop {
            let looked = tokio::select! {
                // An error: the task is over, and the poller has said so before it left.
                changed = self.told.changed() => changed.is_ok(),
                () = self.ending.begun() => false,
            };
            if !looked {
                return News::Over;
            }
            let told = self.told.borrow_and_update().clone();
            if let Some(news) = self.hear(told) {
                return news;
            }
        }
    }

    /// Why nothing more comes.
    #[must_use]
    pub fn why_over(&self, request_id: &str) -> Problem {
        let stopping = self.ending.admit().err();
        stopping.unwrap_or_else(|| self.words.broke_off(request_id))
    }

    /// What is news of a look.
    fn hear(&mut self, told: Sighting) -> Option<News> {
        if !told.is_news(self.since) {
            return None;
        }
        if let Some(failure) = told.failure {
            let again = std::mem::replace(&mut self.failed, true);
            return (!again).then_some(News::Failed(failure));
        }
        if told.absent {
            return Some(News::Absent);
        }
        let (task, mark) = told.task?;
        let recovered = std::mem::take(&mut self.failed);
        if !recovered && self.heard.as_ref() == Some(&mark) {
            return None;
        }
        self.heard = Some(Arc::clone(&mark));
        Some(News::Task(task, mark))
    }
}
