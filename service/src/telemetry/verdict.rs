//! How a stage of the work ended, in a word for its span. Each failure says its word where it is
//! declared.

use std::borrow::Cow;

use tokio::sync::watch;

/// What a stage comes to.
pub trait Verdict {
    /// Why it failed, if it did: a word of ours, never anybody else's text.
    fn failure(&self) -> Option<Cow<'static, str>>;
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
