//! What the replicas of one gateway share, in Redis or Valkey: keys, turns, and counts of requests.
//!
//! * [`claims`]: which request an `Idempotency-Key` stands for, and what became of it;
//! * [`turns`]: whose request for a host is sent next;
//! * [`rates`]: how many requests a caller has made;
//! * [`skew`]: how the clocks of the replicas stand to one another, for `doctor`.
//!
//! # The rules
//!
//! * **One step, one script.** Each transition is one Lua script, which Redis runs alone.
//! * **No clock is another's.** Replicas need not agree on the time. Redis' own numbers places in queues and lets keys
//!   expire, where a wrong one costs a request and never doubles it; how long nobody has known what became of a
//!   request is measured by the replicas, and kept as a length of time.
//! * **A step can be taken twice.** Every script names who takes the step; to take it again changes
//!   nothing, but that a request may be counted twice in a rate. So a lost answer is no harm, and what must be
//!   said is said until it is heard ([`debts`]).
//! * **Life is a key that expires.** A replica renews one key while it lives. What a replica whose key is
//!   gone has in hand may be taken over; whether it sent anything is written down before it sends.
//! * **Who was taken over does not send.** The step before a request leaves asks whether the claim and
//!   the turn are still one's own, and tells Redis what leaves.
//! * **Nothing is guessed when Redis is away.** Every question has a bound in time, and the answer "it
//!   cannot be asked" is [`Away`]; what to do then is the operator's choice.
//!
//! # What it cannot do
//!
//! KSC takes no fencing token. A replica that is frozen between the last question and the first byte, for
//! longer than its life and `tasks.unknown_settles_after` together, can still send what another has
//! sent meanwhile; for longer than its life alone, after what came later for the same host. And Redis
//! must keep what it was told: one that forgets (no append-only file, an eviction policy, a fail-over to a
//! replica that lags) forgets keys. That its memory is gone is noticed and logged.
//!
//! # Rationale
//!
//! A lock for each claim with a time of its own was rejected: each would need renewing, and a renewal
//! that comes late would free one that is in use. Redis Cluster is not supported: the scripts look at
//! several keys.

mod claims;
mod debts;
mod departures;
mod inspect;
mod link;
mod news;
mod rates;
mod register;
mod skew;
mod turns;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

pub use claims::{Claimant, Clearance, Reminder, StoredClaim};
pub use departures::Departure;
pub use inspect::{Inspection, inspect};
pub use link::Away;
pub use news::StoreWait;
pub use rates::Rate;
pub use skew::{Clocks, Skew, clocks};
pub use turns::{Isolates, Turn};

use debts::Debts;
use link::{Link, ScriptCall, script};
use news::StoreNews;
use skew::Comparison;

use crate::clock::Clock;
use crate::metrics::Metrics;

/// How to reach what is shared.
#[derive(Debug, Clone)]
pub struct StoreSettings {
    /// A file with the URL, which can hold a password.
    pub url_file: PathBuf,
    /// What the names of all keys begin with.
    pub prefix: String,
    /// How long a replica that is not heard of counts as alive.
    pub life: Duration,
    /// How long a claim is good for of which nothing was sent. Longer than any request takes until then; what
    /// outlives it was left behind by a step that Redis took late.
    pub claim_for: Duration,
    /// The same for a place in a host's queue, which is held until the answer.
    pub turn_for: Duration,
    /// How long a key is kept after its answer.
    pub ttl: Duration,
}

/// What the replicas share.
pub struct Store {
    link: Link,
    news: Arc<StoreNews>,
    debts: Debts,
    /// This replica's name. A replica that is started again has another one.
    replica: String,
    next: std::sync::atomic::AtomicU64,
    settings: StoreSettings,
    /// The mark that Redis had when it was last asked.
    mark: Mutex<Option<String>>,
    clock: Clock,
    /// How this machine's clock stood to Redis' when it was last asked.
    skew: Mutex<Option<Skew>>,
    metrics: Arc<Metrics>,
}

