//! The keys in this replica's memory.
//!
//! Claims are a few hundred bytes ([`super::answers`]), which is some 20 MiB where as many are kept
//! as can be: parameters, which can be megabytes, are not kept, since whoever repeats a request
//! brings them along. A claim is never dropped to make room, because a forgotten key is a second
//! sending: when there are too many, new keys are refused. Each caller has a share that it cannot
//! exceed, so that one that makes keys without end shuts out itself and not the others.
//!
//! With a shared store, answers are kept here only to spare a question, and go when room is needed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use super::age::Age;
use super::answers::{Answers, KeptAnswer};
use super::lost::LostRequest;
use crate::intake::fingerprint::Fingerprint;
use crate::intake::receipt::AnsweredRequest;
use vocabulary::key::Key;

/// What a key is good for, as far as this replica knows.
pub(super) enum NearClaim {
    /// It knows nothing of it.
    First(ClaimPlace),
    /// It was done, and this was the answer.
    Replay(Box<AnsweredRequest>),
    /// It is being done; this tells when it is decided.
    InFlight(watch::Receiver<()>),
    /// Nobody knows whether KSC has it.
    Unknown(ClaimPlace, LostRequest),
    /// It was used for another request.
    Conflict,
    /// No more keys can be kept.
    Full,
}

/// The claims of this replica.
pub(super) struct Near {
    claims: Mutex<ClaimBook>,
    ttl: Duration,
    bounds: ClaimLimits,
    /// Whether another book has the answers too.
    is_copy: bool,
}

/// Most claims that are kept.
#[derive(Debug, Clone, Copy)]
struct ClaimLimits {
    /// Of one caller.
    of_one: usize,
    /// Of all callers together.
    of_all: usize,
}

#[derive(Default)]
struct ClaimBook {
    /// A caller without claims is not among them.
    by_caller: HashMap<Arc<str>, HashMap<Key, ClaimEntry>>,
    /// How many claims there are.
    count: usize,
    /// When those that are over were last swept out.
    swept: Option<Duration>,
    answers: Answers,
}

/// Whose key it is.
type Owner = (Arc<str>, Key);

struct ClaimEntry {
    fingerprint: Fingerprint,
    state: KeptState,
}

/// How a claim stands, as it is kept.
enum KeptState {
    InFlight(watch::Receiver<()>),
    Unknown(Box<LostRequest>),
    Settled(KeptAnswer, Age),
}

/// How a claim stands that is decided.
pub(super) enum ClaimState {
    /// Nobody knows whether KSC has it.
    Unknown(LostRequest),
    /// It was answered so, so long ago.
    Settled(Box<AnsweredRequest>, Age),
}

/// A claim's place in the book. It is free again when nothing is decided before it is dropped.
pub(super) struct ClaimPlace {
    book: Arc<Near>,
    owner: Owner,
    fingerprint: Fingerprint,
    decided: bool,
    /// Dropped last: those who wait wake up to a claim that is decided.
    _tell: watch::Sender<()>,
}

const BOUNDS: ClaimLimits = ClaimLimits {
    of_one: 10_000,
    of_all: 50_000,
};

/// Claims that are over are swept out this often.
const SWEEP_EVERY: Duration = Duration::from_mins(1);

/// The same while no more can be kept.
const SWEEP_FULL_EVERY: Duration = Duration::from_secs(1);

/// A request of which nobody knows whether KSC has it is kept as long as KSC keeps response tasks.
const UNKNOWN_FOR: Duration = Duration::from_hours(24 * 30);

impl Near {
    pub(super) fn new(ttl: Duration, is_copy: bool) -> Arc<Self> {
        Arc::new(Self {
            claims: Mutex::default(),
            ttl,
            bounds: BOUNDS,
            is_copy,
        })
    }

    /// Claims a caller's key for a request, when so much has passed
    /// ([`crate::clock::Clock::passed`]).
    pub(super) fn claim(
        self: &Arc<Self>,
        caller: &Arc<str>,
        key: &Key,
        fingerprint: Fingerprint,
        passed: Duration,
    ) -> NearClaim {
        let owner = (Arc::clone(caller), key.clone());
        let mut claims = self.claims();
        claims.sweep(passed, self.ttl, SWEEP_EVERY);
        if claims.is_full(caller, self.bounds) {
            // Nobody is refused for what is over.
            claims.sweep(passed, self.ttl, SWEEP_FULL_EVERY);
        }
        if self.is_copy && claims.is_full(caller, self.bounds) {
            claims.forget_answers();
        }
        let full = claims.is_full(caller, self.bounds);
        let known = claims.by_caller.get(caller).and_then(|it| it.get(key));
        if known.is_some_and(|it| it.fingerprint != fingerprint) {
            return NearClaim::Conflict;
        }
        let lost = match known.map(|it| &it.state) {
            Some(KeptState::Settled(answered, _)) => return NearClaim::Replay(answered.read()),
            Some(KeptState::InFlight(decided)) => return NearClaim::InFlight(decided.clone()),
            Some(KeptState::Unknown(lost)) => Some(LostRequest::clone(lost)),
            None if full => return NearClaim::Full,
            None => None,
        };
        let (tell, told) = watch::channel(());
        let entry = ClaimEntry {
            fingerprint,
            state: KeptState::InFlight(told),
        };
        claims.insert(&owner, entry);
        let place = ClaimPlace {
            book: Arc::clone(self),
            owner,
            fingerprint,
            decided: false,
            _tell: tell,
        };
        match lost {
            Some(lost) => NearClaim::Unknown(place, lost),
            None => NearClaim::First(place),
        }
    }

