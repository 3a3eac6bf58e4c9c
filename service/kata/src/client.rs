//! The client: one call in, one honest outcome out.
//!
//! # Reading back
//!
//! An order whose answer is lost may have been taken. Before it is sent again, the client looks what
//! stands: the order, and it is done; certainly not the order, and it is sent again, to the next
//! endpoint; anything else, and the outcome is unknown. Every order of this API can be looked up,
//! so that none has to be repeated in the dark.
//!
//! # Endpoints
//!
//! They are several ways to one Central Node. The client moves on when one cannot be connected to,
//! does not answer in time or says that it is out of service, and for nothing else: a refusal is a
//! refusal everywhere.
//!
//! # Giving up
//!
//! A call that is dropped midway leaves nothing behind but, perhaps, an order at the Central Node.
//! No lock is held while waiting.

mod brake;
mod course;
mod exchange;
mod gate;
mod pace;

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use self::course::Course;
use self::exchange::{Exchanges, Trouble};
use crate::call::{Call, Effect, Evidence, ListSensors};
use crate::error::Error;
use crate::observer::Observer;
use crate::registrant::Registrant;
use crate::sensor_id::SensorId;
use crate::settings::{Settings, SettingsError};

pub use self::gate::Registration;

/// A client of one Central Node.
pub struct Client {
    exchanges: Exchanges,
    course: Course,
}

/// The result of a call, and how it was come by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome<T> {
    /// What the answer says.
    pub found: T,
    /// Which endpoint answered: its place in the settings.
    pub endpoint: usize,
    /// The answer to the order was lost, and the order was found standing. It may have stood
    /// before, where the same had been ordered already.
    pub read_back: bool,
    /// The order was sent more than once, because it certainly did not stand.
    pub repeated: bool,
}

/// How things are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// Whether the external system is accepted.
    pub registration: Registration,
    /// The endpoint that is asked first: its place in the settings.
    pub endpoint: usize,
    /// For how long the server has asked for silence.
    pub throttled_for: Option<Duration>,
}

impl Client {
    /// A client with these settings. Nothing is sent yet.
    pub fn new(settings: Settings, observer: Arc<dyn Observer>) -> Result<Self, SettingsError> {
        settings.check()?;
        let exchanges = Exchanges::new(settings, observer)?;
        Ok(Self {
            course: Course::new(exchanges.endpoints()),
            exchanges,
        })
    }

    /// Makes a call. `action` is what its user knows it by, for the log.
    pub async fn call<C: Call>(&self, call: &C, action: &str) -> Result<Outcome<C::Found>, Error> {
        match C::NAME.effect() {
            Effect::Read => {
                let (found, endpoint) = self.read(call, self.course.first(), action).await?;
                Ok(Outcome {
                    found,
                    endpoint,
                    read_back: false,
                    repeated: false,
                })
            }
            Effect::Write => self.order(call, action).await,
        }
    }

    /// Asks whether the external system is accepted, with the smallest of questions: after a host
    /// that cannot exist. While it is known not to be, one knock a minute is heard. The Central
    /// Node's version, where it tells one.
    ///
    /// Of the other API of the same server, which some programs knock at, nobody has said that it
    /// has to be there.
    pub async fn knock(&self, action: &str) -> Result<Option<String>, Error> {
        let nobody = SensorId::new(Uuid::nil().to_string()).expect("a UUID is an id");
        let question = ListSensors {
            id: Some(nobody),
            ..ListSensors::default()
        };
        match self.call(&question, action).await {
            Ok(outcome) => Ok(outcome.found.server_version),
            // It knows us, and does not like the question.
            Err(Error::Refused { status: 400, .. }) => {
                self.exchanges.accepted();
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// How things are, without asking anybody.
    #[must_use]
    pub fn status(&self) -> Status {
        Status {
            registration: self.exchanges.registration(),
            endpoint: self.course.first(),
            throttled_for: self.exchanges.throttled_for(),
        }
    }

    /// Who an administrator has to accept.
    #[must_use]
    pub fn registrant(&self) -> &Registrant {
        self.exchanges.registrant()
    }

    /// A question may be asked anywhere, once everywhere.
    async fn read<C: Call>(
        &self,
        call: &C,
        first: usize,
        action: &str,
    ) -> Result<(C::Found, usize), Error> {
        let mut endpoint = first;
        let mut asked = 1;
        loop {
            let error = match self.exchanges.exchange(call, endpoint, action).await {
                Ok(found) => {
                    self.course.worked(endpoint);
                    return Ok((found, endpoint));
                }
                Err(trouble) => trouble.error,
            };
            // A kept connection that ended is no endpoint that failed: it has a second chance.
            let least = if matches!(error, Error::Lost { .. }) {
                2
            } else {
                1
            };
            let most = self.course.count().max(least);
            if !error.moves_on() || asked >= most {
                return Err(error);
            }
            endpoint = self.course.after(endpoint);
            asked += 1;
        }
    }

    /// An order is sent again only when it certainly does not stand.
    async fn order<C: Call>(&self, call: &C, action: &str) -> Result<Outcome<C::Found>, Error> {
        let mut endpoint = self.course.first();
        let mut sent = 1;
        let mut unanswered: Option<Error> = None;
        loop {
            let Trouble { error, in_doubt } =
                match self.exchanges.exchange(call, endpoint, action).await {
                    Ok(found) => {
                        self.course.worked(endpoint);
                        return Ok(Outcome {
                            found,
                            endpoint,
                            read_back: false,
                            repeated: unanswered.is_some(),
                        });
                    }
                    Err(trouble) => trouble,
                };
            let next = self.course.after(endpoint);
            if !in_doubt {
                if error.moves_on() && sent < self.course.count() {
                    endpoint = next;
                    sent += 1;
                    continue;
                }
                return Err(match unanswered {
                    // Nobody has judged it this time; of the time before nothing more is known.
                    Some(order) if !error.judges() => Error::Unconfirmed {
                        order: Box::new(order),
                        after: Some(Box::new(error)),
                    },
                    Some(_) | None => error,
                });
            }
            let (evidence, looked_at) = match self.look(call, next, action).await {
                Ok(seen) => seen,
                Err(after) => {
                    return Err(Error::Unconfirmed {
                        order: Box::new(error),
                        after: Some(Box::new(after)),
                    });
                }
            };
            match evidence {
                Evidence::There(found) => {
                    return Ok(Outcome {
                        found,
                        endpoint: looked_at,
                        read_back: true,
                        repeated: unanswered.is_some(),
                    });
                }
                Evidence::NotThere if error.moves_on() && sent < self.course.count().max(2) => {
                    endpoint = next;
                    sent += 1;
                    unanswered = Some(error);
                }
                Evidence::NotThere => return Err(error),
                Evidence::Another => return Err(Error::TaskIdTaken),
                Evidence::Unsure => {
                    return Err(Error::Unconfirmed {
                        order: Box::new(error),
                        after: None,
                    });
                }
            }
        }
    }

    async fn look<C: Call>(
        &self,
        call: &C,
        first: usize,
        action: &str,
    ) -> Result<(Evidence<C::Found>, usize), Error> {
        let Some(look) = call.look() else {
            return Ok((Evidence::Unsure, first));
        };
        let (seen, endpoint) = self.read(&look, first, action).await?;
        Ok((call.judge(seen), endpoint))
    }
}
