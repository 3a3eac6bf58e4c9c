//! The Central Node of the soak: its hosts, what callers order of it, and what they are told of it.

pub(crate) mod order;
pub(crate) mod sight;
pub(crate) mod site;
