//! The Central Node of the soak: its hosts, what callers order of it, what goes wrong with it, and
//! the comparison of its book with theirs.

pub(crate) mod changes;
pub(crate) mod ledger;
pub(crate) mod order;
pub(crate) mod sight;
pub(crate) mod site;
pub(crate) mod squall;
