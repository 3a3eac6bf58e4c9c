//! A task's id, which the caller chooses.

use std::fmt;

use aws_lc_rs::digest;
use uuid::{Builder, Uuid};

/// The namespace of tasks that stand for actions: a number of our own (RFC 9562, 5.5).
const ACTIONS: Uuid = Uuid::from_u128(0x6f1d_3c52_9a0e_4b7f_8c2d_51e7_a9b4_03d6);

/// Id of a task at the Central Node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TaskId(Uuid);

impl TaskId {
    /// An id that exists.
    #[must_use]
    pub fn new(id: Uuid) -> Self {
        Self(id)
    }

    /// The one id of an action (UUID version 5): the same action asked for again has the same, so
    /// that it cannot run twice.
    #[must_use]
    pub fn of_action(action: &str) -> Self {
        let named = [ACTIONS.as_bytes().as_slice(), action.as_bytes()].concat();
        let hash = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, &named);
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash.as_ref()[..16]);
        Self(Builder::from_sha1_bytes(bytes).into_uuid())
    }

    /// The UUID.
    #[must_use]
    pub fn uuid(self) -> Uuid {
        self.0
    }
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_has_one_task_and_another_has_another() {
        let one = TaskId::of_action("kata-0f3a");

        assert_eq!(one, TaskId::of_action("kata-0f3a"));
        assert_ne!(one, TaskId::of_action("kata-0f3b"));
        assert_eq!(one.uuid().get_version_num(), 5);
        // Never to change: an action that was sent before an update must be found after it.
        assert_eq!(one.to_string(), "2926eaa5-20b0-5ae6-ad99-1f5bfce1f14f");
    }
}
