//! What is measured together.

mod cells;
mod memory;

pub(crate) use cells::{hosts, open_loop, replicas, saturation, slow, store, throughput, tokens};
pub(crate) use memory::memory;
