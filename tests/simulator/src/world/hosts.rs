//! The managed devices: about fifty, with the awkward ones that every real site has.
//!
//! Two share a display name, one is named in Cyrillic, some are switched off, some lack the EDR
//! component or have it stopped, one has a version of Kaspersky Endpoint Security that knows no
//! response tasks yet. All of them are the same in every run.

use crate::dice::Dice;
use crate::record::{Attribute, Field, Kind, Record};
use crate::world::tags::Tag;
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

/// The well-known device of the fixtures.
pub const WS_042: &str = "4328e16a-bf83-47c3-8d0b-0fdf79f9d673";

/// A device as a scenario describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HostSpec {
    /// `KLHST_WKS_HOSTNAME`: KSC's own id, a GUID.
    pub id: String,
    /// `KLHST_WKS_DN`: the display name.
    pub name: String,
    /// `KLHST_WKS_FQDN`.
    pub fqdn: String,
    /// `KLHST_WKS_WINHOSTNAME`: the NetBIOS name.
    pub netbios: String,
    /// IPv4 address.
    pub ip: std::net::Ipv4Addr,
    /// Whether the Network Agent is connected.
    #[serde(default = "yes")]
    pub online: bool,
    /// The EDR component.
    #[serde(default)]
    pub edr: Edr,
    /// `KLHST_WKS_RTP_AV_VERSION`: the version of Kaspersky Endpoint Security.
    #[serde(default = "current_kes")]
    pub kes: String,
    /// `KLHST_WKS_OS_NAME`.
    #[serde(default = "windows_11")]
    pub os: String,
}

fn yes() -> bool {
    true
}

fn current_kes() -> String {
    "12.10.0.466".to_owned()
}

fn windows_11() -> String {
    "Microsoft Windows 11".to_owned()
}

/// State of the EDR component; the numbers are KSC's "product component status" (KSCAPI 15
/// a00010.html).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Edr {
    /// 4: running.
    #[default]
    Running,
    /// 1: stopped.
    Stopped,
    /// 10: not installed.
    NotInstalled,
}

impl Edr {
    fn status(self) -> i64 {
        match self {
            Self::Running => 4,
            Self::Stopped => 1,
            Self::NotInstalled => 10,
        }
    }
}

/// A device as tests and people see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HostSummary {
    /// KSC's host id.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Fully qualified domain name.
    pub fqdn: String,
    /// NetBIOS name.
    pub netbios: String,
    /// IPv4 address.
    pub ip: std::net::Ipv4Addr,
    /// Whether the Network Agent is connected.
    pub online: bool,
    /// The EDR component.
    pub edr: Edr,
    /// Version of Kaspersky Endpoint Security.
    pub kes: String,
    /// Whether an isolateHost task has cut it off from the network.
    pub isolated: bool,
}

/// A device in the world.
#[derive(Debug, Clone)]
pub(crate) struct Host {
    pub(crate) spec: HostSpec,
    pub(crate) number: i64,
    pub(crate) group: i64,
    pub(crate) last_seen: OffsetDateTime,
    pub(crate) isolated: bool,
    pub(crate) tags: Vec<Tag>,
}

const ATTRIBUTES: &[Attribute] = &[
    Attribute::free("KLHST_WKS_HOSTNAME", Kind::Text),
    Attribute::free("KLHST_WKS_DN", Kind::Text),
    Attribute::free("KLHST_WKS_FQDN", Kind::Text),
    Attribute::free("KLHST_WKS_DNSNAME", Kind::Text),
    Attribute::free("KLHST_WKS_DNSDOMAIN", Kind::Text),
    Attribute::free("KLHST_WKS_WINHOSTNAME", Kind::Text),
    Attribute::free("KLHST_WKS_WINDOMAIN", Kind::Text),
    Attribute::free("KLHST_WKS_GROUPID", Kind::Number),
    Attribute::free("KLHST_WKS_OS_NAME", Kind::Text),
    Attribute::free("KLHST_WKS_STATUS", Kind::Number),
    Attribute::free("KLHST_WKS_STATUS_ID", Kind::Number),
    Attribute::free("KLHST_WKS_LAST_VISIBLE", Kind::Time),
    Attribute::free("KLHST_WKS_LAST_NAGENT_CONNECTED", Kind::Time),
    Attribute::free("KLHST_WKS_EDR_STATUS", Kind::Number),
    Attribute::free("KLHST_WKS_RTP_AV_VERSION", Kind::Text),
    Attribute::free("KLHST_WKS_NAG_VERSION", Kind::Text),
    Attribute::free("KLHST_WKS_IP_LONG", Kind::Number),
    Attribute::free("KLHST_WKS_IP", Kind::Number),
    Attribute::free("KLHST_INSTANCEID", Kind::Text),
];

