//! Where the store is, and the way to it: one server, the master that Sentinels name, or the node of
//! a cluster that has the gateway's slot.
//!
//! Whatever it is, one connection to one server is all that the gateway needs: all its keys are in
//! one slot, and the news are sent where they are written. So only the finding differs.
//!
//! # Rationale
//!
//! What the client library has for Sentinels and clusters was rejected: it holds connections of its
//! own, with bounds of time of its own, and looks at a server's role over another connection than
//! the one that is used then.

mod cluster;
mod open;
mod place;
mod sentinels;
mod take;

pub(super) use place::Seat;
pub(super) use sentinels::Naming;
pub(super) use take::take;
