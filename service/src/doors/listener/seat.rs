//! Where a connection sits in its room, and how it says that it is a caller's.

use std::cell::RefCell;

use tokio::time::Instant;

/// Since when it has been idle, as last looked, and a number that tells it from all others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ConnectionSeat {
    pub(super) since: Instant,
    pub(super) number: u64,
}

/// Who has shown a good token since the room last looked.
#[derive(Debug, Default)]
pub(super) struct Vouched(RefCell<Vec<ConnectionSeat>>);

impl Vouched {
    /// The connection of this seat is a caller's from now on.
    pub(super) fn tell(&self, seat: ConnectionSeat) {
        self.0.borrow_mut().push(seat);
    }

    /// All of them, once.
    pub(super) fn take(&self) -> Vec<ConnectionSeat> {
        self.0.take()
    }
}
