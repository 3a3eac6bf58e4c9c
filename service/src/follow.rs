//! What became of a task: read it, list many, watch one, cancel it.
//!
//! Each back end reads its tasks in its own way; what callers have of it is here: who waits for how
//! long, who shares one look with others, and whose work goes on when its caller hangs up.

mod front;
mod list;
mod of_asker;
mod cancel;
pub mod watch;

pub use front::{Follow, FollowParts};
