//! Kaspersky Security Center (KSC): a request becomes an incident, of which a service console makes a KSC task.
//!
//! Nothing outside this room knows of incidents, consoles or the hundred tasks that KSC keeps.

pub mod settings;
pub mod upkeep;

pub mod calls;
pub mod fault;

pub mod hosts;

pub mod tag;
pub mod task_id;

pub mod tasks;
