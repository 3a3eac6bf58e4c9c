//! Which request a key stands for, and what became of it, for all replicas.
//!
//! A record goes from `claimed` (nothing has left) to `sending` (it may have left; written before
//! it does) to `settled` (this is the answer). `unknown` is `sending` in nobody's hands: whoever
//! claims it next looks it up. What is kept is text of the ledger's, and nothing here reads it.
//!
//! For how long nobody has known is kept as that: a time that the replicas have measured, each by a
//! clock that nobody sets. No moment is written down, because the next Redis after a fail-over may
//! have another time.

use std::sync::{Arc, Weak};
use std::time::Duration;

use super::askers::AskerNote;
use super::away::Away;
use super::debts::look;
use super::departures::Departure;
use super::link::{ScriptCall, script};
use super::news::StoreWait;
use super::shared::Store;
use super::turns::{Isolates, Turn};
use vocabulary::task_id::Alias;

/// A request of which nobody knows whether KSC has it is kept as long as KSC keeps response tasks.
const UNKNOWN_FOR: Duration = Duration::from_hours(24 * 30);

/// What came of claiming a key.
#[derive(Debug)]
pub enum StoredClaim {
    /// Nobody has used it, or nothing came of it.
    First,
    /// It was done, and this was the answer, so long ago.
    Replay(String, Duration),
    /// Another replica is at it.
    InFlight,
    /// This may have reached KSC, and for so long nobody has known.
    Unknown(String, Duration),
    /// It was used for another request.
    Conflict,
}

/// Whether a request may leave.
pub enum Clearance {
    /// It may.
    Go {
        /// As one of all that the replicas send, where those are counted.
        departure: Option<Departure>,
        /// For a release, the attempts of the isolations of its host that are open.
        open: Vec<String>,
    },
    /// It may, and nobody was asked.
    Alone,
    /// Its claim was taken over, or its turn has passed: this replica was not heard of for too
    /// long.
    Overtaken,
}

/// A request that is about to leave.
#[derive(Clone, Copy)]
pub struct Leaving<'a> {
    /// For this back end.
    pub backend: &'a Alias,
    /// Whether all that leave for it are counted together.
    pub is_counted: bool,
    /// Its place in its host's queue; none where Redis could not be asked for one.
    pub ticket: Option<&'a Turn>,
    /// Whether it isolates its host.
    pub isolates: Isolates<'a>,
}

/// Whoever claims a key, or has claimed it.
pub struct Claimant {
    shared: Arc<Store>,
    record: String,
    fingerprint: String,
    token: String,
}

impl Store {
    /// Whoever wants to claim the key of this name, for a request with this fingerprint.
    #[must_use]
    pub fn claimant(self: &Arc<Self>, name: &str, fingerprint: String) -> Claimant {
        Claimant {
            shared: Arc::clone(self),
            record: self.names.key(name),
            fingerprint,
            token: self.token(),
        }
    }

    /// The last step before a request without a key leaves: whether it is still its turn.
    ///
    /// # Errors
    /// When Redis cannot be asked.
    pub async fn begin(self: &Arc<Self>, leaving: Leaving<'_>) -> Result<Clearance, Away> {
        self.begin_as(leaving, ["", "", "", ""]).await
    }

    async fn begin_as(
        self: &Arc<Self>,
        leaving: Leaving<'_>,
        [record, token, sent, attempt]: [&str; 4],
    ) -> Result<Clearance, Away> {
        let Leaving {
            backend,
            is_counted,
            ticket,
            isolates,
        } = leaving;
        // Made before it is asked for: whatever comes of asking, it is given up.
        let mut departure = is_counted.then(|| Departure::new(self, backend));
        let (step, isolation) = isolates.step();
        let call = ScriptCall::new(script!("begin"))
            .key(self.names.life(&self.replica))
            .key(self.names.departures(backend))
            .key(self.names.departing(backend));
        let call = match ticket {
            Some(ticket) => call.key(ticket.place().0).key(ticket.isolations()),
            None => call,
        };
        let call = if record.is_empty() {
            call
        } else {
            call.key(record)
        };
        let place = ticket.map_or("", |it| it.place().1);
        let call = call
            .arg(token)
            .arg(place)
            .arg(self.life())
            .arg(sent)
            .arg(attempt)
            .arg(millis(UNKNOWN_FOR))
            .arg(departure.as_ref().map_or("", Departure::token))
            .arg(step)
            .arg(isolation);
        let mut answer = self.link.run_at_the_master(&call).await?.into_iter();
        if answer.next().is_none_or(|it| it != "go") {
            return Ok(Clearance::Overtaken);
        }
        let number = answer.next().and_then(|it| it.parse().ok());
        if let Some(departure) = &mut departure {
            departure.number = number.unwrap_or_default();
        }
        let open = answer.collect();
        Ok(Clearance::Go { departure, open })
    }
}

