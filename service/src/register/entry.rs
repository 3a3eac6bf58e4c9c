//! An entry of the register, in this replica's memory and as it is written down.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::asker::Asker;
use crate::digest;
use crate::store::{AskerNote, CasePlace};
use vocabulary::report::Task;
use vocabulary::task_id::TaskId;

/// As long as KSC keeps response tasks.
pub(super) const LIFE: Duration = Duration::from_hours(24 * 30);

/// Most tasks of one case that are found by it.
pub(super) const MOST_OF_CASE: usize = 1_000;

/// A task that was asked for, and by whom.
#[derive(Debug, Clone)]
pub struct AskedTask {
    /// The task.
    pub id: TaskId,
    /// When it was requested.
    pub requested_at: OffsetDateTime,
    /// On which host: the back end's own id.
    pub host_id: String,
    /// Who asked.
    pub asker: Arc<Asker>,
}

/// A task, and no other one that ever had or will have its id.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct AskedKey {
    pub(super) id: TaskId,
    /// When it was requested, in seconds of the Unix time: KSC tells no less.
    second: i64,
}

/// What is written down of an entry. Replicas of neighbouring versions read each other's: members
/// that are not known are passed over, and those that may be missing need not be there.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AskerRecord {
    host: String,
    caller: Arc<str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    comment: Option<Box<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    external_id: Option<Arc<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    request_id: Option<Box<str>>,
}

impl AskedKey {
    pub(super) fn of(task: &Task) -> Self {
        Self::new(&task.id, task.requested_at)
    }

    fn new(id: &TaskId, requested_at: OffsetDateTime) -> Self {
        Self {
            id: id.clone(),
            second: requested_at.unix_timestamp(),
        }
    }

    /// What it is called in the store.
    pub(super) fn name(&self) -> String {
        format!("{}@{}", self.id, self.second)
    }
}

impl AskedTask {
    pub(super) fn key(&self) -> AskedKey {
        AskedKey::new(&self.id, self.requested_at)
    }

    /// What the store is told of it.
    pub(super) fn note(&self) -> AskerNote {
        let Asker {
            caller,
            comment,
            external_id,
            request_id,
        } = &*self.asker;
        let record = AskerRecord {
            host: self.host_id.clone(),
            caller: Arc::clone(caller),
            comment: comment.clone(),
            external_id: external_id.clone(),
            request_id: request_id.clone(),
        };
        let life = i64::try_from(LIFE.as_secs()).unwrap_or(i64::MAX);
        let place = self.requested_at.unix_timestamp();
        AskerNote {
            name: self.key().name(),
            text: serde_json::to_string(&record).expect("a record is plain data"),
            life: LIFE,
            case: external_id.as_deref().map(|it| CasePlace {
                case: case_name(it),
                task: self.id.to_string(),
                place,
                oldest: place.saturating_sub(life),
                most: MOST_OF_CASE,
            }),
        }
    }

    /// The entry of this key, as it was written down; nothing when it cannot be read.
    pub(super) fn read(id: TaskId, requested_at: OffsetDateTime, text: &str) -> Option<Self> {
        let record: AskerRecord = serde_json::from_str(text).ok()?;
        let AskerRecord {
            host,
            caller,
            comment,
            external_id,
            request_id,
        } = record;
        Some(Self {
            id,
            requested_at,
            host_id: host,
            asker: Arc::new(Asker {
                caller,
                comment,
                external_id,
                request_id,
            }),
        })
    }
}

/// What a case is called in the store: a reference of the caller's can hold anything.
pub(super) fn case_name(external_id: &str) -> String {
    digest::of_text(external_id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> AskedTask {
        AskedTask {
            id: TaskId::parse("ksc-42").expect("an id"),
            requested_at: OffsetDateTime::UNIX_EPOCH + Duration::from_millis(7_900),
            host_id: "h".to_owned(),
            asker: Arc::new(Asker {
                caller: "soar".into(),
                comment: Some("why\nnot".into()),
                external_id: Some("case {1}".into()),
                request_id: None,
            }),
        }
    }

    #[test]
    fn an_entry_is_read_as_it_was_written_and_its_names_hold_nothing_odd() {
        let entry = entry();

        let note = entry.note();
        let read = AskedTask::read(entry.id.clone(), entry.requested_at, &note.text);

        assert_eq!(note.name, "ksc-42@7");
        let read = read.expect("it was written here");
        assert_eq!((&read.asker, &read.host_id), (&entry.asker, &entry.host_id));
        let case = note.case.expect("it has one").case;
        assert!(case.bytes().all(|it| it.is_ascii_hexdigit()), "{case}");
    }

    #[test]
    fn what_another_version_wrote_is_read_as_far_as_it_goes() {
        let entry = entry();
        let read = |text: &str| AskedTask::read(entry.id.clone(), entry.requested_at, text);

        let later = read(r#"{"host":"h","caller":"soar","more":{"a":1}}"#).expect("a later one's");
        assert_eq!(later.asker.external_id, None);
        assert!(read(r#"{"host":"h"}"#).is_none());
        assert!(read("").is_none());
    }
}
