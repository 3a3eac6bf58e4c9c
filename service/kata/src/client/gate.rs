//! Whether the external system is accepted, and who may ask.
//!
//! Until a person accepts it in the console, every request is answered 401. A program in use took
//! that for a reason to start again, at once, for days. Here one 401 shuts the gate: one request a
//! minute goes through and is the probe; the others are answered without being sent.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Whether the external system is accepted, as far as is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registration {
    /// Nobody has asked yet.
    Unknown,
    /// It was, when the server last answered.
    Accepted,
    /// It is not, or not any more; or it was rejected, which cannot be told apart.
    NotAccepted {
        /// Until the next call goes through, as a probe.
        next_probe_in: Duration,
    },
}

#[derive(Debug, Clone, Copy)]
enum State {
    Unknown,
    Open,
    Shut { next: Instant },
}

/// The gate.
pub(super) struct Gate {
    probe_every: Duration,
    state: Mutex<State>,
}

impl Gate {
    pub(super) fn new(probe_every: Duration) -> Self {
        Self {
            probe_every,
            state: Mutex::new(State::Unknown),
        }
    }

    /// Lets a request through, or says for how long not.
    ///
    /// A probe that is given up midway has used its minute: that is what a bound is.
    pub(super) fn enter(&self) -> Result<(), Duration> {
        let mut state = self.state();
        let State::Shut { next } = &mut *state else {
            return Ok(());
        };
        let now = Instant::now();
        if now < *next {
            return Err(*next - now);
        }
        *next = now + self.probe_every;
        Ok(())
    }

    /// 401. Returns until when it is shut, and whether that is news.
    pub(super) fn shut(&self) -> (Duration, bool) {
        let mut state = self.state();
        let is_news = !matches!(*state, State::Shut { .. });
        let next = Instant::now() + self.probe_every;
        *state = State::Shut { next };
        (self.probe_every, is_news)
    }

    /// An answer of the server's own to somebody it knows. Returns whether that is news.
    pub(super) fn open(&self) -> bool {
        let mut state = self.state();
        let is_news = !matches!(*state, State::Open);
        *state = State::Open;
        is_news
    }

    pub(super) fn registration(&self) -> Registration {
        match *self.state() {
            State::Unknown => Registration::Unknown,
            State::Open => Registration::Accepted,
            State::Shut { next } => Registration::NotAccepted {
                next_probe_in: next.saturating_duration_since(Instant::now()),
            },
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[tokio::test(start_paused = true)]
    async fn one_a_minute_goes_through_until_one_is_accepted() {
        let gate = Gate::new(MINUTE);
        assert_eq!(gate.registration(), Registration::Unknown);
        assert_eq!(gate.enter(), Ok(()));
        assert_eq!(gate.shut(), (MINUTE, true));

        assert_eq!(gate.enter(), Err(MINUTE));
        tokio::time::advance(MINUTE / 2).await;
        assert_eq!(gate.enter(), Err(MINUTE / 2));
        tokio::time::advance(MINUTE / 2).await;

        assert_eq!(gate.enter(), Ok(()), "the probe");
        assert_eq!(gate.enter(), Err(MINUTE), "and nobody with it");
        assert_eq!(gate.shut(), (MINUTE, false));
        tokio::time::advance(MINUTE).await;
        assert_eq!(gate.enter(), Ok(()));
        assert!(gate.open());
        assert!(!gate.open());
        assert_eq!(gate.enter(), Ok(()));
        assert_eq!(gate.registration(), Registration::Accepted);
    }
}
