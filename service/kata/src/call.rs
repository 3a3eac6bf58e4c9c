//! One type for each call: its request, the reading of its answer, and how to look what it did.
//!
//! No IO: a call is built and read without a connection, so that bytes can be compared with the
//! vendor's pages, and a dry run can print the very request.

mod isolation;
mod method;
mod prevention;
mod request;
mod sensors;
mod tasks;

pub use isolation::{DeleteIsolation, GetIsolation, PutIsolation};
pub use method::{Call, CallName, Effect, Evidence};
pub use prevention::{DeletePrevention, GetPrevention, PutPrevention};
pub use request::{Dialect, Method, NoSettingsType, Request};
pub use sensors::{ListSensors, OsFamily, Sensor, Sensors};
pub use tasks::{CreateTask, DeleteTask, GetTask, Program, Task, TaskReport};
