//! What a simulator is started with: the knobs of the world, all with defaults.
//!
//! The same structure is the file of `ksc-simulator --scenario`: JSON, every member optional, an
//! unknown member refused, since a misspelt knob that does nothing is worse than an error.

use crate::world::hosts::HostSpec;
use crate::world::tags::IsolationTags;
use serde::{Deserialize, Serialize};
use stage::Clock;
use std::time::Duration;

/// The settings of one simulated Administration Server and of the world behind it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a knob of its own")]
pub struct Scenario {
    /// How time passes; stepped from the present second by default (the binary runs in real time).
    pub clock: Clock,
    /// Name of the one internal account that may log in.
    pub username: String,
    /// Its password. A throw-away secret of a test, shown on the binary's first line by design.
    pub password: String,
    /// Wrong passwords in a row until the account is blocked.
    pub lockout_after: u32,
    /// A blocked account is told so with `PxgError` SPL 2013; `true` makes it a plain-text 401
    /// instead, because the vendor's pages do not say which of the two a server uses.
    pub lockout_as_text: bool,
    /// Seconds without a call until a session dies.
    pub session_idle_seconds: u64,
    /// HTTP status of a call in a session that died of idling: the pages document 403 for an ended
    /// session only.
    pub expired_session_status: u16,
    /// `true` answers every login with the challenge of two-step verification.
    pub mfa: bool,
    /// The code that answers the challenge; none is ever right when absent.
    pub totp_code: Option<String>,
    /// `false` makes every call but the session's answer "access denied".
    pub rights: bool,
    /// `true` when the Web Console's background service is connected.
    pub console_connected: bool,
    /// How many service consoles are connected when one is. Each that sees an incident makes a task
    /// of it; whether real ones do is not documented.
    pub consoles: u32,
    /// `true` leaves what a device has not reported out of its row, as a server does with a NULL:
    /// versions, the state of components, addresses, times. Which of them, differs from device to
    /// device.
    pub nulls: bool,
    /// `true` has the console act on an incident again that is updated to be unhandled. Whether a
    /// real one does is not documented.
    pub console_acts_on_updates: bool,
    /// From an incident to its KSC task, when a console is connected. In seconds in JSON.
    #[serde(with = "seconds")]
    pub console_delay: Duration,
    /// From a KSC task to its start on an online device. In seconds in JSON.
    #[serde(with = "seconds")]
    pub device_pending: Duration,
    /// From the start on the device to the final state. In seconds in JSON.
    #[serde(with = "seconds")]
    pub device_running: Duration,
    /// `true` writes the area in task names in upper case (`Kuma` becomes `[KUMA]`), as the
    /// vendor's pages show it.
    pub name_area_upper: bool,
    /// What stands after the last dash of a task's name.
    pub name_suffix: NameSuffix,
    /// How many response tasks KSC keeps; the oldest goes, finished or not.
    pub rotation: usize,
    /// Days that a response task lives.
    pub task_life_days: u32,
    /// Seeds session tokens, accessors and random name suffixes.
    pub seed: u64,
    /// Number of the first incident.
    pub first_incident_id: i64,
    /// Number of the first KSC task that is made after the start.
    pub first_task_id: i64,
    /// `true` puts two everyday group tasks (update, scan) on every host, as any real server has
    /// them.
    pub everyday_tasks: bool,
    /// On which devices the product tells of its isolation by a tag.
    pub isolation_tags: IsolationTags,
    /// From an isolation or a release on a device until KSC shows its tag. In seconds in JSON.
    #[serde(with = "seconds")]
    pub tag_delay: Duration,
    /// `false` has the server not know `HostTagsApi`, as before KSC 13.
    pub host_tags: bool,
    /// `false` leaves the fifty devices of the default world out.
    pub default_hosts: bool,
    /// Devices beside them.
    pub extra_hosts: Vec<HostSpec>,
    /// Results that differ from what the devices would answer by themselves; the first that matches
    /// counts.
    pub outcomes: Vec<Outcome>,
}

impl Default for Scenario {
    fn default() -> Self {
        Self {
            clock: Clock::stepped_now(),
            username: "edr-gateway".to_owned(),
            password: "correct horse".to_owned(),
            lockout_after: 10,
            lockout_as_text: false,
            session_idle_seconds: 180,
            expired_session_status: 403,
            mfa: false,
            totp_code: None,
            rights: true,
            console_connected: true,
            consoles: 1,
            nulls: false,
            console_acts_on_updates: false,
            console_delay: Duration::from_secs(2),
            device_pending: Duration::from_secs(3),
            device_running: Duration::from_secs(9),
            name_area_upper: true,
            name_suffix: NameSuffix::IncidentId,
            rotation: 100,
            task_life_days: 30,
            seed: 1,
            first_incident_id: 42,
            first_task_id: 195,
            everyday_tasks: true,
            isolation_tags: IsolationTags::Linux,
            tag_delay: Duration::from_secs(4),
            host_tags: true,
            default_hosts: true,
            extra_hosts: Vec::new(),
            outcomes: Vec::new(),
        }
    }
}

/// What stands after the last dash of a response task's name; the vendor's page says only `<ID>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NameSuffix {
    /// The number of the incident.
    IncidentId,
    /// A number that has nothing to do with the incident.
    Random,
    /// A number that counts response tasks, from this one on.
    Counter(i64),
}

/// A result that a device reports instead of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// Host id or display name; any host when absent.
    #[serde(default)]
    pub host: Option<String>,
    /// Task as the vendor names it (`getFile`); any task when absent.
    #[serde(default)]
    pub task: Option<String>,
    /// What becomes of the task.
    pub state: OutcomeState,
    /// The device's text, in `state_descr`.
    #[serde(default)]
    pub text: String,
}

/// What a device makes of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeState {
    /// Finished successfully: `state_code` 4.
    Success,
    /// Finished with a warning: `state_code` 8.
    Warning,
    /// Failed: `state_code` 16.
    Failed,
    /// Never delivered: stays at `state_code` 1.
    Pending,
    /// Started and never finished: stays at `state_code` 2.
    Running,
    /// Paused on the device: stays at `state_code` 64.
    Paused,
    /// Waits for a schedule: stays at `state_code` 32.
    Scheduled,
}

/// Durations as numbers of seconds, fractions allowed.
mod seconds {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use std::time::Duration;

    pub(super) fn serialize<S: Serializer>(value: &Duration, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_f64(value.as_secs_f64())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        let seconds = f64::deserialize(from)?;
        Duration::try_from_secs_f64(seconds).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_member_of_a_scenario_file_is_optional() {
        let scenario: Scenario = serde_json::from_str("{}").unwrap();

        assert_eq!(scenario.session_idle_seconds, 180);
        assert_eq!(scenario.rotation, 100);
    }

    #[test]
    fn a_misspelt_member_of_a_scenario_file_is_refused() {
        let refused = serde_json::from_str::<Scenario>(r#"{"consle_delay": 2}"#).unwrap_err();

        assert!(refused.to_string().contains("consle_delay"), "{refused}");
    }

    #[test]
    fn durations_and_outcomes_are_read_from_json() {
        let scenario: Scenario = serde_json::from_str(
            r#"{"console_delay": 0.5, "clock": {"real": {"speed": 2.0}},
                "outcomes": [{"task": "getFile", "state": "failed", "text": "no such file"}]}"#,
        )
        .unwrap();

        assert_eq!(scenario.console_delay, Duration::from_millis(500));
        assert_eq!(scenario.clock, Clock::Real { speed: 2.0 });
        assert_eq!(scenario.outcomes[0].state, OutcomeState::Failed);
    }
}
