//! The keys that this replica goes by.

use super::age::Age;
use super::hold::{Fate, Hold, HoldMeans};
use super::lost::LostRequest;
use super::near::{self, Near};
use super::settle_times::SettleTimes;
use crate::clock::Clock;
use crate::config::StorePolicy;
use crate::digest;
use crate::ending::Ending;
use crate::intake::fingerprint::Fingerprint;
use crate::intake::receipt::{AnsweredRequest, SentRequest};
use crate::store::{self, Away, Claimant, Store, StoredClaim};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::watch;
use vocabulary::key::Key;

/// What a key is good for.
pub(in crate::intake) enum Claim {
    /// Nobody has used it: the work is to be done now, under this.
    First(Hold),
    /// It was done, and this was the answer.
    Replay(Box<AnsweredRequest>),
    /// It is being done.
    InFlight(Waiting),
    /// Nobody knows whether it has arrived: it is to be looked up, under this.
    Unknown(Hold, LostRequest),
    /// It was used for another request.
    Conflict,
    /// No more keys can be kept.
    Full,
}

/// Waits until a request is decided.
pub(in crate::intake) enum Waiting {
    /// By this replica.
    Near(watch::Receiver<()>),
    /// By another one.
    Far(store::StoreWait),
}

/// The keys that this replica goes by.
pub(in crate::intake) struct Ledger {
    near: Arc<Near>,
    shared: Option<(Arc<Store>, StorePolicy)>,
    clock: Clock,
    ending: Ending,
    settle_times: Arc<SettleTimes>,
    runtime: Handle,
}

impl Ledger {
    /// # Panics
    /// Outside a runtime.
    pub(in crate::intake) fn new(
        ttl: Duration,
        shared: Option<(Arc<Store>, StorePolicy)>,
        clock: Clock,
        ending: Ending,
        settle_times: SettleTimes,
    ) -> Self {
        Self {
            near: Near::new(ttl, shared.is_some()),
            shared,
            clock,
            ending,
            settle_times: Arc::new(settle_times),
            runtime: Handle::current(),
        }
    }

    /// Claims a caller's key for a request.
    ///
    /// # Errors
    /// When the shared store cannot be asked, and nothing is to be done without it.
    pub(in crate::intake) async fn claim(
        &self,
        caller: &Arc<str>,
        key: &Key,
        fingerprint: Fingerprint,
    ) -> Result<Claim, Away> {
        let (near, lost) = match self
            .near
            .claim(caller, key, fingerprint, self.clock.passed())
        {
            near::NearClaim::First(place) => (place, None),
            near::NearClaim::Unknown(place, lost) => (place, Some(lost)),
            near::NearClaim::Replay(answered) => return Ok(Claim::Replay(answered)),
            near::NearClaim::InFlight(told) => return Ok(Claim::InFlight(Waiting::Near(told))),
            near::NearClaim::Conflict => return Ok(Claim::Conflict),
            near::NearClaim::Full => return Ok(Claim::Full),
        };
        let hold = Hold::new(near, lost.as_ref(), self.means());
        match &self.shared {
            None => Ok(first_or_unknown(hold, lost)),
            Some((shared, policy)) => {
                let name = digest::hexadecimal(&digest::of(&(caller, key.as_str())));
                let claimant = shared.claimant(&name, digest::hexadecimal(&fingerprint));
                self.claim_far(hold, lost, claimant, *policy).await
            }
        }
    }

    fn means(&self) -> HoldMeans {
        HoldMeans {
            clock: self.clock.clone(),
            ending: self.ending.clone(),
            settle_times: Arc::clone(&self.settle_times),
            runtime: self.runtime.clone(),
        }
    }

    /// Claims for this replica what is free here.
    async fn claim_far(
        &self,
        mut hold: Hold,
        lost: Option<LostRequest>,
        claimant: Claimant,
        policy: StorePolicy,
    ) -> Result<Claim, Away> {
        // From here on no news of it is missed.
        let waiting = claimant.wait();
        // The claim is in hand before it is made: whoever walks away meanwhile lets go of it.
        let taken = hold.far.insert(claimant).claim().await;
        let (text, age) = match taken {
            Ok(StoredClaim::First) => {
                if let Some(lost) = &lost {
                    // The store has forgotten what is still known here, and is to be told again.
                    hold.set(Fate::Sent(Arc::clone(&lost.sent)));
                }
                return Ok(first_or_unknown(hold, lost));
            }
            Err(_) if policy == StorePolicy::Local => return Ok(first_or_unknown(hold, lost)),
            Err(away) => return Err(away),
            Ok(StoredClaim::Unknown(sent, waited)) => {
                let sent = serde_json::from_str::<SentRequest>(&sent).map_err(|_| unreadable())?;
                let passed = self.clock.passed();
                let told = Age::of(waited, passed);
                // What this replica has measured itself since it first saw that very request.
                let own = lost.filter(|it| it.sent.mark.attempt == sent.mark.attempt);
                let lost = LostRequest {
                    sent: Arc::new(sent),
                    age: own.map_or(told, |it| it.age.or(told, passed)),
                };
                hold.set(Fate::Lost(lost.clone()));
                return Ok(Claim::Unknown(hold, lost));
            }
            Ok(StoredClaim::InFlight) => {
                hold.far = None;
                return Ok(Claim::InFlight(Waiting::Far(waiting)));
            }
            Ok(StoredClaim::Conflict) => {
                hold.far = None;
                return Ok(Claim::Conflict);
            }
            Ok(StoredClaim::Replay(task, age)) => (task, age),
        };
        hold.far = None;
        let answered: Box<AnsweredRequest> =
            serde_json::from_str(&text).map_err(|_| unreadable())?;
        // It is not kept for longer than there.
        hold.set(Fate::Settled(
            answered.clone(),
            Age::of(age, self.clock.passed()),
        ));
        Ok(Claim::Replay(answered))
    }
}

fn first_or_unknown(hold: Hold, lost: Option<LostRequest>) -> Claim {
    match lost {
        Some(lost) => Claim::Unknown(hold, lost),
        None => Claim::First(hold),
    }
}

/// Another version of the gateway wrote it: nothing may be done on a guess.
fn unreadable() -> Away {
    Away::Refused("what is kept for the key cannot be read".to_owned())
}

impl Waiting {
    /// Waits until it is decided, or time to ask again.
    pub(in crate::intake) async fn changed(&mut self) {
        match self {
            // The sender says nothing and only ever goes: then it is decided.
            Self::Near(told) => {
                let _gone = told.changed().await;
            }
            Self::Far(waiting) => waiting.changed().await,
        }
    }
}
