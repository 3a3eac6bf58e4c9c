//! The exclusive use of one session.
//!
//! A call in a lease is repeated in three cases only, each at most once, and in each it is certain
//! that nothing can happen twice:
//!
//! * KSC refused it because the session is over, and the call only reads or can be repeated by its
//!   nature: a fresh login, the same call again;
//! * it never left, and there is another endpoint: a login there, the same call again;
//! * the answer was lost, and the call only reads or can be repeated by its nature.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::OwnedSemaphorePermit;
use tracing::{debug, info, warn};

use super::login::Want;
use super::sessions::{Pool, Session};
use crate::call::{Call, Effect, Ping};
use crate::error::Error;
use crate::observer::{CallOutcome, Wait};
use crate::session;

/// The exclusive use of one session, given back on drop.
///
/// A lease outlives its session: when KSC has dropped it, the next call logs in again.
pub struct Lease {
    pool: Arc<Pool>,
    session: Option<Session>,
    /// The call under way. Still set when its future was dropped before the answer came.
    under_way: Option<(&'static str, Instant)>,
    /// The call that failed last, and how often in a row.
    failed: Option<(&'static str, u32)>,
    _permit: OwnedSemaphorePermit,
}

impl Lease {
    pub(super) fn new(pool: Arc<Pool>, permit: OwnedSemaphorePermit) -> Self {
        let in_use = {
            let mut state = pool.state();
            state.in_use += 1;
            state.in_use
        };
        pool.observer.leases(in_use);
        Self {
            pool,
            session: None,
            under_way: None,
            failed: None,
            _permit: permit,
        }
    }

    pub(super) async fn fill(&mut self) -> Result<(), Error> {
        self.session = Some(self.pool.session(Want::Any).await?);
        Ok(())
    }

    pub(super) fn hold(&mut self, session: Session) {
        self.session = Some(session);
    }

    /// Calls KSC; `request_id` goes along as `X-KSC-RequestId`, for the server's log.
    ///
    /// When the future is dropped before it is done, KSC may or may not have executed the call, and
    /// the session is ended and replaced.
    pub async fn call<C: Call>(&mut self, call: &C, request_id: &str) -> Result<C::Reply, Error> {
        let mut renewed = false;
        let mut moved = false;
        let mut repeated = false;
        loop {
            self.give_up_unfinished();
            if C::BOUND_TO_SESSION && self.session.is_none() {
                // What the call names went with the session.
                return Err(Error::SessionLost);
            }
            self.ready().await?;
            let error = match self.attempt(call, request_id).await {
                Ok(reply) => return Ok(reply),
                Err(error) => error,
            };
            match self.settle(&error) {
                After::SessionLost => {
                    // Whether it was lost before the call was executed or after it, nobody knows.
                    if C::BOUND_TO_SESSION || C::EFFECT == Effect::Once || renewed {
                        return Err(Error::SessionLost);
                    }
                    info!(ksc.method = C::NAME, error = %error, "the KSC session is over");
                    renewed = true;
                }
                After::EndpointLost => {
                    if C::BOUND_TO_SESSION || moved {
                        return Err(error);
                    }
                    warn!(ksc.method = C::NAME, error = %error, "trying another KSC endpoint");
                    moved = true;
                }
                After::AnswerLost if C::EFFECT != Effect::Once && !repeated => {
                    debug!(ksc.method = C::NAME, "the answer was lost; asking again");
                    repeated = true;
                }
                After::AnswerLost | After::Doubtful => {
                    self.retire();
                    return Err(error);
                }
                After::SessionGood => return Err(error),
            }
        }
    }

    /// Makes sure that there is a session, with a login if the last call lost it.
    pub async fn ready(&mut self) -> Result<(), Error> {
        self.give_up_unfinished();
        if self.session.is_none() {
            self.session = Some(self.pool.session(Want::OpenedAfter(Instant::now())).await?);
        }
        Ok(())
    }

    /// Makes sure of the session and of its connection, where KSC was not heard on it a moment ago:
    /// a call that must not happen twice then finds both standing, and needs no new connection.
    pub async fn prove(&mut self) -> Result<(), Error> {
        self.ready().await?;
        let line = self.session.as_ref().and_then(|it| it.line.as_ref());
        // Where there is none, the call has one made, which is as good.
        if line.is_none_or(|it| self.pool.transport.was_heard(it)) {
            return Ok(());
        }
        self.call(&Ping, "").await
    }

    /// Calls KSC at most once, in the session that is there: for a caller who has to ask somebody,
    /// KSC itself, or the time, before each attempt. After [`Error::SessionLost`] the lease can be
    /// made [ready](Lease::ready) and used again; whether the call was executed before the session
    /// was lost, that does not say.
    pub async fn call_once<C: Call>(
        &mut self,
        call: &C,
        request_id: &str,
    ) -> Result<C::Reply, Error> {
        self.give_up_unfinished();
        let error = match self.attempt(call, request_id).await {
            Ok(reply) => return Ok(reply),
            Err(error) => error,
        };
        match self.settle(&error) {
            After::SessionLost => {
                info!(ksc.method = C::NAME, error = %error, "the KSC session is over");
                Err(Error::SessionLost)
            }
            After::EndpointLost | After::SessionGood => Err(error),
            After::AnswerLost | After::Doubtful => {
                self.retire();
                Err(error)
            }
        }
    }

    /// Until what is returned is dropped, this is waited for.
    pub(super) fn waits(&self, wait: Wait) -> Option<Box<dyn Send + Sync>> {
        self.pool.observer.waits(wait)
    }

    /// One exchange; the session stays where it is, whatever comes of it.
    pub(super) async fn attempt<C: Call>(
        &mut self,
        call: &C,
        request_id: &str,
    ) -> Result<C::Reply, Error> {
        let Some(session) = &mut self.session else {
            return Err(Error::SessionLost);
        };
        let pool = &self.pool;
        let endpoint = &pool.settings.endpoints[session.endpoint];
        let begun = Instant::now();
        self.under_way = Some((C::NAME, begun));
        let before = self.failed.take().filter(|it| it.0 == C::NAME);
        let attempt = before.map_or(1, |it| it.1 + 1);
        let hearer = pool.begins::<C>(endpoint, request_id, attempt);
        let outcome = session::exchange(
            &pool.transport,
            endpoint,
            &session.token,
            &mut session.line,
            call,
            request_id,
        )
        .await;
        self.under_way = None;
        pool.tell::<C>(hearer, outcome.as_ref().err(), begun.elapsed());
        self.failed = outcome.is_err().then_some((C::NAME, attempt));
        if let Err(Error::Ksc(error)) = &outcome {
            debug!(
                ksc.method = C::NAME,
                ksc.error = %error,
                ksc.detail = error.log_detail(),
                "KSC answered with an error"
            );
        }
        outcome
    }

    /// What a failure means for the session; a session that is gone is let go here.
    pub(super) fn settle(&mut self, error: &Error) -> After {
        match error {
            Error::Http { status: 401 | 403 } => self.session_lost(),
            Error::Ksc(error) if error.means_session_lost() => self.session_lost(),
            Error::Connect { .. } | Error::Untrusted { .. } | Error::Timeout { sent: false } => {
                if self.pool.settings.endpoints.len() > 1 {
                    self.endpoint_lost();
                    After::EndpointLost
                } else {
                    After::SessionGood
                }
            }
            Error::Lost { .. } => After::AnswerLost,
            // KSC may still be at work on the call in this session.
            Error::Timeout { sent: true } => After::Doubtful,
            Error::Http { .. }
            | Error::TooLarge { .. }
            | Error::Malformed { .. }
            | Error::Ksc(_)
            | Error::SessionLost
            | Error::NoLease { .. }
            | Error::Draining
            | Error::Password { .. }
            | Error::CredentialsRefused { .. }
            | Error::SecondFactor { .. }
            | Error::Login { .. } => After::SessionGood,
        }
    }

    fn session_lost(&mut self) -> After {
        if let Some(session) = self.session.take() {
            self.pool.forget(session);
        }
        After::SessionLost
    }

    /// A session belongs to its endpoint, and so do all that rest there.
    fn endpoint_lost(&mut self) {
        let Some(session) = self.session.take() else {
            return;
        };
        let lost = session.endpoint;
        self.pool.forget(session);
        for session in self
            .pool
            .take_idle_where(|session| session.endpoint == lost)
        {
            self.pool.forget(session);
        }
        let mut state = self.pool.state();
        if state.preferred == lost {
            state.preferred = (lost + 1) % self.pool.settings.endpoints.len();
        }
    }

    /// Ends the session at KSC.
    pub(super) fn retire(&mut self) {
        if let Some(session) = self.session.take() {
            self.pool.retire(session);
        }
    }

    fn give_up_unfinished(&mut self) {
        if let Some((method, begun)) = self.under_way.take() {
            self.pool
                .observer
                .call(method, CallOutcome::Unknown, begun.elapsed());
            self.retire();
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.give_up_unfinished();
        if let Some(session) = self.session.take() {
            self.pool.put_back(session);
        }
        let in_use = {
            let mut state = self.pool.state();
            state.in_use -= 1;
            state.in_use
        };
        self.pool.observer.leases(in_use);
        self.pool.changed.notify_waiters();
    }
}

/// What a failed exchange leaves behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum After {
    /// KSC does not know the session any more; it has been let go.
    SessionLost,
    /// Its server cannot be reached, and there are others; the session has been let go.
    EndpointLost,
    /// The connection broke; the session itself is not bound to it.
    AnswerLost,
    /// KSC may still be at work in the session.
    Doubtful,
    /// The session can be used.
    SessionGood,
}
