//! What lists are asked for, and where their pages begin: opaque to callers, and good at every
//! replica.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use time::OffsetDateTime;

use crate::digest;
use vocabulary::host_id::HostId;
use vocabulary::names::{Address, HostName};
use vocabulary::report::State;
use vocabulary::task::TaskType;
use vocabulary::task_id::TaskId;

/// Which hosts are wanted: at least one of name, address and id, and all that are given must hold.
#[derive(Debug, Clone)]
pub struct HostSearch {
    /// A display, DNS or NetBIOS name, whole, in any spelling.
    pub name: Option<HostName>,
    /// An IPv4 address.
    pub ip: Option<Address>,
    /// The back end's own id.
    pub id: Option<HostId>,
    /// Most hosts of a page.
    pub limit: usize,
    /// Where the page begins.
    pub after: Option<HostCursor>,
}

/// The end of a page of hosts, which the next one follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostCursor(String);

impl HostCursor {
    /// What a cursor begins with, so that one of another list is not taken for it.
    const KIND: &str = "host:";

    /// After the host of this id.
    #[must_use]
    pub fn after(id: &str) -> Self {
        Self(id.to_owned())
    }

    /// The id of the host that it is after.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0
    }

    /// Reads what [`HostCursor::write`] wrote.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        text.strip_prefix(Self::KIND).map(Self::after)
    }

    /// The cursor as callers carry it.
    #[must_use]
    pub fn write(&self) -> String {
        URL_SAFE_NO_PAD.encode(format!("{}{}", Self::KIND, self.0))
    }
}

/// Which tasks are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TaskFilter {
    /// Those of this host.
    pub host: Option<HostName>,
    /// Those of one of these types; of any when empty.
    pub tasks: Vec<TaskType>,
    /// Those of these ids, whether or not there can be such tasks; of any without it.
    pub ids: Option<Vec<TaskId>>,
    /// Those requested then or later.
    #[serde(with = "time::serde::rfc3339::option")]
    pub since: Option<OffsetDateTime>,
    /// Those requested before then.
    #[serde(with = "time::serde::rfc3339::option")]
    pub until: Option<OffsetDateTime>,
    /// Those in one of these states now; in any when empty.
    pub states: Vec<State>,
}

/// The place below a task, in the list of what is wanted.
///
/// It carries a digest of the filter, so that it is not used with another. It keeps nobody from
/// making one up: a cursor opens nothing that a filter does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaskCursor;

impl TaskCursor {
    /// The cursor to the place below this task.
    #[must_use]
    pub fn write(filter: &TaskFilter, below: &TaskId) -> String {
        URL_SAFE_NO_PAD.encode(format!("{below}.{}", digest::short(filter)))
    }

    /// The task of a cursor; nothing when it is none, or one of another list.
    #[must_use]
    pub fn read(filter: &TaskFilter, text: &str) -> Option<TaskId> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let below = TaskId::parse(text.rsplit_once('.')?.0)?;
        (text == format!("{below}.{}", digest::short(filter))).then_some(below)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_good_for_its_own_list_alone() {
        let all = TaskFilter::default();
        let lost = TaskFilter {
            states: vec![State::Lost],
            ..TaskFilter::default()
        };
        let id = TaskId::parse("ksc-42").expect("an id");

        let cursor = TaskCursor::write(&all, &id);

        assert_eq!(TaskCursor::read(&all, &cursor), Some(id));
        assert_eq!(TaskCursor::read(&lost, &cursor), None);
        for odd in ["", "42", "!", &cursor[1..], "NDI"] {
            assert_eq!(TaskCursor::read(&all, odd), None, "{odd:?}");
        }
    }

    #[test]
    fn only_a_cursor_of_this_list_is_read() {
        let cursor = HostCursor::after("4328e16a-bf83-47c3-8d0b-0fdf79f9d673");

        assert_eq!(HostCursor::read(&cursor.write()), Some(cursor));
        for odd in [
            "",
            "x",
            "4328e16a-bf83-47c3-8d0b-0fdf79f9d673",
            "aG9zdDo=",
            "////",
            &URL_SAFE_NO_PAD.encode("task:1"),
            &URL_SAFE_NO_PAD.encode(b"host:\xff"),
        ] {
            assert_eq!(HostCursor::read(odd), None, "{odd:?}");
        }
    }
}
