//! What is known of a connection while it stands: whether a request is under way on it, since when
//! none is, and whether anybody on it has shown a good token.
//!
//! The stream cannot see where requests begin and end, so [`beat`](super::beat::beat), the
//! outermost middleware, tells it through a [`Pulse`] that both hold: a request is under way from
//! its head to the last byte of its answer. And the guard [`vouch`](super::beat::vouch)es for a
//! connection on which a good token came.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::task::{Context, Waker};

use tokio::time::Instant;

use super::due::Due;
use super::seat::{ConnectionSeat, Vouched};

/// How many answers in a row a connection has without a good token: as many as a page that shows
/// the contract needs, several times. One that refuses is the last in any case.
const STRANGE_ANSWERS: u32 = 32;

/// Whether those who never show a token are let go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strangers {
    /// Behind their answer, or within seconds.
    LetGo,
    /// They are at home here: nobody shows a token on this listener.
    Keep,
}

/// A connection while it stands.
#[derive(Debug)]
pub(super) struct Pulse {
    /// Tells the room that it is a caller's.
    vouched: Rc<Vouched>,
    /// Where it is in there.
    pub(super) seat: Cell<ConnectionSeat>,
    /// How many requests have begun.
    begun: Cell<u64>,
    under_way: Cell<u32>,
    idle_since: Cell<Instant>,
    /// What the library may be given of the request that is under way.
    due: Cell<Due>,
    /// Whether more has come than is due.
    keeps: Cell<bool>,
    /// Whether the last answer said that it is the last.
    pub(super) closing: Cell<bool>,
    /// Whether there is something of a body that has not been read, and will not be.
    pub(super) unread: Cell<bool>,
    /// Whether a good token has come in, or none is asked for.
    known: Cell<bool>,
    /// How many answers are left until one has.
    strange_answers: Cell<u32>,
    /// Whether it has been looked at, and nothing had come in: only then is it known to idle.
    waits: Cell<bool>,
    /// Whether it must make room for another.
    shown_out: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

/// A request that is under way; over on drop.
#[derive(Debug)]
pub(super) struct RequestUnderWay(Rc<Pulse>);

impl Pulse {
    pub(super) fn new(vouched: Rc<Vouched>, seat: ConnectionSeat, strangers: Strangers) -> Self {
        Self {
            vouched,
            seat: Cell::new(seat),
            begun: Cell::new(0),
            under_way: Cell::new(0),
            idle_since: Cell::new(seat.since),
            due: Cell::new(Due::Body(0)),
            keeps: Cell::new(false),
            closing: Cell::new(false),
            unread: Cell::new(false),
            known: Cell::new(strangers == Strangers::Keep),
            strange_answers: Cell::new(STRANGE_ANSWERS),
            waits: Cell::new(false),
            shown_out: Cell::new(false),
            waker: RefCell::default(),
        }
    }

    pub(super) fn vouched(&self) {
        if !self.known.replace(true) {
            self.vouched.tell(self.seat.get());
        }
    }

    pub(super) fn begin(self: &Rc<Self>) -> RequestUnderWay {
        self.begun.set(self.begun.get() + 1);
        self.under_way.set(self.under_way.get() + 1);
        self.due.set(Due::Body(0));
        RequestUnderWay(Rc::clone(self))
    }

    pub(super) fn begun(&self) -> u64 {
        self.begun.get()
    }

    /// What the request that is under way has for a body.
    pub(super) fn expect(&self, body: Due) {
        self.due.set(body);
    }

    /// So many bytes more of it have been given.
    pub(super) fn given(&self, bytes: u64) {
        if let Due::Body(left) = self.due.get() {
            self.due.set(Due::Body(left.saturating_sub(bytes)));
        }
    }

    /// What may be given now.
    pub(super) fn due(&self) -> Due {
        if self.under_way.get() == 0 {
            Due::Head
        } else {
            self.due.get()
        }
    }

    /// Whether more has come than may be given.
    pub(super) fn keep(&self, keeps: bool) {
        self.keeps.set(keeps);
    }

    /// Since when no request is under way; nothing while one is.
    pub(super) fn idle_since(&self) -> Option<Instant> {
        (self.under_way.get() == 0).then(|| self.idle_since.get())
    }

    /// Whether the last answer has been given.
    pub(super) fn is_over(&self) -> bool {
        self.closing.get() && self.under_way.get() == 0
    }

    /// Whether the rest of a body may still come.
    pub(super) fn is_unread(&self) -> bool {
        self.unread.get()
    }

    pub(super) fn is_known(&self) -> bool {
        self.known.get()
    }

    /// Whether an answer is the last one that this connection has.
    pub(super) fn is_last_answer(&self, refused: bool) -> bool {
        if self.known.get() {
            return false;
        }
        let left = self.strange_answers.get().saturating_sub(1);
        self.strange_answers.set(left);
        refused || left == 0
    }

    /// Nothing had come in when it was looked at.
    pub(super) fn wait(&self) {
        self.waits.set(true);
    }

    /// Whether it was ever so.
    pub(super) fn has_waited(&self) -> bool {
        self.waits.get()
    }

    /// It must go, as soon as it looks.
    pub(super) fn show_out(&self) {
        self.shown_out.set(true);
        self.wake();
    }

    fn wake(&self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    /// Whether it must go; whoever asks is woken when it must later.
    pub(super) fn is_shown_out(&self, context: &Context<'_>) -> bool {
        let mut waker = self.waker.borrow_mut();
        match &mut *waker {
            Some(waker) => waker.clone_from(context.waker()),
            None => *waker = Some(context.waker().clone()),
        }
        self.shown_out.get()
    }
}

impl Drop for RequestUnderWay {
    fn drop(&mut self) {
        let left = self.0.under_way.get() - 1;
        self.0.under_way.set(left);
        if left == 0 {
            self.0.idle_since.set(Instant::now());
            // Nobody else would: behind an answer in front of a body in chunks the library waits
            // for more of them, and what has come meanwhile comes no second time.
            if self.0.closing.get() || self.0.keeps.get() {
                self.0.wake();
            }
        }
    }
}