impl Store {
    /// What is shared there. Nothing is asked yet; debts are paid and life is shown on the runtime that this is
    /// called on.
    ///
    /// # Panics
    /// Outside a runtime.
    #[must_use]
    pub fn new(settings: StoreSettings, clock: Clock, metrics: Arc<Metrics>) -> Arc<Self> {
        let news = Arc::new(StoreNews::default());
        let channel = format!("{}:news", settings.prefix);
        let link = Link::new(settings.url_file.clone(), channel, Arc::clone(&news));
        let (debts, owed) = debts::book();
        let shared = Arc::new(Self {
            link,
            news,
            debts,
            replica: uuid::Uuid::new_v4().simple().to_string(),
            next: 0.into(),
            settings,
            mark: Mutex::default(),
            clock,
            skew: Mutex::default(),
            metrics,
        });
        tokio::spawn(debts::pay(Arc::downgrade(&shared), owed));
        tokio::spawn(live(Arc::downgrade(&shared), shared.settings.life / 3));
        shared
    }

    /// Waits until everything is said that must be, but not beyond this moment. Whatever is not said is found out by
    /// whoever asks next.
    pub async fn finish(&self, until: Instant) {
        let paid = tokio::time::timeout_at(until.into(), self.debts.paid()).await;
        if paid.is_err() {
            tracing::warn!("the shared store was not told everything before the end");
        }
    }

    /// Shows that this replica lives, and looks whether Redis is still the one that it was.
    ///
    /// # Errors
    /// When it cannot be asked.
    pub async fn show_life(&self) -> Result<(), Away> {
        let fresh = uuid::Uuid::new_v4().simple().to_string();
        let skew = self
            .skew
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .as_ref()
            .map(Skew::to_string);
        let call = ScriptCall::new(script!("live"))
            .key(self.life_of(&self.replica))
            .key(format!("{}:mark", self.settings.prefix))
            .key(format!("{}:clock:{}", self.settings.prefix, self.replica))
            .arg(self.life())
            .arg(fresh)
            // Not known before the first answer.
            .arg(skew.unwrap_or_else(|| "?".to_owned()));
        let comparison = Comparison::begin(&self.clock);
        let answer = self.link.run(&call).await;
        self.metrics.shared_store(answer.is_ok());
        let mut answer = answer?.into_iter();
        let now = answer.next();
        if let (Some(seconds), Some(micros)) = (answer.next(), answer.next()) {
            *self.skew.lock().unwrap_or_else(PoisonError::into_inner) =
                comparison.end(&seconds, &micros);
        }
        let mut mark = self.mark.lock().unwrap_or_else(PoisonError::into_inner);
        if mark.is_some() && *mark != now {
            tracing::error!(
                "the shared store has lost its memory: keys from before are forgotten there, and requests that come again with them may be carried out again"
            );
            self.metrics.shared_store_forgot();
        }
        *mark = now;
        Ok(())
    }

    fn life_of(&self, replica: &str) -> String {
        format!("{}{replica}", self.lives())
    }

    /// What the names of the keys begin with that show life.
    fn lives(&self) -> String {
        format!("{}:replica:", self.settings.prefix)
    }

    fn life(&self) -> String {
        self.settings.life.as_millis().to_string()
    }

    fn channel(&self) -> String {
        format!("{}:news", self.settings.prefix)
    }

    /// A name for what this replica has in hand, that nothing else has.
    fn token(&self) -> String {
        let number = self.next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        format!("{}/{number}", self.replica)
    }

    /// How long one waits for news before asking again: who died tells nobody.
    fn patience(&self) -> Duration {
        (self.settings.life / 4).clamp(Duration::from_millis(250), Duration::from_secs(5))
    }
}

/// Shows life until nobody needs the replica any more.
async fn live(shared: std::sync::Weak<Store>, every: Duration) {
    let mut well = true;
    let mut told = false;
    loop {
        let Some(shared) = shared.upgrade() else {
            return;
        };
        let answer = shared.show_life().await;
        drop(shared);
        match (&answer, well) {
            (Err(away), true) => tracing::error!(
                error = away as &dyn std::error::Error,
                "the shared store cannot be asked"
            ),
            (Ok(()), false) => tracing::info!("the shared store answers again"),
            (Ok(()), true) | (Err(_), false) => {}
        }
        well = answer.is_ok();
        if well && !told {
            // What was learnt of the clocks is left there at once.
            told = true;
            continue;
        }
        tokio::time::sleep(if well { every } else { every / 4 }).await;
    }
}
