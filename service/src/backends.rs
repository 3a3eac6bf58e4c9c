//! The back ends: servers of the vendor's that carry requests out, each known by its alias.
//!
//! [`seam`] is what the house asks of one. Which kind it is, is asked once for each piece of work, in
//! `set`; which one acts is decided in `route`.

pub mod kata;
pub mod ksc;
pub mod seam;

mod expiring;
mod outages;
mod route;
pub(crate) mod set;
mod side_by_side;
pub mod trust_file;

pub(crate) use route::Route;
pub use set::{AnyBackend, Backends};
pub(crate) use set::{kinds_that_take, on_backend};
pub(crate) use side_by_side::{Question, is_away};
