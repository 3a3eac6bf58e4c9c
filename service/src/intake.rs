//! THE STORY of a request for a task, from admission to answer.
//!
//! admit → claim its key → find the host → wait for the host's turn → prepare → ready → still that
//! host? → written down → send, once → find, when the answer is lost → land → answer
//!
//! Which back end carries it out decides nothing of that order: what is behind each step is in
//! [`crate::backends::seam`].
//!
//! # The rules
//!
//! * One request is sent at most once while its fate is open. What may have arrived is looked up
//!   and never sent again.
//! * Once bytes may have left, the work belongs to the gateway and not to the caller's connection:
//!   it runs in a task of its own, tracked until shutdown, and its audit line is written whoever
//!   hangs up meanwhile.
//! * Requests for one host leave in the order in which they came, one at a time: a release must not
//!   overtake the isolation before it.
//!
//! # Rationale
//!
//! Handlers run on the HTTP server's threads, calls of back ends on the runtime that `main` owns.
//! actix drops a handler with its connection and ends its threads early at shutdown; both would
//! take a half-made request with them.

mod created;
mod front;
mod means;

mod search;
mod sender;
mod once;
mod rehearsal;

mod errand;
mod way;
mod departure;
mod aftermath;
mod release;

mod progress;
mod isolations;
mod order;
mod ledger;
mod receipt;
mod asked;
mod fingerprint;
mod times;

pub use created::Created;
pub use front::{Intake, IntakeParts};
pub use times::times;
