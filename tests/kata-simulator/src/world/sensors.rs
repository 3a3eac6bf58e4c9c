//! The hosts with an agent: what the API calls sensors.
//!
//! The names and kinds of the members are documented, most of their values are not; those here are
//! made up.

use aws_lc_rs::digest::{SHA256, digest};
use serde::{Deserialize, Serialize, Serializer};
use std::net::Ipv4Addr;
use std::time::Duration;
use uuid::Uuid;

/// A host as a scenario describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SensorSpec {
    /// `sensorId`; follows from name and address where a scenario gives none.
    #[serde(default, serialize_with = "as_written")]
    pub id: Uuid,
    /// The host's name, in the case in which `?host=` finds it.
    pub host: String,
    /// `hostIp`.
    pub ip: Ipv4Addr,
    /// `osFamily`.
    #[serde(default = "windows")]
    pub os_family: String,
    /// `osName`.
    #[serde(default = "windows_11")]
    pub os_name: String,
    /// `version`: the agent's.
    #[serde(default = "current_kes")]
    pub version: String,
    /// `selfDefenseState`.
    #[serde(default = "yes")]
    pub self_defense: bool,
    /// `licenseStatus`.
    #[serde(default = "valid")]
    pub license: String,
    /// `capabilities`.
    #[serde(default)]
    pub capabilities: Vec<String>,
    /// Whether its agent is there.
    #[serde(default)]
    pub presence: Presence,
    /// Whether the agent heeds rules of prevention; KES for Linux before 12.2 does not.
    #[serde(default = "yes")]
    pub heeds_prevention: bool,
    /// Files that are not on the host, so that a program cannot run.
    #[serde(default)]
    pub lacks: Vec<String>,
    /// How long a program runs there, in seconds; the agent ends it after 24 hours.
    #[serde(default = "ten")]
    pub run_seconds: u64,
}

fn as_written<S: Serializer>(id: &Uuid, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&written(*id))
}

fn yes() -> bool {
    true
}

fn windows() -> String {
    "windows".to_owned()
}

fn windows_11() -> String {
    "Windows 11 23H2".to_owned()
}

fn current_kes() -> String {
    "12.10.0.466".to_owned()
}

fn valid() -> String {
    "valid".to_owned()
}

fn ten() -> u64 {
    10
}

/// Whether an agent is in contact with the Central Node.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// From the start.
    #[default]
    OnLine,
    /// Not until a test brings it on line.
    OffLine,
    /// Only after so many seconds.
    After(u64),
    /// Never, whatever a test does.
    Never,
}

impl SensorSpec {
    /// A Windows host with a new agent, on line. Its id follows from name and address.
    #[must_use]
    pub fn windows(host: &str, ip: Ipv4Addr) -> Self {
        Self {
            id: id_of(host, ip),
            host: host.to_owned(),
            ip,
            os_family: windows(),
            os_name: windows_11(),
            version: current_kes(),
            self_defense: true,
            license: valid(),
            capabilities: ["networkIsolation", "prevention", "runProcess"]
                .map(str::to_owned)
                .to_vec(),
            presence: Presence::OnLine,
            heeds_prevention: true,
            lacks: Vec::new(),
            run_seconds: ten(),
        }
    }

    /// A Linux host with KES 12.4, on line.
    #[must_use]
    pub fn linux(host: &str, ip: Ipv4Addr) -> Self {
        Self {
            os_family: "linux".to_owned(),
            os_name: "Ubuntu 24.04".to_owned(),
            version: "12.4.0.1225".to_owned(),
            ..Self::windows(host, ip)
        }
    }

    /// A Linux host with KES 12.1, which heeds no prevention.
    #[must_use]
    pub fn old_linux(host: &str, ip: Ipv4Addr) -> Self {
        Self {
            version: "12.1.0.1543".to_owned(),
            capabilities: ["networkIsolation", "runProcess"]
                .map(str::to_owned)
                .to_vec(),
            heeds_prevention: false,
            ..Self::linux(host, ip)
        }
    }

    /// The same host, its agent off line.
    #[must_use]
    pub fn off_line(self) -> Self {
        self.with(Presence::OffLine)
    }

    /// The same host, its agent on line after this time.
    #[must_use]
    pub fn after(self, time: Duration) -> Self {
        self.with(Presence::After(time.as_secs()))
    }

    /// The same host, its agent never on line.
    #[must_use]
    pub fn never(self) -> Self {
        self.with(Presence::Never)
    }

    fn with(mut self, presence: Presence) -> Self {
        self.presence = presence;
        self
    }

    /// The same host, with an id.
    #[must_use]
    pub(crate) fn named(mut self) -> Self {
        if self.id.is_nil() {
            self.id = id_of(&self.host, self.ip);
        }
        self
    }

    /// The id as the API writes it.
    #[must_use]
    pub fn sensor_id(&self) -> String {
        written(self.id)
    }
}

/// A host's id as the API writes it.
pub(crate) fn written(id: Uuid) -> String {
    id.hyphenated().to_string().to_uppercase()
}

/// A UUID that is the same in every run.
fn id_of(host: &str, ip: Ipv4Addr) -> Uuid {
    let hash = digest(&SHA256, format!("{host} {ip}").as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.as_ref()[..16]);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

/// The hosts of a scenario that names none: Windows and Linux, an old one, one that is off line and
/// one that never comes.
pub(crate) fn everyday() -> Vec<SensorSpec> {
    let desk = |last| Ipv4Addr::new(10, 20, 30, last);
    let room = |last| Ipv4Addr::new(10, 20, 40, last);
    vec![
        SensorSpec::windows("WS-042", desk(42)),
        SensorSpec::windows("WS-043", desk(43)),
        SensorSpec::linux("srv-db-01", room(61)),
        SensorSpec::old_linux("srv-old-01", room(62)),
        SensorSpec::windows("NB-TRAVEL", desk(77)).off_line(),
        SensorSpec::linux("srv-lost-01", room(99)).never(),
    ]
}