impl Claimant {
    /// Claims the key.
    ///
    /// # Errors
    /// When Redis cannot be asked. It may be claimed all the same: give it back.
    pub async fn claim(&self) -> Result<StoredClaim, Away> {
        let shared = &self.shared;
        let call = ScriptCall::new(script!("claim"))
            .key(&self.record)
            .key(shared.names.life(&shared.replica))
            .arg(&self.fingerprint)
            .arg(&self.token)
            .arg(shared.life())
            .arg(shared.names.lives())
            .arg(millis(shared.settings.times.claim_for))
            .arg(millis(UNKNOWN_FOR));
        let mut answer = shared.link.run(&call).await?.into_iter();
        let what = answer.next().unwrap_or_default();
        let mut more = || answer.next().unwrap_or_default();
        match what.as_str() {
            "first" => Ok(StoredClaim::First),
            "replay" => {
                let task = more();
                let left = more().parse().map(Duration::from_millis);
                let age = shared.settings.ttl.saturating_sub(left.unwrap_or_default());
                Ok(StoredClaim::Replay(task, age))
            }
            "in_flight" => Ok(StoredClaim::InFlight),
            "unknown" => Ok(StoredClaim::Unknown(
                more(),
                Duration::from_millis(more().parse().unwrap_or_default()),
            )),
            "conflict" => Ok(StoredClaim::Conflict),
            _ => Err(Away::Refused("an answer that is not understood".to_owned())),
        }
    }

    /// The last step before the request leaves: whether it still may, and that it does.
    ///
    /// # Errors
    /// When Redis cannot be asked. It may have been noted all the same that the request leaves.
    pub async fn begin(
        &self,
        leaving: Leaving<'_>,
        sent: &str,
        attempt: &str,
    ) -> Result<Clearance, Away> {
        let claim = [&self.record, &self.token, sent, attempt];
        self.shared.begin_as(leaving, claim).await
    }

    /// Waits for what another replica makes of it.
    #[must_use]
    pub fn wait(&self) -> StoreWait {
        let patience = self.shared.patience();
        self.shared.news.wait(self.record.clone(), patience)
    }

    /// This is the answer from now on. It is told as soon as it can be, and nobody waits for that:
    /// until then whoever else uses the key waits for the answer, and when this replica dies before,
    /// it is looked up. In the same breath it is told who asked, once.
    pub fn settle(&self, attempt: &str, task: &str, asker: Option<&AskerNote>) {
        let call = ScriptCall::new(script!("settle", behind "asker"))
            .key(&self.record)
            .arg(&self.token)
            .arg(attempt)
            .arg(&self.fingerprint)
            .arg(task)
            .arg(millis(self.shared.settings.ttl))
            .arg(self.shared.names.news());
        let call = match asker.and_then(|it| Some((it, self.shared.room_for(it)?))) {
            Some((note, room)) => self.shared.noted(call, note, room),
            None => call,
        };
        self.shared.debts.owe(call);
    }

    /// Nobody knows what became of it. It is told now if it can be, and else as soon as it can.
    pub async fn leave_unknown(&self, attempt: &str, sent: &str) {
        self.tell(self.unknown(attempt, sent)).await;
    }

    /// Certainly nothing came of it: the key is as good as new.
    pub async fn forget(&self) {
        self.tell(self.released(true, None)).await;
    }

    /// As [`Claimant::leave_unknown`], for who cannot wait.
    pub fn leave_unknown_soon(&self, attempt: &str, sent: &str) {
        self.shared.debts.owe(self.unknown(attempt, sent));
    }

    /// Lets go of it. What may have been sent stays unknown, and has been for so long.
    pub fn release_soon(&self, unknown_for: Option<Duration>) {
        self.shared.debts.owe(self.released(false, unknown_for));
    }

    /// What to tell later of an attempt that nobody knows of.
    #[must_use]
    pub fn reminder(&self, attempt: &str) -> Reminder {
        Reminder {
            shared: Arc::downgrade(&self.shared),
            record: self.record.clone(),
            attempt: attempt.to_owned(),
        }
    }

    async fn tell(&self, call: ScriptCall) {
        match self.shared.link.run(&call).await {
            Ok(answer) => look(&answer),
            Err(_) => self.shared.debts.owe(call),
        }
    }

    fn unknown(&self, attempt: &str, sent: &str) -> ScriptCall {
        ScriptCall::new(script!("leave_unknown"))
            .key(&self.record)
            .arg(&self.token)
            .arg(&self.fingerprint)
            .arg(sent)
            .arg(attempt)
            .arg(millis(UNKNOWN_FOR))
            .arg(self.shared.names.news())
    }

    fn released(&self, forget: bool, unknown_for: Option<Duration>) -> ScriptCall {
        ScriptCall::new(script!("release"))
            .key(&self.record)
            .arg(&self.token)
            .arg(if forget { "forget" } else { "" })
            .arg(self.shared.names.news())
            .arg(unknown_for.map(millis).unwrap_or_default())
    }
}

/// That nobody has known for a while what became of an attempt, to be told when it is so.
pub struct Reminder {
    shared: Weak<Store>,
    record: String,
    attempt: String,
}

impl Reminder {
    /// It has been so long. Nothing is told when the gateway has ended, or the attempt is known by
    /// now.
    pub fn tell(self, waited: Duration) {
        let Some(shared) = self.shared.upgrade() else {
            return;
        };
        let call = ScriptCall::new(script!("waited"))
            .key(self.record)
            .arg(self.attempt)
            .arg(millis(waited));
        shared.debts.owe(call);
    }
}

fn millis(duration: Duration) -> String {
    duration.as_millis().to_string()
}

#[cfg(test)]
mod tests {
    #[test]
    fn no_step_of_a_claim_goes_by_the_time_of_redis() {
        let scripts = [
            include_str!("asker.lua"),
            include_str!("begin.lua"),
            include_str!("claim.lua"),
            include_str!("leave_unknown.lua"),
            include_str!("release.lua"),
            include_str!("settle.lua"),
            include_str!("waited.lua"),
        ];
        for script in scripts {
            assert!(!script.contains("'TIME'"), "{script}");
        }
    }
}
