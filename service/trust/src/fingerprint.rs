//! The SHA-256 of a certificate, as people compare it.

use std::fmt;

use rustls::crypto::aws_lc_rs::cipher_suite::TLS13_AES_128_GCM_SHA256;

/// SHA-256 over the whole certificate, DER: what `openssl x509 -fingerprint -sha256` prints and a
/// browser shows.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Fingerprint(Vec<u8>);

impl Fingerprint {
    pub(crate) fn of(der: &[u8]) -> Self {
        // The hash of the one TLS stack here, by way of a suite that uses it: no second
        // implementation for the sake of a line of text.
        let suite = TLS13_AES_128_GCM_SHA256
            .tls13()
            .expect("it is a suite of TLS 1.3");
        let hash = suite.common.hash_provider.hash(der);
        Self(hash.as_ref().to_vec())
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, byte) in self.0.iter().enumerate() {
            let colon = if at == 0 { "" } else { ":" };
            write!(f, "{colon}{byte:02X}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_as_openssl_writes_it() {
        assert_eq!(
            Fingerprint::of(b"abc").to_string(),
            "BA:78:16:BF:8F:01:CF:EA:41:41:40:DE:5D:AE:22:23:\
             B0:03:61:A3:96:17:7A:9C:B4:10:FF:61:F2:00:15:AD"
        );
    }
}
