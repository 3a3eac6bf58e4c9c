//! The back ends of a gateway.

use std::sync::Arc;
use std::time::Instant;

use futures_util::future::join_all;

use super::kata::server::{self as kata_server, KataServer};
use super::ksc::server::{self as ksc_server, KscServer};
use super::outages::Outages;
use super::seam::{Backend as _, Words};
use crate::authority::Reach;
use crate::carry::Carrier;
use crate::config::Routing;
use crate::problem::Problem;
use crate::telemetry::place;
use vocabulary::task::{TaskType, Violation};
use vocabulary::task_id::{Alias, TaskId};

/// One back end, of any kind. A clone is the same one.
#[derive(Clone)]
pub enum AnyBackend {
    /// A KSC Administration Server.
    Ksc(Arc<KscServer>),
    /// A KATA Central Node.
    Kata(Arc<KataServer>),
}

/// Does a piece of work with a back end as what it is: `on_backend!(backend, it => it.words())`.
macro_rules! on_backend {
    ($backend:expr, $it:ident => $work:expr) => {
        match $backend {
            $crate::backends::set::AnyBackend::Ksc($it) => $work,
            $crate::backends::set::AnyBackend::Kata($it) => $work,
        }
    };
}
pub(crate) use on_backend;

impl AnyBackend {
    /// What it is called in settings, ids and labels.
    #[must_use]
    pub fn alias(&self) -> &Alias {
        on_backend!(self, it => it.alias())
    }

    /// What it is called in sentences.
    #[must_use]
    pub fn words(&self) -> Words {
        on_backend!(self, it => it.words())
    }
}

/// The kinds of back ends that take a task, as callers are told.
pub(crate) fn kinds_that_take(task: TaskType) -> Vec<&'static str> {
    let all = [
        (ksc_server::KIND, ksc_server::TAKES),
        (kata_server::KIND, kata_server::TAKES),
    ];
    let taking = all.iter().filter(|(_, takes)| takes.contains(&task));
    taking.map(|(kind, _)| *kind).collect()
}

/// All of them, in the order of their aliases: at least one. A clone is the same.
#[derive(Clone)]
pub struct Backends {
    all: Arc<[AnyBackend]>,
    pub(super) routing: Arc<Routing>,
    /// How they answer when they are asked for a host, and for what there is to show.
    pub(super) hosts: Arc<Outages>,
    pub(super) shows: Arc<Outages>,
    pub(super) carrier: Carrier,
}

impl Backends {
    /// These; questions to several of them run on the runtime that this is called on.
    ///
    /// # Panics
    /// Outside a runtime, or without any.
    #[must_use]
    pub fn of(all: Vec<AnyBackend>, routing: Routing) -> Self {
        assert!(!all.is_empty(), "the settings name at least one");
        Self {
            all: all.into(),
            routing: Arc::new(routing),
            hosts: Arc::default(),
            shows: Arc::default(),
            carrier: Carrier::here(),
        }
    }

    /// Each of them.
    pub fn each(&self) -> impl Iterator<Item = &AnyBackend> {
        self.all.iter()
    }

    /// Those of them that may be used.
    #[must_use]
    pub fn within(&self, reach: &Reach) -> Vec<AnyBackend> {
        let mut all = self.all.to_vec();
        all.retain(|it| reach.has(it.alias()));
        all
    }

    /// The one of this alias, if there is such a one and it may be used.
    #[must_use]
    pub fn named(&self, alias: &Alias, reach: &Reach) -> Option<&AnyBackend> {
        let is_it = |it: &&AnyBackend| it.alias() == alias && reach.has(alias);
        self.all.iter().find(is_it)
    }

