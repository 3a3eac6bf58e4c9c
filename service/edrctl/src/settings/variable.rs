//! What the environment says, as a function, so that tests need not change their own.

use std::ffi::OsString;

/// The value of a variable, where it is set.
pub type Variable<'a> = &'a dyn Fn(&str) -> Option<OsString>;
