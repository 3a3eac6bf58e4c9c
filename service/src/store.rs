//! What the replicas of one gateway share, in Redis or Valkey: keys, turns, and counts of requests.
//!
//! * [`claims`]: which request an `Idempotency-Key` stands for, and what became of it;
//! * [`turns`]: whose request for a host is sent next;
//! * [`askers`]: who asked for a task, and for which case;
//! * [`rates`]: how many requests a caller has made;
//! * [`skew`]: how the clocks of the replicas stand to one another, for `doctor`.
//!
//! # The rules
//!
//! * **One step, one script.** Each transition is one Lua script, which Redis runs alone.
//! * **No clock is another's.** Replicas need not agree on the time. Redis' own numbers places in
//!   queues and lets keys expire, where a wrong one costs a request and never doubles it; how long
//!   nobody has known what became of a request is measured by the replicas, and kept as a length of
//!   time.
//! * **A step can be taken twice.** Every script names who takes the step; to take it again changes
//!   nothing, but that a request may be counted twice in a rate. So a lost answer is no harm, and
//!   what must be said is said until it is heard ([`debts`]).
//! * **Life is a key that expires.** A replica renews one key while it lives. What a replica whose
//!   key is gone has in hand may be taken over; whether it sent anything is written down before it
//!   sends.
//! * **Who was taken over does not send.** The step before a request leaves asks whether the claim
//!   and the turn are still one's own, and tells Redis what leaves. Behind Sentinels these are asked
//!   then whether it was the master that said so.
//! * **Nothing is guessed when Redis is away.** Every question has a bound in time, and the answer
//!   "it cannot be asked" is [`Away`]; what to do then is the operator's choice.
//!
//! # What it cannot do
//!
//! KSC takes no fencing token. A replica that is frozen between the last question and the first
//! byte, for longer than its life and `tasks.unknown_settles_after` together, can still send what
//! another has sent meanwhile; for longer than its life alone, after what came later for the same
//! host. And Redis must keep what it was told: one that forgets (no append-only file, an eviction
//! policy, a fail-over to a replica that lags, a master that was cut off) forgets keys. That its
//! memory is gone is noticed and logged. Nothing waits until replicas of Redis have what was
//! written (`WAIT`): a script that has run cannot be taken back when they do not.
//!
//! # Rationale
//!
//! A lock for each claim with a time of its own was rejected: each would need renewing, and a
//! renewal that comes late would free one that is in use. Keys in several slots of a Redis Cluster
//! were rejected: the scripts look at several keys, and what a gateway asks is little enough for
//! one server of it.

mod askers;
mod away;
mod claims;
mod debts;
mod departures;
mod inspect;
mod link;
mod look;
mod names;
mod news;
mod owed_notes;
mod rates;
mod register;
mod seat;
mod series;
mod shared;
mod skew;
mod turns;

pub use askers::{AskerNote, CasePlace};
pub use away::Away;
pub use claims::{Claimant, Clearance, Leaving, Reminder, StoredClaim};
pub use departures::Departure;
pub use inspect::{Inspection, StoreFound, inspect, url_in};
pub use news::StoreWait;
pub use rates::Rate;
pub use register::{Knowledge, RequestAmong, TaskNote};
pub use series::Series;
pub use shared::{Store, StoreSettings, StoreTimes};
pub use skew::{Clocks, Skew, clocks};
pub use turns::{Isolates, Turn};
