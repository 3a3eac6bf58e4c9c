//! A row of the Central Node's list as the house knows a host.

use std::sync::Arc;

use kata::Sensor;

use crate::host::Host;
use vocabulary::names::Address;

/// The host of a row. Whether the name that is told is a DNS name is documented nowhere: one with a
/// dot in it is taken for one.
pub(in crate::backends::kata) fn host(sensor: &Sensor) -> Host {
    let name = sensor.name.clone();
    let label = name.as_deref().and_then(|it| it.split('.').next());
    Host {
        id: sensor.id.as_str().to_owned(),
        dns_name: label.filter(|it| !it.is_empty()).map(str::to_owned),
        fqdn: name.clone().filter(|it| it.contains('.')),
        display_name: name,
        netbios: None,
        domain: None,
        ip: sensor.ip.as_deref().and_then(Address::parse),
        group: None,
        groups: Arc::default(),
    }
}

/// The host of a row that was found by this name; what the row itself tells outweighs it.
pub(in crate::backends::kata) fn named(sensor: &Sensor, name: &str) -> Host {
    let told = Sensor {
        name: sensor.name.clone().or_else(|| Some(name.to_owned())),
        ..sensor.clone()
    };
    host(&told)
}
