//! The calls, a file each.

pub(crate) mod scans;
pub(crate) mod sensors;
