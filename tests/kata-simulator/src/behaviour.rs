//! The switches: what the vendor's pages leave open, or say in two ways.
//!
//! Each can be turned while the simulator runs, by
//! [`Simulator::behave`](crate::Simulator::behave), and stand in a scenario file.

use crate::forms::{
    ConflictForm, MomentForm, NoRule, Nobody, Scan, SettingsShape, StateWords, WriteAnswer,
};
use crate::kata_version::KataVersion;
use serde::{Deserialize, Serialize};

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
