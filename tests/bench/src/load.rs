//! Callers: as many as wanted, each on a kept connection, and what they saw.
//!
//! One thread does all of it. That is enough for every program that is measured here, costs least,
//! and leaves the other core to them; when it was the load that had no more to give, the record
//! says so.

mod stream;
mod connection;
mod supply;
mod errand;
mod vendor;
mod tally;
mod closed;
mod pacer;
mod open;

pub(crate) use closed::closed;
pub(crate) use connection::Connection;
pub(crate) use errand::Errand;
pub(crate) use open::open;
pub(crate) use stream::Target;
pub(crate) use supply::{HostChoice, Supply, Tokens};
pub(crate) use tally::{Latencies, Tally};
pub(crate) use vendor::Script;
