//! The sessions themselves: which rest, which are lent, and what is told of them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use secrecy::SecretString;
use tokio::sync::{Notify, Semaphore};
use tracing::debug;
use url::Url;

use super::bar::Bar;
use super::outcome::{outcome, status};
use super::status::{CredentialState, Status};
use crate::call::{Call, Effect, EndSession};
use crate::error::Error;
use crate::observer::{CallOutcome, Exchange, Hearer, Observer};
use crate::session;
use crate::settings::{Settings, SetupError};
use crate::transport::{Line, Transport};

/// The sessions of one KSC account.
pub struct Pool {
    pub(super) settings: Settings,
    pub(super) transport: Transport,
    pub(super) observer: Arc<dyn Observer>,
    pub(super) permits: Arc<Semaphore>,
    /// Held by the one who logs in.
    pub(super) turn: Arc<tokio::sync::Mutex<()>>,
    state: Mutex<State>,
    /// A session has been given back: for one who waits for a login.
    pub(super) rested: Notify,
    /// A lease or a session has gone.
    pub(super) changed: Notify,
}

/// What changes; locked for moments and never across an await.
#[derive(Default)]
pub(super) struct State {
    pub(super) idle: Vec<Session>,
    /// Sessions that can be used: resting or lent.
    pub(super) open: usize,
    /// Sessions on which `EndSession` is under way.
    pub(super) ending: usize,
    /// Logins under way; one may go on after its caller has gone.
    pub(super) entering: usize,
    pub(super) in_use: usize,
    pub(super) draining: bool,
    /// Index of the endpoint that worked last.
    pub(super) preferred: usize,
    pub(super) accepted: bool,
    pub(super) bar: Option<Bar>,
    /// How many logins have failed so far, and how the last of them did.
    pub(super) failures: u64,
    pub(super) last_failure: Option<Error>,
}

/// A session that can be used.
pub(super) struct Session {
    pub(super) endpoint: usize,
    pub(super) token: SecretString,
    /// Its connection, unless that has ended: then the next call has a new one made.
    pub(super) line: Option<Line>,
    pub(super) opened: Instant,
    /// Since when it rests.
    pub(super) since: Instant,
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
            rested: Notify::new(),
            changed: Notify::new(),
            observer,
            settings,
        }))
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

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        // Every change under the lock is a few assignments that cannot fail half-way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The session that rested last, of those that were opened after this moment.
    pub(super) fn take_idle(&self, after: Option<Instant>) -> Option<Session> {
        let mut state = self.state();
        let at = state
            .idle
            .iter()
            .rposition(|session| after.is_none_or(|after| session.opened > after))?;
        Some(state.idle.remove(at))
    }

    /// A user is done with a session, and it is good for another.
    pub(super) fn put_back(self: &Arc<Self>, mut session: Session) {
        session.since = Instant::now();
        let mut state = self.state();
        if state.draining || state.bar.is_some() {
            drop(state);
            self.retire(session);
        } else {
            state.idle.push(session);
            drop(state);
            self.rested.notify_one();
        }
    }

    /// KSC does not know the session any more.
    pub(super) fn forget(&self, session: Session) {
        drop(session);
        self.state().open -= 1;
        self.changed.notify_waiters();
    }

    /// Ends a session at KSC, in the background. Otherwise it would linger there until it expires.
    pub(super) fn retire(self: &Arc<Self>, mut session: Session) {
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
            let Session { token, line, .. } = &mut session;
            let ended = session::end(&pool.transport, endpoint, token, line).await;
            pool.tell::<EndSession>(hearer, ended.as_ref().err(), started.elapsed());
            if let Err(error) = ended {
                debug!(error = %error, "a KSC session could not be ended; it will expire");
            }
            pool.state().ending -= 1;
            pool.changed.notify_waiters();
        })));
    }

    /// Takes every resting session that `which` picks out of the stack.
    pub(super) fn take_idle_where(&self, which: impl Fn(&Session) -> bool) -> Vec<Session> {
        let mut state = self.state();
        let (taken, kept) = std::mem::take(&mut state.idle).into_iter().partition(which);
        state.idle = kept;
        taken
    }

    pub(super) fn begins<C: Call>(
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

    pub(super) fn tell<C: Call>(
        &self,
        hearer: Option<Box<dyn Hearer>>,
        error: Option<&Error>,
        took: Duration,
    ) {
        let outcome = outcome(error);
        self.tell_outcome::<C>(hearer, outcome, status(error), error, took);
    }

    pub(super) fn tell_outcome<C: Call>(
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
