//! What every method of KSC's has.

use crate::wire::{Arguments, Reply, Unexpected};

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
