//! What the house asks of a back end, in words that no back end owns.
//!
//! A request goes its way once for all of them (`intake/way`): the host is found, its turn comes,
//! the request is *prepared* (everything that only reads), a session is *ready* (everything that
//! may fail before the first byte), it is written down that it leaves, and it is *sent*, at most
//! once. What may have arrived is *found* before anything else is done about it.
//!
//! What differs is behind these words: whether sending twice does harm ([`Effect`]), what a request
//! is known again by ([`Mark`]), what the back end calls a task and what of it only that name keeps
//! ([`TaskId`](vocabulary::task_id::TaskId)), and that a task need not be for one host
//! ([`Target`]).

mod backend;
mod cancelling;
mod fault;
mod mark;
mod prepared;
mod receipt;
mod searches;
mod witness;
mod words;

pub use backend::{Arrival, Backend, Landed, Rehearsed, SentRecord};
pub use cancelling::CancelProgress;
pub use fault::{Certainty, Fault, MissedLook};
pub use mark::{Depth, Mark, Presence, Target};
pub use prepared::Prepared;
pub use receipt::{Receipt, TargetHost};
pub use searches::{HostCursor, HostPage, HostSearch, ListPlace, TaskCursor, TaskFilter, TaskPage};
pub use witness::{DeviceMark, DeviceWord, Testimony, Witness};
pub use words::{Deadline, Effect, Health, Words};
