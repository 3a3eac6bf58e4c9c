//! A bounded pool of KSC sessions, lent out one user at a time.
//!
//! Accessors and iterators live in the session that made them, and calls in one session follow one
//! another; so a user gets a session for itself, as a [`Lease`], and gives it back by dropping it.
//!
//! # The rules
//!
//! * **Last in, first out.** The session used last is the one most likely to be alive; the rest are
//!   pinged when they have rested for long.
//! * **One login at a time.** Who needs a session while somebody logs in waits for the outcome; a
//!   failure is the answer to all who waited for it, and a session that was opened meanwhile and
//!   rests again serves the next in the queue.
//! * **A login is finished, whoever walks away.** It runs in a task of its own: a verdict on the
//!   password that nobody hears would be asked for again, and KSC counts wrong passwords.
//! * **Refused credentials stop everything** for `credentials_back_off`: no lease, no login. Only a
//!   changed password is tried at once, and once. A second-factor challenge is treated alike.
//! * **A session whose call did not come to its end is not used again.** It is ended at KSC in the
//!   background, as is every session on [`Pool::drain`].
//!
//! # Layout
//!
//! `sessions` is what there is, `lend` gives a [`Lease`] out of it, `lease` calls in it; `login`
//! opens sessions, `gate` lets nobody in while a `bar` stands, `upkeep` pings and drains. `outcome`
//! says what is told of an exchange, `status` how the pool stands. `rows` and `walk` are searches
//! in a lease.
//!
//! # Rationale
//!
//! Several users in one session over several connections would save logins. It was rejected:
//! whether KSC runs calls of one session side by side is not documented, and a lost session would
//! break the iterators of everybody at once.

mod bar;
mod gate;
mod lease;
mod lend;
mod login;
mod outcome;
mod rows;
mod sessions;
mod status;
mod upkeep;
mod walk;

pub use self::lease::Lease;
pub use self::rows::{Incident, Rows};
pub use self::sessions::Pool;
pub use self::status::{CredentialState, Status};
