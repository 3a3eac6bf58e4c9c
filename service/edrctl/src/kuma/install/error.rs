//! Why links are not laid, and in what state that leaves the folder.

use std::io;
use std::path::PathBuf;

/// Why nothing was changed, or everything is as it was.
#[derive(Debug, thiserror::Error)]
pub enum LayingError {
    /// The folder is not there.
    #[error("{0} is no folder; KUMA makes it with the correlator")]
    NoFolder(PathBuf),
    /// The program cannot be run.
    #[error("{0} is no program that can be run; name one by its whole path")]
    NoProgram(PathBuf),
    /// Somebody else does the same just now.
    #[error("somebody else is at work in {0}")]
    Busy(PathBuf),
    /// Something there is neither ours nor what was there before.
    #[error("{0} was changed by somebody since the links were laid; move it away and try again")]
    Changed(String),
    /// Links of ours are there, and what was kept is not.
    #[error(
        "{0} lead to edrctl, and .edrctl-kept is gone with what was there before: put the vendor's scripts back, or rules without a script stop the correlator"
    )]
    Forgotten(String),
    /// A step failed, and everything was put back.
    #[error("{step}: {source}; everything is as it was")]
    PutBack {
        /// The step.
        step: String,
        /// Why.
        source: io::Error,
    },
    /// A step failed, and so did putting back.
    #[error("{step}: {source}; run the same command again, it goes on where this one ended")]
    Half {
        /// The step.
        step: String,
        /// Why.
        source: io::Error,
    },
}
