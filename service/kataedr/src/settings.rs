//! Settings that are valid: there is no other way to one than a check without an error.

mod extra;
mod model;
mod values;

pub(crate) use extra::{Extra, Extras};
pub use model::{Response, Settings, Telemetry, Transfer};
pub(crate) use values::{Found, Values};
