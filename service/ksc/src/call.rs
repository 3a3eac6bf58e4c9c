//! One type for each KSC method: its name, its arguments, the reading of its reply.
//!
//! No IO: a call is built and read without a connection, so that the bytes can be compared with
//! what the vendor's client sends. Argument names are exact for KSC 15.1 (the vendor's client);
//! mind that `FindIncidents` and `FindHosts` use different prefixes for the same things.

use crate::wire::{Arguments, Reply, Unexpected};

pub use self::chunk_accessor::{GetItemsChunk, GetItemsCount, ReleaseAccessor};
pub use self::con_events::IsAnyServiceConsoleAvailable;
pub use self::host_group::{
    AddIncident, FindHosts, FindIncidents, Found, GetGroupInfo, GetHostInfo, GetStaticInfo, Order,
    UpdateIncident,
};
pub use self::host_tags::{GetHostTags, HostTag};
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
mod session;
mod task_hosts;
mod tasks;

/// What a call does to KSC, and therefore what a lost answer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// It changes nothing.
    Read,
    /// Doing it twice is the same as doing it once.
    Idempotent,
    /// Doing it twice is a mistake.
    Once,
}

/// A method of KSC's.
pub trait Call: Send + Sync {
    /// `Class.Method`, case-sensitive.
    const NAME: &'static str;
    /// What it does to KSC.
    const EFFECT: Effect;
    /// Whether an argument (an accessor, an iterator) lives in the session that made it. Such a
    /// call is not repeated in another session.
    const BOUND_TO_SESSION: bool = false;
    /// What the reply says.
    type Reply: Send;

    /// The arguments.
    fn arguments(&self) -> Arguments;

    /// Reads a reply that is not a refusal.
    fn reply(&self, reply: Reply) -> Result<Self::Reply, Unexpected>;
}
