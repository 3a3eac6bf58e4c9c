//! Who may do what: every rule on that is here, and nobody acts without the [`Permit`] that comes
//! of them.
//!
//! Four rules so far: what a token's scopes allow, asked before anything is worked through; which
//! back ends the caller may use, which every permit carries; which files nobody may keep from running;
//! and which hosts nobody may touch, asked as soon as it is known which host is meant, and again before
//! anything is sent to it.

mod permit;
mod protected_files;
mod protection;
mod reach;
mod rules;
mod scope;

pub use permit::{Cancel, Create, OnHost, Permit, Read, SeeHosts};
pub use protected_files::ProtectedFiles;
pub use protection::Protection;
pub use reach::Reach;
pub use rules::Authority;