/// What a row was recorded without, or can be NULL as well.
const MAY_BE_NULL: [&str; 11] = [
    "KLHST_WKS_RTP_AV_VERSION",
    "KLHST_WKS_EDR_STATUS",
    "KLHST_WKS_DNSNAME",
    "KLHST_WKS_DNSDOMAIN",
    "KLHST_WKS_WINHOSTNAME",
    "KLHST_WKS_WINDOMAIN",
    "KLHST_WKS_OS_NAME",
    "KLHST_WKS_LAST_NAGENT_CONNECTED",
    "KLHST_WKS_NAG_VERSION",
    "KLHST_WKS_IP_LONG",
    "KLHST_WKS_LAST_VISIBLE",
];

impl Host {
    pub(crate) fn attributes() -> &'static [Attribute] {
        ATTRIBUTES
    }

    /// The row that `FindHosts` and `GetHostInfo` select from.
    pub(crate) fn record(&self, now: OffsetDateTime, nulls: bool) -> Record {
        let spec = &self.spec;
        let (dns_name, dns_domain) = spec.fqdn.split_once('.').unwrap_or((&spec.fqdn, ""));
        let seen = if spec.online { now } else { self.last_seen };
        let status_id = if spec.online { 0 } else { 2 };
        let text = |text: &str| Field::Text(text.to_owned());
        let mut record = Record::from([
            ("KLHST_WKS_HOSTNAME", text(&spec.id)),
            ("KLHST_WKS_DN", text(&spec.name)),
            ("KLHST_WKS_FQDN", text(&spec.fqdn)),
            ("KLHST_WKS_DNSNAME", text(dns_name)),
            ("KLHST_WKS_DNSDOMAIN", text(dns_domain)),
            ("KLHST_WKS_WINHOSTNAME", text(&spec.netbios)),
            ("KLHST_WKS_WINDOMAIN", text("CORP")),
            ("KLHST_WKS_GROUPID", Field::Int(self.group)),
            ("KLHST_WKS_OS_NAME", text(&spec.os)),
            ("KLHST_WKS_STATUS", Field::Int(self.status())),
            ("KLHST_WKS_STATUS_ID", Field::Int(status_id)),
            ("KLHST_WKS_LAST_VISIBLE", Field::Time(seen)),
            ("KLHST_WKS_LAST_NAGENT_CONNECTED", Field::Time(seen)),
            ("KLHST_WKS_NAG_VERSION", text("15.1.0.20748")),
            (
                "KLHST_WKS_IP_LONG",
                Field::Long(i64::from(u32::from(spec.ip))),
            ),
            // The same address as TCP/IP has it: the first byte lowest. A mix-up shows at once.
            (
                "KLHST_WKS_IP",
                Field::Int(i64::from(u32::from(spec.ip).swap_bytes())),
            ),
        ]);
        // A device without the product has neither its version nor its components' states.
        if !spec.kes.is_empty() {
            record.insert("KLHST_WKS_RTP_AV_VERSION", text(&spec.kes));
            record.insert("KLHST_WKS_EDR_STATUS", Field::Int(spec.edr.status()));
        }
        if nulls {
            self.leave_out(&mut record);
        }
        record
    }

    /// A name or the address, as its attribute has it; a row may lack it all the same.
    pub(crate) fn name_in(&self, attribute: &str) -> String {
        let spec = &self.spec;
        match attribute {
            "KLHST_WKS_HOSTNAME" => spec.id.clone(),
            "KLHST_WKS_DN" => spec.name.clone(),
            "KLHST_WKS_FQDN" => spec.fqdn.clone(),
            "KLHST_WKS_DNSNAME" => {
                let name = spec.fqdn.split_once('.').map(|(name, _)| name);
                name.unwrap_or(&spec.fqdn).to_owned()
            }
            "KLHST_WKS_WINHOSTNAME" => spec.netbios.clone(),
            "KLHST_WKS_IP_LONG" => u32::from(spec.ip).to_string(),
            other => unreachable!("{other} is no name"),
        }
    }

    /// Takes away some of what a device need not have reported.
    fn leave_out(&self, record: &mut Record) {
        let mut dice = Dice::new(0x4E55_4C4C + self.number.unsigned_abs());
        for name in MAY_BE_NULL {
            if dice.roll().is_multiple_of(3) {
                record.remove(name);
            }
        }
    }

    /// Whether it runs Linux, by the name of its system.
    pub(crate) fn runs_linux(&self) -> bool {
        let os = self.spec.os.to_lowercase();
        ["linux", "ubuntu", "debian", "astra", "red os"]
            .iter()
            .any(|it| os.contains(it))
    }

    /// Bits: 1 visible, 2 in a group, 4 agent installed, 8 agent alive, 0x10 real-time protection.
    fn status(&self) -> i64 {
        // The root of the managed devices does not count as a group (recorded: KSC 12.2, a host in
        // it has 29).
        let grouped = if self.group == 0 { 0 } else { 2 };
        let always = grouped | 4;
        let online = if self.spec.online { 1 | 8 } else { 0 };
        let protected = if self.spec.kes.is_empty() { 0 } else { 0x10 };
        always | online | protected
    }

    pub(crate) fn summary(&self) -> HostSummary {
        let spec = self.spec.clone();
        HostSummary {
            id: spec.id,
            name: spec.name,
            fqdn: spec.fqdn,
            netbios: spec.netbios,
            ip: spec.ip,
            online: spec.online,
            edr: spec.edr,
            kes: spec.kes,
            isolated: self.isolated,
        }
    }
}

