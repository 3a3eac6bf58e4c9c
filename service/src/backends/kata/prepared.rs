//! An order that only has to be given.

use time::OffsetDateTime;

use super::left_program::LeftProgram;
use super::order::PlacedOrder;
use super::order_call::OrderCall;
use crate::backends::seam::{Effect, Mark, Prepared};
use vocabulary::task_id::TaskId;

/// An order that only has to be given.
pub struct PreparedOrder {
    pub(super) id: TaskId,
    pub(super) placed: PlacedOrder,
    pub(super) call: OrderCall,
    pub(super) mark: Mark,
    /// The program that leaves, if it is one.
    pub(super) left: Option<LeftProgram>,
    pub(super) area: String,
    pub(super) warnings: Vec<String>,
    /// How often it was about to leave.
    pub(super) tries: usize,
    /// The id of its request, for calls that are made anew.
    pub(super) request_id: String,
}

impl PreparedOrder {
    /// It is known whether it has arrived.
    pub(super) fn is_known(&mut self) {
        if let Some(left) = &mut self.left {
            left.is_known();
        }
    }
}

impl Prepared for PreparedOrder {
    fn mark(&self) -> &Mark {
        &self.mark
    }

    /// A program of unknown fate is shown, so that nobody is surprised when it runs.
    fn task_id(&self) -> Option<&TaskId> {
        self.left.as_ref().map(|_| &self.id)
    }

    /// A rule that is written twice begins its time anew, and may write over somebody else's; and of
    /// a program nobody knows what it does when it runs again. The client itself repeats what it has
    /// seen not to have arrived.
    fn effect(&self) -> Effect {
        Effect::Once
    }

    fn area(&self) -> &str {
        &self.area
    }

    fn requested_at(&self) -> OffsetDateTime {
        self.placed.requested_at
    }

    fn warnings(&self) -> &[String] {
        &self.warnings
    }
}
