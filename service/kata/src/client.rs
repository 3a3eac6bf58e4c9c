//! The client: one call in, one honest outcome out.
//!
//! # Giving up
//!
//! A call that is dropped midway leaves nothing behind but, perhaps, an order at the Central Node.
//! No lock is held while waiting.

mod exchange;

use std::sync::Arc;

use self::exchange::Exchanges;
use crate::call::Call;
use crate::error::Error;
use crate::observer::Observer;
use crate::registrant::Registrant;
use crate::settings::{Settings, SettingsError};

/// A client of one Central Node.
pub struct Client {
    exchanges: Exchanges,
}

/// The result of a call, and how it was come by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome<T> {
    /// What the answer says.
    pub found: T,
    /// Which endpoint answered: its place in the settings.
    pub endpoint: usize,
}

impl Client {
    /// A client with these settings. Nothing is sent yet.
    pub fn new(settings: Settings, observer: Arc<dyn Observer>) -> Result<Self, SettingsError> {
        settings.check()?;
        let exchanges = Exchanges::new(settings, observer)?;
        Ok(Self { exchanges })
    }

    /// Makes a call. `action` is what its user knows it by, for the log.
    pub async fn call<C: Call>(&self, call: &C, action: &str) -> Result<Outcome<C::Found>, Error> {
        let found = self.exchanges.exchange(call, 0, action).await?;
        Ok(Outcome { found, endpoint: 0 })
    }

    /// Who an administrator has to accept.
    #[must_use]
    pub fn registrant(&self) -> &Registrant {
        self.exchanges.registrant()
    }
}
