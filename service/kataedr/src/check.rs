//! All that is to be said about a file, at once.
//!
//! The vendor gives types and defaults, never ranges, and does not say which keys are mandatory. What
//! it says is held against the file as errors; what follows from it as risks; what nobody says is a
//! hint.

mod judge;
mod lists;
mod missing;
mod preconditions;
mod risks;
mod structure;
mod verdict;

pub use judge::check;
pub(crate) use judge::judged;
pub use verdict::Checked;
