//! What may be wrong with the settings, and how to mend it.

use std::path::PathBuf;

/// What is wrong with the settings.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("{}: {source}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// It is no TOML, or has a key that there is not.
    #[error("{}, line {line}: {reason}", file.display())]
    Malformed {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong there.
        reason: String,
    },
    /// A value that cannot be.
    #[error("{}: {key}: {reason}", file.display())]
    Wrong {
        /// The file.
        file: PathBuf,
        /// The key.
        key: String,
        /// What is wrong with its value.
        reason: String,
    },
    /// A profile that is not there.
    #[error("there is no profile `{name}`; there are: {}", there.join(", "))]
    NoProfile {
        /// The name that was asked for.
        name: String,
        /// The names that there are.
        there: Vec<String>,
    },
    /// Several profiles, and none is named.
    #[error("name a profile with --profile, or write `profile = \"…\"` into the file; there are: {}", there.join(", "))]
    WhichProfile {
        /// The names that there are.
        there: Vec<String>,
    },
    /// No file, and nothing in the environment.
    #[error(
        "no gateway is named: write {} (see `edrctl --help`), or set EDR_GATEWAY_URL",
        first.display()
    )]
    Nowhere {
        /// The file that is looked for first.
        first: PathBuf,
    },
    /// A value of the environment that cannot be.
    #[error("{name}: {reason}")]
    Environment {
        /// The variable.
        name: &'static str,
        /// What is wrong with its value.
        reason: String,
    },
}