    fn claims(&self) -> MutexGuard<'_, ClaimBook> {
        self.claims.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ClaimBook {
    fn sweep(&mut self, passed: Duration, ttl: Duration, every: Duration) {
        let lately = |it: Duration| passed.saturating_sub(it) < every;
        if self.swept.is_some_and(lately) {
            return;
        }
        self.swept = Some(passed);
        self.keep(|state| match state {
            KeptState::InFlight(_) => true,
            KeptState::Unknown(lost) => lost.age.when(passed) < UNKNOWN_FOR,
            KeptState::Settled(_, age) => age.when(passed) < ttl,
        });
        self.answers.sweep();
    }

    fn forget_answers(&mut self) {
        self.keep(|it| !matches!(it, KeptState::Settled(..)));
    }

    fn keep(&mut self, is_kept: impl Fn(&KeptState) -> bool) {
        self.by_caller.retain(|_, own| {
            own.retain(|_, it| is_kept(&it.state));
            !own.is_empty()
        });
        self.count = self.by_caller.values().map(HashMap::len).sum();
    }

    fn is_full(&self, caller: &Arc<str>, bounds: ClaimLimits) -> bool {
        let own = self.by_caller.get(caller).map_or(0, HashMap::len);
        self.count >= bounds.of_all || own >= bounds.of_one
    }

    fn insert(&mut self, (caller, key): &Owner, entry: ClaimEntry) {
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

impl ClaimPlace {
    /// Decides how the claim stands from now on; with nothing, the key is free.
    pub(super) fn decide(&mut self, state: Option<ClaimState>) {
        self.decided = true;
        let mut claims = self.book.claims();
        match state {
            None => claims.remove(&self.owner),
            Some(state) => {
                let state = match state {
                    ClaimState::Unknown(lost) => KeptState::Unknown(Box::new(lost)),
                    ClaimState::Settled(answered, age) => {
                        KeptState::Settled(claims.answers.keep(answered), age)
                    }
                };
                let entry = ClaimEntry {
                    fingerprint: self.fingerprint,
                    state,
                };
                claims.insert(&self.owner, entry);
            }
        }
    }
}

impl Drop for ClaimPlace {
    fn drop(&mut self) {
        if !self.decided {
            self.decide(None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_that_makes_keys_without_end_shuts_out_itself() {
        let ledger = Arc::new(Near {
            claims: Mutex::default(),
            ttl: Duration::from_secs(60),
            bounds: ClaimLimits {
                of_one: 2,
                of_all: 5,
            },
            is_copy: false,
        });
        let now = Duration::from_secs(7);
        let claim = |caller: &str, key: usize| {
            let key = Key::parse(&key.to_string()).expect("a key");
            match ledger.claim(&caller.into(), &key, [0; 32], now) {
                NearClaim::First(place) => Some(place),
                NearClaim::Full => None,
                NearClaim::Replay(_)
                | NearClaim::InFlight(_)
                | NearClaim::Unknown(..)
                | NearClaim::Conflict => {
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

    #[test]
    fn nobody_is_refused_for_keys_whose_time_is_over() {
        let ledger = Arc::new(Near {
            claims: Mutex::default(),
            ttl: Duration::from_secs(5),
            bounds: ClaimLimits {
                of_one: 1,
                of_all: 1,
            },
            is_copy: false,
        });
        let claim = |key: &str, at: u64| {
            let key = Key::parse(key).expect("a key");
            ledger.claim(&"soar".into(), &key, [0; 32], Duration::from_secs(at))
        };
        let answered = serde_json::json!({
            "form": 1, "id": "ksc-1",
            "receipt": {
                "task": "isolateHost", "host": {"id": "h", "name": "WS-1", "fqdn": null},
                "area": "SOAR", "severity": 3, "requested_at": "2026-11-28T12:00:00Z", "warnings": [],
            }
        });
        let answered = serde_json::from_value(answered).expect("an answer");
        let NearClaim::First(mut first) = claim("one", 0) else {
            panic!("nothing is known of it");
        };
        let age = Age::begins(Duration::from_secs(0));
        first.decide(Some(ClaimState::Settled(Box::new(answered), age)));
        drop(first);

        assert!(matches!(claim("another", 4), NearClaim::Full));
        assert!(matches!(claim("another", 5), NearClaim::First(_)));
    }
}
