//! What a certificate says of itself, for a person who compares it.
//!
//! Nothing is decided by it: who may be talked to is the verifier's to say.

use std::net::{Ipv4Addr, Ipv6Addr};

use time::OffsetDateTime;

use crate::der::{BOOLEAN, OBJECT_IDENTIFIER, OCTET_STRING, Parts, SEQUENCE, elements, expect};
use crate::distinguished_name;
use crate::fingerprint::{Fingerprint, Sha1Fingerprint};
use crate::validity;

/// `subjectAltName`, 2.5.29.17.
const ALTERNATIVE_NAMES: &[u8] = &[0x55, 0x1d, 17];
const DNS_NAME: u8 = 0x82;
const IP_ADDRESS: u8 = 0x87;

/// A certificate, as it is shown. What cannot be read is empty, never an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Whose it is.
    pub subject: String,
    /// Who vouches for it.
    pub issuer: String,
    /// The names and IP addresses that it is for; others than these it may have are left out.
    pub names: Vec<String>,
    /// From when it is good.
    pub begins: Option<OffsetDateTime>,
    /// Until when.
    pub ends: Option<OffsetDateTime>,
    /// SHA-256 of it.
    pub sha256: Fingerprint,
    /// SHA-1 of it.
    pub sha1: Sha1Fingerprint,
}

impl Certificate {
    /// Reads it, DER.
    #[must_use]
    pub fn of(der: &[u8]) -> Self {
        let parts = Parts::of_certificate(der);
        let name = |it: &[u8]| distinguished_name::text(it);
        Self {
            subject: parts
                .as_ref()
                .map_or_else(String::new, |it| name(it.subject.content)),
            issuer: parts
                .as_ref()
                .map_or_else(String::new, |it| name(it.issuer.content)),
            names: parts
                .as_ref()
                .and_then(|it| alternative_names(it.extensions))
                .unwrap_or_default(),
            begins: validity::begin(der),
            ends: validity::end(der),
            sha256: Fingerprint::of(der),
            sha1: Sha1Fingerprint::of(der),
        }
    }
}

fn alternative_names(extensions: &[u8]) -> Option<Vec<String>> {
    let value = elements(extensions).find_map(|(_, extension)| {
        let (id, rest) = expect(extension.content, OBJECT_IDENTIFIER)?;
        if id.content != ALTERNATIVE_NAMES {
            return None;
        }
        // Whether it is critical may be left out.
        let rest = expect(rest, BOOLEAN).map_or(rest, |(_, rest)| rest);
        Some(expect(rest, OCTET_STRING)?.0.content)
    })?;
    let (names, _) = expect(value, SEQUENCE)?;
    let shown = elements(names.content).filter_map(|(tag, it)| match tag {
        DNS_NAME => Some(String::from_utf8_lossy(it.content).into_owned()),
        IP_ADDRESS => address(it.content),
        _ => None,
    });
    Some(shown.collect())
}

fn address(bytes: &[u8]) -> Option<String> {
    if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        return Some(Ipv4Addr::from(four).to_string());
    }
    let sixteen = <[u8; 16]>::try_from(bytes).ok()?;
    Some(Ipv6Addr::from(sixteen).to_string())
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, DnType, KeyPair};
    use time::macros::datetime;

    use super::*;

    fn made() -> Vec<u8> {
        let names = ["kata.example", "192.0.2.10", "2001:db8::1"].map(str::to_owned);
        let mut params = CertificateParams::new(names).unwrap();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params
            .distinguished_name
            .push(DnType::OrganizationName, "Example, Inc");
        params.distinguished_name.push(DnType::CommonName, "kata");
        params.not_before = datetime!(2024-01-01 0:00 UTC);
        params.not_after = datetime!(2060-01-01 0:00 UTC);
        let key = KeyPair::generate().unwrap();
        params.self_signed(&key).unwrap().der().to_vec()
    }

    #[test]
    fn what_a_person_compares_is_read() {
        let der = made();

        let read = Certificate::of(&der);

        assert_eq!(read.subject, "O=Example\\, Inc, CN=kata");
        assert_eq!(read.issuer, read.subject);
        assert_eq!(read.names, ["kata.example", "192.0.2.10", "2001:db8::1"]);
        assert_eq!(read.begins, Some(datetime!(2024-01-01 0:00 UTC)));
        assert_eq!(read.ends, Some(datetime!(2060-01-01 0:00 UTC)));
        assert_eq!(read.sha256, Fingerprint::of(&der));
    }

    #[test]
    fn a_certificate_that_is_spoiled_anywhere_is_never_a_panic() {
        let der = made();

        for at in 0..der.len() {
            assert_eq!(Certificate::of(&der[..at]).subject, "");
            for change in [0xff, 0x80, 0x01] {
                let mut spoiled = der.clone();
                spoiled[at] ^= change;
                let _ = Certificate::of(&spoiled);
            }
        }
    }
}
