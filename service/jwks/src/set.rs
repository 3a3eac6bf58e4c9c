//! The current keys, and when to look for newer ones.
//!
//! A set that is kept fresh ([`KeySet::keep_fresh`]) is read again shortly before it is older than
//! [`Timing::max_age`], or when its file changed, whether anybody asks or not. It is read too when
//! a token names a `kid` that it does not hold: at most once per [`Timing::cool_down`], or anybody
//! could make the gateway hammer the issuer with invented ids. A failed refresh keeps the last good
//! set.
//!
//! Whoever asks for a key that is at hand never waits for the issuer, slow as it may be: only an
//! unknown `kid` waits, for one fetch. So nothing but the set's own clock sees to its age.
//!
//! # How long the last good set is kept
//!
//! Without bound, and the log says so at every try that failed. A bound would turn each outage of
//! the issuer that outlasts it into an outage of the response to incidents, and it would protect
//! against little: whoever wants a withdrawn key to live on must keep the issuer down the whole
//! time, and the tokens of that key end with their own `exp`. A set that can be had but holds no
//! usable key is a failure too: an issuer that withdrew all its keys and an endpoint that answers
//! nonsense look alike. Only a key that it publishes with its private half is kept no longer,
//! whatever else is there: anybody can sign with it.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, Weak};
use std::time::{Duration, Instant};

use jsonwebtoken::Algorithm;
use tokio::sync::{Mutex, watch};

use crate::client::Door;
use crate::document::Contents;
use crate::file_version::FileVersion;
use crate::key::Key;
use crate::left_out::{LeftOut, LeftOutKey};
use crate::load_error::LoadError;
use crate::source::Source;

/// How long keys are kept, and how often they may be asked for.
#[derive(Debug, Clone, Copy)]
pub struct Timing {
    /// A set older than this is fetched anew.
    pub max_age: Duration,
    /// The least time between two fetches; the one at start does not count.
    pub cool_down: Duration,
    /// The longest that one fetch may take.
    pub timeout: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            max_age: Duration::from_mins(10),
            cool_down: Duration::from_secs(10),
            timeout: Duration::from_secs(5),
        }
    }
}

/// The answer to "which key is this?"
pub enum Find {
    /// The key that the token must have been signed with.
    Key(Arc<Key>),
    /// The set is known and holds no such key.
    Unknown,
    /// No set could be loaded yet, so nothing can be said.
    Unavailable,
}

/// What a set holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Census {
    /// Keys that tokens are checked with.
    pub usable: usize,
    /// Keys that are not used, and why.
    pub left_out: Vec<LeftOutKey>,
}

/// The current key set of one issuer. A clone is the same set.
#[derive(Clone)]
pub struct KeySet(Arc<Inner>);

struct Inner {
    source: Source,
    /// Keys for other algorithms are not used.
    accepted: Vec<Algorithm>,
    timing: Timing,
    current: RwLock<Option<Loaded>>,
    refresh: Mutex<Refresh>,
    /// How many refreshes have ended, well or not.
    refreshes: AtomicU64,
    /// Tells that the set was read again.
    read: watch::Sender<()>,
}

struct Loaded {
    contents: Arc<Contents>,
    at: Instant,
    version: Option<FileVersion>,
}

#[derive(Default)]
struct Refresh {
    tried: Option<Instant>,
}

/// Whether a refresh that is running already is waited for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Patience {
    /// The set at hand will do meanwhile.
    None,
    /// What is asked for may be in the next set: whoever comes with a new key while it is being
    /// fetched must not be refused for having come second.
    UntilDone,
}

impl KeySet {
    /// Keys for these algorithms from a file, read now and again whenever it changes.
    ///
    /// # Errors
    /// When the file cannot be read or holds no usable key.
    pub async fn file(path: PathBuf, accepted: &[Algorithm]) -> Result<Self, LoadError> {
        let set = Self::new(Source::File { path }, accepted, Timing::default());
        set.0.load().await?;
        Ok(set)
    }

    /// Keys for these algorithms from the issuer's URL. Nothing is fetched before the first [`KeySet::find`] or
    /// [`KeySet::warm`]: a gateway must start while its issuer is away.
    ///
    /// # Errors
    /// When no HTTP client can be built.
    pub fn url(
        url: url::Url,
        door: Door,
        accepted: &[Algorithm],
        timing: Timing,
    ) -> Result<Self, LoadError> {
        let source = Source::url(url, door, timing.timeout)?;
        Ok(Self::new(source, accepted, timing))
    }

