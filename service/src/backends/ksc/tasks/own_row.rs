//! What a task's rows say of one host.

use ksc::HostStatus;

/// What a task's rows say of one host.
#[derive(Debug, Clone, Copy)]
pub(super) enum OwnRow<'a> {
    /// This.
    One(&'a HostStatus),
    /// Nothing.
    Missing,
    /// Two things at once: two rows of the host with these codes.
    Contradicting(i64, i64),
}
