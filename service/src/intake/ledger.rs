//! What became of requests that carry a key, so that a caller may send one again without fear.
//!
//! A key is claimed before anything is done. The first to come does the work; who comes meanwhile
//! waits and is told when it is done; who comes later gets the same answer. What was certainly not
//! sent gives its key back. What may have been sent keeps it, with the mark of what left, so that
//! it can be looked up, until KSC shows it or certainly does not have it.
//!
//! Keys are a caller's own: two callers may use the same one for different things.
//!
//! There are two books. [`near`] is this replica's memory. With a shared store there is also
//! [`crate::store`], for all replicas: it decides, and the near one only spares it what this
//! replica knows already, and remembers for a while what a store may have forgotten.
//!
//! # Rationale
//!
//! That a request may have been sent is written down before it is sent and not when its answer is
//! lost: who dies in between must leave a trace, be it a task of this program or the whole replica.

mod age;
mod answers;
mod book;
mod hold;
mod lost;
mod near;
mod settle_times;

pub(super) use book::{Claim, Ledger};
pub(super) use hold::Hold;
pub(super) use lost::LostRequest;
pub(super) use settle_times::SettleTimes;
