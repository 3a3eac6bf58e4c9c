//! A claim in hand, and what becomes of its key.
//!
//! What is known of the request is said as soon as it is known. The shared store is told that nothing
//! came of it, or that nobody knows, before the caller hears so, since he may come again at another
//! replica; an answer it is told behind the answer. The near book learns all when the last one who
//! holds the claim lets go.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::runtime::Handle;

use super::age::Age;
use super::lost::LostRequest;
use super::near;
use super::settle_times::SettleTimes;
use crate::clock::Clock;
use crate::ending::Ending;
use crate::intake::receipt::{AnsweredRequest, SentRequest};
use crate::store::{AskerNote, Away, Claimant, Clearance, Leaving};

/// A claim in hand. What becomes of the key is decided by what was last said of it, when the last
/// one who holds it lets go.
pub(in crate::intake) struct Hold {
    pub(super) far: Option<Claimant>,
    fate: Mutex<Fate>,
    means: HoldMeans,
    /// Dropped last: those who wait wake up to a claim that is decided.
    near: near::ClaimPlace,
}

/// What a hold goes by.
pub(super) struct HoldMeans {
    pub(super) clock: Clock,
    pub(super) ending: Ending,
    pub(super) settle_times: Arc<SettleTimes>,
    pub(super) runtime: Handle,
}

/// What is known of a claimed request.
#[derive(Clone)]
pub(super) enum Fate {
    /// Nothing was sent.
    Free,
    /// It may have reached KSC, and whoever holds the claim is at it.
    Sent(Arc<SentRequest>),
    /// It may have reached KSC, as was found.
    Lost(LostRequest),
    /// It has arrived, and has had its answer for so long.
    Settled(Box<AnsweredRequest>, Age),
    /// The shared store knows it already, and the near one what is in there.
    Told(Box<Fate>),
}

impl Hold {
    /// A claim of which nothing was sent, but for what is found lost.
    pub(super) fn new(
        near: near::ClaimPlace,
        lost: Option<&LostRequest>,
        means: HoldMeans,
    ) -> Self {
        let fate = lost.map_or(Fate::Free, |it| Fate::Lost(it.clone()));
        Self {
            far: None,
            fate: Mutex::new(fate),
            means,
            near,
        }
    }

    /// The last step before the request leaves: whether it still may. From here on the key stands
    /// for what leaves.
    ///
    /// # Errors
    /// When the shared store cannot be asked.
    pub(in crate::intake) async fn begin(
        &self,
        leaving: Leaving<'_>,
        sent: SentRequest,
    ) -> Result<Clearance, Away> {
        let sent = Arc::new(sent);
        let begun = match &self.far {
            Some(claimant) => {
                let text = json(&*sent);
                claimant.begin(leaving, &text, &sent.mark.attempt).await
            }
            None => Ok(Clearance::Alone),
        };
        // Also when Redis cannot be asked, if the operator wants that nothing be refused then.
        if !matches!(begun, Ok(Clearance::Overtaken)) {
            self.set(Fate::Sent(sent));
        }
        begun
    }

    /// The request has arrived: this is its answer from now on, and so the shared store is told who
    /// asked.
    pub(in crate::intake) fn settle(&self, answered: AnsweredRequest, asker: Option<&AskerNote>) {
        let attempt = self.sent().map(|it| it.mark.attempt.clone());
        let text = json(&answered);
        let fate = Fate::Settled(Box::new(answered), self.begins());
        self.set(fate.clone());
        if let Some(far) = &self.far {
            far.settle(&attempt.unwrap_or_default(), &text, asker);
            self.set(Fate::Told(Box::new(fate)));
        }
    }

    /// From now on nobody knows whether KSC has it.
    pub(in crate::intake) async fn leave_unknown(&self) {
        let fate = self.fate();
        if let (Some(far), Fate::Sent(sent)) = (&self.far, &fate) {
            far.leave_unknown(&sent.mark.attempt, &json(&**sent)).await;
            let lost = LostRequest {
                sent: Arc::clone(sent),
                age: self.begins(),
            };
            self.set(Fate::Told(Box::new(Fate::Lost(lost))));
        }
    }

    /// Certainly nothing came of it: the key is as good as new, for whoever uses it next.
    pub(in crate::intake) async fn forget(&self) {
        self.set(Fate::Free);
        if let Some(far) = &self.far {
            far.forget().await;
            self.set(Fate::Told(Box::new(Fate::Free)));
        }
    }

    /// Certainly nothing came of it: the key is as good as new, in this hand.
    pub(in crate::intake) fn renew(&self) {
        self.set(Fate::Free);
    }

    /// What may have reached KSC.
    pub(in crate::intake) fn sent(&self) -> Option<Arc<SentRequest>> {
        match self.fate() {
            Fate::Sent(sent) => Some(sent),
            Fate::Lost(lost) => Some(lost.sent),
            Fate::Free | Fate::Settled(..) | Fate::Told(_) => None,
        }
    }

    /// The age of what is now.
    fn begins(&self) -> Age {
        Age::begins(self.means.clock.passed())
    }

    /// Tells the shared store in time for how long nobody has known by then: whoever is asked with
    /// the key next may be another replica, that has not measured it.
    fn tell_when_settled(&self, far: &Claimant, sent: &SentRequest, age: Age) {
        let HoldMeans {
            clock,
            ending,
            settle_times,
            runtime,
        } = &self.means;
        let passed = clock.passed();
        let settles_after = settle_times.at(&sent.backend);
        let left = settles_after.saturating_sub(age.when(passed));
        if left.is_zero() {
            return;
        }
        let reminder = far.reminder(&sent.mark.attempt);
        let (clock, ending) = (clock.clone(), ending.clone());
        runtime.spawn(async move {
            tokio::select! {
                biased;
                // What a replica has measured is its own: nobody measures on when it has gone.
                () = ending.begun() => {}
                () = clock.sleep_until_passed(passed.saturating_add(left)) => {
                    reminder.tell(age.when(clock.passed()));
                }
            }
        });
    }

    pub(super) fn set(&self, fate: Fate) {
        *self.lock() = fate;
    }

    fn fate(&self) -> Fate {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Fate> {
        self.fate.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let now = self.begins();
        let (fate, told) = match self.fate() {
            Fate::Told(fate) => (*fate, true),
            fate @ (Fate::Free | Fate::Sent(_) | Fate::Lost(_) | Fate::Settled(..)) => {
                (fate, false)
            }
        };
        let state = match &fate {
            Fate::Settled(answered, age) => Some(near::ClaimState::Settled(answered.clone(), *age)),
            Fate::Sent(sent) => Some(near::ClaimState::Unknown(LostRequest {
                sent: Arc::clone(sent),
                age: now,
            })),
            Fate::Lost(lost) => Some(near::ClaimState::Unknown(lost.clone())),
            Fate::Free | Fate::Told(_) => None,
        };
        self.near.decide(state);
        let Some(far) = &self.far else {
            return;
        };
        match &fate {
            Fate::Sent(sent) => self.tell_when_settled(far, sent, now),
            Fate::Lost(lost) => self.tell_when_settled(far, &lost.sent, lost.age),
            Fate::Free | Fate::Settled(..) | Fate::Told(_) => {}
        }
        if told {
            return;
        }
        match &fate {
            Fate::Sent(sent) => far.leave_unknown_soon(&sent.mark.attempt, &json(&**sent)),
            Fate::Lost(lost) => far.release_soon(Some(lost.age.when(self.means.clock.passed()))),
            Fate::Free => far.release_soon(None),
            Fate::Settled(..) | Fate::Told(_) => {}
        }
    }
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("it is plain data")
}
