//! One type for each KSC method: its name, its arguments, the reading of its reply.
//!
//! No IO: a call is built and read without a connection, so that the bytes can be compared with
//! what the vendor's client sends. Argument names are exact for KSC 15.1 (the vendor's client);
//! mind that `FindIncidents` and `FindHosts` use different prefixes for the same things.

pub use self::chunk_accessor::{GetItemsChunk, GetItemsCount, ReleaseAccessor};
pub use self::con_events::IsAnyServiceConsoleAvailable;
pub use self::host_group::{
    AddIncident, FindHosts, FindIncidents, Found, GetGroupInfo, GetHostInfo, GetStaticInfo, Order,
    UpdateIncident,
};
pub use self::host_tags::{GetHostTags, HostTag};
pub use self::method::{Call, Effect};
pub use self::session::Ping;
pub(crate) use self::session::{EndSession, StartSession};
pub use self::task_hosts::{
    GetHostStatusRecordRange, GetHostStatusRecordsCount, HostStatus, ReleaseHostStatusIterator,
    ResetHostIteratorForTaskStatus,
};
pub use self::tasks::{
    CancelTask, GetAllTasksOfHost, GetNextTask, GetTask, GetTaskStatistics, ReleaseTasksIterator,
    ResetTasksIterator, TaskInfo, TaskStatistics,
};

mod chunk_accessor;
mod con_events;
mod host_group;
mod host_tags;
mod method;
mod session;
mod task_hosts;
mod tasks;
