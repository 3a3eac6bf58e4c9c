//! Kaspersky Anti Targeted Attack Platform (KATA): a request becomes a rule at a Central Node, which
//! the device fetches in its own time.

pub mod settings;

pub mod server;

mod hosts;

mod delivery;
mod prepared;
mod order;
mod warnings;

mod tasks;
mod view;
mod records;
mod witnesses;

mod task_id;
mod words;
pub mod metrics;
mod fault;
