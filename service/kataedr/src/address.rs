//! Addresses of servers.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// An IP address or a domain name, kept as it was written and compared by what it means.
#[derive(Debug, Clone)]
pub struct Address {
    text: String,
    ip: Option<IpAddr>,
}

/// Why a text is no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoAddress {
    /// Nothing.
    #[error("it is empty")]
    Empty,
    /// `https://…`.
    #[error("it has a scheme or a path")]
    Url,
    /// `host:443`, `[::1]`.
    #[error("it has a port or brackets")]
    Port,
    /// Numbers between points that are no IPv4 address, and no name either.
    #[error("it looks like an IPv4 address and is none")]
    Numbers,
    /// Letters beyond ASCII.
    #[error("it has characters beyond ASCII")]
    NotAscii,
    /// What no domain name may hold.
    #[error("it has characters that no domain name has")]
    Characters,
    /// Too long, or with parts that are empty or too long.
    #[error("its parts are empty or longer than 63 characters, or it is longer than 253")]
    Length,
}

impl NoAddress {
    /// What to do about it.
    #[must_use]
    pub fn mend(self) -> &'static str {
        match self {
            Self::Empty => "Give the server's IP address.",
            Self::Url => "Give the host alone, without scheme and path.",
            Self::Port => {
                "Give the address alone, an IPv6 address without brackets; the port has a key of its own."
            }
            Self::Numbers => "Give four numbers from 0 to 255 between points.",
            Self::NotAscii => "Write the name in its ASCII form, which begins with xn--.",
            Self::Characters => {
                "A name has letters, digits and hyphens between points, and no hyphen at either end of a part."
            }
            Self::Length => "Give the whole name, its parts between single points.",
        }
    }
}

impl Address {
    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The IP address, if it is one.
    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        self.ip
    }
}

impl FromStr for Address {
    type Err = NoAddress;

    fn from_str(text: &str) -> Result<Self, NoAddress> {
        let whole = |ip| Self {
            text: text.to_owned(),
            ip,
        };
        if text.is_empty() {
            return Err(NoAddress::Empty);
        }
        if let Ok(ip) = text.parse::<IpAddr>() {
            return Ok(whole(Some(ip)));
        }
        if text.contains('/') {
            return Err(NoAddress::Url);
        }
        if text.contains([':', '[', ']']) {
            return Err(NoAddress::Port);
        }
        if !text.is_ascii() {
            return Err(NoAddress::NotAscii);
        }
        // The root's point at the end is a part of a fully qualified name.
        let name = text.strip_suffix('.').unwrap_or(text);
        if name.len() > 253 || name.split('.').any(|it| !(1..=63).contains(&it.len())) {
            return Err(NoAddress::Length);
        }
        let is_label = |it: &str| {
            let legal = it.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            legal && !it.starts_with('-') && !it.ends_with('-')
        };
        if !name.split('.').all(is_label) {
            return Err(NoAddress::Characters);
        }
        let last = name.rsplit('.').next().unwrap_or_default();
        if last.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NoAddress::Numbers);
        }
        Ok(whole(None))
    }
}

impl PartialEq for Address {
    fn eq(&self, other: &Self) -> bool {
        match (self.ip, other.ip) {
            (Some(one), Some(another)) => one == another,
            (None, None) => {
                let name = |it: &Self| it.text.trim_end_matches('.').to_ascii_lowercase();
                name(self) == name(other)
            }
            (Some(_), None) | (None, Some(_)) => false,
        }
    }
}

impl Eq for Address {}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

/// A server: where to connect to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Endpoint {
    /// Its address.
    pub address: Address,
    /// Its port.
    pub port: u16,
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.address.ip.is_some_and(|it| it.is_ipv6()) {
            write!(f, "[{}]:{}", self.address, self.port)
        } else {
            write!(f, "{}:{}", self.address, self.port)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_what_the_document_says() {
        for good in [
            "192.0.2.10",
            "2001:db8::1",
            "kata.example.com",
            "kata.example.com.",
            "a-b.c1",
            "xn--e1afmkfd.example",
            "kata",
        ] {
            assert_eq!(good.parse::<Address>().unwrap().as_str(), good);
        }
        for (bad, why) in [
            ("", NoAddress::Empty),
            ("https://kata.example", NoAddress::Url),
            ("kata.example:443", NoAddress::Port),
            ("[2001:db8::1]", NoAddress::Port),
            ("fe80::1%eth0", NoAddress::Port),
            ("192.0.2.300", NoAddress::Numbers),
            ("192.0.2", NoAddress::Numbers),
            ("ката.example", NoAddress::NotAscii),
            ("kata server", NoAddress::Characters),
            ("kata_1.example", NoAddress::Characters),
            ("-kata.example", NoAddress::Characters),
            ("kata..example", NoAddress::Length),
            (".", NoAddress::Length),
        ] {
            assert_eq!(bad.parse::<Address>().unwrap_err(), why, "{bad}");
        }
        assert_eq!(
            "a".repeat(64).parse::<Address>().unwrap_err(),
            NoAddress::Length
        );
    }

    #[test]
    fn addresses_are_compared_by_what_they_mean() {
        let address = |it: &str| it.parse::<Address>().unwrap();

        assert_eq!(address("2001:DB8:0::1"), address("2001:db8::1"));
        assert_eq!(address("KATA.example"), address("kata.EXAMPLE."));
        assert_ne!(address("kata.example"), address("kata2.example"));
    }
}
