//! Who may ask KSC at all: nobody while draining, and nobody while the credentials are refused.
//!
//! KSC blocks an account after too many wrong passwords, for everybody who uses it. So the verdict
//! is remembered together with the password it was on.

use std::time::Instant;

use secrecy::{ExposeSecret as _, SecretString};

use super::bar::{Bar, Verdict};
use super::sessions::Pool;
use crate::error::Error;

impl Pool {
    /// Whether a new user may come in.
    pub(super) fn admit(&self) -> Result<(), Error> {
        if self.state().draining {
            return Err(Error::Draining);
        }
        self.admit_login()
    }

    /// Whether KSC may be asked with the credentials now. A lease that is out may still do so while
    /// draining, to finish its work.
    pub(super) fn admit_login(&self) -> Result<(), Error> {
        let bar = self.state().bar.clone();
        match bar {
            Some(bar) if !self.is_over(&bar) => Err(bar.error()),
            Some(_) | None => Ok(()),
        }
    }

    /// The time is up, or the password is another one than KSC refused.
    pub(super) fn is_over(&self, bar: &Bar) -> bool {
        if Instant::now() >= bar.until {
            return true;
        }
        match self.settings.credentials.password() {
            Ok(password) => password.expose_secret() != bar.password.expose_secret(),
            // A password that cannot be read is no reason to try.
            Err(_) => false,
        }
    }

    /// Remembers a verdict, ends what rests, and gives the error for whoever asked.
    pub(super) fn set_bar(
        self: &std::sync::Arc<Self>,
        verdict: Verdict,
        password: SecretString,
    ) -> Error {
        let until = Instant::now() + self.settings.credentials_back_off;
        let bar = Bar {
            verdict,
            password,
            until,
        };
        let error = bar.error();
        self.state().bar = Some(bar);
        // Sessions from before may still work. They are ended all the same: with them in the stack
        // no login would take place, and nobody would learn that the credentials are good again.
        for session in self.take_idle_where(|_| true) {
            self.retire(session);
        }
        error
    }
}
