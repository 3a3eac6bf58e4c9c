//! The parts of a certificate that are looked at, found by hand.
//!
//! `webpki` reads nothing but version 3 certificates without unknown critical extensions, and what
//! a server of some age has made for itself need not be one. A few steps of DER find the rest; what
//! is not needed is stepped over and not interpreted.

pub(crate) const BOOLEAN: u8 = 0x01;
const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(crate) const UTC_TIME: u8 = 0x17;
pub(crate) const GENERALIZED_TIME: u8 = 0x18;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;
const VERSION: u8 = 0xa0;
const EXTENSIONS: u8 = 0xa3;

/// What a certificate consists of, as far as it is looked at.
pub(crate) struct Parts<'a> {
    /// Who vouches for it.
    pub(crate) issuer: Element<'a>,
    /// From when to when it is good.
    pub(crate) validity: Element<'a>,
    /// Whose it is.
    pub(crate) subject: Element<'a>,
    /// `SubjectPublicKeyInfo`.
    pub(crate) key_info: Element<'a>,
    /// What version 3 adds, one after the other; empty where there is nothing.
    pub(crate) extensions: &'a [u8],
}

impl<'a> Parts<'a> {
    /// `Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signature }` (RFC 5280,
    /// 4.1).
    pub(crate) fn of_certificate(der: &'a [u8]) -> Option<Self> {
        let (certificate, rest) = expect(der, SEQUENCE)?;
        if !rest.is_empty() {
            return None;
        }
        let (mut tbs, rest) = expect(certificate.content, SEQUENCE)?;
        let (_, rest) = expect(rest, SEQUENCE)?;
        let (_, rest) = expect(rest, BIT_STRING)?;
        if !rest.is_empty() {
            return None;
        }

        // Absent in version 1.
        if let Some((_, after)) = expect(tbs.content, VERSION) {
            tbs.content = after;
        }
        let (_serial, rest) = expect(tbs.content, INTEGER)?;
        let (_signature, rest) = expect(rest, SEQUENCE)?;
        let (issuer, rest) = expect(rest, SEQUENCE)?;
        let (validity, rest) = expect(rest, SEQUENCE)?;
        let (subject, rest) = expect(rest, SEQUENCE)?;
        let (key_info, rest) = expect(rest, SEQUENCE)?;
        // Unique ids, which nobody uses, may stand before.
        let extensions = elements(rest)
            .find(|(tag, _)| *tag == EXTENSIONS)
            .and_then(|(_, it)| expect(it.content, SEQUENCE))
            .map_or(&[][..], |(it, _)| it.content);
        Some(Self {
            issuer,
            validity,
            subject,
            key_info,
            extensions,
        })
    }
}

/// A value with its tag and length.
pub(crate) struct Element<'a> {
    /// Tag, length and content.
    pub(crate) whole: &'a [u8],
    /// What is in it.
    pub(crate) content: &'a [u8],
}

/// The elements that follow one another, each with its tag, up to the first that cannot be read.
pub(crate) fn elements(mut der: &[u8]) -> impl Iterator<Item = (u8, Element<'_>)> {
    std::iter::from_fn(move || {
        let tag = *der.first()?;
        let (element, rest) = expect(der, tag)?;
        der = rest;
        Some((tag, element))
    })
}

/// The next element, which must have this tag, and what follows it.
pub(crate) fn expect(der: &[u8], tag: u8) -> Option<(Element<'_>, &[u8])> {
    let (&found, after_tag) = der.split_first()?;
    if found != tag {
        return None;
    }
    let (&first, mut rest) = after_tag.split_first()?;
    let length = match first {
        0..=0x7f => usize::from(first),
        // Up to three octets of length: 16 MiB, far more than a certificate.
        0x81..=0x83 => {
            let mut length = 0_usize;
            for _ in 0..(first & 0x0f) {
                let (&octet, after) = rest.split_first()?;
                length = length << 8 | usize::from(octet);
                rest = after;
            }
            length
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    let whole = der.get(..der.len() - rest.len())?;
    Some((Element { whole, content }, rest))
}
