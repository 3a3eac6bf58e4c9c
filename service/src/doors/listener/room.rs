//! Who has a connection, and who gives his up when all are taken.
//!
//! Whoever has shown no good token goes first, the longest idle one; then a caller's longest idle
//! one. A caller's connection with a request under way is never taken, and neither is one whose
//! first request may lie there unread: when there is nothing else, the one that comes is turned
//! away.
//!
//! Each thread of the listener has a room of its own, so nothing here is locked.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use tokio::time::Instant;

use super::pulse::{Pulse, Strangers};
use super::seat::{ConnectionSeat, Vouched};

/// The connections of one thread.
#[derive(Debug)]
pub(super) struct Room {
    most: usize,
    treats: Strangers,
    number: Cell<u64>,
    vouched: Rc<Vouched>,
    strangers: RefCell<ConnectionSeats>,
    callers: RefCell<ConnectionSeats>,
}

/// Who sits where, the longest idle one first as far as is known: a seat is looked up again when
/// somebody must go.
type ConnectionSeats = BTreeMap<ConnectionSeat, Rc<Pulse>>;

/// A connection's place; given up on drop.
#[derive(Debug)]
pub(super) struct ConnectionPlace {
    room: Rc<Room>,
    pulse: Rc<Pulse>,
}

impl Room {
    /// A room for so many.
    pub(super) fn new(most: usize, treats: Strangers) -> Rc<Self> {
        Rc::new(Self {
            most,
            treats,
            number: Cell::new(0),
            vouched: Rc::default(),
            strangers: RefCell::default(),
            callers: RefCell::default(),
        })
    }

    /// A place for one more; none when all are callers with something under way.
    pub(super) fn enter(self: &Rc<Self>) -> Option<ConnectionPlace> {
        self.seat_callers();
        while self.strangers.borrow().len() + self.callers.borrow().len() >= self.most {
            self.show_one_out()?;
        }
        self.number.set(self.number.get() + 1);
        let seat = ConnectionSeat {
            since: Instant::now(),
            number: self.number.get(),
        };
        let pulse = Rc::new(Pulse::new(Rc::clone(&self.vouched), seat, self.treats));
        // Where nobody shows a token all sit here, and none is better than another.
        self.strangers.borrow_mut().insert(seat, Rc::clone(&pulse));
        let room = Rc::clone(self);
        Some(ConnectionPlace { room, pulse })
    }

    /// Those that are callers' by now sit with the callers.
    fn seat_callers(&self) {
        for seat in self.vouched.take() {
            // One that has gone meanwhile is not there.
            if let Some(it) = self.strangers.borrow_mut().remove(&seat) {
                self.callers.borrow_mut().insert(seat, it);
            }
        }
    }

    fn show_one_out(&self) -> Option<()> {
        let mut strangers = self.strangers.borrow_mut();
        let goes = if strangers.is_empty() {
            take_idle(&mut self.callers.borrow_mut())?
        } else {
            // A busy one does not take its answer, or asks for one that takes time.
            take_idle(&mut strangers).or_else(|| take_busy(&mut strangers))?
        };
        goes.show_out();
        Some(())
    }
}

/// Takes out the longest idle one, if one is idle.
fn take_idle(seats: &mut ConnectionSeats) -> Option<Rc<Pulse>> {
    // Each may have to be looked at once before the first is what it seems.
    for _ in 0..=seats.len() {
        let (seat, pulse) = seats.pop_first()?;
        let idle_since = pulse.idle_since();
        // Whose request may lie there unread does not idle: in a flood it would always be the next
        // to go.
        if idle_since == Some(seat.since) && pulse.has_waited() {
            return Some(pulse);
        }
        // Something has been under way since it was looked at, or is.
        let seat = ConnectionSeat {
            since: idle_since.unwrap_or_else(Instant::now),
            ..seat
        };
        pulse.seat.set(seat);
        seats.insert(seat, pulse);
    }
    None
}

/// Takes out the first that was ever looked at.
fn take_busy(seats: &mut ConnectionSeats) -> Option<Rc<Pulse>> {
    let found = seats.iter().find(|(_, it)| it.has_waited());
    let seat = *found?.0;
    seats.remove(&seat)
}

impl ConnectionPlace {
    pub(super) fn pulse(&self) -> &Rc<Pulse> {
        &self.pulse
    }

    /// Resolves when it must be given up.
    pub(super) async fn is_over(&self) {
        std::future::poll_fn(|context| {
            self.pulse.wait();
            if self.pulse.is_shown_out(context) {
                std::task::Poll::Ready(())
            } else {
                std::task::Poll::Pending
            }
        })
        .await;
    }
}

impl Drop for ConnectionPlace {
    fn drop(&mut self) {
        self.room.seat_callers();
        let seat = self.pulse.seat.get();
        if self.room.strangers.borrow_mut().remove(&seat).is_none() {
            self.room.callers.borrow_mut().remove(&seat);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_go_first_then_idle_callers_the_longest_idle_one_each_time() {
        let room = Room::new(4, Strangers::LetGo);
        let enter = || {
            let place = room.enter().expect("a place");
            place.pulse.wait();
            place
        };
        let gone = |place: &ConnectionPlace| {
            let mut over = Box::pin(place.is_over());
            let mut context = std::task::Context::from_waker(std::task::Waker::noop());
            Future::poll(over.as_mut(), &mut context).is_ready()
        };
        let [one, two, three, four] = [enter(), enter(), enter(), enter()];
        one.pulse.vouched();
        three.pulse.vouched();
        let busy = two.pulse.begin();

        let fifth = enter();
        assert!(gone(&four), "the only idle stranger");
        let sixth = enter();
        assert!(
            gone(&fifth),
            "the stranger that idles before the one that is busy"
        );
        drop(busy);
        let seventh = enter();
        assert!(gone(&sixth), "it has idled for longer");
        let eighth = enter();
        assert!(gone(&two) && !gone(&seventh));
        for (number, it) in [&one, &three, &seventh, &eighth].into_iter().enumerate() {
            assert!(!gone(it), "{number}");
            it.pulse.vouched();
        }
        let busy: Vec<_> = [&one, &seventh, &eighth].map(|it| it.pulse.begin()).into();
        let ninth = enter();
        assert!(gone(&three), "the only idle caller");
        ninth.pulse.vouched();
        let _ninth_too = ninth.pulse.begin();
        assert!(room.enter().is_none(), "all callers are busy");
        drop(busy);
        assert!(room.enter().is_some());
    }

    #[test]
    fn nobody_goes_whose_request_may_lie_there_unread() {
        let room = Room::new(2, Strangers::LetGo);
        let [one, two] = [room.enter(), room.enter()].map(|it| it.expect("a place"));

        assert!(room.enter().is_none(), "the one that comes is turned away");
        two.pulse.wait();
        assert!(room.enter().is_some());
        drop(one);
        drop(two);
    }
}
