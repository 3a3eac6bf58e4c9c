//! Logging in: one at a time, at the endpoint that worked last, then at the others.

use std::pin::pin;
use std::sync::Arc;
use std::time::Instant;

use secrecy::SecretString;
use tokio::sync::oneshot;
use tracing::{debug, error, warn};

use super::bar::Verdict;
use super::outcome;
use super::sessions::{Pool, Session};
use crate::call::{EndSession, StartSession};
use crate::error::Error;
use crate::observer::{CallOutcome, LoginOutcome, Wait};
use crate::session::{self, Started};
use crate::transport::Line;
use crate::wire::PxgError;

/// What a user of the pool asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Want {
    /// Any session.
    Any,
    /// One that was opened after this moment: the one it had turned out to be dead then, and those
    /// that rest since before may be dead with it.
    OpenedAfter(Instant),
}

impl Pool {
    /// A session out of the stack, or a new one.
    pub(super) async fn session(self: &Arc<Self>, want: Want) -> Result<Session, Error> {
        let failures_before = self.state().failures;
        if let Some(session) = self.resting(want)? {
            return Ok(session);
        }
        Box::pin(self.session_in_turn(want, failures_before)).await
    }

    /// A session that is given back, or a new one when it is the turn of who asks.
    async fn session_in_turn(
        self: &Arc<Self>,
        want: Want,
        failures_before: u64,
    ) -> Result<Session, Error> {
        let _waiting = self.observer.waits(Wait::Login);
        let mut turn = pin!(Arc::clone(&self.turn).lock_owned());
        let turn = loop {
            tokio::select! {
                turn = &mut turn => break turn,
                // Sooner than a login, which all who wait would otherwise do one after the other.
                () = self.rested.notified() => {
                    if let Some(session) = self.resting(want)? {
                        return Ok(session);
                    }
                }
            }
        };
        {
            let state = self.state();
            if let Some(error) = &state.last_failure
                && state.failures != failures_before
            {
                // Somebody failed while this one stood in the queue: the same would happen again.
                return Err(error.clone());
            }
        }
        // Somebody may have given a session back, or been refused, in the meantime.
        if let Some(session) = self.resting(want)? {
            return Ok(session);
        }
        let (tell, told) = oneshot::channel();
        let pool = Arc::clone(self);
        self.state().entering += 1;
        tokio::spawn(self.observer.carry(Box::pin(async move {
            let outcome = pool.log_in().await;
            drop(turn);
            if let Err(Ok(unclaimed)) = tell.send(outcome) {
                pool.put_back(unclaimed);
            }
            pool.state().entering -= 1;
            pool.changed.notify_waiters();
        })));
        // The sender is dropped unused only when the runtime is being shut down.
        told.await.unwrap_or(Err(Error::Draining))
    }

    fn resting(&self, want: Want) -> Result<Option<Session>, Error> {
        match want {
            Want::Any => {
                self.admit()?;
                let barred = self.state().bar.is_some();
                // After a refusal the next thing is a login that settles the matter.
                Ok(if barred { None } else { self.take_idle(None) })
            }
            Want::OpenedAfter(moment) => {
                self.admit_login()?;
                Ok(self.take_idle(Some(moment)))
            }
        }
    }

    async fn log_in(self: &Arc<Self>) -> Result<Session, Error> {
        let outcome = self.try_endpoints().await;
        let told = match &outcome {
            Ok(_) => LoginOutcome::Accepted,
            Err(Error::CredentialsRefused { .. }) => LoginOutcome::Refused,
            Err(Error::SecondFactor { .. }) => LoginOutcome::SecondFactor,
            Err(_) => LoginOutcome::Failed,
        };
        self.observer.login(told);
        if let Err(error) = &outcome {
            let mut state = self.state();
            state.failures += 1;
            state.last_failure = Some(error.clone());
        }
        outcome
    }

