//! The rules of a host as the server tells them: read tolerantly, and never guessed.
//!
//! No page shows the whole answer of `GET settings`, and one program in use reads it in two ways.
//! Six forms are known to exist or are shown in parts; they are read. Anything else is `Unknown`,
//! which is a different thing from "no rules": the program that took the one for the other wiped
//! the rules of every host.

mod forbidden;
mod form;
mod isolation_rule;

pub use forbidden::{Forbidden, Prevention, hashes, settings};
pub use isolation_rule::{Isolation, IsolationRule};
