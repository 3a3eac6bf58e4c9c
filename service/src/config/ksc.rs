//! `[ksc]`: the Administration Server and the account on it.

use std::time::Duration;

use url::Url;

use super::file_name::FileName;
use super::reader::Reader;

/// The Administration Server and the account on it.
#[derive(Debug, Clone)]
pub struct Ksc {
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
    /// A session idle for so long is pinged.
    pub ping_after_idle: Duration,
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

    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let endpoints = endpoints(reader);
        let virtual_server = reader
            .optional_text("ksc.virtual_server")
            .unwrap_or_default();
        let username = reader.text("ksc.username");
        let password_file = reader.path("ksc.password_file");
        let internal = reader.boolean("ksc.internal");
        let domain = reader.optional_text("ksc.domain").unwrap_or_default();
        if !domain
            .chars()
            .all(|it| it.is_ascii_alphanumeric() || ".-".contains(it))
        {
            reader.mistake(
                "ksc.domain",
                "may hold letters, digits, dots and hyphens only",
            );
        }
        let trust = trust(reader);
        let connection_timeout = reader.positive_duration("ksc.connection_timeout");
        let request_timeout = reader.positive_duration("ksc.request_timeout");
        let max_sessions = reader.integer("ksc.max_sessions", 1..=64);
        let ping_after_idle = reader.positive_duration("ksc.ping_after_idle");
        Some(Self {
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
        })
    }
}

fn endpoints(reader: &mut Reader) -> Option<Vec<Url>> {
    let key = "ksc.endpoints";
    let texts = reader.list(key)?;
    if texts.is_empty() {
        reader.mistake(key, "must name at least one \"https://host:13299\"");
        return None;
    }
    let mut urls = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        let url = Url::parse(text).ok().filter(is_plain);
        if url.is_none() {
            // The text itself is not repeated: a password may have been typed into it.
            let rule = "must be \"https://host:port\", without user, path or query";
            reader.mistake(key, format!("entry {} {rule}", index + 1));
        }
        urls.extend(url);
    }
    (urls.len() == texts.len()).then_some(urls)
}

fn is_plain(url: &Url) -> bool {
    url.scheme() == "https"
        && url.has_host()
        && url.path() == "/"
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none()
}

fn trust(reader: &mut Reader) -> Option<TrustSource> {
    let ca = reader.optional_path("ksc.ca_file");
    let pinned = reader.optional_path("ksc.pinned_certificate_file");
    match (ca, pinned) {
        (None, None) => Some(TrustSource::SystemRoots),
        (Some(path), None) => Some(TrustSource::CaFile(path)),
        (None, Some(path)) => Some(TrustSource::PinnedFile(path)),
        (Some(_), Some(_)) => {
            reader.mistake(
                "ksc.ca_file",
                "set this or ksc.pinned_certificate_file, not both",
            );
            None
        }
    }
}
