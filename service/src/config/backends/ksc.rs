//! One KSC Administration Server, and the account on it.

use std::time::Duration;

use url::Url;

use super::endpoints;
use super::ksc_tasks::KscTasks;
use crate::config::file_name::FileName;
use crate::config::reader::Reader;

/// An Administration Server and the account on it.
#[derive(Debug, Clone)]
pub struct Ksc {
    /// What its settings begin with, such as `backends.ksc`.
    pub at: String,
    /// Addresses, in the order in which they are tried.
    pub endpoints: Vec<Url>,
    /// Name of a virtual server; empty for the main one.
    pub virtual_server: String,
    /// The account.
    pub username: String,
    /// File with its password.
    pub password_file: FileName,
    /// Whether the account is internal to KSC.
    pub internal: bool,
    /// Windows domain of an account that is not.
    pub domain: String,
    /// How the server's certificate is checked.
    pub trust: TrustSource,
    /// Longest for connecting.
    pub connection_timeout: Duration,
    /// Longest for one call.
    pub request_timeout: Duration,
    /// Most sessions at a time.
    pub max_sessions: usize,
    /// A session idle for so long is ended, and the last one pinged.
    pub ping_after_idle: Duration,
    /// How its tasks are made and followed.
    pub tasks: KscTasks,
}

/// How the server's certificate is checked. There is no "not at all".
#[derive(Debug, Clone)]
pub enum TrustSource {
    /// Against the system's roots.
    SystemRoots,
    /// Against the authorities of a PEM file.
    CaFile(FileName),
    /// It must be exactly the certificate of this file.
    PinnedFile(FileName),
}

impl Ksc {
    /// Longest that one call takes, from its connection to its answer.
    #[must_use]
    pub fn longest_call(&self) -> Duration {
        self.connection_timeout + self.request_timeout
    }

    pub(super) fn read(reader: &mut Reader, at: &str) -> Option<Self> {
        let key = |name: &str| format!("{at}.{name}");
        let endpoints = endpoints::read(reader, &key("endpoints"));
        let virtual_server = reader
            .optional_text(&key("virtual_server"))
            .unwrap_or_default();
        let username = reader.text(&key("username"));
        let password_file = reader.path(&key("password_file"));
        let internal = reader.boolean(&key("internal"));
        let domain = reader.optional_text(&key("domain")).unwrap_or_default();
        if !domain
            .chars()
            .all(|it| it.is_ascii_alphanumeric() || ".-".contains(it))
        {
            reader.mistake(
                &key("domain"),
                "may hold letters, digits, dots and hyphens only",
            );
        }
        let trust = trust(reader, at);
        let connection_timeout = reader.positive_duration(&key("connection_timeout"));
        let request_timeout = reader.positive_duration(&key("request_timeout"));
        let max_sessions = reader.integer(&key("max_sessions"), 1..=256);
        let ping_after_idle = reader.positive_duration(&key("ping_after_idle"));
        let tasks = KscTasks::read(reader, at);
        Some(Self {
            at: at.to_owned(),
            endpoints: endpoints?,
            virtual_server,
            username: username?,
            password_file: password_file?,
            internal: internal?,
            domain,
            trust: trust?,
            connection_timeout: connection_timeout?,
            request_timeout: request_timeout?,
            max_sessions: usize::try_from(max_sessions?).ok()?,
            ping_after_idle: ping_after_idle?,
            tasks: tasks?,
        })
    }
}

fn trust(reader: &mut Reader, at: &str) -> Option<TrustSource> {
    let ca_key = format!("{at}.ca_file");
    let ca = reader.optional_path(&ca_key);
    let pinned = reader.optional_path(&format!("{at}.pinned_certificate_file"));
    match (ca, pinned) {
        (None, None) => Some(TrustSource::SystemRoots),
        (Some(path), None) => Some(TrustSource::CaFile(path)),
        (None, Some(path)) => Some(TrustSource::PinnedFile(path)),
        (Some(_), Some(_)) => {
            let rule = format!("set this or {at}.pinned_certificate_file, not both");
            reader.mistake(&ca_key, rule);
            None
        }
    }
}
