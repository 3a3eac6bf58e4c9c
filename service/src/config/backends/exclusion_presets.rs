//! What an isolated host may still reach, under names: the Central Node, KSC, DNS, DHCP, a proxy. None
//! of them is let through by itself on Linux, and people forget them when it matters.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use vocabulary::task::isolate_host::Exclusion;
use vocabulary::task::protocol::Protocol;
use vocabulary::task::values::PresetName;

use crate::config::reader::Reader;

/// Exclusions by their names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExclusionPresets {
    by_name: BTreeMap<String, Vec<Exclusion>>,
    /// Those of a request that names none.
    usual: BTreeSet<String>,
}

impl ExclusionPresets {
    /// The exclusions of this name; nothing where there are none.
    #[must_use]
    pub fn of(&self, name: &PresetName) -> Option<&[Exclusion]> {
        self.by_name.get(name.as_str()).map(Vec::as_slice)
    }

    /// Every exclusion of a request that names no presets.
    pub fn usual(&self) -> impl Iterator<Item = &Exclusion> {
        let usual = self.usual.iter().filter_map(|it| self.by_name.get(it));
        usual.flatten()
    }

    /// Every name.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(String::as_str)
    }

    pub(super) fn read(reader: &mut Reader, presets_at: &str, usual_at: &str) -> Option<Self> {
        let mut presets = Self::default();
        let mut whole = true;
        for (number, text) in (1..).zip(reader.list(presets_at)?) {
            match entry(&text) {
                Ok((name, exclusion)) => {
                    presets.by_name.entry(name).or_default().push(exclusion);
                }
                Err(why) => {
                    whole = false;
                    reader.mistake(presets_at, format!("entry {number} {why}"));
                }
            }
        }
        for (number, name) in (1..).zip(reader.list(usual_at)?) {
            if !presets.by_name.contains_key(&name) {
                whole = false;
                reader.mistake(usual_at, format!("entry {number} is the name of no preset"));
            }
            presets.usual.insert(name);
        }
        whole.then_some(presets)
    }
}

/// `name = direction [protocol] [address] [ports]`.
fn entry(text: &str) -> Result<(String, Exclusion), String> {
    const FORM: &str = "must be `name = direction [tcp|udp|icmp] [address] [ports]`, such as `dns = both udp 192.0.2.53` or `proxy = outbound tcp 192.0.2.80 3128`";
    let (name, rule) = text.split_once('=').ok_or(FORM)?;
    let name = PresetName::parse(name.trim()).ok_or(FORM)?;
    let mut words = rule.split_whitespace().peekable();
    let direction = words.next().ok_or(FORM)?;
    let ports = match direction {
        "inbound" => "localPorts",
        // Ports with `both` are refused with their reason below.
        "outbound" | "both" => "remotePorts",
        _ => return Err(FORM.to_owned()),
    };
    let mut members = json!({ "direction": direction });
    let protocol = words.next_if(|it| it.starts_with(|it: char| it.is_ascii_lowercase()));
    if let Some(protocol) = protocol {
        if !Protocol::NAMED.iter().any(|(name, _)| *name == protocol) {
            return Err(FORM.to_owned());
        }
        members["protocol"] = Value::from(protocol);
    }
    if let Some(address) = words.next_if(|it| it.contains('.')) {
        members["remoteIpv4"] = Value::from(address);
    }
    if let Some(range) = words.next() {
        members[ports] = Value::from(range);
    }
    if words.next().is_some() {
        return Err(FORM.to_owned());
    }
    let exclusion = serde_json::from_value(members).map_err(|it| it.to_string())?;
    Ok((name.as_str().to_owned(), exclusion))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_an_exclusion_under_a_name() {
        for (text, name, members) in [
            (
                "dns = both udp 192.0.2.53",
                "dns",
                json!({"direction": "both", "protocol": "udp", "remoteIpv4": "192.0.2.53"}),
            ),
            (
                "proxy=outbound tcp 192.0.2.80 3128",
                "proxy",
                json!({"direction": "outbound", "protocol": "tcp", "remoteIpv4": "192.0.2.80",
                       "remotePorts": "3128"}),
            ),
            (
                "dhcp = inbound udp 68",
                "dhcp",
                json!({"direction": "inbound", "protocol": "udp", "localPorts": "68"}),
            ),
        ] {
            let (of, exclusion) = entry(text).expect(text);
            assert_eq!(of, name);
            assert_eq!(serde_json::to_value(exclusion).expect("JSON"), members);
        }
    }

    #[test]
    fn what_is_no_exclusion_is_a_mistake() {
        for text in [
            "dns",
            "dns =",
            "DNS = both udp 192.0.2.53",
            "dns = sideways udp 192.0.2.53",
            "dns = both sctp 192.0.2.53",
            "dns = both udp 192.0.2.53 53",
            "dns = both",
            "dns = outbound tcp 192.0.2.53 53 54",
            "dns = outbound tcp 192.0.2.300 53",
            "dns = outbound tcp 192.0.2.53 0",
        ] {
            assert!(entry(text).is_err(), "{text}");
        }
    }
}
