//! What is kept of a request, in this replica's memory and in the store that replicas share: a
//! record of its own.
//!
//! A [`Task`](vocabulary::report::Task) is what callers see, and grows with what they want to see.
//! This grows only with what must be known again, and replicas of neighbouring versions read each
//! other's ([`Receipt`]). What an older version must not read, because it would take it for
//! something else, raises [`FORM`].

use serde::{Deserialize, Deserializer, Serialize};

use crate::backends::seam::{Mark, Receipt};
use vocabulary::task_id::{Alias, TaskId};

/// The form of what is of the back end that a version before several knew, which reads it.
const FORM: u32 = 1;

/// The form of what is of another back end, and the latest that is read. A version before several
/// would look for it at the one that it knows, and take it for absent.
const FORM_OF_ANOTHER: u32 = 2;

/// What the one was called.
const FIRST: &str = "ksc";

fn form_of(backend: &str) -> u32 {
    if backend == FIRST {
        FORM
    } else {
        FORM_OF_ANOTHER
    }
}

/// A request that may have arrived, and how to know it again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct SentRequest {
    #[serde(deserialize_with = "readable")]
    form: u32,
    /// To which back end.
    #[serde(default = "first_backend")]
    pub(super) backend: Alias,
    /// What to find it by.
    pub(super) mark: Mark,
    /// What was sent.
    pub(super) receipt: Receipt,
}

/// A request that has arrived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct AnsweredRequest {
    #[serde(deserialize_with = "readable")]
    form: u32,
    /// The task that came of it.
    pub(super) id: TaskId,
    /// What was sent.
    pub(super) receipt: Receipt,
}

impl SentRequest {
    /// A request that is about to leave.
    pub(super) fn new(backend: Alias, mark: Mark, receipt: Receipt) -> Self {
        Self {
            form: form_of(backend.as_str()),
            backend,
            mark,
            receipt,
        }
    }
}

impl AnsweredRequest {
    /// A request of which this task came.
    pub(super) fn new(receipt: Receipt, id: TaskId) -> Self {
        Self {
            form: form_of(id.backend()),
            id,
            receipt,
        }
    }
}

/// A version that knew one back end called it so, and did not say it.
///
/// # Panics
/// Never: it is an alias.
fn first_backend() -> Alias {
    Alias::parse(FIRST).expect("it is an alias")
}

/// Refuses the form of a later version, in which members may mean something else.
fn readable<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let form = u32::deserialize(deserializer)?;
    if form > FORM_OF_ANOTHER {
        return Err(serde::de::Error::custom("a later form"));
    }
    Ok(form)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use vocabulary::host::HostSummary;

    use super::*;

    fn written() -> Value {
        json!({
            "form": 1,
            "backend": "ksc",
            "mark": {
                "attempt": "d",
                "target": {"host": "h"},
                "own": {"added": "2026-11-28T12:00:00Z"}
            },
            "receipt": {
                "task": "isolateHost",
                "host": {"id": "h", "name": "WS-1", "fqdn": null},
                "area": "SOAR",
                "severity": 3,
                "requested_at": "2026-11-28T12:00:00Z",
                "warnings": ["w"]
            }
        })
    }

    fn read(record: &Value) -> Result<SentRequest, serde_json::Error> {
        serde_json::from_str(&record.to_string())
    }

    #[test]
    fn what_is_written_is_read_and_its_form_is_this_one() {
        let sent = read(&written()).expect("its own form");

        assert_eq!(serde_json::to_value(&sent).expect("plain data"), written());
    }

    #[test]
    fn members_of_another_version_are_passed_over_and_those_it_lacks_have_a_value() {
        let mut later = written();
        later["more"] = json!({"a": [1]});
        later["mark"]["more"] = json!(1);
        later["mark"]["target"]["more"] = json!(1);
        later["receipt"]["more"] = json!("x");
        later["receipt"]["host"]["more"] = json!(null);
        assert_eq!(
            read(&later).expect("a later version's").receipt,
            read(&written()).expect("its own").receipt
        );

        let mut earlier = written();
        for name in ["area", "severity", "warnings"] {
            earlier["receipt"]
                .as_object_mut()
                .expect("an object")
                .remove(name);
        }
        for name in ["name", "fqdn"] {
            earlier["receipt"]["host"]
                .as_object_mut()
                .expect("an object")
                .remove(name);
        }
        for name in ["wish", "milestone"] {
            earlier["mark"]
                .as_object_mut()
                .expect("an object")
                .remove(name);
        }
        earlier
            .as_object_mut()
            .expect("an object")
            .remove("backend");
        let sent = read(&earlier).expect("an earlier version's");
        assert_eq!(sent.backend.as_str(), "ksc");
        let receipt = sent.receipt;
        assert_eq!(receipt.severity, 2);
        assert_eq!(HostSummary::from(&receipt.host).name, "h");
    }

    #[test]
    fn a_later_form_is_not_guessed_at() {
        let mut later = written();
        later["form"] = json!(3);

        assert!(read(&later).is_err());
    }

    /// A version before several would look for a request to another one at its own, not find it, and
    /// give its key back.
    #[test]
    fn what_is_of_another_back_end_has_a_form_that_a_version_before_several_refuses() {
        let sent = read(&written()).expect("its own form");
        let form = |backend: &str| {
            let backend = Alias::parse(backend).expect("an alias");
            SentRequest::new(backend, sent.mark.clone(), sent.receipt.clone()).form
        };
        let answered = |id: &str| {
            let id = TaskId::parse(id).expect("an id");
            AnsweredRequest::new(sent.receipt.clone(), id).form
        };

        assert_eq!([form("ksc"), answered("ksc-42")], [1, 1]);
        assert_eq!([form("branch"), answered("branch-42")], [2, 2]);
    }
}
