//! When a request is tried again, and when no more.
//!
//! Nothing is repeated that the gateway has refused for good. What may have been carried out is
//! repeated with its key, by which the gateway knows it again; and once it may have been, only an
//! answer that is of this very request says otherwise.

use std::time::{Duration, Instant};

use vocabulary::code::Code;

use super::answer::Answer;
use super::attempt::{Attempt, Outgoing};
use super::failure::{Failure, Refusal};
use crate::token::TokenError;

/// The pauses where nobody says how long: each twice the one before, up to this.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(8);

/// Less time than this is no use to an exchange.
const SHORTEST_EXCHANGE: Duration = Duration::from_secs(2);

/// What comes next.
#[derive(Debug)]
pub(super) enum Next {
    /// It is settled.
    Settled(Box<Result<Answer, Failure>>),
    /// The same again, after this pause.
    Again(Duration),
}

/// How much of it is left.
#[derive(Debug)]
pub(super) struct Patience {
    until: Instant,
    /// Whether repeating can do no harm.
    repeatable: bool,
    changes: bool,
    /// Whether an earlier exchange may have been carried out, and why nobody knows.
    open: Option<String>,
    tries: u32,
}

impl Patience {
    pub(super) fn new(outgoing: &Outgoing, until: Instant) -> Self {
        Self {
            until,
            repeatable: !outgoing.changes || outgoing.key.is_some(),
            changes: outgoing.changes,
            open: None,
            tries: 0,
        }
    }

    /// How long an answer may be waited for that could take this long. The first one has its whole
    /// time: whoever wants no repetition wants an answer all the same.
    pub(super) fn for_an_answer(&self, whole: Duration) -> Duration {
        if self.tries == 0 {
            return whole;
        }
        whole.min(self.until.saturating_duration_since(Instant::now()))
    }

    /// What comes after an exchange.
    pub(super) fn after(&mut self, attempt: Attempt) -> Next {
        self.tries += 1;
        match attempt {
            Attempt::Answered(Ok(mut answer)) => {
                answer.tries = self.tries;
                settled(Ok(answer))
            }
            Attempt::Answered(Err(refusal)) => self.refused(refusal),
            Attempt::NotSent(reason) => self.again(None, |open| match open {
                Some(earlier) => unknown(earlier, None),
                None => Failure::NotSent { reason },
            }),
            Attempt::Lost(reason) => self.lost(reason),
            // What says so may be a proxy that has handed the request on before; and what says yes
            // in other words may have done it.
            Attempt::Stranger(200..=299 | 500..=599, reason) if self.changes => self.lost(reason),
            Attempt::Stranger(502..=504, reason) => {
                self.again(None, |_| Failure::Silent { reason })
            }
            Attempt::Stranger(_, reason) => match self.open.take() {
                Some(earlier) => settled(Err(unknown(earlier, None))),
                None => settled(Err(Failure::Stranger { reason })),
            },
        }
    }

    /// What is known when there is no token for a further exchange.
    pub(super) fn without_token(&mut self, error: TokenError) -> Failure {
        match self.open.take() {
            Some(earlier) => unknown(format!("{earlier}; {error}"), None),
            None => Failure::Token(error),
        }
    }

    fn lost(&mut self, reason: String) -> Next {
        if !self.changes {
            return self.again(None, |_| Failure::Silent { reason });
        }
        self.open = Some(reason);
        self.again(None, |open| unknown(open.unwrap_or_default(), None))
    }

    fn refused(&mut self, refusal: Refusal) -> Next {
        // The same body is as wrong at every exchange, so none was carried out.
        let for_good = [Code::ValidationFailed, Code::MalformedJson].map(Code::name);
        if for_good.contains(&refusal.code.as_str()) {
            return settled(Err(Failure::Refused(Box::new(refusal))));
        }
        if refusal.retryable {
            let pause = refusal.retry_after.map(Duration::from_secs);
            return self.again(pause, |open| self::refused(open, refusal));
        }
        settled(Err(self::refused(self.open.take(), refusal)))
    }

    /// The same again after a pause, while there is time; else what is known.
    fn again(
        &mut self,
        pause: Option<Duration>,
        failure: impl FnOnce(Option<String>) -> Failure,
    ) -> Next {
        let doubled = FIRST_PAUSE.saturating_mul(1 << (self.tries - 1).min(8));
        let pause = pause.map_or(doubled.min(LONGEST_PAUSE), |it| it.max(FIRST_PAUSE));
        let left = self.until.saturating_duration_since(Instant::now());
        // An exchange that is cut short says less than none.
        if self.repeatable && pause + SHORTEST_EXCHANGE <= left {
            Next::Again(pause)
        } else {
            settled(Err(failure(self.open.take())))
        }
    }
}

fn settled(it: Result<Answer, Failure>) -> Next {
    Next::Settled(Box::new(it))
}

/// A refusal, after exchanges of which one may have been carried out.
fn refused(open: Option<String>, refusal: Refusal) -> Failure {
    match open {
        Some(earlier) => unknown(earlier, Some(Box::new(refusal))),
        None if refusal.leaves_open() => unknown(refusal.detail.clone(), Some(Box::new(refusal))),
        None => Failure::Refused(Box::new(refusal)),
    }
}

fn unknown(reason: String, said: Option<Box<Refusal>>) -> Failure {
    Failure::Unknown { reason, said }
}
