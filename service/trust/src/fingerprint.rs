//! The digests of a certificate, as people compare them.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest;

/// SHA-256 over the whole certificate, DER: what `openssl x509 -fingerprint -sha256` prints and a
/// browser shows.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 32]);

/// SHA-1 over the same, for consoles that show it. Nothing is decided by it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sha1Fingerprint([u8; 20]);

/// A text that is no fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a SHA-256 fingerprint has 64 hexadecimal digits, with or without colons between pairs")]
pub struct NoFingerprint;

impl Fingerprint {
    /// The fingerprint of a certificate.
    #[must_use]
    pub fn of(der: &[u8]) -> Self {
        Self(of(&digest::SHA256, der))
    }
}

impl Sha1Fingerprint {
    /// The fingerprint of a certificate.
    #[must_use]
    pub fn of(der: &[u8]) -> Self {
        Self(of(&digest::SHA1_FOR_LEGACY_USE_ONLY, der))
    }
}

fn of<const N: usize>(algorithm: &'static digest::Algorithm, der: &[u8]) -> [u8; N] {
    let hash = digest::digest(algorithm, der);
    let mut bytes = [0; N];
    bytes.copy_from_slice(hash.as_ref());
    bytes
}

impl FromStr for Fingerprint {
    type Err = NoFingerprint;

    fn from_str(text: &str) -> Result<Self, NoFingerprint> {
        let text = text.trim();
        let digits: Vec<u8> = match text.len() {
            64 => text.bytes().collect(),
            95 => {
                let pairs = text.as_bytes().chunks(3);
                if pairs
                    .clone()
                    .any(|it| it.get(2).is_some_and(|it| *it != b':'))
                {
                    return Err(NoFingerprint);
                }
                pairs.flat_map(|it| &it[..2]).copied().collect()
            }
            _ => return Err(NoFingerprint),
        };
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
            let digit = |at: usize| char::from(*pair.get(at)?).to_digit(16);
            let (Some(high), Some(low)) = (digit(0), digit(1)) else {
                return Err(NoFingerprint);
            };
            *byte = u8::try_from(high << 4 | low).map_err(|_| NoFingerprint)?;
        }
        Ok(Self(bytes))
    }
}

fn write(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    for (at, byte) in bytes.iter().enumerate() {
        let colon = if at == 0 { "" } else { ":" };
        write!(f, "{colon}{byte:02X}")?;
    }
    Ok(())
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(f, &self.0)
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(f, &self.0)
    }
}

impl fmt::Display for Sha1Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(f, &self.0)
    }
}

impl fmt::Debug for Sha1Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(f, &self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABC: &str = "BA:78:16:BF:8F:01:CF:EA:41:41:40:DE:5D:AE:22:23:\
                       B0:03:61:A3:96:17:7A:9C:B4:10:FF:61:F2:00:15:AD";

    #[test]
    fn they_are_written_as_openssl_writes_them() {
        assert_eq!(Fingerprint::of(b"abc").to_string(), ABC);
        assert_eq!(
            Sha1Fingerprint::of(b"abc").to_string(),
            "A9:99:3E:36:47:06:81:6A:BA:3E:25:71:78:50:C2:6C:9C:D0:D8:9D"
        );
    }

    #[test]
    fn one_is_read_as_people_copy_it() {
        let bare = ABC.replace(':', "").to_lowercase();
        for text in [ABC, &bare, &format!(" {ABC}\n")] {
            assert_eq!(text.parse(), Ok(Fingerprint::of(b"abc")), "{text}");
        }
        let spaced = ABC.replace(':', " ");
        for text in [
            "",
            "BA:78",
            &spaced,
            &bare[1..],
            &bare.replace('b', "g"),
            &"é".repeat(32),
        ] {
            assert_eq!(text.parse::<Fingerprint>(), Err(NoFingerprint), "{text}");
        }
    }
}
