//! `ChunkAccessor.*`: reading a result set page by page.
//!
//! A set lives in the session that made it, until released or unused for its life time.

use super::method::{Call, Effect};
use crate::wire::{Arguments, Reply, Row, Unexpected};

/// `ChunkAccessor.GetItemsCount`.
pub struct GetItemsCount {
    /// From [`Found`](super::Found).
    pub accessor: String,
}

impl Call for GetItemsCount {
    const NAME: &'static str = "ChunkAccessor.GetItemsCount";
    const EFFECT: Effect = Effect::Read;
    const BOUND_TO_SESSION: bool = true;
    type Reply = i64;

    fn arguments(&self) -> Arguments {
        Arguments::none().text("strAccessor", &self.accessor)
    }

    fn reply(&self, reply: Reply) -> Result<i64, Unexpected> {
        reply.int()
    }
}

/// `ChunkAccessor.GetItemsChunk`.
pub struct GetItemsChunk {
    /// From [`Found`](super::Found).
    pub accessor: String,
    /// The first row, counted from 0.
    pub start: i64,
    /// The most rows to return.
    pub count: i64,
}

impl Call for GetItemsChunk {
    const NAME: &'static str = "ChunkAccessor.GetItemsChunk";
    const EFFECT: Effect = Effect::Read;
    const BOUND_TO_SESSION: bool = true;
    type Reply = Vec<Row>;

    fn arguments(&self) -> Arguments {
        Arguments::none()
            .text("strAccessor", &self.accessor)
            .int("nStart", self.start)
            .int("nCount", self.count)
    }

    fn reply(&self, reply: Reply) -> Result<Vec<Row>, Unexpected> {
        let mut chunk = reply
            .into_out()
            .take_params("pChunk")
            .ok_or(Unexpected::Without("pChunk"))?;
        // Params without fields: KSC leaves out what is empty.
        let is_empty = chunk.is_empty();
        match chunk.take_rows("KLCSP_ITERATOR_ARRAY") {
            Some(rows) => Ok(rows),
            None if is_empty => Ok(Vec::new()),
            None => Err(Unexpected::Without("KLCSP_ITERATOR_ARRAY")),
        }
    }
}

/// `ChunkAccessor.Release`.
pub struct ReleaseAccessor {
    /// From [`Found`](super::Found).
    pub accessor: String,
}

impl Call for ReleaseAccessor {
    const NAME: &'static str = "ChunkAccessor.Release";
    const EFFECT: Effect = Effect::Idempotent;
    const BOUND_TO_SESSION: bool = true;
    type Reply = ();

    fn arguments(&self) -> Arguments {
        Arguments::none().text("strAccessor", &self.accessor)
    }

    fn reply(&self, _: Reply) -> Result<(), Unexpected> {
        Ok(())
    }
}
