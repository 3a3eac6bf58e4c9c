//! What the text of an incident asks for, as far as one request is told from another by it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::digest;
use vocabulary::task::TaskType;

/// The members of a body that make a request what it is. Its host is the incident's.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Members {
    task: TaskType,
    params: Value,
    response_event_incident_area: String,
}

/// What KSC tasks of like requests have in common: nothing but their time tells them apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Likeness {
    /// The type of the task.
    pub(super) task: TaskType,
    /// The area, in lower case.
    pub(super) area: String,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Wish {
    /// What its KSC task has in common with others.
    pub(super) likeness: Likeness,
    /// The digest of its parameters: they can be megabytes.
    params: String,
}

impl Wish {
    /// Reads the text of an incident; nothing when it is no request for a response task.
    pub(super) fn read(body: &str) -> Option<Self> {
        let members: Members = serde_json::from_str(body).ok()?;
        // Every task has parameters, and they are an object, or a list for a scan.
        if !(members.params.is_object() || members.params.is_array()) {
            return None;
        }
        Some(Self {
            likeness: Likeness {
                task: members.task,
                area: members.response_event_incident_area.to_lowercase(),
            },
            // Members of a JSON value are in the order of their names.
            params: digest::hexadecimal(&digest::of(&members.params)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_is_the_same_however_it_is_written() {
        let one = r#"{"task":"isolateHost","params":{"action":1,"b":2},"responseEventIncidentArea":"Kuma"}"#;
        let same = r#" { "responseEventIncidentArea" : "KUMA", "params": {"b" :2, "action":1}, "task":"isolateHost", "x": 1}"#;

        assert!(Wish::read(one).is_some());
        assert_eq!(Wish::read(one), Wish::read(same));
        for other in [
            r#"{"task":"isolateHost","params":{"action":0,"b":2},"responseEventIncidentArea":"Kuma"}"#,
            r#"{"task":"getFile","params":{"action":1,"b":2},"responseEventIncidentArea":"Kuma"}"#,
            r#"{"task":"isolateHost","params":{"action":1,"b":2},"responseEventIncidentArea":"Kum"}"#,
        ] {
            assert!(Wish::read(other).is_some());
            assert_ne!(Wish::read(one), Wish::read(other), "{other}");
        }
    }

    #[test]
    fn what_is_no_request_has_no_wish() {
        for text in [
            "",
            "closed by Ann",
            "{}",
            "[]",
            "null",
            r#"{"task":"isolateHost"}"#,
            r#"{"task":"isolate","params":{},"responseEventIncidentArea":"Kuma"}"#,
            r#"{"task":"isolateHost","params":null,"responseEventIncidentArea":"Kuma"}"#,
            r#"{"task":"isolateHost","params":{},"responseEventIncidentArea":"#,
        ] {
            assert_eq!(Wish::read(text), None, "{text:?}");
        }
    }
}
