//! Who asks for what, under which id: what goes with a request through the house.

use std::sync::Arc;

use crate::request_id::RequestId;
use vocabulary::key::Key;
use vocabulary::task::Request;
use vocabulary::task_id::TaskId;

/// A valid request, and who asks.
#[derive(Debug)]
pub struct Ticket {
    /// The caller's id.
    pub caller: Arc<str>,
    /// What is asked for.
    pub request: Request,
    /// The request's id.
    pub request_id: RequestId,
    /// The caller's key, when it may send the request again.
    pub key: Option<Key>,
}

/// Who wants which task to be cancelled.
#[derive(Debug)]
pub struct Cancellation {
    /// The caller's id.
    pub caller: Arc<str>,
    /// The task.
    pub task: TaskId,
    /// The request's id.
    pub request_id: RequestId,
}
