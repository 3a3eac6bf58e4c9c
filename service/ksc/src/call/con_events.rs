//! `ConEvents.*`: of these only the question whether a service console is connected.

use super::method::{Call, Effect};
use crate::wire::{Arguments, Reply, Unexpected};

/// `ConEvents.IsAnyServiceConsoleAvailable` (KSC 13 to 16.1).
///
/// The Web Console's background service is what turns an incident into a task; without any service
/// console an incident waits. An older server answers
/// [`Kind::NoSuchCall`](crate::Kind::NoSuchCall).
pub struct IsAnyServiceConsoleAvailable;

impl Call for IsAnyServiceConsoleAvailable {
    const NAME: &'static str = "ConEvents.IsAnyServiceConsoleAvailable";
    const EFFECT: Effect = Effect::Read;
    type Reply = bool;

    fn arguments(&self) -> Arguments {
        Arguments::none()
    }

    fn reply(&self, reply: Reply) -> Result<bool, Unexpected> {
        reply.bool()
    }
}