/// The default world, where it is wanted, and the scenario's own devices.
pub(crate) fn population(now: OffsetDateTime, default: bool, extra: &[HostSpec]) -> Vec<Host> {
    let ordinary = (1..=48_u8).map(ordinary);
    let world: Vec<HostSpec> = if default {
        ordinary.chain(peculiar()).collect()
    } else {
        Vec::new()
    };
    let specs = world.into_iter().chain(extra.iter().cloned());
    (1_i64..)
        .zip(specs)
        .map(|(number, spec)| Host {
            number,
            group: match spec.name.as_str() {
                "WS-047" | "WS-048" => 0,
                name if name.starts_with("SRV") => 4,
                _ => 3,
            },
            last_seen: if spec.online {
                now
            } else {
                now - Duration::hours(26 + number)
            },
            isolated: false,
            tags: Vec::new(),
            spec,
        })
        .collect()
}

/// WS-001 to WS-048, with their small defects.
fn ordinary(number: u8) -> HostSpec {
    let id = if number == 42 {
        WS_042.to_owned()
    } else {
        guid(number)
    };
    let edr = match number {
        9 | 21 | 33 => Edr::NotInstalled,
        27 => Edr::Stopped,
        _ => Edr::Running,
    };
    let kes = match number {
        // Before 12.9 there are no response tasks over OpenAPI.
        12 => "12.8.0.505".to_owned(),
        // In KSC before the product was ever installed.
        33 => String::new(),
        _ if number.is_multiple_of(5) => "12.9.0.384".to_owned(),
        _ => current_kes(),
    };
    HostSpec {
        id,
        name: format!("WS-{number:03}"),
        fqdn: format!("ws-{number:03}.corp.example"),
        netbios: format!("WS-{number:03}"),
        ip: std::net::Ipv4Addr::new(10, 20, 30, number),
        online: !matches!(number, 7 | 14 | 28 | 35),
        edr,
        kes,
        os: if number.is_multiple_of(3) {
            "Microsoft Windows 10".to_owned()
        } else {
            windows_11()
        },
    }
}

/// Two servers that share a display name, and a workstation named in Cyrillic.
fn peculiar() -> Vec<HostSpec> {
    let host = |number: u8, name: &str, fqdn: &str, netbios: &str| HostSpec {
        id: guid(number),
        name: name.to_owned(),
        fqdn: fqdn.to_owned(),
        netbios: netbios.to_owned(),
        ip: std::net::Ipv4Addr::new(10, 20, 40, number),
        online: true,
        edr: Edr::Running,
        kes: current_kes(),
        os: "Microsoft Windows Server 2022".to_owned(),
    };
    vec![
        host(101, "SRV-FILES", "srv-files.msk.corp.example", "SRV-FILES"),
        host(
            102,
            "SRV-FILES",
            "srv-files.spb.corp.example",
            "SRV-FILES-2",
        ),
        host(103, "БУХ-07", "acc-07.corp.example", "ACC-07"),
    ]
}

/// A GUID that is the same in every run.
fn guid(number: u8) -> String {
    let mut dice = Dice::new(0x4B53_4300 + u64::from(number));
    let (high, low) = (dice.roll(), dice.roll());
    format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xFFFF,
        high & 0xFFF,
        low >> 52,
        low & 0xFFFF_FFFF_FFFF
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use time::macros::datetime;

    fn world() -> Vec<Host> {
        population(datetime!(2026-01-02 03:04:05 UTC), true, &[])
    }

    #[test]
    fn ids_are_unique_and_the_same_in_every_run() {
        let ids: BTreeSet<String> = world().into_iter().map(|host| host.spec.id).collect();

        assert_eq!(ids.len(), 51);
        assert_eq!(ids, world().into_iter().map(|host| host.spec.id).collect());
        assert!(ids.contains(WS_042));
    }

    #[test]
    fn the_address_is_a_number_with_the_first_byte_highest() {
        let first = &world()[0];

        let record = first.record(datetime!(2026-01-02 03:04:05 UTC), false);

        assert_eq!(record["KLHST_WKS_IP_LONG"], Field::Long(0x0A14_1E01));
    }
}
