//! Who may do what: every rule on that is here, and nobody acts without the [`Permit`] that comes
//! of them.
//!
//! Three rules so far: what a token's scopes allow, asked before anything is worked through; which
//! back ends the caller may use, which every permit carries; and which hosts nobody may touch,
//! asked as soon as it is known which host is meant, and again before anything is sent to it.

mod permit;
mod protection;
mod reach;
mod rules;
mod scope;

pub use permit::{Cancel, Create, OnHost, Permit, Read, SeeHosts};
pub use protection::Protection;
pub use reach::Reach;
pub use rules::Authority;
