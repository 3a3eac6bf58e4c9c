//! The IPv4 address of a device, as anybody writes it.
//!
//! KSC knows devices by IPv4 alone. A dual-stack system writes such an address inside an IPv6 one,
//! DNS writes it backwards, and a program adds a zone. Digits with zeros in front are decimal to
//! some and octal to others (RFC 6943 section 3.1.1): which device they mean nobody can say, so
//! they mean none.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What DNS puts behind an address that it writes backwards (RFC 1035 section 3.5).
const REVERSED: &str = ".in-addr.arpa";

/// An IPv4 address other than 0.0.0.0, which KSC has for every device without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address(Ipv4Addr);

/// Why a text that looks like an address is none that KSC could know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoAddress {
    /// Four numbers, of which one has a zero in front, is above 255 or has more than three digits.
    #[error(
        "Looks like an IPv4 address and is none: four numbers from 0 to 255 without zeros in front, such as 10.20.30.42."
    )]
    Numbers,
    /// An IPv6 address that holds no IPv4 one.
    #[error("Is an IPv6 address, and KSC finds devices by their IPv4 address alone.")]
    Version6,
    /// `0.0.0.0`, `::`.
    #[error("Is the address of no device.")]
    Unspecified,
    /// `10.20.30.0/24`.
    #[error("Is a network, not the address of one device.")]
    Network,
    /// `WS-042`: it does not even look like one.
    #[error("{}", Address::RULE)]
    Other,
    /// `10.20.30.42:443`.
    #[error("Is an address with a port; without the port it would be that of a device.")]
    Port,
}

impl Address {
    /// The rule in a sentence.
    pub const RULE: &str = "Must be the IPv4 address of a device, such as 10.20.30.42; ::ffff:10.20.30.42 is the same.";

    /// The address that a text is; nothing when it does not even look like one.
    ///
    /// # Errors
    /// When it looks like an address and is none that KSC could know.
    pub fn read(text: &str) -> Result<Option<Self>, NoAddress> {
        if let Some(address) = reversed(text) {
            return address.and_then(Self::of).map(Some);
        }
        let bare = text
            .strip_prefix('[')
            .and_then(|it| it.strip_suffix(']'))
            .unwrap_or(text);
        // A zone says by which way a device is reached, not which one it is (RFC 4007).
        let (plain, zoned) = match bare.split_once('%') {
            Some((plain, zone)) if !zone.is_empty() => (plain, true),
            Some(_) | None => (bare, false),
        };
        match plain.parse::<IpAddr>() {
            Ok(IpAddr::V4(_)) if zoned || bare != text => Ok(None),
            Ok(IpAddr::V4(address)) => Self::of(address).map(Some),
            Ok(IpAddr::V6(address)) => within(address).and_then(Self::of).map(Some),
            Err(_) => looks_like_one(text).map_or(Ok(None), Err),
        }
    }

    /// The address, when the text is one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::read(text).ok().flatten()
    }

    /// The address of this number, the first byte highest; 0 is none.
    #[must_use]
    pub fn from_number(number: i64) -> Option<Self> {
        let number = u32::try_from(number).ok()?;
        Self::of(number.into()).ok()
    }

    /// The number that its four bytes make, the first one highest.
    #[must_use]
    pub fn number(self) -> i64 {
        u32::from(self.0).into()
    }

    /// As others use it.
    #[must_use]
    pub const fn get(self) -> Ipv4Addr {
        self.0
    }

    fn of(address: Ipv4Addr) -> Result<Self, NoAddress> {
        if address.is_unspecified() {
            return Err(NoAddress::Unspecified);
        }
        Ok(Self(address))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The IPv4 address inside an IPv6 one: mapped (RFC 4291 section 2.5.5.2), translated (RFC 2765),
/// behind the well-known prefix of NAT64 (RFC 6052 section 2.1), or of 6to4 (RFC 3056). The
/// compatible form (`::10.20.30.42`) is as old and is read, too.
fn within(address: Ipv6Addr) -> Result<Ipv4Addr, NoAddress> {
    if address.is_unspecified() {
        return Err(NoAddress::Unspecified);
    }
    let last = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match address.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Ok(last(high, low)),
        // `::1` and its like are no old form of an IPv4 address.
        [0, 0, 0, 0, 0, 0, high, low] if high != 0 => Ok(last(high, low)),
        _ => Err(NoAddress::Version6),
    }
}

