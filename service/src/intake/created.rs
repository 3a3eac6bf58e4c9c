//! What a request for a task comes to.

use std::sync::Arc;

use crate::register::Asker;
use vocabulary::budget::BudgetRoom;
use vocabulary::report::Task;

/// A task that was created.
#[derive(Debug)]
pub struct Created {
    /// The task at its birth.
    pub task: Task,
    /// Who asked for it first. The task is remembered without: versions that do not know of it read
    /// what is remembered.
    pub asker: Arc<Asker>,
    /// What its caller should know of how the back end was found: for the answer alone, since it
    /// names others, which not everybody who reads the task later may use.
    pub found: Vec<String>,
    /// The room that is left after it, when it is counted.
    pub room: Option<BudgetRoom>,
    /// Whether it was created before, by a request with the same key.
    pub replayed: bool,
}
