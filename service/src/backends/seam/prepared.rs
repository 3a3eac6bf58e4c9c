//! A request that has come as far as it can without being sent.

use time::OffsetDateTime;

use super::mark::Mark;
use super::words::Effect;
use vocabulary::task_id::TaskId;

/// A request that only has to be sent.
pub trait Prepared: Send + Sync {
    /// What it is known again by once it has left.
    fn mark(&self) -> &Mark;

    /// The id that its task has, also while nobody knows whether it has arrived; nothing where
    /// nobody sees it until then.
    fn task_id(&self) -> Option<&TaskId> {
        None
    }

    /// What it does when it comes twice.
    fn effect(&self) -> Effect;

    /// As whom it is made.
    fn area(&self) -> &str;

    /// The time that it carries.
    fn requested_at(&self) -> OffsetDateTime;

    /// What its caller should know of it, whatever becomes of it.
    fn warnings(&self) -> &[String];
}
