//! A bounded pool of KSC sessions, lent out one user at a time.
//!
//! Accessors and iterators live in the session that made them, and calls in one session follow one
//! another; so a user gets a session for itself, as a [`Lease`], and gives it back by dropping it.
//!
//! # The rules
//!
//! * **Last in, first out.** The session used last is the one most likely to be alive; the rest
//!   are pinged when they have rested for long.
//! * **One login at a time.** Who needs a session while somebody logs in waits for the outcome;
//!   a failure is the answer to all who waited for it, and a session that was opened meanwhile and
//!   rests again serves the next in the queue.
//! * **A login is finished, whoever walks away.** It runs in a task of its own: a verdict on the
//!   password that nobody hears would be asked for again, and KSC counts wrong passwords.
//! * **Refused credentials stop everything** for `credentials_back_off`: no lease, no login. Only a
//!   changed password is tried at once, and once. A second-factor challenge is treated alike.
//! * **A session whose call did not come to its end is not used again.** It is ended at KSC in the
//!   background, as is every session on [`Pool::drain`].
//!
//! # Rationale
//!
//! Several users in one session over several connections would save logins. It was rejected:
//! whether KSC runs calls of one session side by side is not documented, and a lost session would
//! break the iterators of everybody at once.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use secrecy::SecretString;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, TryAcquireError};
use tracing::debug;
use url::Url;

use self::gate::Bar;
use crate::call::{Call, Effect, EndSession};
use crate::error::Error;
use crate::observer::{CallOutcome, Exchange, Hearer, Observer, Wait};
use crate::session;
use crate::settings::{Settings, SetupError};
use crate::transport::Transport;

pub use self::lease::Lease;
pub use self::rows::{Incident, Rows};

mod gate;
mod lease;
mod login;
mod rows;
mod upkeep;
mod walk;

/// The sessions of one KSC account.
pub struct Pool {
    settings: Settings,
    transport: Transport,
    observer: Arc<dyn Observer>,
    permits: Arc<Semaphore>,
    /// Held by the one who logs in.
    turn: Arc<tokio::sync::Mutex<()>>,
    state: Mutex<State>,
    /// A lease or a session has gone.
    changed: Notify,
}

/// What changes; locked for moments and never across an await.
#[derive(Default)]
struct State {
    idle: Vec<Session>,
    /// Sessions that can be used: resting or lent.
    open: usize,
    /// Sessions on which `EndSession` is under way.
    ending: usize,
    /// Logins under way; one may go on after its caller has gone.
    entering: usize,
    in_use: usize,
    draining: bool,
    /// Index of the endpoint that worked last.
    preferred: usize,
    accepted: bool,
    bar: Option<Bar>,
    /// How many logins have failed so far, and how the last of them did.
    failures: u64,
    last_failure: Option<Error>,
}

/// A session that can be used.
struct Session {
    endpoint: usize,
    token: SecretString,
    opened: Instant,
    /// Since when it rests.
    since: Instant,
}

/// How the pool stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// Sessions open at KSC, resting or in use.
    pub sessions: usize,
    /// Leases given out.
    pub in_use: usize,
    /// What KSC thinks of the credentials.
    pub credentials: CredentialState,
}

/// What KSC said to the credentials last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialState {
    /// Nothing yet.
    Unproven,
    /// They are good.
    Accepted,
    /// They are not.
    Refused {
        /// Until then KSC is not asked again, unless the password changes.
        until: Instant,
    },
    /// The account is not excluded from two-step verification.
    SecondFactor {
        /// Until then KSC is not asked again, unless the password changes.
        until: Instant,
    },
}

impl Pool {
    /// Checks the settings; nothing is sent before the first lease.
    pub fn new(settings: Settings, observer: Arc<dyn Observer>) -> Result<Arc<Self>, SetupError> {
        settings.check()?;
        Ok(Arc::new(Self {
            transport: Transport::new(&settings)?,
            permits: Arc::new(Semaphore::new(settings.max_sessions)),
            turn: Arc::default(),
            state: Mutex::default(),
            changed: Notify::new(),
            observer,
            settings,
        }))
    }

    /// The exclusive use of a session; logs in when none rests.
    ///
    /// Waits at most `lease_wait` for one of `max_sessions` to become free, and then as long as a
    /// login takes. All errors mean that nothing was sent on behalf of the caller.
    pub async fn lease(self: &Arc<Self>) -> Result<Lease, Error> {
        self.admit()?;
        let permit = match Arc::clone(&self.permits).try_acquire_owned() {
            Ok(permit) => permit,
            Err(TryAcquireError::Closed) => return Err(Error::Draining),
            Err(TryAcquireError::NoPermits) => self.permit().await?,
        };
        let mut lease = Lease::new(Arc::clone(self), permit);
        lease.fill().await?;
        Ok(lease)
    }

