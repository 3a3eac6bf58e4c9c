//! The back ends of a gateway.

use std::sync::Arc;
use std::time::Instant;

use super::ksc::server::KscServer;
use super::seam::{Backend as _, Health, Words};
use vocabulary::task_id::TaskId;

/// One back end, of any kind. A clone is the same one.
#[derive(Clone)]
pub enum AnyBackend {
    /// A KSC Administration Server.
    Ksc(Arc<KscServer>),
}

/// Does a piece of work with a back end as what it is: `on_backend!(backend, it => it.words())`.
macro_rules! on_backend {
    ($backend:expr, $it:ident => $work:expr) => {
        match $backend {
            $crate::backends::set::AnyBackend::Ksc($it) => $work,
        }
    };
}
pub(crate) use on_backend;

/// All of them; so far there is one.
#[derive(Clone)]
pub struct Backends {
    all: Arc<[AnyBackend]>,
}

impl Backends {
    /// These.
    #[must_use]
    pub fn of(all: Vec<AnyBackend>) -> Self {
        Self { all: all.into() }
    }

    /// The one that requests without a preference go to.
    #[must_use]
    pub fn default_one(&self) -> &AnyBackend {
        &self.all[0]
    }

    /// The one that has the task of this id, if there can be one.
    #[must_use]
    pub fn that_has(&self, id: &TaskId) -> Option<&AnyBackend> {
        let is_its_own = on_backend!(self.default_one(), it => {
            it.alias().as_str() == id.backend() && it.is_possible(id)
        });
        is_its_own.then_some(self.default_one())
    }

    /// What is said where it is not known which one is meant.
    #[must_use]
    pub fn words(&self) -> Words {
        on_backend!(self.default_one(), it => it.words())
    }

    /// How they are.
    #[must_use]
    pub fn health(&self) -> Health {
        on_backend!(self.default_one(), it => it.health())
    }

    /// Has the gauges say what is known without asking.
    pub fn tell_gauges(&self) {
        on_backend!(self.default_one(), it => it.tell_gauges());
    }

    /// Renews in the background what is old of what the gauges say.
    pub fn freshen(&self) {
        on_backend!(self.default_one(), it => it.freshen());
    }

    /// How many sessions there are.
    #[must_use]
    pub fn sessions(&self) -> usize {
        on_backend!(self.default_one(), it => it.sessions())
    }

    /// Keeps the sessions until it is told to stop.
    pub async fn keep_up(&self, stop: impl Future<Output = ()>) {
        on_backend!(self.default_one(), it => it.keep_up(stop).await);
    }

    /// Waits until what is in hand is done: what was begun for requests not beyond the end, the
    /// rest not beyond the later moment.
    pub async fn finish(&self, end: Instant, until: Instant) {
        on_backend!(self.default_one(), it => it.finish(end, until).await);
    }

    /// Ends the sessions.
    pub async fn leave(&self) {
        on_backend!(self.default_one(), it => it.leave().await);
    }
}
