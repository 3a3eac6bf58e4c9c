//! The calls, a file each, and what several of them need.

pub(crate) mod asked;
mod exclusions;
mod isolation;
mod prevention;
pub(crate) mod scans;
pub(crate) mod sensors;
pub(crate) mod settings;
pub(crate) mod tasks;
