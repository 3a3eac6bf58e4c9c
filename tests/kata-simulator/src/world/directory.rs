//! All hosts: those of the scenario, and a fleet of as many as one likes.
//!
//! A host of the fleet is made from its number whenever somebody asks for it, so a hundred thousand
//! take no memory; only those that went off line are remembered.

use crate::world::sensors::{Presence, SensorSpec};
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;
use time::OffsetDateTime;
use uuid::Uuid;

/// The upper half of every id in the fleet.
const FLEET: u64 = 0xF1EE_7000_0000_4000;
/// What the lower half begins with.
const VARIANT: u64 = 0x8000_0000_0000_0000;

/// The hosts.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    named: Vec<SensorSpec>,
    fleet: u32,
    /// Since when hosts are off line.
    away: BTreeMap<Uuid, OffsetDateTime>,
    never: BTreeSet<Uuid>,
}

/// What `GET sensors` is asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    pub(crate) id: Option<String>,
    pub(crate) ip: Option<String>,
    pub(crate) host: Option<String>,
}

impl Directory {
    pub(crate) fn new(named: Vec<SensorSpec>, fleet: u32, now: OffsetDateTime) -> Self {
        let away = |spec: &&SensorSpec| spec.presence != Presence::OnLine;
        let never = |spec: &&SensorSpec| spec.presence == Presence::Never;
        Self {
            away: named.iter().filter(away).map(|it| (it.id, now)).collect(),
            never: named.iter().filter(never).map(|it| it.id).collect(),
            named,
            fleet,
        }
    }

    /// The hosts of the scenario.
    pub(crate) fn named(&self) -> &[SensorSpec] {
        &self.named
    }

    /// How many hosts the fleet has.
    pub(crate) fn fleet(&self) -> u32 {
        self.fleet
    }

    /// The host with this id as it stands in a request.
    pub(crate) fn find(&self, id: &str, in_any_case: bool) -> Option<SensorSpec> {
        let uuid = Uuid::try_parse(id).ok()?;
        let found = self.by_id(uuid)?;
        let written = found.sensor_id();
        let same = written == id || in_any_case && written.eq_ignore_ascii_case(id);
        same.then_some(found)
    }

    pub(crate) fn by_id(&self, id: Uuid) -> Option<SensorSpec> {
        let named = self.named.iter().find(|it| it.id == id).cloned();
        named.or_else(|| {
            let (high, low) = id.as_u64_pair();
            let number = u32::try_from(low ^ VARIANT).ok()?;
            (high == FLEET && number < self.fleet).then(|| of_fleet(number))
        })
    }

    /// The hosts that all filters fit; there is at least one filter.
    pub(crate) fn wanted(&self, wanted: &Wanted, in_any_case: bool) -> Vec<SensorSpec> {
        let mut candidates = self.named.clone();
        let of_fleet_by_ip = |ip: &String| {
            let number = u32::from(ip.parse::<Ipv4Addr>().ok()?) ^ u32::from(BASE);
            (number < self.fleet).then(|| of_fleet(number))
        };
        let of_fleet_by_name = |host: &String| {
            let number = host.strip_prefix("FLEET-")?.parse().ok()?;
            (number < self.fleet).then(|| of_fleet(number))
        };
        let id = wanted.id.as_ref();
        let found = id.and_then(|id| self.find(id, in_any_case));
        let found = found.or_else(|| wanted.ip.as_ref().and_then(of_fleet_by_ip));
        let found = found.or_else(|| wanted.host.as_ref().and_then(of_fleet_by_name));
        if let Some(found) = found
            && !candidates.iter().any(|it| it.id == found.id)
        {
            candidates.push(found);
        }
        candidates.retain(|it| {
            let id = |id: &String| self.find(id, in_any_case).is_some_and(|f| f.id == it.id);
            wanted.id.as_ref().is_none_or(id)
                && wanted.ip.as_ref().is_none_or(|ip| it.ip.to_string() == *ip)
                && wanted.host.as_ref().is_none_or(|host| it.host == *host)
        });
        candidates
    }

    /// Since when a host is off line.
    pub(crate) fn away(&self, id: Uuid) -> Option<OffsetDateTime> {
        self.away.get(&id).copied()
    }

    /// All that are off line, for a list that is made while it is sent.
    pub(crate) fn all_away(&self) -> BTreeMap<Uuid, OffsetDateTime> {
        self.away.clone()
    }

    /// Takes a host off line or brings it on line; `false` when it was so already, or never comes.
    pub(crate) fn set_on_line(&mut self, id: Uuid, on_line: bool, now: OffsetDateTime) -> bool {
        if self.never.contains(&id) || self.away.contains_key(&id) != on_line {
            return false;
        }
        if on_line {
            self.away.remove(&id);
        } else {
            self.away.insert(id, now);
        }
        true
    }
}

/// The address of the fleet's first host.
const BASE: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 0);

/// A host of the fleet by its number, from 0.
pub(crate) fn of_fleet(number: u32) -> SensorSpec {
    let host = format!("FLEET-{number:06}");
    let ip = Ipv4Addr::from(u32::from(BASE) ^ number);
    let spec = if number % 3 == 2 {
        SensorSpec::linux(&host, ip)
    } else {
        SensorSpec::windows(&host, ip)
    };
    SensorSpec {
        id: fleet_id(number),
        ..spec
    }
}

/// The id of a host of the fleet.
pub(crate) fn fleet_id(number: u32) -> Uuid {
    Uuid::from_u64_pair(FLEET, VARIANT | u64::from(number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn a_host_of_the_fleet_is_found_by_id_address_and_name() {
        let directory = Directory::new(Vec::new(), 100_000, datetime!(2026-01-01 0:00 UTC));
        let last = of_fleet(99_999);

        assert_eq!(directory.by_id(last.id), Some(last.clone()));
        let by_ip = Wanted {
            ip: Some(last.ip.to_string()),
            ..Wanted::default()
        };
        assert_eq!(directory.wanted(&by_ip, false), std::slice::from_ref(&last));
        let by_host = Wanted {
            host: Some("FLEET-099999".to_owned()),
            ..Wanted::default()
        };
        assert_eq!(directory.wanted(&by_host, false), [last]);
        assert_eq!(directory.by_id(fleet_id(100_000)), None);
    }
}
