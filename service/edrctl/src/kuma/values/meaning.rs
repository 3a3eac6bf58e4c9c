//! What a call means, or why it means nothing.

use serde_json::{Map, Value};

use crate::kuma::archive::NoArchive;
use crate::kuma::argparse::shown;

/// What Go's templates print for a field that is not there.
pub(super) const UNFILLED: &str = "<no value>";
/// A call that makes sense.
#[derive(Debug, Clone, PartialEq)]
pub struct CallMeaning {
    /// The body of the request, without what the settings add.
    pub body: Map<String, Value>,
    /// The event that the call is for.
    pub event: Option<String>,
    /// Whether only to check.
    pub dry_run: bool,
    /// For how many seconds to wait for the task's end.
    pub wait: Option<u64>,
    /// What whoever wrote the rule should know.
    pub warnings: Vec<String>,
    /// Settings of the vendor's scripts that were given.
    pub ignored: Vec<&'static str>,
}

/// Why a call makes no sense. Nothing is sent then.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// What every call of this script needs is not there.
    #[error("the following arguments are required: {0}")]
    Missing(String),
    /// A value that decides what is done is empty.
    #[error("argument --{0}: the value is empty")]
    Empty(&'static str),
    /// A value was not filled from the event.
    #[error("argument --{0}: not filled from the event, it holds {UNFILLED}")]
    Unfilled(&'static str),
    /// A value is longer than any that is valid.
    #[error("argument --{0}: longer than {1} characters")]
    TooLong(&'static str, usize),
    /// A value is none of those that the option has.
    #[error("argument --{option}: invalid value: '{value}' (choose from {choices})")]
    Choice {
        /// The option.
        option: &'static str,
        /// What was given, shortened.
        value: String,
        /// What it may be.
        choices: &'static str,
    },
    /// The values of several options contradict each other.
    #[error("{0}")]
    Contradiction(&'static str),
    /// The file with indicators is not sent.
    #[error(transparent)]
    Archive(#[from] NoArchive),
}

/// A value that is none of those that an option has.
pub(super) fn choice(option: &'static str, text: &str, choices: &'static str) -> Unfit {
    let value = shown(text);
    Unfit::Choice {
        option,
        value,
        choices,
    }
}
