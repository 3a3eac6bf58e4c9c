//! Kaspersky Security Center (KSC): a request becomes an incident, of which a service console makes
//! a KSC task.
//!
//! Nothing outside this room knows of incidents, consoles or the hundred tasks that KSC keeps.
//!
//! [`server`] is the room's front: what the house asks goes from there to [`hosts`], to
//! [`incidents`], which writes, and to [`tasks`], which reads back; [`budget`] weighs what the
//! census of tasks counts.

pub mod settings;
pub mod upkeep;

pub mod server;

pub mod hosts;

mod incidents;
mod budget;

pub mod tasks;

pub mod tag;
pub mod task_id;

mod version;
pub mod warnings;
mod words;
pub mod metrics;
pub mod fault;
pub mod calls;

#[cfg(feature = "bench")]
#[doc(hidden)]
pub mod bench;
