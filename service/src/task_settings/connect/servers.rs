//! Which servers a file names, each once.

use kataedr::{Endpoint, Mode, Settings};
use serde::Serialize;

/// What a device asks a server for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Purpose {
    /// Response actions; in the mode EDRKATA everything.
    Response,
    /// Taking events.
    Telemetry,
}

impl Purpose {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Response => "response",
            Self::Telemetry => "telemetry",
        }
    }
}

/// A server that a device would connect to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AgentServer {
    pub(super) endpoint: Endpoint,
    pub(super) purposes: Vec<Purpose>,
    /// Whether the device shows a client certificate, for one of them.
    pub(super) shows_certificate: bool,
}

/// The servers in the order of the file. Those for events count only in the mode that is known to read
/// them, and only if events are sent.
pub(super) fn of(settings: &Settings) -> Vec<AgentServer> {
    let response = settings.response();
    let mut servers: Vec<AgentServer> = Vec::new();
    let mut add = |endpoint: &Endpoint, purpose, shows_certificate| {
        if let Some(there) = servers.iter_mut().find(|it| it.endpoint == *endpoint) {
            if !there.purposes.contains(&purpose) {
                there.purposes.push(purpose);
            }
            there.shows_certificate |= shows_certificate;
        } else {
            servers.push(AgentServer {
                endpoint: endpoint.clone(),
                purposes: vec![purpose],
                shows_certificate,
            });
        }
    };
    for endpoint in &response.endpoints {
        add(endpoint, Purpose::Response, response.client_certificate);
    }
    let reads_them = settings.mode() == Mode::EdrExpertOnPrem && settings.telemetry_enabled();
    if let Some(telemetry) = settings.telemetry().filter(|_| reads_them) {
        for endpoint in &telemetry.endpoints {
            add(endpoint, Purpose::Telemetry, telemetry.client_certificate);
        }
    }
    servers
}
