//! One KATA Central Node, and who the gateway is to it.

use std::time::Duration;

use kata::ExternalSystemId;
use url::Url;
use vocabulary::task::isolate_host::IsolationSeconds;

use super::endpoints;
use super::exclusion_presets::ExclusionPresets;
use super::program_states::ProgramStates;
use crate::config::file_name::FileName;
use crate::config::reader::Reader;

/// A Central Node, and the external system that the gateway is there.
#[derive(Debug, Clone)]
pub struct Kata {
    /// What its settings begin with, such as `backends.kata`.
    pub at: String,
    /// Addresses, in the order in which they are tried.
    pub endpoints: Vec<Url>,
    /// Who the gateway is to it.
    pub external_system_id: ExternalSystemId,
    /// The gateway's certificate.
    pub certificate_file: FileName,
    /// The key to it.
    pub key_file: FileName,
    /// How the server's certificate is checked.
    pub trust: KataTrust,
    /// Longest for connecting.
    pub connection_timeout: Duration,
    /// Longest for one exchange.
    pub request_timeout: Duration,
    /// For how long a host is isolated where the request does not say.
    pub isolation_default: IsolationSeconds,
    /// What an isolated host may still reach, under names.
    pub exclusion_presets: ExclusionPresets,
    /// The longest that a request may say.
    pub isolation_max: Duration,
    /// How long a device has to say that it has carried an order out.
    pub confirm_within: Duration,
    /// How long a program has to begin.
    pub start_within: Duration,
    /// How often Linux devices fetch what is ordered, where the operator knows it.
    pub synchronization_period: Option<Duration>,
    /// What its states of programs mean.
    pub task_states: ProgramStates,
    /// How many requests a second go to it.
    pub requests_per_second: u32,
}

/// How the server's certificate is checked: KATA's own is self-signed, so the system's roots would
/// never do.
#[derive(Debug, Clone)]
pub enum KataTrust {
    /// Against the authorities of a PEM file.
    CaFile(FileName),
    /// It must be exactly a certificate of this file.
    PinnedFile(FileName),
}

impl Kata {
    /// What only a Central Node is set with.
    const OWN: [&str; 12] = [
        "external_system_id",
        "certificate_file",
        "key_file",
        "isolation_default",
        "isolation_max",
        "exclusion_presets",
        "isolation_presets",
        "confirm_within",
        "start_within",
        "synchronization_period",
        "task_states",
        "requests_per_second",
    ];

    /// What it is set with like any other server.
    const SHARED: [&str; 6] = [
        "kind",
        "endpoints",
        "ca_file",
        "pinned_certificate_file",
        "connection_timeout",
        "request_timeout",
    ];

    /// Whether a key is a setting of a Central Node.
    pub(super) fn has(key: &str) -> bool {
        Self::is_own(key) || Self::SHARED.contains(&key)
    }

    /// Whether a key is a setting of a Central Node alone.
    pub(super) fn is_own(key: &str) -> bool {
        Self::OWN.contains(&key)
    }

    /// Longest that giving an order takes: the order, and a look at what became of it when its
    /// answer is lost. What takes longer is given up, and looked up later.
    #[must_use]
    pub fn longest_call(&self) -> Duration {
        self.connection_timeout + 2 * self.request_timeout
    }

    pub(super) fn read(reader: &mut Reader, at: &str) -> Option<Self> {
        let key = |name: &str| format!("{at}.{name}");
        let endpoints = endpoints::read(reader, &key("endpoints"));
        let id = reader.text(&key("external_system_id"));
        let id = id.and_then(|text| {
            let read = ExternalSystemId::new(text);
            if let Err(error) = &read {
                reader.mistake(&key("external_system_id"), error.to_string());
            }
            read.ok()
        });
        let certificate_file = reader.path(&key("certificate_file"));
        let key_file = reader.path(&key("key_file"));
        let trust = trust(reader, at);
        let connection_timeout = reader.positive_duration(&key("connection_timeout"));
        let request_timeout = reader.positive_duration(&key("request_timeout"));
        let isolation_default = seconds(reader, &key("isolation_default"));
        let isolation_max = seconds(reader, &key("isolation_max"));
        if let (Some(usual), Some(most)) = (isolation_default, isolation_max)
            && usual > most
        {
            reader.mistake(
                &key("isolation_default"),
                "must not be longer than isolation_max",
            );
        }
        let exclusion_presets =
            ExclusionPresets::read(reader, &key("exclusion_presets"), &key("isolation_presets"));
        let confirm_within = reader.positive_duration(&key("confirm_within"));
        let start_within = reader.positive_duration(&key("start_within"));
        let period = reader.duration(&key("synchronization_period"));
        if let (Some(period), Some(within)) = (period, confirm_within)
            && period >= within
        {
            reader.mistake(
                &key("synchronization_period"),
                "must be shorter than confirm_within: an order would be called unconfirmed before a device has fetched it",
            );
        }
        let task_states = ProgramStates::read(reader, &key("task_states"));
        let pace = reader.integer(&key("requests_per_second"), 1..=100);
        Some(Self {
            at: at.to_owned(),
            endpoints: endpoints?,
            external_system_id: id?,
            certificate_file: certificate_file?,
            key_file: key_file?,
            trust: trust?,
            connection_timeout: connection_timeout?,
            request_timeout: request_timeout?,
            isolation_default: isolation_default?,
            isolation_max: Duration::from_secs(isolation_max?.get().into()),
            exclusion_presets: exclusion_presets?,
            confirm_within: confirm_within?,
            start_within: start_within?,
            synchronization_period: Some(period?).filter(|it| !it.is_zero()),
            task_states: task_states?,
            requests_per_second: u32::try_from(pace?).ok()?,
        })
    }
}

/// A duration that KATA takes for an isolation.
fn seconds(reader: &mut Reader, key: &str) -> Option<IsolationSeconds> {
    let duration = reader.duration(key)?;
    let seconds = i64::try_from(duration.as_secs()).ok();
    let seconds = seconds.and_then(|it| IsolationSeconds::try_from(it).ok());
    if seconds.is_none() {
        reader.mistake(key, "must be from 1h to 9999h");
    }
    seconds
}

fn trust(reader: &mut Reader, at: &str) -> Option<KataTrust> {
    let pinned_key = format!("{at}.pinned_certificate_file");
    let ca = reader.optional_path(&format!("{at}.ca_file"));
    let pinned = reader.optional_path(&pinned_key);
    match (ca, pinned) {
        (Some(path), None) => Some(KataTrust::CaFile(path)),
        (None, Some(path)) => Some(KataTrust::PinnedFile(path)),
        (None, None) => {
            let rule = format!("set this or {at}.ca_file: a certificate is never taken unchecked");
            reader.mistake(&pinned_key, rule);
            None
        }
        (Some(_), Some(_)) => {
            reader.mistake(&pinned_key, format!("set this or {at}.ca_file, not both"));
            None
        }
    }
}
