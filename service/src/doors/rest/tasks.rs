//! Tasks: create them, alone or many at once, read, list, watch and cancel them.

pub mod native;
pub mod flat;

pub mod batch;

mod create;
mod rehearse;
mod wanted;
mod key;
mod id;
pub(super) mod parameters;

pub mod read;
mod waiting;

pub mod list;

pub mod events;

pub mod cancel;
