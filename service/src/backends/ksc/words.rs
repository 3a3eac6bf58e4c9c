//! What KSC is called in the house's sentences.

use crate::backends::seam::Words;
use vocabulary::code::Code;

/// KSC's.
pub(super) const WORDS: Words = Words {
    name: "KSC",
    unavailable: Code::KscUnavailable,
    shown_in: "the KSC console",
    record: "incident",
    sending: "add_incident",
    finding: "look_up_incident",
};
