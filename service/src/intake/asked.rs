//! What the register is told of a request that has become a task.

use std::sync::Arc;

use super::receipt::AnsweredRequest;
use crate::backends::seam::Receipt;
use crate::register::{AskedTask, Asker};
use crate::ticket::Ticket;
use vocabulary::task_id::TaskId;

/// Whoever asked for this task. A request that comes again with its key is equal to the first one
/// and of the same caller; only the id is that of the request that was sent.
pub(super) fn asked(ticket: &Ticket, id: &TaskId, receipt: &Receipt) -> AskedTask {
    let request_id = receipt.request_id.as_deref();
    AskedTask {
        id: id.clone(),
        requested_at: receipt.requested_at,
        host_id: receipt.host.id.clone(),
        asker: Arc::new(Asker::of(ticket.caller(), ticket.request(), request_id)),
    }
}

/// The same of a request that has had its answer.
pub(super) fn asked_before(ticket: &Ticket, answered: &AnsweredRequest) -> AskedTask {
    asked(ticket, &answered.id, &answered.receipt)
}
