//! `Tasks.*HostStatus*`: how a task stands on each of its devices, with the device's own words.

use time::OffsetDateTime;

use super::method::{Call, Effect};
use crate::wire::{Arguments, Params, Reply, Unexpected};

/// `Tasks.ResetHostIteratorForTaskStatus`: begins a walk over the devices of a task.
pub struct ResetHostIteratorForTaskStatus {
    /// The task's id.
    pub task: String,
    /// Which states to show, as bits; [`Self::EVERY_STATE`] for all.
    pub state_mask: i64,
    /// How long the iterator is kept, seconds.
    pub lifetime_seconds: u32,
}

impl ResetHostIteratorForTaskStatus {
    /// Pending 1, running 2, succeeded 4, warning 8, failed 16, scheduled 32, paused 64.
    pub const EVERY_STATE: i64 = 0x7f;
}

/// The columns of a [`HostStatus`].
const FIELDS: [&str; 6] = [
    "hostname",
    "state_code",
    "state_descr",
    "start_time",
    "finish_time",
    "completed_percent",
];

impl Call for ResetHostIteratorForTaskStatus {
    const NAME: &'static str = "Tasks.ResetHostIteratorForTaskStatus";
    const EFFECT: Effect = Effect::Read;
    type Reply = String;

    fn arguments(&self) -> Arguments {
        Arguments::none()
            .text("strTask", &self.task)
            .texts("pFields2Return", &FIELDS)
            .int("nHostStateMask", self.state_mask)
            .int("nLifetime", i64::from(self.lifetime_seconds))
    }

    fn reply(&self, reply: Reply) -> Result<String, Unexpected> {
        reply.out_text("strHostIteratorId")
    }
}

/// `Tasks.GetHostStatusRecordsCount`.
pub struct GetHostStatusRecordsCount {
    /// From [`ResetHostIteratorForTaskStatus`].
    pub iterator: String,
}

impl Call for GetHostStatusRecordsCount {
    const NAME: &'static str = "Tasks.GetHostStatusRecordsCount";
    const EFFECT: Effect = Effect::Read;
    const BOUND_TO_SESSION: bool = true;
    type Reply = i64;

    fn arguments(&self) -> Arguments {
        Arguments::none().text("strHostIteratorId", &self.iterator)
    }

    fn reply(&self, reply: Reply) -> Result<i64, Unexpected> {
        reply.int()
    }
}

/// How a task stands on one device.
#[derive(Debug, Clone, PartialEq)]
pub struct HostStatus {
    /// KSC's own id of the device.
    pub host_id: String,
    /// The bits of [`ResetHostIteratorForTaskStatus::EVERY_STATE`]; as sent.
    pub state_code: Option<i64>,
    /// The device's text, when it failed or warns.
    pub description: String,
    /// 0 to 100.
    pub percent: Option<i64>,
    /// UTC.
    pub started: Option<OffsetDateTime>,
    /// UTC.
    pub finished: Option<OffsetDateTime>,
}

impl HostStatus {
    fn read(row: &Params) -> Option<Self> {
        Some(Self {
            host_id: row.id("hostname")?,
            state_code: row.int("state_code"),
            description: row.str("state_descr").unwrap_or_default().to_owned(),
            percent: row.int("completed_percent"),
            started: row.datetime("start_time"),
            finished: row.datetime("finish_time"),
        })
    }
}

/// `Tasks.GetHostStatusRecordRange`.
pub struct GetHostStatusRecordRange {
    /// From [`ResetHostIteratorForTaskStatus`].
    pub iterator: String,
    /// The first record, counted from 0.
    pub start: i64,
    /// The end of the range.
    pub end: i64,
}

impl Call for GetHostStatusRecordRange {
    const NAME: &'static str = "Tasks.GetHostStatusRecordRange";
    const EFFECT: Effect = Effect::Read;
    const BOUND_TO_SESSION: bool = true;
    type Reply = Vec<HostStatus>;

    fn arguments(&self) -> Arguments {
        Arguments::none()
            .text("strHostIteratorId", &self.iterator)
            .int("nStart", self.start)
            .int("nEnd", self.end)
    }

    fn reply(&self, reply: Reply) -> Result<Vec<HostStatus>, Unexpected> {
        let answer = reply
            .out()
            .params("pParHostStatus")
            .ok_or(Unexpected::Without("pParHostStatus"))?;
        match answer.rows("statuses") {
            // A row that does not name its host says nothing about any.
            Some(rows) => Ok(rows.iter().filter_map(HostStatus::read).collect()),
            None if answer.is_empty() => Ok(Vec::new()),
            None => Err(Unexpected::Without("statuses")),
        }
    }
}

/// `Tasks.ReleaseHostStatusIterator`.
pub struct ReleaseHostStatusIterator {
    /// From [`ResetHostIteratorForTaskStatus`].
    pub iterator: String,
}

impl Call for ReleaseHostStatusIterator {
    const NAME: &'static str = "Tasks.ReleaseHostStatusIterator";
    const EFFECT: Effect = Effect::Idempotent;
    const BOUND_TO_SESSION: bool = true;
    type Reply = ();

    fn arguments(&self) -> Arguments {
        Arguments::none().text("strHostIteratorId", &self.iterator)
    }

    fn reply(&self, _: Reply) -> Result<(), Unexpected> {
        Ok(())
    }
}