    async fn permit(&self) -> Result<OwnedSemaphorePermit, Error> {
        let _waiting = self.observer.waits(Wait::Session);
        let waited = self.settings.lease_wait;
        let permit = Arc::clone(&self.permits).acquire_owned();
        match tokio::time::timeout(waited, permit).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_closed)) => Err(Error::Draining),
            Err(_elapsed) => Err(Error::NoLease { waited }),
        }
    }

    /// Makes sure that a session exists, as a proof that everything up to the login works. Does
    /// nothing when there is one.
    pub async fn warm(self: &Arc<Self>) -> Result<(), Error> {
        self.admit()?;
        if self.state().open > 0 {
            return Ok(());
        }
        self.lease().await.map(drop)
    }

    /// The most sessions that there can be.
    #[must_use]
    pub fn size(&self) -> usize {
        self.settings.max_sessions
    }

    /// How the pool stands.
    pub fn status(&self) -> Status {
        let state = self.state();
        let credentials = match &state.bar {
            Some(bar) => bar.state(),
            None if state.accepted => CredentialState::Accepted,
            None => CredentialState::Unproven,
        };
        Status {
            sessions: state.open,
            in_use: state.in_use,
            credentials,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Every change under the lock is a few assignments that cannot fail half-way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The session that rested last, of those that were opened after this moment.
    fn take_idle(&self, after: Option<Instant>) -> Option<Session> {
        let mut state = self.state();
        let at = state
            .idle
            .iter()
            .rposition(|session| after.is_none_or(|after| session.opened > after))?;
        Some(state.idle.remove(at))
    }

    /// A user is done with a session, and it is good for another.
    fn put_back(self: &Arc<Self>, mut session: Session) {
        session.since = Instant::now();
        let mut state = self.state();
        if state.draining || state.bar.is_some() {
            drop(state);
            self.retire(session);
        } else {
            state.idle.push(session);
        }
    }

    /// KSC does not know the session any more.
    fn forget(&self, session: Session) {
        drop(session);
        self.state().open -= 1;
        self.changed.notify_waiters();
    }

    /// Ends a session at KSC, in the background. Otherwise it would linger there until it expires.
    fn retire(self: &Arc<Self>, session: Session) {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            // Dropped after the runtime: nobody is left to send anything.
            return self.forget(session);
        };
        {
            let mut state = self.state();
            state.open -= 1;
            state.ending += 1;
        }
        let pool = Arc::clone(self);
        runtime.spawn(self.observer.carry(Box::pin(async move {
            let endpoint = &pool.settings.endpoints[session.endpoint];
            let started = Instant::now();
            let hearer = pool.begins::<EndSession>(endpoint, "", 1);
            let ended = session::end(&pool.transport, endpoint, &session.token).await;
            pool.tell::<EndSession>(hearer, ended.as_ref().err(), started.elapsed());
            if let Err(error) = ended {
                debug!(error = %error, "a KSC session could not be ended; it will expire");
            }
            pool.state().ending -= 1;
            pool.changed.notify_waiters();
        })));
    }

    /// Takes every resting session that `which` picks out of the stack.
    fn take_idle_where(&self, which: impl Fn(&Session) -> bool) -> Vec<Session> {
        let mut state = self.state();
        let (taken, kept) = std::mem::take(&mut state.idle).into_iter().partition(which);
        state.idle = kept;
        taken
    }

    fn begins<C: Call>(
        &self,
        endpoint: &Url,
        request_id: &str,
        attempt: u32,
    ) -> Option<Box<dyn Hearer>> {
        self.observer.begins(&Exchange {
            method: C::NAME,
            endpoint,
            request_id,
            attempt,
            step: C::EFFECT == Effect::Once && C::BOUND_TO_SESSION,
        })
    }

    fn tell<C: Call>(
        &self,
        hearer: Option<Box<dyn Hearer>>,
        error: Option<&Error>,
        took: Duration,
    ) {
        let outcome = lease::outcome(error);
        self.tell_outcome::<C>(hearer, outcome, status(error), error, took);
    }

    fn tell_outcome<C: Call>(
        &self,
        hearer: Option<Box<dyn Hearer>>,
        outcome: CallOutcome,
        status: Option<u16>,
        error: Option<&Error>,
        took: Duration,
    ) {
        if let Some(hearer) = hearer {
            hearer.ended(outcome, status, error.and_then(Error::pxg));
        }
        self.observer.call(C::NAME, outcome, took);
    }
}

/// The HTTP status of an answer, as far as an error tells; none when there was no answer.
fn status(error: Option<&Error>) -> Option<u16> {
    let Some(error) = error else {
        return Some(200);
    };
    match error {
        Error::Http { status } => Some(*status),
        // Only answers with this status are read.
        Error::Ksc(_) | Error::Malformed { .. } | Error::TooLarge { .. } => Some(200),
        Error::NoLease { .. }
        | Error::Draining
        | Error::Password { .. }
        | Error::CredentialsRefused { .. }
        | Error::SecondFactor { .. }
        | Error::Login { .. }
        | Error::Connect { .. }
        | Error::Untrusted { .. }
        | Error::Timeout { .. }
        | Error::Lost { .. }
        | Error::SessionLost => None,
    }
}
