//! JSON as `kesl-control --json` may write it.
//!
//! No document shows its shape for any task. What is read is therefore wide: lists as arrays and as
//! objects keyed `item_0000`, numbers and texts, `true` and `"Yes"`. What is unknown is kept.

mod node;
mod read;

pub(crate) use node::Node;
pub(crate) use read::{DEEPEST, Leaf, is_segment, read};
