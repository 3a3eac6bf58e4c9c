//! Who asked for a task.

use std::sync::Arc;

use vocabulary::report::Task;
use vocabulary::task::Request;

/// Who asked for a task, why, and for which case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asker {
    /// The caller's id.
    pub caller: Arc<str>,
    /// Why.
    pub comment: Option<Box<str>>,
    /// For which case: the caller's own reference.
    pub external_id: Option<Arc<str>>,
    /// By which request; nothing where a version wrote it down that kept none.
    pub request_id: Option<Box<str>>,
}

impl Asker {
    /// Whoever makes this request, or has made it before under this id.
    #[must_use]
    pub fn of(caller: &Arc<str>, request: &Request, request_id: Option<&str>) -> Self {
        Self {
            caller: Arc::clone(caller),
            comment: request.comment().map(Box::from),
            external_id: request.external_id().map(Arc::from),
            request_id: request_id.map(Box::from),
        }
    }

    /// Shows it in the task.
    pub fn show_in(&self, task: &mut Task) {
        let text = |it: &str| it.to_owned();
        task.caller = Some(text(&self.caller));
        task.comment = self.comment.as_deref().map(text);
        task.external_id = self.external_id.as_deref().map(text);
        task.request_id = self.request_id.as_deref().map(text);
    }

    /// How many bytes its texts have.
    pub(super) fn bytes(&self) -> usize {
        let length = |it: Option<&str>| it.map_or(0, str::len);
        self.caller.len()
            + length(self.comment.as_deref())
            + length(self.external_id.as_deref())
            + length(self.request_id.as_deref())
    }
}
