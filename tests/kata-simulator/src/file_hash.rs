//! By what a file is known: its MD5 or its SHA-256.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A file's hash, in lower-case digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileHash {
    /// 32 digits.
    Md5(String),
    /// 64 digits.
    Sha256(String),
}

impl FileHash {
    /// Reads the member `file` of a rule, which has exactly one of the two.
    pub(crate) fn read(file: &Value) -> Option<Self> {
        let digits = |name: &str, length: usize| {
            let text = file.get(name)?.as_str()?;
            let fits = text.len() == length && text.bytes().all(|it| it.is_ascii_hexdigit());
            Some(fits.then(|| text.to_lowercase()))
        };
        match (digits("md5", 32), digits("sha256", 64)) {
            (Some(md5), None) => md5.map(Self::Md5),
            (None, Some(sha256)) => sha256.map(Self::Sha256),
            _ => None,
        }
    }

    /// The same with its digits in lower case, whoever wrote it.
    pub(crate) fn lower(self) -> Self {
        match self {
            Self::Md5(it) => Self::Md5(it.to_lowercase()),
            Self::Sha256(it) => Self::Sha256(it.to_lowercase()),
        }
    }

    /// The digits.
    #[must_use]
    pub fn digits(&self) -> &str {
        match self {
            Self::Md5(it) | Self::Sha256(it) => it,
        }
    }

    /// As the API writes it: `{"file": {"sha256": …}}`.
    pub(crate) fn value(&self, upper: bool) -> Value {
        let cased = |it: &str| {
            if upper {
                it.to_uppercase()
            } else {
                it.to_owned()
            }
        };
        match self {
            Self::Md5(it) => json!({"file": {"md5": cased(it)}}),
            Self::Sha256(it) => json!({"file": {"sha256": cased(it)}}),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_exactly_one_hash_of_the_right_length() {
        let (md5, sha256) = ("0a".repeat(16), "0B".repeat(32));

        let read = FileHash::read(&json!({"sha256": sha256}));
        assert_eq!(read, Some(FileHash::Sha256("0b".repeat(32))));
        assert!(FileHash::read(&json!({"md5": md5})).is_some());
        assert_eq!(FileHash::read(&json!({"md5": md5, "sha256": sha256})), None);
        assert_eq!(FileHash::read(&json!({"md5": sha256})), None);
        assert_eq!(FileHash::read(&json!({"md5": "g".repeat(32)})), None);
        assert_eq!(FileHash::read(&json!({})), None);
    }
}
