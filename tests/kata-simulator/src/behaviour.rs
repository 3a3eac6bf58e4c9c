//! The switches: what the vendor's pages leave open, or say in two ways.
//!
//! Each can be turned while the simulator runs, by
//! [`Simulator::behave`](crate::Simulator::behave), and stand in a scenario file.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How the server behaves where more than one behaviour is to be reckoned with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Behaviour {
    /// `true` accepts every external system at its first call, as if an administrator had been
    /// quicker than the wire.
    pub accept_everybody: bool,
    /// What `GET scans/state` has to tell; 204 when empty.
    pub scans: Vec<Scan>,
    /// Which version of the server it is.
    pub version: KataVersion,
    /// `true` answers `GET sensors` and `GET settings` with 400 to those who are not accepted and
    /// 401 to wrong parameters, as the tables of all versions print it. The bodies stay right.
    pub swapped_codes: bool,
    /// What `GET sensors` answers where a filter finds nobody.
    pub nobody: Nobody,
    /// How moments are written.
    pub moments: MomentForm,
    /// The name of a member with the host's name in `GET sensors`. None is documented in what
    /// could be read of the page.
    pub host_name_member: Option<String>,
    /// `true` finds a host by its id in whichever case it is written.
    pub ids_in_any_case: bool,
    /// `true` adds members to every object that no page knows.
    pub unknown_members: bool,
    /// From a change of rules or tasks until an agent on line hears of it.
    pub agent_delay_seconds: u64,
    /// How `settings_type` names isolation.
    pub isolation_spelling: Spelling,
    /// `true` refuses an isolation that is no whole number of hours.
    pub whole_hours_only: bool,
    /// What writes of settings are answered with.
    pub write_answer: WriteAnswer,
    /// `true` answers the removal of a rule that is not there with 200 instead of 404.
    pub removing_nothing_is_fine: bool,
    /// The form of `GET settings` of isolation.
    pub isolation_shape: SettingsShape,
    /// What it is where there is no rule.
    pub no_isolation: NoRule,
    /// The form of `GET settings` of prevention.
    pub prevention_shape: SettingsShape,
    /// What it is where there is no rule.
    pub no_prevention: NoRule,
    /// `true` writes hashes in upper case.
    pub upper_case_hashes: bool,
    /// The status of the error that a file has a rule in the other scope already.
    pub conflict_status: u16,
    /// The form of its body.
    pub conflict_form: ConflictForm,
    /// What becomes of a task whose id is taken.
    pub used_task_id: UsedTaskId,
    /// `true` answers a task whose id is taken with 404 and the reading of one that is not there
    /// with 409, as the tables of all versions print it. The bodies stay right.
    pub swapped_task_codes: bool,
    /// `true` ends a program that runs when its task is removed.
    pub removal_stops_programs: bool,
    /// What `state` of a task says.
    pub state_words: StateWords,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            accept_everybody: false,
            scans: Vec::new(),
            version: KataVersion::default(),
            swapped_codes: false,
            nobody: Nobody::default(),
            moments: MomentForm::default(),
            host_name_member: None,
            ids_in_any_case: false,
            unknown_members: false,
            agent_delay_seconds: 0,
            isolation_spelling: Spelling::default(),
            whole_hours_only: false,
            write_answer: WriteAnswer::default(),
            removing_nothing_is_fine: false,
            isolation_shape: SettingsShape::Rules,
            no_isolation: NoRule::default(),
            prevention_shape: SettingsShape::Files,
            no_prevention: NoRule::default(),
            upper_case_hashes: false,
            conflict_status: 409,
            conflict_form: ConflictForm::default(),
            used_task_id: UsedTaskId::default(),
            swapped_task_codes: false,
            removal_stops_programs: false,
            state_words: StateWords::default(),
        }
    }
}

/// Versions of the server that differ in what they take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum KataVersion {
    /// Exclusions in one direction only, IPv6 too; a host without contact for five hours ends its
    /// isolation by itself.
    #[serde(rename = "4.0")]
    V4_0,
    /// From here on a port range with `both` makes a request fail, and IPv6 is gone.
    #[serde(rename = "5.1")]
    V5_1,
    /// From here on the bodies of answers are documented.
    #[serde(rename = "6.0")]
    V6_0,
    /// The newest that has been read of.
    #[default]
    #[serde(rename = "7.1")]
    V7_1,
}

impl KataVersion {
    /// As the server tells it.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::V4_0 => "4.0.0.0",
            Self::V5_1 => "5.1.0.0",
            Self::V6_0 => "6.0.0.0",
            Self::V7_1 => "7.1.0.0",
        }
    }
}

/// Which name isolation has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spelling {
    /// `network_isolation`
    #[default]
    Isolation,
    /// `network_izolation`, as English pages of some versions have it.
    Izolation,
    /// Both.
    Either,
}

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

/// What becomes of a task whose id is taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UsedTaskId {
    /// 409, and the task that is there stays.
    #[default]
    Conflict,
    /// 200, and the new one takes its place: the program runs again.
    Overwrite,
    /// 200, and the task that is there stays.
    Keep,
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
