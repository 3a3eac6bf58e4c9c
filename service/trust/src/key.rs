//! The public key inside a certificate that is pinned: from no other is one taken.

use crate::der::{BIT_STRING, Parts, SEQUENCE, expect};

/// A `SubjectPublicKeyInfo`, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PublicKey {
    info: Vec<u8>,
    algorithm: Vec<u8>,
    bits: Vec<u8>,
}

impl PublicKey {
    /// The key of a certificate.
    pub(crate) fn of_certificate(der: &[u8]) -> Option<Self> {
        let info = Parts::of_certificate(der)?.key_info;
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
