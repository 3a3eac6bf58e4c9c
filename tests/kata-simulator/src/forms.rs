//! The forms of answers: those that are documented, and those that a client has to reckon with.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a write of settings is answered with when all is well.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WriteAnswer {
    /// 200 with the rules as sent, as pages from 6.0 on have it; a removal, whose body none has,
    /// is 200 with nothing.
    #[default]
    Documented,
    /// 200 with nothing.
    Empty,
    /// 204.
    NoContent,
}

/// The form of rules that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SettingsShape {
    /// An array of rules, as documented of isolation; a rule of prevention is `{"objects": [...]}`.
    Rules,
    /// One rule, as an object.
    One,
    /// `{"settings": rule}`
    Settings,
    /// `{"response": {"settings": rule}}`
    ResponseSettings,
    /// `{"objects": [...]}`
    Objects,
    /// An array of `{"file": ...}`, as documented of prevention when it is made; isolation has no such form, and is an array of rules.
    Files,
    /// None of these: JSON that nobody has heard of.
    Strange,
}

/// What is read where there is no rule.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoRule {
    /// 404 `{"error": "Not Found"}`, the documented way to see that a rule is gone.
    #[default]
    NotFound,
    /// 200 `[]`
    EmptyArray,
    /// 200 `{"objects": []}`
    EmptyObjects,
}

/// The body of the error that a file has a rule in the other scope already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConflictForm {
    /// `{"error": …, "file": {"sha256": …}, "hosts": [ids]}`; `["all"]` where it holds for all.
    #[default]
    Members,
    /// `{"error": "a sentence with ids"}`
    Ids,
    /// `{"error": "a sentence with the names of hosts"}`
    Names,
}

/// What `state` of a task says. No page has a word for any of them, nor a type: these are made up,
/// and may be numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StateWords {
    /// It is not started.
    pub waiting: Value,
    /// It runs.
    pub running: Value,
    /// It has come to its end.
    pub done: Value,
    /// It could not run.
    pub failed: Value,
    /// The agent has ended it after 24 hours.
    pub timed_out: Value,
}

impl Default for StateWords {
    fn default() -> Self {
        Self {
            waiting: "pending".into(),
            running: "running".into(),
            done: "completed".into(),
            failed: "failed".into(),
            timed_out: "timeout".into(),
        }
    }
}

impl StateWords {
    /// One word for everything, which says nothing.
    #[must_use]
    pub fn all(word: impl Into<Value>) -> Self {
        let word = word.into();
        Self {
            waiting: word.clone(),
            running: word.clone(),
            done: word.clone(),
            failed: word.clone(),
            timed_out: word,
        }
    }
}

/// What a list without a host is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nobody {
    /// A list with nothing in it.
    #[default]
    EmptyList,
    /// 404.
    NotFound,
}

/// How a moment is written; the pages give no type.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MomentForm {
    /// `"2026-11-20T08:15:30Z"`
    #[default]
    Rfc3339,
    /// A number of seconds since 1970.
    Seconds,
    /// A number of milliseconds.
    Milliseconds,
    /// A number of microseconds.
    Microseconds,
    /// `null`
    Null,
    /// The member is left out.
    Absent,
}

/// A verdict of the scanner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Scan {
    /// The number that whoever sent the file gave it.
    pub scan_id: i64,
    /// `processing`, `detect`, `not detected`, `error`, `timeout`.
    pub state: Vec<String>,
}
