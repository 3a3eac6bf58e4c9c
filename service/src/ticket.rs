//! Who asks for what, under which id: what goes with a request through the house.

use std::sync::Arc;

use crate::authority::{Cancel, Create, Permit, Reach};
use crate::problem::Problem;
use crate::request_id::RequestId;
use vocabulary::code::Code;
use vocabulary::key::Key;
use vocabulary::task::Request;
use vocabulary::task_id::TaskId;

/// A valid request of a caller that may make it.
#[derive(Debug)]
pub struct Ticket {
    permit: Permit<Create>,
    request: Request,
    /// The request's id.
    pub request_id: RequestId,
    /// The caller's key, when it may send the request again.
    pub key: Option<Key>,
}

impl Ticket {
    /// A request under the permit for its type.
    ///
    /// # Errors
    /// 500 when the permit is for another type: a mistake in the program.
    pub fn new(
        permit: Permit<Create>,
        request: Request,
        request_id: RequestId,
        key: Option<Key>,
    ) -> Result<Self, Problem> {
        if permit.task() != request.task() {
            return Err(Problem::new(
                Code::Internal,
                "The gateway has asked for leave to do one thing and was about to do another. Nothing was sent.",
            ));
        }
        Ok(Self {
            permit,
            request,
            request_id,
            key,
        })
    }

    /// The caller's id.
    #[must_use]
    pub fn caller(&self) -> &Arc<str> {
        self.permit.caller()
    }

    /// The back ends that the caller may use.
    #[must_use]
    pub fn reach(&self) -> &Reach {
        self.permit.reach()
    }

    /// What the request is known by for good, however often it comes; nothing without a key.
    #[must_use]
    pub fn action(&self) -> Option<String> {
        let key = self.key.as_ref()?;
        Some(format!("{}\n{}", self.caller(), key.as_str()))
    }

    /// What is asked for.
    #[must_use]
    pub fn request(&self) -> &Request {
        &self.request
    }
}

/// Which task is to be cancelled, for a caller that may have it cancelled.
#[derive(Debug)]
pub struct Cancellation {
    /// The leave to do so.
    pub permit: Permit<Cancel>,
    /// The task.
    pub task: TaskId,
    /// The request's id.
    pub request_id: RequestId,
}
