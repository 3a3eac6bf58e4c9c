//! What a failure of KSC means for a caller.

use ksc::{Delivery, Error, Kind};
use std::borrow::Cow;

use super::words::WORDS;
use crate::backends::seam::{Certainty, Fault};
use crate::carry::Unfinished;
use crate::problem::Problem;
use crate::telemetry::Verdict;
use vocabulary::code::Code;
use vocabulary::problem::{BackendFacts, KscFault};

/// Why there is no answer to a question that changes nothing.
#[derive(Debug, Clone)]
pub enum Failure {
    /// KSC failed.
    Ksc(Error),
    /// The time that a caller waits was over first; the work goes on.
    Late,
    /// The program failed.
    BrokeOff,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Ksc(error)
    }
}

impl From<Unfinished> for Failure {
    fn from(unfinished: Unfinished) -> Self {
        match unfinished {
            Unfinished::Late => Self::Late,
            Unfinished::BrokeOff => Self::BrokeOff,
        }
    }
}

impl Failure {
    /// The problem to answer with. The failure is logged here, once.
    #[must_use]
    pub fn problem(&self, request_id: &str) -> Problem {
        match self {
            Self::Ksc(error) => problem(error, request_id),
            Self::Late => WORDS.late(),
            Self::BrokeOff => WORDS.broke_off(request_id),
        }
    }
}

impl<T> Verdict for Result<T, Failure> {
    fn failure(&self) -> Option<Cow<'static, str>> {
        let failure = self.as_ref().err()?;
        Some(match failure {
            Failure::Late => "late".into(),
            Failure::BrokeOff => "broke_off".into(),
            Failure::Ksc(_) => "ksc".into(),
        })
    }
}

impl Fault for Error {
    fn certainty(&self) -> Certainty {
        match Error::certainty(self) {
            ksc::Certainty::NothingDone => Certainty::NothingDone,
            ksc::Certainty::Answered => Certainty::Answered,
            ksc::Certainty::Open => Certainty::Open,
        }
    }

    fn is_passing(&self) -> bool {
        matches!(self.kind(), Kind::Unavailable)
    }

    fn has_ended_session(&self) -> bool {
        matches!(self, Error::SessionLost)
    }

    fn has_not_left(&self) -> bool {
        matches!(self.delivery(), Delivery::NotSent)
    }

    fn problem(&self, request_id: &str) -> Problem {
        problem(self, request_id)
    }
}

/// The problem for a KSC call that failed before it could change anything, or that only reads. The
/// failure itself is logged here, once; the caller gets what it can act on.
pub fn problem(error: &Error, request_id: &str) -> Problem {
    let problem = meaning(error);
    tracing::warn!(
        {
            request.id = request_id,
            error = error as &dyn std::error::Error,
            ksc.module = error.pxg().map(|it| it.module.as_str()),
            ksc.code = error.pxg().map(|it| it.code),
            problem.code = problem.code().name()
        },
        "a KSC call failed"
    );
    problem
}

/// What such a failure means for a caller. Whoever asks has it logged.
#[must_use]
pub fn meaning(error: &Error) -> Problem {
    let (code, detail) = match error.kind() {
        Kind::Unavailable => (
            Code::KscUnavailable,
            "KSC, or a free session on it, could not be had. Try again shortly.",
        ),
        Kind::CredentialsRefused if is_password(error) => (
            Code::KscCredentialsRefused,
            "The gateway cannot read the password of its KSC account: check its `password_file`.",
        ),
        Kind::CredentialsRefused => (
            Code::KscCredentialsRefused,
            "KSC refuses the gateway's account. The gateway asks again after a pause, or at once when the password file changes.",
        ),
        Kind::SecondFactor => (
            Code::KscCredentialsRefused,
            "KSC asks the gateway's account for a second factor: exclude the account from two-step verification.",
        ),
        Kind::AccessDenied => (
            Code::KscAccessDenied,
            "The gateway's KSC account lacks a right for this call.",
        ),
        Kind::NotFound | Kind::Refused => (Code::KscRefused, "KSC refused the call."),
        Kind::NoSuchCall => (
            Code::KscProtocol,
            "This KSC server does not know the call: it may be too old.",
        ),
        Kind::Protocol => (
            Code::KscProtocol,
            "The other end does not answer as KSC is documented to.",
        ),
    };
    let ksc = error.pxg().map(|it| KscFault {
        module: it.module.clone(),
        code: it.code,
        subcode: it.subcode,
    });
    let problem = Problem::new(code, detail).with_facts(BackendFacts {
        ksc,
        incident_id: None,
    });
    problem.with_pause(error.retry_after())
}

/// Whether KSC was not even asked, for want of a password.
fn is_password(error: &Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(it) = cause {
        if matches!(it.downcast_ref::<Error>(), Some(Error::Password { .. })) {
            return true;
        }
        cause = it.source();
    }
    false
}
