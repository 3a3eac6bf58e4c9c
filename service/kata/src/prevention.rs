//! Reading, merging and writing prevention rules, so that none is lost.
//!
//! One write replaces every rule there is, whoever made it: the console, KUMA, another gateway. So
//! a change is made of what was read ([`Basis`]), carried out as a whole ([`Revision`]) and
//! compared with what stands afterwards ([`Review`]). All of it is arithmetic; who holds the lock
//! and asks the server is for the caller to arrange.

mod basis;
mod change;
mod review;

pub use basis::{Basis, NoBasis, Presence};
pub use change::{Change, Revision};
pub use review::{PreventionConflict, Review};
