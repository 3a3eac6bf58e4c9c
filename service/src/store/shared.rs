//! What one replica has of the store that all share.

use super::away::Away;
use super::debts;
use super::debts::Debts;
use super::link;
use super::link::{Link, ScriptCall, script};
use super::names::Names;
use super::news::StoreNews;
use super::owed_notes::OwedNotes;
use super::skew::{Comparison, Skew};
use crate::clock::Clock;
use crate::config::{self, KeyStore, StorePolicy};
use crate::metrics::Metrics;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Longest between two looks whether the connection leads to the right server still.
const LOOK_ROUND: Duration = Duration::from_secs(5);

/// How long what a replica has in hand is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoreTimes {
    /// How long a replica that is not heard of counts as alive.
    pub life: Duration,
    /// How long a claim is good for of which nothing was sent. Longer than any request takes until
    /// then; what outlives it was left behind by a step that Redis took late.
    pub claim_for: Duration,
    /// The same for a place in a host's queue, which is held until the answer.
    pub turn_for: Duration,
}

/// How to reach what is shared.
#[derive(Debug, Clone)]
pub struct StoreSettings {
    /// A file with the URL, which can hold a password.
    pub url_file: PathBuf,
    /// What the names of all keys begin with, in braces.
    pub prefix: String,
    /// How long what a replica has in hand is good for.
    pub times: StoreTimes,
    /// How long a key is kept after its answer.
    pub ttl: Duration,
}

/// What the replicas share.
pub struct Store {
    pub(super) link: Arc<Link>,
    pub(super) news: Arc<StoreNews>,
    pub(super) debts: Debts,
    pub(super) notes: Arc<OwedNotes>,
    /// This replica's name. A replica that is started again has another one.
    pub(super) replica: String,
    next: std::sync::atomic::AtomicU64,
    pub(super) names: Names,
    pub(super) settings: StoreSettings,
    /// The mark that Redis had when it was last asked.
    mark: Mutex<Option<String>>,
    clock: Clock,
    /// How this machine's clock stood to Redis' when it was last asked.
    skew: Mutex<Option<Skew>>,
    metrics: Arc<Metrics>,
}

impl Store {
    /// The store of these settings, and what to do when it cannot be asked; nothing where replicas
    /// share none.
    ///
    /// # Panics
    /// Outside a runtime.
    #[must_use]
    pub fn of(
        settings: &config::Idempotency,
        times: StoreTimes,
        clock: &Clock,
        metrics: &Arc<Metrics>,
    ) -> Option<(Arc<Self>, StorePolicy)> {
        let KeyStore::Redis {
            url_file,
            prefix,
            policy,
        } = &settings.store
        else {
            return None;
        };
        let settings = StoreSettings {
            url_file: url_file.path().to_owned(),
            prefix: prefix.clone(),
            times,
            ttl: settings.ttl,
        };
        let store = Self::new(settings, clock.clone(), Arc::clone(metrics));
        Some((store, *policy))
    }

    /// What is shared there. Nothing is asked yet; debts are paid and life is shown on the runtime
    /// that this is called on.
    ///
    /// # Panics
    /// Outside a runtime.
    #[must_use]
    pub fn new(settings: StoreSettings, clock: Clock, metrics: Arc<Metrics>) -> Arc<Self> {
        let news = Arc::new(StoreNews::default());
        let names = Names::new(&settings.prefix);
        let link = Link::new(settings.url_file.clone(), names.clone(), Arc::clone(&news));
        let link = Arc::new(link);
        let (debts, owed) = debts::book();
        let shared = Arc::new(Self {
            link,
            news,
            debts,
            notes: OwedNotes::new(Arc::clone(&metrics)),
            replica: uuid::Uuid::new_v4().simple().to_string(),
            next: 0.into(),
            names,
            settings,
            mark: Mutex::default(),
            clock,
            skew: Mutex::default(),
            metrics,
        });
        let every = shared.settings.times.life / 3;
        tokio::spawn(debts::pay(Arc::downgrade(&shared.link), owed));
        tokio::spawn(live(Arc::downgrade(&shared), every));
        tokio::spawn(link::look_round(
            Arc::downgrade(&shared.link),
            every.min(LOOK_ROUND),
        ));
        shared
    }

    /// Waits until everything is said that must be, but not beyond this moment. Whatever is not
    /// said is found out by whoever asks next.
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
            .key(self.names.life(&self.replica))
            .key(self.names.mark())
            .key(self.names.clock(&self.replica))
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

    pub(super) fn life(&self) -> String {
        self.settings.times.life.as_millis().to_string()
    }

    /// A name for what this replica has in hand, that nothing else has.
    pub(super) fn token(&self) -> String {
        let number = self.next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        format!("{}/{number}", self.replica)
    }

    /// How long one waits for news before asking again: who died tells nobody.
    pub(super) fn patience(&self) -> Duration {
        (self.settings.times.life / 4).clamp(Duration::from_millis(250), Duration::from_secs(5))
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