    async fn try_endpoints(self: &Arc<Self>) -> Result<Session, Error> {
        let password = self.settings.credentials.password().map_err(|reason| {
            error!(reason, "the KSC password cannot be read");
            Error::Password { reason }
        })?;
        let preferred = self.state().preferred;
        let count = self.settings.endpoints.len();
        let mut failure = None;
        for index in (0..count).map(|step| (preferred + step) % count) {
            let place = trust::place(&self.settings.endpoints[index]);
            match self.start(index, &password).await {
                Ok(Started::Session(token, line)) => {
                    debug!(ksc.endpoint = place, "logged in to KSC");
                    return Ok(self.admitted(index, token, line));
                }
                Ok(Started::Refused(reason)) => {
                    error!(
                        ksc.endpoint = place,
                        ksc.error = reason.as_ref().map(ToString::to_string),
                        ksc.detail = reason.as_ref().map(PxgError::log_detail),
                        "KSC refused the credentials; no login is tried until the back-off is \
                         over or the password changes"
                    );
                    return Err(self.set_bar(Verdict::Refused(reason), password));
                }
                Ok(Started::SecondFactor { half_open, line }) => {
                    error!(
                        ksc.endpoint = place,
                        "KSC asks for a second factor: exclude the account from two-step \
                         verification"
                    );
                    if let Some(token) = half_open {
                        self.end_half_open(index, &token, line).await;
                    }
                    return Err(self.set_bar(Verdict::SecondFactor, password));
                }
                Err(error) => {
                    let cause = std::error::Error::source(&error).map(ToString::to_string);
                    warn!(ksc.endpoint = place, error = %error, cause, "no KSC session");
                    let final_word = !leaves_it_to_another_endpoint(&error);
                    failure = Some(error);
                    if final_word {
                        break;
                    }
                }
            }
        }
        let source = failure.expect("Settings::check has seen an endpoint, and it was tried");
        Err(Error::Login {
            source: Box::new(source),
        })
    }

    async fn start(&self, index: usize, password: &SecretString) -> Result<Started, Error> {
        let begun = Instant::now();
        let endpoint = &self.settings.endpoints[index];
        let hearer = self.begins::<StartSession>(endpoint, "", 1);
        let outcome = session::start(&self.transport, &self.settings, endpoint, password).await;
        let (told, status, error) = match &outcome {
            Ok(Started::Session(..)) => (CallOutcome::Ok, Some(200), None),
            Ok(Started::Refused(Some(error))) => {
                (CallOutcome::KscError, Some(200), Some(error.clone()))
            }
            // 401 or 403.
            Ok(Started::Refused(None)) => (CallOutcome::HttpStatus, None, None),
            Ok(Started::SecondFactor { .. }) => (CallOutcome::HttpStatus, Some(401), None),
            Err(error) => (
                outcome::outcome(Some(error)),
                outcome::status(Some(error)),
                error.pxg().cloned(),
            ),
        };
        let error = error.map(Error::Ksc);
        let took = begun.elapsed();
        self.tell_outcome::<StartSession>(hearer, told, status, error.as_ref(), took);
        outcome
    }

    fn admitted(&self, endpoint: usize, token: SecretString, line: Option<Line>) -> Session {
        let now = Instant::now();
        let mut state = self.state();
        state.preferred = endpoint;
        state.accepted = true;
        state.bar = None;
        state.open += 1;
        Session {
            endpoint,
            token,
            line,
            opened: now,
            since: now,
        }
    }

    async fn end_half_open(&self, index: usize, token: &SecretString, mut line: Option<Line>) {
        let begun = Instant::now();
        let endpoint = &self.settings.endpoints[index];
        let hearer = self.begins::<EndSession>(endpoint, "", 1);
        let ended = session::end(&self.transport, endpoint, token, &mut line).await;
        self.tell::<EndSession>(hearer, ended.as_ref().err(), begun.elapsed());
        if let Err(error) = ended {
            warn!(error = %error, "the half-open KSC session could not be ended; it will expire");
        }
    }
}

/// A server that cannot be reached, or does not work, says nothing about the next one. A server
/// that answers with a word of KSC's does.
fn leaves_it_to_another_endpoint(error: &Error) -> bool {
    match error {
        Error::Connect { .. }
        | Error::Untrusted { .. }
        | Error::Timeout { .. }
        | Error::Lost { .. }
        | Error::TooLarge { .. }
        | Error::Malformed { .. }
        | Error::Http { .. } => true,
        Error::Ksc(error) => error.is("KLSTD", 1195),
        Error::NoLease { .. }
        | Error::Draining
        | Error::Password { .. }
        | Error::CredentialsRefused { .. }
        | Error::SecondFactor { .. }
        | Error::Login { .. }
        | Error::SessionLost => false,
    }
}