    /// Those that are named, where any is; else all that may be used.
    ///
    /// # Errors
    /// 422 with this pointer when a name is none of those that may be used.
    pub fn chosen(
        &self,
        names: &[Alias],
        reach: &Reach,
        pointer: &str,
    ) -> Result<Vec<AnyBackend>, Problem> {
        let mut chosen = self.within(reach);
        if names.is_empty() {
            return Ok(chosen);
        }
        if names.iter().any(|it| self.named(it, reach).is_none()) {
            let detail = format!("Must name a back end that you may use: {}.", list(&chosen));
            return Err(wrong(pointer, "backend", &detail));
        }
        chosen.retain(|it| names.contains(it.alias()));
        Ok(chosen)
    }

    /// The one of these, when there is no other to be meant.
    ///
    /// # Errors
    /// 422 when it must be named (`?backend`).
    pub fn only(&self, names: &[Alias], reach: &Reach) -> Result<AnyBackend, Problem> {
        let chosen = self.chosen(names, reach, "?backend")?;
        if let [one] = chosen.as_slice() {
            return Ok(one.clone());
        }
        let detail = format!("Must name one back end, since there are {}.", list(&chosen));
        Err(wrong("?backend", "required", &detail))
    }

    /// The one that has the task of this id, if there can be one.
    #[must_use]
    pub fn that_has(&self, id: &TaskId) -> Option<&AnyBackend> {
        let is_its_own = |it: &&AnyBackend| {
            it.alias().as_str() == id.backend() && on_backend!(it, it => it.is_possible(id))
        };
        self.all.iter().find(is_its_own)
    }

    /// Whether a task of one of them could have this id but for the alias: what it is called tells
    /// nobody which back ends there are.
    #[must_use]
    pub fn is_form(&self, id: &TaskId) -> bool {
        self.each().any(|one| {
            let own = TaskId::of(one.alias(), id.native());
            own.is_some_and(|own| on_backend!(one, it => it.is_possible(&own)))
        })
    }

    /// Whether there is one of this alias, whoever may use it.
    #[must_use]
    pub fn knows(&self, alias: &str) -> bool {
        self.each().any(|it| it.alias().as_str() == alias)
    }

    /// What is said where it is not known which one is meant.
    #[must_use]
    pub fn words(&self) -> Words {
        self.all[0].words()
    }

    /// Has the gauges say what is known without asking.
    pub fn tell_gauges(&self) {
        for one in self.each() {
            place::at_once(one.alias(), || on_backend!(one, it => it.tell_gauges()));
        }
    }

    /// Renews in the background what is old of what the gauges say.
    pub fn freshen(&self) {
        for one in self.each() {
            place::at_once(one.alias(), || on_backend!(one, it => it.freshen()));
        }
    }

    /// Keeps the sessions until it is told to stop.
    pub async fn keep_up(&self, stop: impl Future<Output = ()> + Send) {
        let stop = futures_util::FutureExt::shared(stop);
        let each = self.each().map(|one| {
            let stop = stop.clone();
            place::at(one.alias(), async move {
                on_backend!(one, it => it.keep_up(stop).await);
            })
        });
        join_all(each).await;
    }

    /// Waits until what is in hand is done: what was begun for requests not beyond the end, the
    /// rest not beyond the later moment.
    pub async fn finish(&self, end: Instant, until: Instant) {
        let each = self.each().map(|one| {
            let finish = async move { on_backend!(one, it => it.finish(end, until).await) };
            place::at(one.alias(), finish)
        });
        join_all(each).await;
    }

    /// Ends the sessions.
    pub async fn leave(&self) {
        let each = self
            .each()
            .map(|one| async move { on_backend!(one, it => it.leave().await) });
        join_all(each).await;
    }
}

/// What is said where a request names the wrong ones, or none.
fn wrong(pointer: &str, code: &str, rule: &str) -> Problem {
    Problem::invalid(vec![Violation::new(pointer, code, rule)])
}

/// Their aliases in a sentence.
pub(super) fn list(of: &[AnyBackend]) -> String {
    let aliases: Vec<&str> = of.iter().map(|it| it.alias().as_str()).collect();
    aliases.join(", ")
}
