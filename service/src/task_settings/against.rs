//! Whether a file leads devices to the Central Node that the gateway gives orders to.
//!
//! The gateway knows its endpoints for the API; that devices are served at the same addresses is likely
//! and documented nowhere, so that all that follows from it is a hint or a risk, never an error.

use std::path::Path;

use kataedr::{Address, Checked, Endpoint, Kind, Mode, Place, Severity, Source};
use url::Url;

use super::printed::excerpt;
use super::remark::Remark;
use super::trouble::Trouble;
use crate::config::{BackendSettings, ConfigError, Settings};

/// Loads the gateway's settings, as every other command does.
pub type LoadSettings = fn(Option<&Path>) -> Result<Settings, ConfigError>;

/// The port of the task that the documents give.
const DEFAULT_PORT: u16 = 443;

/// A Central Node, as the gateway knows it.
pub(super) struct KnownNode {
    alias: String,
    endpoints: Vec<KnownEndpoint>,
}

/// One of its endpoints.
struct KnownEndpoint {
    address: Option<Address>,
    host: String,
    port: u16,
}

/// What one server is to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Relation {
    Same,
    OtherPort,
    NotComparable,
    Other,
}

impl KnownNode {
    /// The KATA back end of this alias.
    pub(super) fn of(settings: &Settings, alias: &str) -> Result<Self, Trouble> {
        let mut others = Vec::new();
        for (name, backend) in &settings.backends {
            let BackendSettings::Kata(kata) = backend else {
                continue;
            };
            if name.to_string() == alias {
                return Ok(Self {
                    alias: alias.to_owned(),
                    endpoints: kata.endpoints.iter().map(KnownEndpoint::of).collect(),
                });
            }
            others.push(name.to_string());
        }
        let there = if others.is_empty() {
            "the settings have no back end of kind \"kata\"".to_owned()
        } else {
            format!("back ends of kind \"kata\" are: {}", others.join(", "))
        };
        Err(Trouble::Usage(format!(
            "--against {}: no KATA back end has this alias; {there}",
            excerpt(alias)
        )))
    }

    fn relation(&self, to: &Endpoint) -> (Relation, &KnownEndpoint) {
        let each = self.endpoints.iter().map(|it| (it.relation(to), it));
        each.min_by_key(|(it, _)| *it)
            .expect("settings have at least one endpoint")
    }

    fn shown(&self) -> String {
        let each: Vec<String> = self.endpoints.iter().map(KnownEndpoint::shown).collect();
        each.join(", ")
    }
}

impl KnownEndpoint {
    fn of(endpoint: &Url) -> Self {
        let host = endpoint.host_str().unwrap_or_default();
        let host = host.trim_start_matches('[').trim_end_matches(']');
        Self {
            address: host.parse().ok(),
            host: host.to_owned(),
            port: endpoint.port_or_known_default().unwrap_or(DEFAULT_PORT),
        }
    }

    fn relation(&self, to: &Endpoint) -> Relation {
        let is_same = match &self.address {
            Some(own) if own.ip().is_some() != to.address.ip().is_some() => {
                return Relation::NotComparable;
            }
            Some(own) => *own == to.address,
            // A name that `kataedr` takes for none cannot be in settings without an error.
            None if to.address.ip().is_some() => return Relation::NotComparable,
            None => false,
        };
        match (is_same, self.port == to.port) {
            (true, true) => Relation::Same,
            (true, false) => Relation::OtherPort,
            (false, _) => Relation::Other,
        }
    }

    fn shown(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

/// What is to be said of a file that can be used.
pub(super) fn compare(checked: &Checked, gateway: &KnownNode) -> Vec<Remark> {
    let Some(settings) = &checked.settings else {
        return Vec::new();
    };
    let alias = &gateway.alias;
    if settings.mode() == Mode::EdrExpertOnPrem {
        return vec![remark(
            Severity::Risk,
            "gateway-other-platform",
            Place::default(),
            format!("The mode is EDRExpertOnPrem, and the back end {alias} is a KATA Central Node: its orders do not reach a device that is served by the OSMP platform."),
            "Set Mode=EDRKATA and the Central Node's addresses, or do not expect the gateway to command this device.".to_owned(),
        )];
    }
    let servers = &settings.response().endpoints;
    let each: Vec<(Relation, &KnownEndpoint, &Endpoint, Place)> = servers
        .iter()
        .enumerate()
        .map(|(item, server)| {
            let (relation, known) = gateway.relation(server);
            let place = checked.response_addresses.get(item).cloned();
            (relation, known, server, place.unwrap_or_default())
        })
        .collect();
    let nearest = each.iter().map(|it| it.0).min().unwrap_or(Relation::Other);
    let mut remarks = Vec::new();
    for (relation, known, server, place) in each {
        let known = known.shown();
        remarks.push(match relation {
            Relation::Same => remark(
                Severity::Hint,
                "gateway-same-server",
                place,
                format!("{server} is an endpoint of the back end {alias}: device and gateway have the same server."),
                "Nothing.".to_owned(),
            ),
            Relation::OtherPort => remark(
                Severity::Hint,
                "gateway-other-port",
                place,
                format!("{server} is the host of {known}, an endpoint of the back end {alias}, at another port. The port of the API need not be that of the devices, whose default is {DEFAULT_PORT}."),
                "Make sure that the server listens there for devices.".to_owned(),
            ),
            Relation::NotComparable => remark(
                Severity::Hint,
                "gateway-not-comparable",
                place,
                format!("{server} and {known} of the back end {alias}: one is a name and the other an IP address, so that they cannot be compared here."),
                "Look up whether they are the same server.".to_owned(),
            ),
            Relation::Other if nearest == Relation::Other => continue,
            Relation::Other => remark(
                Severity::Hint,
                "gateway-unknown-server",
                place,
                format!("{server} is no endpoint of the back end {alias}."),
                "Make sure that it is a node of the same Central Node.".to_owned(),
            ),
        });
    }
    if nearest == Relation::Other {
        let place = checked.response_addresses.first().cloned();
        let listed: Vec<String> = servers.iter().map(ToString::to_string).collect();
        remarks.push(remark(
            Severity::Risk,
            "gateway-other-server",
            place.unwrap_or_default(),
            format!(
                "The device asks {}, and the back end {alias} has {}: they have no host in common, so that the gateway's orders may never reach the device.",
                excerpt(&listed.join(", ")),
                gateway.shown()
            ),
            "Give an address of the Central Node that the gateway has, or name the back end of this one.".to_owned(),
        ));
    }
    remarks
}

fn remark(
    severity: Severity,
    code: &'static str,
    place: Place,
    reason: String,
    mend: String,
) -> Remark {
    Remark {
        severity,
        kind: Kind::Settings,
        code,
        place,
        reason,
        mend,
        document: Source::Conclusion,
    }
}
