//! Devices for a KSC that has many.

use std::net::Ipv4Addr;

use ksc_simulator::{Edr, HostSpec};

/// One of many that are alike but for their numbers: it is on, and its EDR agent runs.
#[must_use]
pub fn device(number: u32) -> HostSpec {
    let [_, high, middle, low] = number.to_be_bytes();
    HostSpec {
        id: format!("5c0ffee0-0000-4000-8000-{number:012x}"),
        name: format!("PC-{number:05}"),
        fqdn: format!("pc-{number:05}.corp.example"),
        netbios: format!("PC-{number:05}"),
        ip: Ipv4Addr::new(10, high + 1, middle, low),
        online: true,
        edr: Edr::Running,
        kes: "12.10.0.466".to_owned(),
        os: "Microsoft Windows 11".to_owned(),
    }
}
