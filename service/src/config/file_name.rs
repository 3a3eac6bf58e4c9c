//! The name of a file, which may not be one: whoever puts the secret itself where the name of its
//! file belongs must not find it in a log.

use std::fmt;
use std::path::{Path, PathBuf};

/// The name of a file. It is shown when there is such a file, and not otherwise.
#[derive(Clone, PartialEq, Eq)]
pub struct FileName(PathBuf);

/// Longer ones are refused by every system.
const MOST_BYTES: usize = 4096;

impl FileName {
    /// What is wrong with a text that is none.
    pub(super) const RULE: &'static str = "must name a file; what it is set to looks like the content of one, and is not shown. Put that into a file of its own";

    /// A name, unless it evidently is the content of a file.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let content = text.chars().any(char::is_control)
            || text.len() > MOST_BYTES
            || text.contains("-----BEGIN")
            || text.contains("://")
            || text.trim_start().starts_with(['{', '[']);
        (!content).then(|| Self(text.into()))
    }

    /// The path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl AsRef<Path> for FileName {
    fn as_ref(&self) -> &Path {
        &self.0
    }
}

impl From<PathBuf> for FileName {
    fn from(path: PathBuf) -> Self {
        Self(path)
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.symlink_metadata().is_ok() {
            self.0.display().fmt(f)
        } else {
            f.write_str(
                "the file (not found; its name is not shown, as it may be the secret itself)",
            )
        }
    }
}

impl fmt::Debug for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_shown_only_where_there_is_such_a_file() {
        let there = FileName::parse("/proc/self/status").expect("a name");
        let secret = FileName::parse("/s3cret+of/all==").expect("it could be a name");

        assert_eq!(there.to_string(), "/proc/self/status");
        for shown in [secret.to_string(), format!("{secret:?}")] {
            assert!(!shown.contains("s3cret"), "{shown}");
        }
    }

    #[test]
    fn what_evidently_is_content_is_no_name() {
        for content in [
            "-----BEGIN PRIVATE KEY-----",
            "one\ntwo",
            "redis://:s3cret@redis:6379",
            "rediss://redis",
            r#"{"keys": []}"#,
            &"x".repeat(5000),
        ] {
            assert!(FileName::parse(content).is_none(), "{content}");
        }
        for name in ["password", "/run/secrets/ksc", "a b", "C:\\ksc.cer"] {
            assert!(FileName::parse(name).is_some(), "{name}");
        }
    }
}