/// The address that DNS writes backwards, when the text is one.
fn reversed(text: &str) -> Option<Result<Ipv4Addr, NoAddress>> {
    let text = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
    let digits = text.strip_suffix(REVERSED)?;
    let forward: Vec<&str> = digits.split('.').rev().collect();
    Some(forward.join(".").parse().map_err(|_| NoAddress::Numbers))
}

/// Why a text that looks like an address is none.
fn looks_like_one(text: &str) -> Option<NoAddress> {
    let numbers = |text: &str| {
        let mut numbers = text.split('.');
        let all = numbers
            .by_ref()
            .take(4)
            .all(|it| !it.is_empty() && it.bytes().all(|digit| digit.is_ascii_digit()));
        all && numbers.next().is_none() && text.matches('.').count() == 3
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    let address = |text: &str| text.parse::<IpAddr>().is_ok() || numbers(text);
    if numbers(text) {
        return Some(NoAddress::Numbers);
    }
    if let Some((before, length)) = text.split_once('/')
        && address(before)
        && (digits(length) || numbers(length))
    {
        return Some(NoAddress::Network);
    }
    let (before, port) = text.rsplit_once(':')?;
    let before = before.trim_start_matches('[').trim_end_matches(']');
    (digits(port) && address(before)).then_some(NoAddress::Port)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_an_address_is_the_address() {
        for text in [
            "10.20.30.42",
            "::ffff:10.20.30.42",
            "::FFFF:10.20.30.42",
            "0:0:0:0:0:ffff:10.20.30.42",
            "::ffff:0a14:1e2a",
            "::ffff:a14:1e2a",
            "0000:0000:0000:0000:0000:ffff:0a14:1e2a",
            "[::ffff:10.20.30.42]",
            "::ffff:10.20.30.42%eth0",
            "::ffff:10.20.30.42%12",
            "::ffff:0:10.20.30.42",
            "::ffff:0:a14:1e2a",
            "64:ff9b::10.20.30.42",
            "64:ff9b::a14:1e2a",
            "::10.20.30.42",
            "42.30.20.10.in-addr.arpa",
            "42.30.20.10.IN-ADDR.ARPA.",
        ] {
            let address = Address::parse(text).map(|it| it.to_string());
            assert_eq!(address.as_deref(), Some("10.20.30.42"), "{text}");
        }
    }

    #[test]
    fn what_looks_like_an_address_and_is_none_is_said_so() {
        for (text, why) in [
            ("010.020.030.042", NoAddress::Numbers),
            ("10.20.30.042", NoAddress::Numbers),
            ("10.20.30.256", NoAddress::Numbers),
            ("10.20.30.4200", NoAddress::Numbers),
            ("256.20.30.10.in-addr.arpa", NoAddress::Numbers),
            ("30.20.10.in-addr.arpa", NoAddress::Numbers),
            ("fe80::1", NoAddress::Version6),
            ("fe80::1%eth0", NoAddress::Version6),
            ("[2001:db8::1]", NoAddress::Version6),
            ("::1", NoAddress::Version6),
            ("::", NoAddress::Unspecified),
            ("0.0.0.0", NoAddress::Unspecified),
            ("::ffff:0.0.0.0", NoAddress::Unspecified),
            ("10.20.30.0/24", NoAddress::Network),
            ("10.20.30.42/32", NoAddress::Network),
            ("10.20.30.0/255.255.255.0", NoAddress::Network),
            ("2001:db8::/32", NoAddress::Network),
            ("10.20.30.42:443", NoAddress::Port),
            ("[::ffff:10.20.30.42]:443", NoAddress::Port),
        ] {
            assert_eq!(Address::read(text), Err(why), "{text}");
        }
    }

    #[test]
    fn a_name_is_no_address() {
        for text in [
            "WS-042",
            "10.20",
            "10.20.30",
            "10.20.30.40.50",
            "1",
            "a14:1e2a",
            "ws:1",
            "10.20.30.ws",
            "C:",
            "10.20.30.42.corp.example",
            "10.20.30.42%",
            "PC 1/2",
            "in-addr.arpa",
            "[10.20.30.42]",
        ] {
            assert_eq!(Address::read(text), Ok(None), "{text}");
        }
    }

    #[test]
    fn an_address_is_a_number_with_the_first_byte_highest() {
        let address = Address::parse("10.20.30.42").expect("an address");

        assert_eq!(address.number(), 0x0A14_1E2A);
        assert_eq!(Address::from_number(0x0A14_1E2A), Some(address));
        for none in [0, -1, 0x1_0000_0000] {
            assert_eq!(Address::from_number(none), None);
        }
    }
}
