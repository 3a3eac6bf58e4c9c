//! Settings that can be used and probably do not do what is wanted.

use std::net::IpAddr;

use crate::address::{Address, Endpoint};
use crate::catalogue::{self, Section, Setting};
use crate::facts::Facts;
use crate::finding::{Code, Finding, Place};
use crate::mode::Mode;
use crate::settings::Values;
use crate::value::Value;
use crate::version::Layout;

/// The console of the agent for Windows allows so many minutes (kea/3.16/206810).
const LONGEST_PERIOD: u32 = 60;

/// Fewer events an hour than one a minute tell nothing of a device.
const FEWEST_EVENTS: u32 = 60;

/// The default port of the task for NDR (KATA).
const NDR_PORT: u32 = 8081;

pub(super) fn judge(values: &Values, facts: &Facts) -> Vec<Finding> {
    let mut judge = Judge {
        values,
        facts,
        findings: Vec::new(),
    };
    let is_expert = values.mode() == Mode::EdrExpertOnPrem;
    judge.list(
        Section::Endpoints,
        Setting::ResponseAddress,
        Setting::ResponsePort,
    );
    if is_expert {
        judge.list(
            Section::TelemetryEndpoints,
            Setting::TelemetryAddress,
            Setting::TelemetryPort,
        );
        judge.same_servers();
    } else if values.has_mode() {
        judge.unread();
    }
    judge.certificates(is_expert);
    judge.period();
    judge.timeouts(
        Setting::ResponseConnectionTimeout,
        Setting::ResponseRequestTimeout,
    );
    judge.timeouts(
        Setting::TelemetryConnectionTimeout,
        Setting::TelemetryRequestTimeout,
    );
    judge.telemetry();
    judge.findings
}

struct Judge<'a> {
    values: &'a Values,
    facts: &'a Facts,
    findings: Vec<Finding>,
}

