//! The hash that names a file in a prevention rule.

use std::fmt;
use std::str::FromStr;

/// MD5 or SHA-256 of a file; written in lower case, read in any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileHash {
    /// 32 hexadecimal digits.
    Md5([u8; 16]),
    /// 64 hexadecimal digits.
    Sha256([u8; 32]),
}

/// Neither an MD5 nor a SHA-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a hash is an MD5 (32 hexadecimal digits) or a SHA-256 (64)")]
pub struct NoFileHash;

impl FileHash {
    /// The member of `file` that holds it.
    #[must_use]
    pub fn member(self) -> &'static str {
        match self {
            Self::Md5(_) => "md5",
            Self::Sha256(_) => "sha256",
        }
    }
}

impl FromStr for FileHash {
    type Err = NoFileHash;

    fn from_str(text: &str) -> Result<Self, NoFileHash> {
        match text.len() {
            32 => bytes(text).map(Self::Md5),
            64 => bytes(text).map(Self::Sha256),
            _ => None,
        }
        .ok_or(NoFileHash)
    }
}

fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        let digit = |at: usize| char::from(*pair.get(at)?).to_digit(16);
        *byte = u8::try_from(digit(0)? << 4 | digit(1)?).ok()?;
    }
    Some(bytes)
}

impl fmt::Display for FileHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes: &[u8] = match self {
            Self::Md5(bytes) => bytes,
            Self::Sha256(bytes) => bytes,
        };
        bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_read_in_any_case_and_written_in_one() {
        let upper = "D41D8CD98F00B204E9800998ECF8427E";
        let hash: FileHash = upper.parse().unwrap();

        assert_eq!(hash.to_string(), upper.to_lowercase());
        assert_eq!(hash, upper.to_lowercase().parse().unwrap());
        assert_eq!(hash.member(), "md5");
        let long: FileHash = "ab".repeat(32).parse().unwrap();
        assert_eq!(long.member(), "sha256");
    }

    #[test]
    fn anything_else_is_none() {
        let (sha1, odd) = ("ab".repeat(20), "g".repeat(32));
        // 64 bytes, and no ASCII.
        let wide = "é".repeat(32);
        for bad in ["", "ab", &sha1, &odd, &wide] {
            assert_eq!(bad.parse::<FileHash>(), Err(NoFileHash), "{bad}");
        }
    }
}
