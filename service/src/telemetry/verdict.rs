//! How a stage of the work ended, in a word for its span.

use std::borrow::Cow;

use tokio::sync::watch;

use crate::api::problem::Problem;
use crate::fault::Failure;
use crate::store::Away;

/// What a stage comes to.
pub trait Verdict {
    /// Why it failed, if it did: a word of ours, never anybody else's text.
    fn failure(&self) -> Option<Cow<'static, str>>;
}

impl<T> Verdict for Result<T, Problem> {
    fn failure(&self) -> Option<Cow<'static, str>> {
        self.as_ref().err().map(|it| it.code().name().into())
    }
}

impl<T> Verdict for Result<T, Away> {
    fn failure(&self) -> Option<Cow<'static, str>> {
        self.as_ref().err().map(|_| "store_unavailable".into())
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

impl<T> Verdict for Result<T, watch::error::RecvError> {
    fn failure(&self) -> Option<Cow<'static, str>> {
        self.as_ref().err().map(|_| "broke_off".into())
    }
}

impl<T> Verdict for Result<T, tokio::time::error::Elapsed> {
    fn failure(&self) -> Option<Cow<'static, str>> {
        self.as_ref().err().map(|_| "late".into())
    }
}

/// What was looked for may be missing, and that is no failure of the look.
impl<T> Verdict for Option<T> {
    fn failure(&self) -> Option<Cow<'static, str>> {
        None
    }
}
