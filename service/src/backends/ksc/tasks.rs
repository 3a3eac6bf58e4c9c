//! From an incident to the KSC task that came of it, and from there to a state.
//!
//! Only an explicit success of KSC is success. Whatever is not recognised is `pending`, with the
//! raw code in the evidence; whatever could be two things is `ambiguous`, with both listed. Every
//! state says what it rests on.
//!
//! KSC documents no link from an incident to its task. [`correlate`] finds it by what both sides do
//! show: host, name, type, time and order. One [`look`] at a task is shared by all who ask at that
//! time.

mod front;
mod read;
mod absent;
mod bygone;
pub mod cancel;
pub mod census;
mod confirmation;
mod correlate;
mod gauges;
mod keys;
mod last_asked;
mod life;
mod own_row;
mod task_infos;
pub mod list;
mod look;
mod memory;
mod last_seen;
pub mod register;
mod response;
mod sights;
mod state;
mod surroundings;
mod view;
mod weigh;
mod weighings;

#[cfg(feature = "bench")]
pub(super) use correlate::bench;
pub(crate) use correlate::{SKEW, is_named, number_in};
pub use front::{TaskReader, TaskReaderParts};
pub use look::Case;
