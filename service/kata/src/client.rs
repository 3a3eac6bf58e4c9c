//! The client: one call in, one honest outcome out.
//!
//! # Giving up
//!
//! A call that is dropped midway leaves nothing behind but, perhaps, an order at the Central Node.
//! No lock is held while waiting.

mod brake;
mod exchange;
mod gate;
mod pace;

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use self::exchange::Exchanges;
use crate::call::{Call, ListSensors};
use crate::error::Error;
use crate::observer::Observer;
use crate::registrant::Registrant;
use crate::sensor_id::SensorId;
use crate::settings::{Settings, SettingsError};

pub use self::gate::Registration;

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

/// How things are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// Whether the external system is accepted.
    pub registration: Registration,
    /// For how long the server has asked for silence.
    pub throttled_for: Option<Duration>,
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

    /// Asks whether the external system is accepted, with the smallest of questions: after a host
    /// that cannot exist. While it is known not to be, one knock a minute is heard.
    ///
    /// Of the other API of the same server, which some programs knock at, nobody has said that it
    /// has to be there.
    pub async fn knock(&self, action: &str) -> Result<(), Error> {
        let nobody = SensorId::new(Uuid::nil().to_string()).expect("a UUID is an id");
        let question = ListSensors {
            id: Some(nobody),
            ..ListSensors::default()
        };
        match self.call(&question, action).await {
            Ok(_) => Ok(()),
            // It knows us, and does not like the question.
            Err(Error::Refused { status: 400, .. }) => {
                self.exchanges.accepted();
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// How things are, without asking anybody.
    #[must_use]
    pub fn status(&self) -> Status {
        Status {
            registration: self.exchanges.registration(),
            throttled_for: self.exchanges.throttled_for(),
        }
    }

    /// Who an administrator has to accept.
    #[must_use]
    pub fn registrant(&self) -> &Registrant {
        self.exchanges.registrant()
    }
}
