//! A program that leaves, until somebody has heard what became of it.

use std::sync::Arc;

use super::order::PlacedOrder;
use super::records::OrderBook;
use vocabulary::report::Task;

/// A program on its way. Whoever lets go of it before anything has been heard (its answer was lost,
/// the gateway stops) leaves it behind in the book: it may have arrived, and must not begin days
/// later.
pub(super) struct LeftProgram {
    records: Arc<OrderBook>,
    /// Its task, as it is told then.
    task: Task,
    placed: PlacedOrder,
    /// Whether it has left, and nobody knows what became of it.
    is_open: bool,
}

impl LeftProgram {
    /// One that has not left.
    pub(super) fn new(records: Arc<OrderBook>, task: Task, placed: PlacedOrder) -> Self {
        Self {
            records,
            task,
            placed,
            is_open: false,
        }
    }

    /// The next that happens is that it leaves. What is remembered of one from before that nobody
    /// has heard of is of this one from now on: by its own time it is judged late.
    pub(super) fn leaves(&mut self) {
        self.is_open = true;
        if self.records.is_doubted(&self.task.id) {
            self.remember();
        }
    }

    /// It is known whether it has arrived.
    pub(super) fn is_known(&mut self) {
        self.is_open = false;
    }

    fn remember(&self) {
        self.records.doubted(self.task.clone(), self.placed.clone());
    }
}

impl Drop for LeftProgram {
    fn drop(&mut self) {
        if self.is_open {
            self.remember();
        }
    }
}
