//! The register of askers: who asked for a task, why, and for which case.
//!
//! A back end keeps what was asked for and not by whom: its records know the gateway's one account.
//! An analyst who comes to a task, and a case that looks for its actions, want to know the rest. It
//! is kept for as long as a back end keeps tasks, in this replica's memory and, where there is one,
//! in the store that replicas share; what is not there, nobody remembers.
//!
//! * It is written down once, for every task, behind the answer or with what else is said there; it
//!   never keeps a request waiting and never fails one. What could not be written down is counted.
//! * The first who asked stays: a request that comes again with its key changes nothing.
//! * It is read with each task that is shown, for a page in one question. A store that is away is
//!   waited for so long as nobody feels it, and a task without it is as true as one with it. Only
//!   who looks for the tasks of a case or of a caller is told that it cannot be said: that nothing
//!   is found there proves nothing.
//! * A back end that was restored gives ids out again. So an entry is of an id, a time and a host
//!   together.
//!
//! # Rationale
//!
//! Comments in the incident itself were rejected: its text is what it is known again by, and what
//! the vendor's programs read.

mod asker;
mod entry;
mod front;
mod shelf;

pub use asker::Asker;
pub use entry::AskedTask;
pub use front::AskerRegister;
