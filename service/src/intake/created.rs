//! What a request for a task comes to.

use vocabulary::budget::BudgetRoom;
use vocabulary::report::Task;

/// A task that was created.
#[derive(Debug)]
pub struct Created {
    /// The task at its birth.
    pub task: Task,
    /// What its caller should know of how the back end was found: for the answer alone, since it
    /// names others, which not everybody who reads the task later may use.
    pub found: Vec<String>,
    /// The room that is left after it, when it is counted.
    pub room: Option<BudgetRoom>,
    /// Whether it was created before, by a request with the same key.
    pub replayed: bool,
}