    /// Keys for these algorithms from where this issuer says that they are, at this address that is
    /// its name. Nothing is fetched yet, as with [`KeySet::url`].
    ///
    /// # Errors
    /// When no HTTP client can be built.
    pub fn issuer(
        issuer: String,
        url: &url::Url,
        door: Door,
        accepted: &[Algorithm],
        timing: Timing,
    ) -> Result<Self, LoadError> {
        let source = Source::issuer(issuer, url, door, timing.timeout)?;
        Ok(Self::new(source, accepted, timing))
    }

    fn new(source: Source, accepted: &[Algorithm], timing: Timing) -> Self {
        Self(Arc::new(Inner {
            source,
            accepted: accepted.to_vec(),
            timing,
            current: RwLock::new(None),
            refresh: Mutex::default(),
            refreshes: AtomicU64::new(0),
            read: watch::Sender::new(()),
        }))
    }

    /// Loads the set once, ahead of the first token.
    ///
    /// # Errors
    /// When it cannot be loaded; the next [`KeySet::find`] tries again.
    pub async fn warm(&self) -> Result<(), LoadError> {
        let mut refresh = self.0.refresh.lock().await;
        let loaded = self.0.load().await;
        if loaded.is_err() {
            refresh.tried = Some(Instant::now());
        }
        loaded
    }

    /// What was loaded last.
    #[must_use]
    pub fn census(&self) -> Census {
        self.0.contents().map_or_else(Census::default, |it| Census {
            usable: it.keys.len(),
            left_out: it.left_out.clone(),
        })
    }

    /// Reads the set again in time, from now on and on this runtime, for as long as there is one.
    ///
    /// # Panics
    /// Outside a runtime.
    pub fn keep_fresh(&self) {
        let set = Arc::downgrade(&self.0);
        tokio::spawn(keep_fresh(set));
    }

    /// The key that a token with this header was signed with, if it may be used so. A token without
    /// `kid` is served only when exactly one key fits its algorithm.
    pub async fn find(&self, kid: Option<&str>, algorithm: Algorithm) -> Find {
        let seen = self.0.refreshes.load(Ordering::Acquire);
        if self.0.source.is_near() && self.0.is_stale() {
            self.refresh(seen, Patience::None).await;
        }
        match self.0.look(kid, algorithm) {
            Find::Unknown | Find::Unavailable => {
                self.refresh(seen, Patience::UntilDone).await;
                self.0.look(kid, algorithm)
            }
            found @ Find::Key(_) => found,
        }
    }

    /// Whether a token with this header is still checked with this key.
    pub async fn holds(&self, kid: Option<&str>, algorithm: Algorithm, key: &Key) -> bool {
        matches!(self.find(kid, algorithm).await, Find::Key(it) if it.is_same(key))
    }

    /// Resolves when a token with this header is not checked with this key any more: the issuer has
    /// withdrawn it. Hears of that while the set is kept fresh.
    pub async fn withdrawn(&self, kid: Option<&str>, algorithm: Algorithm, key: &Key) {
        let mut read = self.0.read.subscribe();
        while matches!(self.0.look(kid, algorithm), Find::Key(it) if it.is_same(key)) {
            // The sender is at hand, so it cannot have gone.
            let _again = read.changed().await;
        }
    }

    /// In a task of its own: a caller that hangs up must not take the fetch along, and with it the
    /// one try that the cool-down allows.
    async fn refresh(&self, seen: u64, patience: Patience) {
        let inner = Arc::clone(&self.0);
        let refreshed = tokio::spawn(async move { inner.refresh(seen, patience).await }).await;
        if refreshed.is_err() {
            tracing::error!("the refresh of the key set broke off");
        }
    }
}

/// Reads a set again shortly before it is too old, or when its file has changed.
async fn keep_fresh(set: Weak<Inner>) {
    loop {
        let Some(pause) = set.upgrade().map(|it| it.next_look()) else {
            return;
        };
        tokio::time::sleep(pause).await;
        let Some(set) = set.upgrade() else { return };
        let is_due = if set.source.is_near() {
            set.is_stale()
        } else {
            set.age().is_none_or(|it| it >= set.renewed_after())
        };
        if is_due {
            set.renew().await;
        }
    }
}

/// How often a file is looked at.
const FILE_LOOK: Duration = Duration::from_secs(1);

impl Inner {
    /// A little before it is too old: the fetch takes time.
    fn renewed_after(&self) -> Duration {
        let lead = self.timing.timeout.min(self.timing.max_age / 10);
        self.timing.max_age.saturating_sub(lead)
    }

    fn next_look(&self) -> Duration {
        if self.source.is_near() {
            return FILE_LOOK;
        }
        let age = self.age().unwrap_or(self.timing.max_age);
        // One that could not be had is tried again when it has had its rest.
        let rest = self.timing.cool_down.max(Duration::from_millis(10));
        let left = self.renewed_after().saturating_sub(age);
        if left.is_zero() { rest } else { left }
    }

