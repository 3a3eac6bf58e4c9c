//! Kaspersky Anti Targeted Attack Platform (KATA): a request becomes a rule at a Central Node, which
//! the device fetches in its own time.

mod hosts;

mod words;
pub mod metrics;
mod fault;
