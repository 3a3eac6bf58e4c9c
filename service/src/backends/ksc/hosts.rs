//! The devices that KSC knows: from what a caller calls one to KSC's own id of it, and what to
//! expect of it.

mod details;
mod display;
mod summaries;
mod attributes;
mod incidents;
mod isolation;
mod shown_for;
mod lookup;
mod resolve;
mod groups;
mod readiness;
mod search;
mod parts;
mod unmatched;

pub use incidents::{every_incident_of, incidents_since, with_id};
pub use lookup::Hosts;
pub use unmatched::{Unmatched, unmatched};