    fn age(&self) -> Option<Duration> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        current.as_ref().map(|it| it.at.elapsed())
    }

    /// A refresh that nobody asked for. It does not count for the cool-down when it succeeds: a key
    /// that appears right behind it must be fetched for the first token of it.
    async fn renew(&self) {
        let mut refresh = self.refresh.lock().await;
        if let Err(error) = self.load().await {
            refresh.tried = Some(Instant::now());
            complain(&error);
        }
        self.refreshes.fetch_add(1, Ordering::Release);
    }

    fn look(&self, kid: Option<&str>, algorithm: Algorithm) -> Find {
        let Some(contents) = self.contents() else {
            return Find::Unavailable;
        };
        let mut fitting = contents
            .keys
            .iter()
            .filter(|key| key.serves(algorithm))
            .filter(|key| kid.is_none() || key.id() == kid);
        match (fitting.next(), fitting.next()) {
            (Some(key), None) => Find::Key(Arc::clone(key)),
            (Some(_), Some(_)) | (None, _) => Find::Unknown,
        }
    }

    fn contents(&self) -> Option<Arc<Contents>> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        current.as_ref().map(|it| Arc::clone(&it.contents))
    }

    fn is_stale(&self) -> bool {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        match current.as_ref() {
            None => true,
            Some(it) if it.version.is_some() => it.version != self.source.version(),
            Some(it) => it.at.elapsed() > self.timing.max_age,
        }
    }

    /// One refresh at a time, and none for whoever had `seen` so many when another has ended since.
    async fn refresh(&self, seen: u64, patience: Patience) {
        let mut refresh = match self.refresh.try_lock() {
            Ok(it) => it,
            Err(_) if patience == Patience::None && self.contents().is_some() => return,
            Err(_) => self.refresh.lock().await,
        };
        if self.refreshes.load(Ordering::Acquire) != seen {
            return;
        }
        let cooling = refresh
            .tried
            .is_some_and(|at| at.elapsed() < self.timing.cool_down);
        if cooling {
            return;
        }
        refresh.tried = Some(Instant::now());
        if let Err(error) = self.load().await {
            complain(&error);
        }
        self.refreshes.fetch_add(1, Ordering::Release);
    }

    async fn load(&self) -> Result<(), LoadError> {
        // Taken before the read: a change in between is then seen as one.
        let version = self.source.version();
        let contents = self.source.load(&self.accepted).await?;
        if contents.keys.is_empty() {
            self.forget(&contents.betrayed);
            return Err(LoadError::Empty(contents.left_out));
        }
        let known = self.contents();
        // Once for each change, and not every ten minutes.
        if known.is_none_or(|it| it.left_out != contents.left_out) {
            name(&contents.left_out);
        }
        let loaded = Loaded {
            contents: Arc::new(contents),
            at: Instant::now(),
            version,
        };
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(loaded);
        self.read.send_replace(());
        Ok(())
    }

    /// Takes these keys out of the set that is kept.
    fn forget(&self, betrayed: &[Key]) {
        let is_betrayed = |key: &Key| betrayed.iter().any(|it| it.shares_numbers(key));
        {
            let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
            let Some(loaded) = current.as_mut() else {
                return;
            };
            let keys = loaded.contents.keys.iter().cloned();
            let (gone, keys): (Vec<_>, Vec<_>) = keys.partition(|it| is_betrayed(it));
            if gone.is_empty() {
                return;
            }
            let left_out = gone.iter().map(|it| LeftOutKey {
                id: it.id().map(str::to_owned),
                why: LeftOut::Private,
            });
            let left_out: Vec<LeftOutKey> = left_out.collect();
            name(&left_out);
            loaded.contents = Arc::new(Contents {
                keys,
                betrayed: Vec::new(),
                left_out,
            });
        }
        self.read.send_replace(());
    }
}

/// Says which keys are not used, and why.
fn name(left_out: &[LeftOutKey]) {
    for LeftOutKey { id, why } in left_out {
        let (kid, reason) = (id.as_deref(), why.name());
        if *why == LeftOut::Private {
            tracing::error!(
                jwk.kid = kid,
                jwk.left_out = reason,
                "the issuer publishes a private key; it is not used"
            );
        } else if why.is_usual() {
            tracing::debug!(
                jwk.kid = kid,
                jwk.left_out = reason,
                "a key of the set is not used: it {why}"
            );
        } else {
            tracing::warn!(
                jwk.kid = kid,
                jwk.left_out = reason,
                "a key of the set is not used: it {why}"
            );
        }
    }
}

fn complain(error: &LoadError) {
    tracing::warn!(
        error = error as &dyn std::error::Error,
        "the key set could not be refreshed; the last good one is kept"
    );
}
