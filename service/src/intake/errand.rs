//! A request on its way, and what it carries at each stretch.

use std::borrow::Cow;
use std::sync::Arc;

use super::ledger::Hold;
use super::means::Means;
use super::order::HostTurn;
use super::progress::Progress;
use crate::authority::OnHost;
use crate::backends::seam::{Arrival, Backend, Deadline};
use crate::problem::Problem;
use crate::telemetry::Verdict;
use crate::ticket::Ticket;
use vocabulary::task_id::TaskId;

/// Why nothing is sent at a turn.
pub(super) enum Halt {
    /// It is answered so.
    Refused(Problem),
    /// The name means this host by now, whose turn another request may have.
    Moved(Box<OnHost>),
}

impl From<Problem> for Halt {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

impl<T> Verdict for Result<T, Halt> {
    fn failure(&self) -> Option<Cow<'static, str>> {
        match self {
            Ok(_) => None,
            Err(Halt::Refused(problem)) => Some(problem.code().name().into()),
            Err(Halt::Moved(_)) => Some("moved".into()),
        }
    }
}

/// A request on its way. What becomes known on it is noted for whoever cannot wait for its end: the
/// audit log, and a caller whose patience is over.
pub(super) struct Way<B> {
    pub(super) means: Arc<Means>,
    pub(super) backend: Arc<B>,
    pub(super) ticket: Arc<Ticket>,
    /// The claim of its key.
    pub(super) hold: Option<Arc<Hold>>,
    pub(super) deadline: Deadline,
    pub(super) progress: Arc<Progress>,
}

/// A request that is about to leave, with all that lets it.
pub(super) struct Errand<'a, B: Backend> {
    pub(super) on: &'a OnHost,
    pub(super) turn: HostTurn,
    pub(super) prepared: B::Prepared,
    /// The isolations of the host that were open when it left, if it releases the host.
    pub(super) open: Option<Vec<String>>,
}

impl<'a, B: Backend> Errand<'a, B> {
    pub(super) fn new(on: &'a OnHost, turn: HostTurn, prepared: B::Prepared) -> Self {
        Self {
            on,
            turn,
            prepared,
            open: None,
        }
    }
}

/// A request that the back end has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Arrived {
    pub(super) id: TaskId,
    /// Whether the answer was lost or a refusal, and a look has shown it.
    was_found: bool,
}

impl Arrived {
    /// The answer names it.
    pub(super) fn told(id: TaskId) -> Self {
        Self {
            id,
            was_found: false,
        }
    }

    /// A look has shown it.
    pub(super) fn found(id: TaskId) -> Self {
        Self {
            id,
            was_found: true,
        }
    }

    /// As the back end is told.
    pub(super) fn fate(&self) -> Arrival<'_> {
        Arrival::There {
            id: &self.id,
            is_old: self.was_found,
        }
    }
}
