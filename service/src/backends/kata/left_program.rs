//! A program that has left, until somebody has heard what became of it.

use std::sync::Arc;

use super::order::PlacedOrder;
use super::records::OrderBook;
use vocabulary::report::Task;

/// A program on its way. Whoever lets go of it before anything has been heard (its answer was lost,
/// the gateway stops) leaves it behind in the book: it may have arrived, and must not begin days
/// later.
pub(super) struct LeftProgram {
    records: Arc<OrderBook>,
    /// Its task, and what was ordered; nothing where it is no program.
    program: Option<Box<(Task, PlacedOrder)>>,
    has_left: bool,
}

impl LeftProgram {
    /// One that has not left; `None` stands for an order that is no program.
    pub(super) fn new(records: Arc<OrderBook>, program: Option<(Task, PlacedOrder)>) -> Self {
        Self {
            records,
            program: program.map(Box::new),
            has_left: false,
        }
    }

    /// The next that happens is that it leaves. What is remembered of one from before that nobody
    /// has heard of is of this one from now on: by its own time it is judged late.
    pub(super) fn leaves(&mut self) {
        self.has_left = true;
        if let Some((task, placed)) = self.program.as_deref()
            && self.records.is_doubted(&task.id)
        {
            self.records.doubted(task.clone(), placed.clone());
        }
    }

    /// It is known not to have arrived.
    pub(super) fn is_here(&mut self) {
        self.has_left = false;
    }

    /// It is known to have arrived, and its task is told.
    pub(super) fn is_there(&mut self) {
        self.program = None;
    }
}

impl Drop for LeftProgram {
    fn drop(&mut self) {
        if let Some(program) = self.program.take().filter(|_| self.has_left) {
            let (task, placed) = *program;
            self.records.doubted(task, placed);
        }
    }
}