impl Judge<'_> {
    fn say(&mut self, code: Code, place: Place, reason: impl Into<String>, mend: &str) {
        self.findings.push(Finding::new(code, place, reason, mend));
    }

    fn at(&self, setting: Setting) -> Place {
        self.values.place(setting, 0)
    }

    /// The servers of one kind.
    fn list(&mut self, list: Section, address: Setting, port: Setting) {
        let servers = self.values.endpoints(list);
        // Each by itself: one that could not be read does not hide what is to be said of the other.
        for item in self.values.items(list).collect::<Vec<u32>>() {
            if let Some(found) = self.values.address(address, item) {
                self.address(&found, &self.values.place(address, item));
            }
            let at = self.values.value(port, item).and_then(|it| it.as_number());
            if at == Some(NDR_PORT) {
                self.say(
                    Code::NdrPort,
                    self.values.place(port, item),
                    "8081 is the default port of the task for NDR (KATA); this task's is 443.",
                    "Make sure that the server listens there for EDR.",
                );
            }
        }
        let mut seen: Vec<&Endpoint> = Vec::new();
        // Few are compared with each other: a list of hundreds is a mistake of another kind.
        for (item, server) in servers.iter().take(100) {
            if seen.contains(&server) {
                self.say(
                    Code::RepeatedEndpoint,
                    self.values.place(address, *item),
                    format!("{server} is in the list before."),
                    "Take one of them out: the same server twice is no second way.",
                );
            }
            seen.push(server);
        }
        // Before 12.4 there is no list.
        if servers.len() == 1 && self.values.layout == Layout::Sections {
            let kind = match list {
                Section::TelemetryEndpoints => "telemetry",
                Section::Endpoints | Section::Top | Section::Telemetry | Section::EventTransfer => {
                    "response"
                }
            };
            self.say(
                Code::SingleEndpoint,
                self.values.place(address, servers[0].0),
                format!("There is one {kind} server; while it is away, nothing takes its place."),
                "Give the other servers too, if there are any.",
            );
        }
    }

    fn address(&mut self, address: &Address, place: &Place) {
        let shown = address.as_str();
        let is_localhost = shown
            .trim_end_matches('.')
            .eq_ignore_ascii_case("localhost");
        if shown == "127.0.0.1" {
            self.say(
                Code::DefaultAddress,
                place.clone(),
                "127.0.0.1 is the default: the device would look for the server on itself.",
                "Give the server's IP address.",
            );
        } else if is_localhost || address.ip().is_some_and(is_unusable) {
            self.say(
                Code::UnusableAddress,
                place.clone(),
                format!("No server on another machine has the address {shown}."),
                "Give the server's IP address.",
            );
        } else if address.ip().is_none() {
            if !shown.trim_end_matches('.').contains('.') {
                self.say(
                    Code::NameNotQualified,
                    place.clone(),
                    format!(
                        "{shown} is a name without a domain; a fully qualified one is asked for."
                    ),
                    "Give the server's IP address, or the whole name.",
                );
            }
            if self.facts.isolation_used != Some(false) {
                self.say(
                    Code::NameDuringIsolation,
                    place.clone(),
                    format!("{shown} is a name: DNS is not excluded from an isolation, so that an isolated device may lose the server that could release it."),
                    "Give the server's IP address.",
                );
            }
        }
    }

    fn same_servers(&mut self) {
        let response = self.values.endpoints(Section::Endpoints);
        let telemetry = self.values.endpoints(Section::TelemetryEndpoints);
        let is_same = |(_, it): &&(u32, Endpoint)| {
            let mut others = response.iter().take(100);
            others.any(|(_, other)| other == it)
        };
        let same = telemetry.iter().take(100).find(is_same);
        // Said of the default once is enough.
        if let Some((item, server)) = same.filter(|(_, it)| it.address.as_str() != "127.0.0.1") {
            self.say(
                Code::SameServers,
                self.values.place(Setting::TelemetryAddress, *item),
                format!("{server} is a response server and a telemetry server."),
                "Look it up on the OSMP platform: the two are servers of their own.",
            );
        }
    }

    fn unread(&mut self) {
        let of_telemetry = [
            Setting::TelemetryClientCertificate,
            Setting::TelemetryConnectionTimeout,
            Setting::TelemetryRequestTimeout,
            Setting::OnlyTaggedEvents,
            Setting::TelemetryAddress,
            Setting::TelemetryPort,
        ];
        let changed = self.values.found.iter().find(|((setting, item), found)| {
            let key = catalogue::key(*setting);
            let is_default = Value::of_default(key, key.default_sections) == found.value;
            of_telemetry.contains(setting) && !(is_default && *item == 0)
        });
        if let Some((_, found)) = changed {
            let place = found.place.clone();
            self.say(
                Code::UnreadInMode,
                place,
                "Whether settings of the telemetry server are read in the mode EDRKATA is documented nowhere.",
                "Leave them at their defaults, or set Mode=EDRExpertOnPrem if that is meant.",
            );
        }
    }

    fn certificates(&mut self, is_expert: bool) {
        let mut of = vec![(Setting::ResponseClientCertificate, "the server")];
        if is_expert {
            of = vec![
                (Setting::ResponseClientCertificate, "the response server"),
                (Setting::TelemetryClientCertificate, "the telemetry server"),
            ];
        }
        for (setting, server) in of {
            if !self.values.is_on(setting) || self.facts.client_certificate_added == Some(true) {
                continue;
            }
            let known = if self.facts.client_certificate_added.is_none() {
                "and whether there is one is not known"
            } else {
                "and there is none"
            };
            self.say(
                Code::ClientCertificateNeeded,
                self.at(setting),
                format!("The device is to show {server} a client certificate, {known}."),
                "Add the client certificate before the task starts; the administrator of the platform supplies it.",
            );
        }
    }

    fn period(&mut self) {
        let Some(period) = self.values.number(Setting::SynchronizationPeriod) else {
            return;
        };
        let place = self.at(Setting::SynchronizationPeriod);
        let default = catalogue::key(Setting::SynchronizationPeriod).default_sections;
        if period > LONGEST_PERIOD {
            self.say(
                Code::LateResponse,
                place,
                format!("The device asks for work every {period} minutes: an isolation may come that late. The console for Windows allows 1 to 60."),
                "Write 5, the default, or less.",
            );
        } else if default.parse().is_ok_and(|it: u32| period > it) {
            self.say(
                Code::SlowSynchronization,
                place,
                format!("The device asks for work every {period} minutes: an isolation may come that late."),
                "Write 5, the default, unless the server has too many devices for that.",
            );
        }
    }

    fn timeouts(&mut self, connection: Setting, request: Setting) {
        let number = |it| self.values.number(it);
        let (Some(to_connect), Some(to_answer)) = (number(connection), number(request)) else {
            return;
        };
        if to_answer < to_connect {
            self.say(
                Code::RequestTimeoutShorter,
                self.at(request),
                format!("An answer is waited for {to_answer} s, and a connection {to_connect} s."),
                "Give the answer at least the time that the connection has.",
            );
        }
    }

    fn telemetry(&mut self) {
        if self.values.is_off(Setting::EnableTelemetry) {
            self.say(
                Code::TelemetryOff,
                self.at(Setting::EnableTelemetry),
                "No events are sent: detection and the search for threats see nothing of this device.",
                "Write EnableTelemetry=Yes, unless only responses are wanted.",
            );
            return;
        }
        if self.values.layout == Layout::Sections
            && self.values.mode() == Mode::EdrExpertOnPrem
            && self.values.is_on(Setting::OnlyTaggedEvents)
        {
            self.say(
                Code::OnlyTaggedEvents,
                self.at(Setting::OnlyTaggedEvents),
                "Only events with an indicator of attack are sent: a search for anything else finds nothing.",
                "Write OnlyTaggedEvents=No, unless the amount of data forbids it.",
            );
        }
        self.limits();
    }

    fn limits(&mut self) {
        let (share, hour) = (
            Setting::EventLimitExceededPercentage,
            Setting::MaximumNumberOfEventsInHour,
        );
        if self.values.is_on(Setting::UseRequestCountLimits) {
            if self.values.number(share) == Some(0) {
                self.say(
                    Code::ThrottledToNothing,
                    self.at(share),
                    "Events of every type are limited from the first on.",
                    "Write 15, the default.",
                );
            }
            if let Some(events) = self.values.number(hour).filter(|it| *it < FEWEST_EVENTS) {
                self.say(
                    Code::ThrottledToNothing,
                    self.at(hour),
                    format!("{events} events an hour are less than one a minute."),
                    "Write 3000, the default.",
                );
            }
        }
        if !self.values.is_off(Setting::UseRequestCountLimits) {
            return;
        }
        self.say(
            Code::ThrottleOff,
            self.at(Setting::UseRequestCountLimits),
            "A device that goes wild may flood the server with events.",
            "Write UseRequestCountLimits=Yes, unless the server's administrator wants every event.",
        );
        let changed = [hour, share].into_iter().find(|it| {
            let default = catalogue::key(*it).default_sections;
            let value = self.values.value(*it, 0);
            value.is_some_and(|it| it.to_string() != default)
        });
        if let Some(setting) = changed {
            self.say(
                Code::LimitsUnused,
                self.at(setting),
                "This limit has no effect while UseRequestCountLimits is No.",
                "Switch the limits on, or leave this one at its default.",
            );
        }
    }
}

/// Whether no other machine can have it.
fn is_unusable(ip: IpAddr) -> bool {
    let broadcast = matches!(ip, IpAddr::V4(it) if it.is_broadcast());
    let mapped = match ip {
        IpAddr::V4(_) => false,
        IpAddr::V6(it) => it.to_ipv4_mapped().is_some_and(|it| it.is_loopback()),
    };
    ip.is_loopback() || ip.is_unspecified() || ip.is_multicast() || broadcast || mapped
}
