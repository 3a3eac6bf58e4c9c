//! The crate at its front door.
//!
//! No real file of `kesl-control` is known: the fixtures are made by hand after the documents.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails; helpers are no test functions"
)]

mod codes;
mod conversions;
mod differences;
mod documents;
mod lossless;
mod mistakes;
mod properties;
mod samples;
mod serialized;
mod steps;
