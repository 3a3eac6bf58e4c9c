//! Kaspersky Anti Targeted Attack Platform (KATA): a request becomes a rule at a Central Node, which
//! the device fetches in its own time.
//!
//! Nothing outside this room knows of rules and external systems. KATA tells which rule stands, and
//! neither when it began nor whether the device has carried it out; so what was ordered is kept
//! here ([`records`]), and a task ends by the device's own word or as `unconfirmed` ([`view`]).
//!
//! [`server`] is the room's front: what the house asks goes from there to [`hosts`], to
//! [`delivery`], which orders, and to [`tasks`], which reads back.

pub mod identity;
pub mod settings;

pub mod server;

mod hosts;

mod delivery;
mod plan;
mod prepared;
mod left_program;
mod order;
mod order_call;
mod isolation;
mod rule_before;
mod conflict;
mod standing;
mod warnings;

mod tasks;
mod birth;
mod program;
mod written;
mod view;
mod records;
mod latest;
mod witnesses;

mod task_id;
mod words;
mod calls;
pub mod metrics;
mod fault;
