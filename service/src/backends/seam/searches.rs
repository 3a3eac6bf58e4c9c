//! What lists are asked for, and where their pages begin: opaque to callers, and good at every
//! replica.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use time::OffsetDateTime;

use crate::digest;
use crate::host::Host;
use vocabulary::host::{HostListItem, IsolationState, Ready};
use vocabulary::host_id::HostId;
use vocabulary::names::{Address, HostName};
use vocabulary::report::{State, Task};
use vocabulary::task::TaskType;
use vocabulary::task_id::{Alias, TaskId};

/// Which hosts are wanted: all where nothing is given, and all that is given must hold.
#[derive(Debug, Clone)]
pub struct HostSearch {
    /// A display, DNS or NetBIOS name, whole, in any spelling.
    pub name: Option<HostName>,
    /// How one of its names begins, in any spelling.
    pub prefix: Option<HostName>,
    /// An IPv4 address.
    pub ip: Option<Address>,
    /// The back end's own id.
    pub id: Option<HostId>,
    /// What its checks say together.
    pub ready: Option<Ready>,
    /// Whether the device says that it is isolated.
    pub isolation: Option<IsolationState>,
    /// Most hosts of a page.
    pub limit: usize,
    /// Where the page begins: behind this id.
    pub after: Option<String>,
}

impl HostSearch {
    /// Whether a host has a name that is wanted.
    #[must_use]
    pub fn names(&self, host: &Host) -> bool {
        let whole = self.name.as_ref();
        let begun = self.prefix.as_ref();
        whole.is_none_or(|it| host.is_named(it.normal()))
            && begun.is_none_or(|it| host.has_name_beginning(it.normal()))
    }
}

/// One page of the hosts of a back end, in the order of their ids.
#[derive(Debug, Clone)]
pub struct HostPage {
    /// The hosts: fewer than were asked for, or none, does not mean that it is the last page.
    pub hosts: Vec<HostListItem>,
    /// Behind which id the next page begins. Nothing on the last page.
    pub next: Option<String>,
}

/// The end of a page of hosts, which the next one follows: back end by back end, and in each by id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostCursor {
    /// The back end of the last host.
    pub backend: Alias,
    /// Its id.
    pub id: String,
}

impl HostCursor {
    /// What a cursor begins with, so that one of another list is not taken for it.
    const KIND: &str = "host:";

    /// Reads what [`HostCursor::write`] wrote.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let (backend, id) = text.strip_prefix(Self::KIND)?.split_once(':')?;
        Some(Self {
            backend: Alias::parse(backend)?,
            id: id.to_owned(),
        })
    }

    /// The cursor as callers carry it.
    #[must_use]
    pub fn write(&self) -> String {
        let Self { backend, id } = self;
        URL_SAFE_NO_PAD.encode(format!("{}{backend}:{id}", Self::KIND))
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
    /// Those of these back ends; of any when empty. A list of all has the mark that it had before
    /// there could be several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub backends: Vec<Alias>,
    /// Those that are remembered to have been asked for with this reference. No back end knows of
    /// that, nor of the next; what is above is as far as one can tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Those that are remembered to have been asked for by this caller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caller: Option<String>,
}

/// One page of the tasks of a back end, the newest first.
#[derive(Debug, Clone, Default)]
pub struct TaskPage {
    /// The tasks.
    pub tasks: Vec<Task>,
    /// Where the next one begins: below this. Nothing on the last page.
    pub below: Option<TaskId>,
}

/// How far a list has come at one back end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListPlace {
    /// Below this task.
    Below(TaskId),
    /// Everything was listed.
    Over,
}

/// How far a list has come, at each back end of which anything was listed.
///
/// It carries a digest of the filter, so that it is not used with another. It keeps nobody from
/// making one up: a cursor opens nothing that a filter does not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaskCursor(BTreeMap<Alias, ListPlace>);

impl TaskCursor {
    /// What stands behind the alias of a back end of which everything was listed.
    const OVER: char = '!';

    /// The cursor as callers carry it.
    #[must_use]
    pub fn write(&self, filter: &TaskFilter) -> String {
        URL_SAFE_NO_PAD.encode(self.text(filter))
    }

    /// Reads one; nothing when it is none, or one of another list.
    #[must_use]
    pub fn read(filter: &TaskFilter, text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let mut places = BTreeMap::new();
        for place in text.rsplit_once('.')?.0.split(',') {
            let (alias, place) = if let Some(alias) = place.strip_suffix(Self::OVER) {
                (alias.to_owned(), ListPlace::Over)
            } else {
                let below = TaskId::parse(place)?;
                (below.backend().to_owned(), ListPlace::Below(below))
            };
            places.insert(Alias::parse(&alias)?, place);
        }
        // There is one way to write each.
        let cursor = Self(places);
        (text == cursor.text(filter)).then_some(cursor)
    }

    /// How far the list has come at a back end; nothing where it is at its beginning.
    #[must_use]
    pub fn at(&self, backend: &Alias) -> Option<&ListPlace> {
        self.0.get(backend)
    }

    /// It has come so far at this one.
    pub fn set(&mut self, backend: Alias, place: ListPlace) {
        self.0.insert(backend, place);
    }

    /// Those of which something is left to list.
    pub fn open(&self) -> impl Iterator<Item = &Alias> {
        let open = self.0.iter().filter(|(_, it)| **it != ListPlace::Over);
        open.map(|(alias, _)| alias)
    }

    fn text(&self, filter: &TaskFilter) -> String {
        let places = self.0.iter().map(|(alias, place)| match place {
            ListPlace::Below(task) => task.to_string(),
            ListPlace::Over => format!("{alias}{}", Self::OVER),
        });
        let places: Vec<String> = places.collect();
        format!("{}.{}", places.join(","), digest::short(filter))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alias(text: &str) -> Alias {
        Alias::parse(text).expect("an alias")
    }

    #[test]
    fn a_cursor_is_good_for_its_own_list_alone() {
        let all = TaskFilter::default();
        let lost = TaskFilter {
            states: vec![State::Lost],
            ..TaskFilter::default()
        };
        let id = TaskId::parse("ksc-42").expect("an id");

        let mut far = TaskCursor::default();
        far.set(alias("ksc"), ListPlace::Below(id));
        far.set(alias("branch"), ListPlace::Over);
        let cursor = far.write(&all);

        assert_eq!(TaskCursor::read(&all, &cursor), Some(far.clone()));
        assert_eq!(far.open().collect::<Vec<_>>(), [&alias("ksc")]);
        assert_eq!(TaskCursor::read(&lost, &cursor), None);
        for odd in [
            "ksc-42,branch!",
            "branch!,branch!,ksc-42",
            "branch!,,ksc-42",
            "",
            ",",
            "!",
        ] {
            let text = format!("{odd}.{}", digest::short(&all));
            assert_eq!(
                TaskCursor::read(&all, &URL_SAFE_NO_PAD.encode(text)),
                None,
                "{odd}"
            );
        }
        for odd in ["", "42", "!", &cursor[1..], "NDI"] {
            assert_eq!(TaskCursor::read(&all, odd), None, "{odd:?}");
        }
    }

    #[test]
    fn only_a_cursor_of_this_list_is_read() {
        let cursor = HostCursor {
            backend: alias("ksc"),
            id: "4328e16a-bf83-47c3-8d0b-0fdf79f9d673".to_owned(),
        };

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
