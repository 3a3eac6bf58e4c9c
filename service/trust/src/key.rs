//! The public key inside the pinned certificate.
//!
//! Read by hand (seven steps of DER) and only from the operator's own file: `webpki` reads nothing
//! but version 3 certificates without unknown critical extensions, and what a KSC of some age has
//! made for itself need not be one. Nothing else of the certificate is interpreted.

/// A `SubjectPublicKeyInfo`, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PublicKey {
    info: Vec<u8>,
    algorithm: Vec<u8>,
    bits: Vec<u8>,
}

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;

impl PublicKey {
    /// `Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signature }` (RFC 5280,
    /// 4.1).
    pub(crate) fn of_certificate(der: &[u8]) -> Option<Self> {
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
        let (_issuer, rest) = expect(rest, SEQUENCE)?;
        let (_validity, rest) = expect(rest, SEQUENCE)?;
        let (_subject, rest) = expect(rest, SEQUENCE)?;
        let (info, _extensions) = expect(rest, SEQUENCE)?;

        let (algorithm, rest) = expect(info.content, SEQUENCE)?;
        let (key, rest) = expect(rest, BIT_STRING)?;
        // The first octet counts unused bits; a key is whole octets.
        let (&0, bits) = key.content.split_first()? else {
            return None;
        };
        if !rest.is_empty() {
            return None;
        }
        Some(Self {
            info: info.whole.to_vec(),
            // As `AlgorithmIdentifier` of the verification algorithms: the content, no outer tag.
            algorithm: algorithm.content.to_vec(),
            bits: bits.to_vec(),
        })
    }

    /// The whole `SubjectPublicKeyInfo`, DER.
    pub(crate) fn info(&self) -> &[u8] {
        &self.info
    }

    /// Its `AlgorithmIdentifier` without tag and length.
    pub(crate) fn algorithm(&self) -> &[u8] {
        &self.algorithm
    }

    /// The key itself.
    pub(crate) fn bits(&self) -> &[u8] {
        &self.bits
    }
}

struct Element<'a> {
    /// Tag, length and content.
    whole: &'a [u8],
    content: &'a [u8],
}

/// The next element, which must have this tag, and what follows it.
fn expect(der: &[u8], tag: u8) -> Option<(Element<'_>, &[u8])> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_of_a_certificate_is_found() {
        use rcgen::PublicKeyData as _;
        let made = rcgen::generate_simple_self_signed(vec!["a".to_owned()]).unwrap();

        let key = PublicKey::of_certificate(made.cert.der()).unwrap();

        assert_eq!(key.info(), made.signing_key.subject_public_key_info());
        assert_eq!(key.bits(), made.signing_key.der_bytes());
    }

    #[test]
    fn a_certificate_cut_anywhere_is_refused_and_never_a_panic() {
        let made = rcgen::generate_simple_self_signed(vec!["a".to_owned()]).unwrap();
        let der = made.cert.der();

        for end in 0..der.len() {
            assert_eq!(PublicKey::of_certificate(&der[..end]), None);
        }
        for at in 0..der.len() {
            let mut spoiled = der.to_vec();
            spoiled[at] ^= 0xff;
            let _ = PublicKey::of_certificate(&spoiled);
        }
    }
}
