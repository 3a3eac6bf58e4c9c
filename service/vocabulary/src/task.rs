//! What a valid EDR request is: task types, their parameters and the rules that they keep.
//!
//! Nothing here does IO or knows the time. A [`Request`] can only be made by [`Request::parse`],
//! out of values that can only be made valid ([`values`]), so everything behind it may rely on the
//! rules and nobody checks twice. The same values say their schema, from which the published
//! document is made: the contract and the check cannot drift apart.
//!
//! The rules restate the vendor's page "API for EDR Threat Response" (KES for Windows 12.10,
//! article 300214); where that page contradicts itself, the reading that its code examples support
//! is taken, and said at the type.

// Its patterns are part of others'.
#[macro_use]
mod windows_path;

mod action;
pub mod allow_execution;
pub mod delete_file;
pub mod flat;
pub mod get_file;
pub mod ioc_scan;
pub mod isolate_host;
pub mod on_demand_scan;
pub mod prevent_execution;
mod params;
mod program_path;
pub mod protocol;
pub mod quarantine_file;
mod request;
pub mod start_process;
mod task_type;
pub mod terminate_process;
pub mod values;
mod violation;

pub use action::Action;
pub use params::Params;
pub use program_path::PathSystem;
pub use request::{PARAMS, Request};
pub use task_type::TaskType;
pub use values::{Area, ExternalId, Severity};
pub use violation::Violation;
