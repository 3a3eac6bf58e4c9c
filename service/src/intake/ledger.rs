//! What became of requests that carry a key, so that a caller may send one again without fear.
//!
//! A key is claimed before anything is done. The first to come does the work; who comes meanwhile waits
//! and is told when it is done; who comes later gets the same answer. What was certainly not sent gives
//! its key back. What may have been sent keeps it, with the very call that left, so that it can be looked
//! up, until KSC shows it or certainly does not have it.
//!
//! Keys are a caller's own: two callers may use the same one for different things.
//!
//! # Rationale
//!
//! This store is memory, of one replica. Claims are a few hundred bytes: parameters, which can be
//! megabytes, are not kept, since whoever repeats a request brings them along. A claim is never dropped
//! to make room, because a forgotten key is a second incident: when there are too many, new keys are
//! refused. Each caller has a share that it cannot exceed, so that one that makes keys without end
//! shuts out itself and not the others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ksc::AddIncident;
use time::OffsetDateTime;
use tokio::sync::watch;

use crate::api::task::Task;
use crate::clock::Clock;

/// A caller's key for one request.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key(Arc<str>);

/// What a request asks for, as a digest: two requests are the same when these are.
pub(super) type Fingerprint = [u8; 32];

/// What a key is good for.
pub(super) enum Claim {
    /// Nobody has used it: the work is to be done now, under this.
    First(Hold),
    /// It was done, and this was the answer.
    Replay(Box<Task>),
    /// It is being done; this tells when it is decided.
    InFlight(watch::Receiver<()>),
    /// Nobody knows whether KSC has it: it is to be looked up, under this.
    Unknown(Hold, Lost),
    /// It was used for another request.
    Conflict,
    /// No more keys can be kept.
    Full,
}

/// An `AddIncident` that may have reached KSC, and what would be answered if it has.
pub(super) struct Sent {
    /// The call.
    pub(super) call: AddIncident,
    /// The task at its birth, but for the incident's number.
    pub(super) task: Task,
}

/// A request of which nobody knows whether KSC has it.
#[derive(Clone)]
pub(super) struct Lost {
    /// What may have reached KSC.
    pub(super) sent: Arc<Sent>,
    /// Since when that is not known. KSC may have been at work on the call until then, however long
    /// before it left.
    pub(super) since: OffsetDateTime,
}

/// The claims of this replica.
pub(super) struct Ledger {
    claims: Mutex<Claims>,
    clock: Clock,
    ttl: Duration,
    bounds: Bounds,
}

/// Most claims that are kept.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    /// Of one caller.
    of_one: usize,
    /// Of all callers together.
    of_all: usize,
}

#[derive(Default)]
struct Claims {
    /// A caller without claims is not among them.
    by_caller: HashMap<Arc<str>, HashMap<Key, Entry>>,
    /// How many claims there are.
    count: usize,
    /// When those that are over were last swept out.
    swept: Option<OffsetDateTime>,
}

/// Whose key it is.
type Owner = (Arc<str>, Key);

struct Entry {
    fingerprint: Fingerprint,
    state: State,
}

enum State {
    InFlight(watch::Receiver<()>),
    Unknown(Lost),
    Settled(Box<Task>, OffsetDateTime),
}

/// A claim in hand. Whoever holds it settles it, gives it back, or leaves it unknown; it is given back
/// when it is dropped.
pub(super) struct Hold {
    ledger: Arc<Ledger>,
    owner: Owner,
    fingerprint: Fingerprint,
    fate: Fate,
    /// Dropped last: those who wait wake up to a claim that is decided.
    _decided: watch::Sender<()>,
}

enum Fate {
    Free,
    Kept(State),
    Done,
}

const BOUNDS: Bounds = Bounds {
    of_one: 10_000,
    of_all: 50_000,
};

/// Claims that are over are swept out this often.
const SWEEP_EVERY: time::Duration = time::Duration::MINUTE;

/// A request of which nobody knows whether KSC has it is kept as long as KSC keeps response tasks.
const UNKNOWN_FOR: time::Duration = time::Duration::days(30);

impl Key {
    /// The rule in a sentence.
    pub const RULE: &str = "Idempotency-Key must be 1 to 255 printable ASCII characters, with or without quotes around.";

    /// The key in a header's value: plain, or in the quotes of a structured field (RFC 9651).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let key = text
            .strip_prefix('"')
            .and_then(|it| it.strip_suffix('"'))
            .unwrap_or(text);
        let plain = key.bytes().all(|it| it.is_ascii_graphic() || it == b' ');
        let fits = (1..=255).contains(&key.len()) && plain && !key.contains('"');
        fits.then(|| Self(key.into()))
    }

    /// The key of one request of a batch. No header can hold the separator.
    #[must_use]
    pub fn part(&self, index: usize) -> Self {
        Self(format!("{}\n{index}", self.0).into())
    }
}

impl Ledger {
    pub(super) fn new(ttl: Duration, clock: Clock) -> Arc<Self> {
        Arc::new(Self {
            claims: Mutex::default(),
            clock,
            ttl,
            bounds: BOUNDS,
        })
    }

