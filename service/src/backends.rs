//! The back ends: servers of the vendor's that carry requests out, each known by its alias.
//!
//! [`seam`] is what the house asks of one. Which kind it is, is asked once for each piece of work,
//! here.

pub mod ksc;
pub mod seam;
pub(crate) mod set;

pub(crate) use set::on_backend;
pub use set::{AnyBackend, Backends};
