//! Why a question cannot be answered at all. Each of these ends with exit code 2.

use std::io;
use std::path::Path;

use super::printed::{excerpt, with_causes};
use crate::config::ConfigError;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// A file cannot be read.
    #[error("{name} cannot be read")]
    Unreadable {
        /// Which one.
        name: String,
        /// What the system said.
        source: io::Error,
    },
    /// A file, or standard output, cannot be written.
    #[error("{name} cannot be written")]
    Unwritable {
        /// Which one.
        name: String,
        /// What the system said.
        source: io::Error,
    },
    /// There is a file already.
    #[error("{name} is there already; --force writes over it")]
    Exists {
        /// Which one.
        name: String,
    },
    /// A file holds something else than it should.
    #[error("{name}: {why}")]
    WrongFile {
        /// Which one.
        name: String,
        /// What is wrong with it.
        why: String,
    },
    /// The gateway's settings are bad.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The options do not say what they have to.
    #[error("{0}")]
    Usage(String),
    /// The system gives no threads.
    #[error("nothing can be run")]
    Runtime(#[source] io::Error),
}

impl Trouble {
    pub(super) fn unreadable(path: &Path, source: io::Error) -> Self {
        Self::Unreadable {
            name: name(path),
            source,
        }
    }

    pub(super) fn wrong_file(path: &Path, why: &dyn std::error::Error) -> Self {
        Self::WrongFile {
            name: name(path),
            why: with_causes(why),
        }
    }
}

/// A file's name as it may be shown.
pub(super) fn name(path: &Path) -> String {
    if path == Path::new("-") {
        return "standard input".to_owned();
    }
    excerpt(&path.to_string_lossy())
}