    /// Claims a caller's key for a request.
    pub(super) fn claim(
        self: &Arc<Self>,
        caller: &Arc<str>,
        key: &Key,
        fingerprint: Fingerprint,
    ) -> Claim {
        let now = self.clock.now();
        let owner = (Arc::clone(caller), key.clone());
        let mut claims = self.claims();
        claims.sweep(now, self.ttl);
        let own = claims.by_caller.get(caller);
        let full = claims.count >= self.bounds.of_all
            || own.is_some_and(|it| it.len() >= self.bounds.of_one);
        let known = own.and_then(|it| it.get(key));
        if known.is_some_and(|it| it.fingerprint != fingerprint) {
            return Claim::Conflict;
        }
        let lost = match known.map(|it| &it.state) {
            Some(State::Settled(task, _)) => return Claim::Replay(task.clone()),
            Some(State::InFlight(decided)) => return Claim::InFlight(decided.clone()),
            Some(State::Unknown(lost)) => Some(lost.clone()),
            None if full => return Claim::Full,
            None => None,
        };
        let (tell, told) = watch::channel(());
        let entry = Entry {
            fingerprint,
            state: State::InFlight(told),
        };
        claims.insert(&owner, entry);
        let hold = Hold {
            ledger: Arc::clone(self),
            owner,
            fingerprint,
            // What is not known stays so when whoever looks it up walks away.
            fate: lost
                .clone()
                .map_or(Fate::Free, |it| Fate::Kept(State::Unknown(it))),
            _decided: tell,
        };
        match lost {
            Some(lost) => Claim::Unknown(hold, lost),
            None => Claim::First(hold),
        }
    }

    fn claims(&self) -> MutexGuard<'_, Claims> {
        self.claims.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Claims {
    fn sweep(&mut self, now: OffsetDateTime, ttl: Duration) {
        if self.swept.is_some_and(|it| now - it < SWEEP_EVERY) {
            return;
        }
        self.swept = Some(now);
        self.by_caller.retain(|_, own| {
            own.retain(|_, it| match &it.state {
                State::InFlight(_) => true,
                State::Unknown(lost) => now - lost.since < UNKNOWN_FOR,
                State::Settled(_, at) => now - *at < ttl,
            });
            !own.is_empty()
        });
        self.count = self.by_caller.values().map(HashMap::len).sum();
    }

    fn insert(&mut self, (caller, key): &Owner, entry: Entry) {
        let own = self.by_caller.entry(Arc::clone(caller)).or_default();
        if own.insert(key.clone(), entry).is_none() {
            self.count += 1;
        }
    }

    fn remove(&mut self, (caller, key): &Owner) {
        let Some(own) = self.by_caller.get_mut(caller) else {
            return;
        };
        if own.remove(key).is_some() {
            self.count -= 1;
        }
        if own.is_empty() {
            self.by_caller.remove(caller);
        }
    }
}

impl Hold {
    /// The request has its incident: this is its answer from now on.
    pub(super) fn settle(mut self, task: &Task) {
        let task = Box::new(Task {
            params: None,
            ..task.clone()
        });
        let now = self.ledger.clock.now();
        self.fate = Fate::Kept(State::Settled(task, now));
    }

    /// From now on nobody knows whether KSC has it.
    pub(super) fn leave_unknown(mut self, sent: Arc<Sent>) {
        let since = self.ledger.clock.now();
        self.fate = Fate::Kept(State::Unknown(Lost { sent, since }));
    }

    /// Certainly nothing was sent: the key is as good as new, in this hand.
    pub(super) fn renew(&mut self) {
        self.fate = Fate::Free;
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let mut claims = self.ledger.claims();
        match std::mem::replace(&mut self.fate, Fate::Done) {
            Fate::Free | Fate::Done => {
                claims.remove(&self.owner);
            }
            Fate::Kept(state) => {
                let entry = Entry {
                    fingerprint: self.fingerprint,
                    state,
                };
                claims.insert(&self.owner, entry);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_plain_or_quoted_and_nothing_else_is_one() {
        assert_eq!(Key::parse("case-1"), Key::parse("\"case-1\""));
        assert!(Key::parse("8e03978e-40d5-43dd-bc93-6894a57f9324").is_some());
        let long = "x".repeat(256);
        for odd in [
            "",
            "\"\"",
            "a\"b",
            "schlüssel",
            "a\tb",
            "a\nb",
            long.as_str(),
        ] {
            assert_eq!(Key::parse(odd), None, "{odd:?}");
        }
        assert_ne!(
            Key::parse("a").map(|it| it.part(1)),
            Key::parse("a").map(|it| it.part(2))
        );
    }

    #[test]
    fn a_caller_that_makes_keys_without_end_shuts_out_itself() {
        let ledger = Arc::new(Ledger {
            claims: Mutex::default(),
            clock: Clock::stepped(time::macros::datetime!(2026-01-02 3:04 UTC)),
            ttl: Duration::from_secs(60),
            bounds: Bounds {
                of_one: 2,
                of_all: 5,
            },
        });
        let claim = |caller: &str, key: usize| {
            let key = Key::parse(&key.to_string()).expect("a key");
            match ledger.claim(&caller.into(), &key, [0; 32]) {
                Claim::First(hold) => Some(hold),
                Claim::Full => None,
                Claim::Replay(_) | Claim::InFlight(_) | Claim::Unknown(..) | Claim::Conflict => {
                    panic!("neither first nor full")
                }
            }
        };

        let mut greedy: Vec<_> = (0..4).map(|it| claim("greedy", it)).collect();
        let modest: Vec<_> = (0..2).map(|it| claim("modest", it)).collect();
        let third = claim("third", 0);
        // All shares together are bounded too.
        let fourth = claim("fourth", 0);

        let taken: Vec<bool> = greedy.iter().map(Option::is_some).collect();
        assert_eq!(taken, [true, true, false, false]);
        assert!(modest.iter().all(Option::is_some));
        assert!(third.is_some() && fourth.is_none());
        // A key that is given back makes room.
        drop(greedy.remove(0));
        assert!(claim("fourth", 0).is_some());
        assert!(claim("greedy", 9).is_some());
        drop((greedy, modest, third));
        let claims = ledger.claims();
        assert!(claims.count == 0 && claims.by_caller.is_empty());
    }
}
