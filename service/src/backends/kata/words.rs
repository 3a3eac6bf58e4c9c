//! What KATA is called in the house's sentences.

use crate::backends::seam::Words;
use vocabulary::code::Code;

/// KATA's.
pub(super) const WORDS: Words = Words {
    name: "KATA",
    unavailable: Code::KataUnavailable,
    shown_in: "the console of the Central Node",
    record: "order",
    sending: "send_order",
    finding: "look_up_order",
};
