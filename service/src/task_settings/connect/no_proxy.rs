//! What `NO_PROXY` excepts from a proxy.

use std::net::IpAddr;

use kataedr::Endpoint;

/// `*`, a name with all below it, an address, or a network.
pub(super) fn excepts(exception: &str, server: &Endpoint) -> bool {
    if exception == "*" {
        return true;
    }
    if let Some(ip) = server.address.ip() {
        if let Some((network, length)) = exception.split_once('/') {
            let network = network.parse().ok().zip(length.parse().ok());
            return network.is_some_and(|(network, length)| within(ip, network, length));
        }
        let bare = exception.trim_start_matches('[').trim_end_matches(']');
        return bare.parse() == Ok(ip);
    }
    let name = server.address.as_str().trim_end_matches('.');
    let name = name.to_ascii_lowercase();
    let domain = exception.trim_start_matches("*.").trim_matches('.');
    let domain = domain.to_ascii_lowercase();
    !domain.is_empty()
        && name
            .strip_suffix(&domain)
            .is_some_and(|it| it.is_empty() || it.ends_with('.'))
}

fn within(ip: IpAddr, network: IpAddr, length: u32) -> bool {
    let (ip, network, bits) = match (ip, network) {
        (IpAddr::V4(ip), IpAddr::V4(network)) => {
            (ip.to_bits().into(), network.to_bits().into(), 32)
        }
        (IpAddr::V6(ip), IpAddr::V6(network)) => (ip.to_bits(), network.to_bits(), 128),
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => return false,
    };
    let Some(free) = u32::checked_sub(bits, length) else {
        return false;
    };
    let differ: u128 = ip ^ network;
    differ.checked_shr(free).unwrap_or(0) == 0
}
