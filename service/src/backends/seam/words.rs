//! What a back end is called, how it is, and for how long it is waited for.

use std::time::Instant;

use crate::carry::Unfinished;
use crate::problem::Problem;
use vocabulary::code::Code;

/// What the house calls a back end by, to those who know what they have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words {
    /// The product's name.
    pub name: &'static str,
    /// What is said when it cannot be asked, or not in time.
    pub unavailable: Code,
    /// Where people look at what it has.
    pub shown_in: &'static str,
    /// What it keeps a request as.
    pub record: &'static str,
    /// What sending is called in a trace.
    pub sending: &'static str,
    /// What looking for a request is called in a trace.
    pub finding: &'static str,
}

impl Words {
    /// It has not answered a question that changes nothing.
    #[must_use]
    pub fn late(self) -> Problem {
        let detail = format!("{} has not answered in time.", self.name);
        Problem::new(self.unavailable, detail).with_retry_after(5)
    }

    /// Work on a question that changes nothing has not come to an end.
    #[must_use]
    pub fn unfinished(self, unfinished: Unfinished, request_id: &str) -> Problem {
        match unfinished {
            Unfinished::Late => self.late(),
            Unfinished::BrokeOff => self.broke_off(request_id),
        }
    }

    /// It has no task of an id.
    #[must_use]
    pub fn unknown_task(self) -> Problem {
        let detail = format!("{} has no response task request of this id.", self.name);
        Problem::new(Code::TaskNotFound, detail)
    }

    /// Work on a question that changes nothing ended by a mistake in the program.
    #[must_use]
    pub fn broke_off(self, request_id: &str) -> Problem {
        tracing::error!({ request.id = request_id }, "work on a request broke off");
        let detail = format!("The gateway failed while it asked {}.", self.name);
        Problem::new(Code::Internal, detail)
    }
}

/// Until when a request may be sent.
#[derive(Debug, Clone, Copy)]
pub struct Deadline {
    at: Instant,
    words: Words,
}

impl Deadline {
    /// At this moment, for this back end.
    #[must_use]
    pub fn new(at: Instant, words: Words) -> Self {
        Self { at, words }
    }

    /// When it is.
    #[must_use]
    pub fn at(self) -> Instant {
        self.at
    }

    /// A step before anything is sent, but not beyond the deadline.
    ///
    /// # Errors
    /// When it is over first.
    pub async fn bounds<T>(self, step: impl Future<Output = T>) -> Result<T, Problem> {
        let step = tokio::time::timeout_at(self.at.into(), step).await;
        step.map_err(|_| self.too_late())
    }

    /// Nothing more may be sent.
    ///
    /// # Errors
    /// When it is over.
    pub fn demand(self) -> Result<(), Problem> {
        if Instant::now() >= self.at {
            return Err(self.too_late());
        }
        Ok(())
    }

    /// What is said when it is over.
    #[must_use]
    pub fn too_late(self) -> Problem {
        let detail = format!(
            "The request waited too long for {} or for earlier requests. Nothing was sent.",
            self.words.name
        );
        Problem::new(self.words.unavailable, detail).with_retry_after(5)
    }
}

/// What a request does when it comes twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// As much again: it is looked for before it is ever sent again.
    Once,
    /// The same as once: it may simply be sent again.
    Idempotent,
}

/// How a back end is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Health {
    /// Why requests should not be sent here, when they should not.
    pub not_ready: Option<&'static str>,
}
