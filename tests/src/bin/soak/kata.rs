//! The Central Node of the soak: its hosts, what callers order of it, what goes wrong with it, and
//! the comparison of its book with theirs.

mod asked;
pub(crate) mod comparison;
mod files;
pub(crate) mod history;
mod isolations;
pub(crate) mod ledger;
pub(crate) mod order;
mod programs;
pub(crate) mod sight;
pub(crate) mod site;
pub(crate) mod squall;
