//! One exchange with one endpoint: held back if it must be, sent, read, told.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tracing::{debug, info, warn};

use super::brake::Brake;
use super::gate::{Gate, Registration};
use super::pace::Pace;
use crate::answer::Answer;
use crate::call::{Call, Dialect, Effect};
use crate::error::{Delivery, Error, NotAccepted};
use crate::observer::{Beginning, CallOutcome, Exchange, Hold, Observer};
use crate::registrant::Registrant;
use crate::settings::{Settings, SettingsError};
use crate::transport::{Outgoing, Transport, joined};
use crate::verdict::Verdict;

/// A longer answer is read on a thread that nobody else waits for.
const LONG: usize = 256 * 1024;

/// Exchanges with the endpoints of one Central Node.
pub(super) struct Exchanges {
    transport: Transport,
    dialect: Dialect,
    registrant: Registrant,
    gate: Gate,
    brake: Brake,
    pace: Pace,
    patience: Duration,
    observer: Arc<dyn Observer>,
}

/// An exchange without the result that was asked for.
pub(super) struct Trouble {
    pub(super) error: Error,
    /// Only a look at the server can tell what became of it.
    pub(super) in_doubt: bool,
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self {
            in_doubt: error.delivery() == Delivery::Unknown,
            error,
        }
    }
}

impl Exchanges {
    pub(super) fn new(
        settings: Settings,
        observer: Arc<dyn Observer>,
    ) -> Result<Self, SettingsError> {
        Ok(Self {
            transport: Transport::new(&settings)?,
            registrant: Registrant::new(settings.system, &settings.identity),
            dialect: settings.dialect,
            gate: Gate::new(settings.probe_every),
            brake: Brake::default(),
            pace: Pace::new(settings.requests_per_second),
            patience: settings.request_timeout,
            observer,
        })
    }

    pub(super) fn endpoints(&self) -> usize {
        self.transport.endpoints()
    }

    pub(super) fn registrant(&self) -> &Registrant {
        &self.registrant
    }

    pub(super) fn registration(&self) -> Registration {
        self.gate.registration()
    }

    pub(super) fn throttled_for(&self) -> Option<Duration> {
        self.brake.left()
    }

    /// The server knows us.
    pub(super) fn accepted(&self) {
        let before = self.gate.registration();
        if self.gate.open() {
            const SAID: &str = "KATA has accepted the external system";
            let id = self.registrant.id.masked();
            // Only who was told of a refusal waits for its end.
            if matches!(before, Registration::NotAccepted { .. }) {
                info!(external_system.id = id, "{SAID}");
            } else {
                debug!(external_system.id = id, "{SAID}");
            }
            self.observer.registration(true);
        }
    }

    /// Sends a call to the endpoint at this place.
    pub(super) async fn exchange<C: Call>(
        &self,
        call: &C,
        endpoint: usize,
        action: &str,
    ) -> Result<C::Found, Trouble> {
        self.admit::<C>().await?;
        let request = call.request(&self.dialect);
        let target = request.masked_target(&self.registrant.id);
        let method = request.method.as_str();
        let hearer = self.observer.begins(&Beginning {
            endpoint,
            at: self.transport.endpoint(endpoint),
            call: C::NAME,
            method,
            path: target.split('?').next().unwrap_or_default(),
            action,
        });
        let began = Instant::now();
        let outgoing = Outgoing {
            method: request.method,
            target: request.target(&self.registrant.id),
            content: request.content(),
            largest: C::LARGEST_ANSWER,
        };
        let (status, result) = match self.hear(call, endpoint, outgoing).await {
            Ok((verdict, answer)) => (Some(answer.status), self.weigh(verdict, &answer)),
            Err(error) => (None, Err(Trouble::from(error))),
        };
        let took = began.elapsed();
        let outcome = match &result {
            Ok(_) => CallOutcome::Ok,
            Err(trouble) => outcome(&trouble.error),
        };
        if let Some(hearer) = hearer {
            hearer.ended(outcome, status);
        }
        self.observer.exchanged(&Exchange {
            endpoint,
            call: C::NAME,
            outcome,
            status,
            took,
            action,
        });
        let took_ms = took.as_millis();
        // One line a call; what only looks is asked all the time and says nothing to an operator.
        macro_rules! line {
            ($level:ident) => {
                $level!(
                    kata.endpoint = endpoint,
                    kata.status = status,
                    kata.outcome = outcome.as_str(),
                    took_ms,
                    action,
                    "KATA: {method} {target}"
                )
            };
        }
        match C::NAME.effect() {
            Effect::Read => line!(debug),
            Effect::Write => line!(info),
        }
        result
    }

    /// Sends, and reads the answer: a long one aside from the others' way.
    async fn hear<C: Call>(
        &self,
        call: &C,
        endpoint: usize,
        outgoing: Outgoing,
    ) -> Result<(Verdict<C::Found>, Answer), Error> {
        let coming = self.transport.send(endpoint, outgoing).await?;
        let reader = call.clone();
        if C::STREAMED && coming.status() == 200 {
            return coming.read_by(move |body| reader.read_stream(body)).await;
        }
        let answer = coming.whole().await?;
        if answer.body.len() < LONG {
            return Ok((call.read(&answer), answer));
        }
        let reading = tokio::task::spawn_blocking(move || (reader.read(&answer), answer));
        Ok(joined(reading).await)
    }

    /// Holds a call back that must not go, and others until it is their turn.
    async fn admit<C: Call>(&self) -> Result<(), Error> {
        let held = |hold, error| {
            self.observer.held(C::NAME, hold);
            Err(error)
        };
        if let Err(retry_after) = self.brake.enter() {
            let throttled = Error::Throttled {
                retry_after,
                asked: false,
            };
            return held(Hold::Throttled, throttled);
        }
        if let Err(retry_after) = self.gate.enter() {
            return held(Hold::NotAccepted, self.not_accepted(retry_after, false));
        }
        if let Err(wait) = self.pace.turn(self.patience).await {
            return held(Hold::Busy, Error::Busy { wait });
        }
        Ok(())
    }

    fn not_accepted(&self, retry_after: Duration, asked: bool) -> Error {
        Error::NotAccepted(Box::new(NotAccepted {
            registrant: self.registrant.clone(),
            retry_after,
            asked,
        }))
    }

    /// What a verdict means for this call and for those after it.
    fn weigh<T>(&self, verdict: Verdict<T>, answer: &Answer) -> Result<T, Trouble> {
        let status = answer.status;
        let body = || answer.excerpt();
        let error = match verdict {
            Verdict::Found(found) => {
                self.accepted();
                return Ok(found);
            }
            Verdict::Doubtful => {
                self.accepted();
                let error = if status == 404 {
                    Error::Missing { body: body() }
                } else {
                    Error::Refused {
                        status,
                        body: body(),
                    }
                };
                return Err(Trouble {
                    error,
                    in_doubt: true,
                });
            }
            Verdict::NotAccepted => {
                let (retry_after, is_news) = self.gate.shut();
                if is_news {
                    warn!(
                        "KATA has not accepted this gateway. Accept in its console, under External \
                         systems: {}",
                        self.registrant
                    );
                    self.observer.registration(false);
                }
                self.not_accepted(retry_after, true)
            }
            Verdict::Throttled => Error::Throttled {
                retry_after: self.brake.pull(answer.retry_after),
                asked: true,
            },
            Verdict::OutOfService => Error::OutOfService {
                status,
                retry_after: answer.retry_after,
            },
            Verdict::Failed => Error::Failed {
                status,
                body: body(),
            },
            Verdict::Missing => Error::Missing { body: body() },
            Verdict::Conflict(conflict) => {
                self.accepted();
                Error::Conflict(Box::new(conflict))
            }
            Verdict::Refused => Error::Refused {
                status,
                body: body(),
            },
            Verdict::Unreadable => Error::Unreadable {
                status,
                body: body(),
            },
        };
        Err(error.into())
    }
}

fn outcome(error: &Error) -> CallOutcome {
    match error {
        Error::NotAccepted(_) => CallOutcome::NotAccepted,
        Error::Throttled { .. } => CallOutcome::Throttled,
        Error::OutOfService { .. } => CallOutcome::OutOfService,
        Error::Failed { .. } => CallOutcome::Failed,
        Error::Missing { .. } => CallOutcome::Missing,
        Error::Conflict(_) => CallOutcome::Conflict,
        Error::TaskIdTaken | Error::Refused { .. } => CallOutcome::Refused,
        Error::TooLarge { .. } | Error::Unreadable { .. } => CallOutcome::Protocol,
        Error::Busy { .. }
        | Error::Connect { .. }
        | Error::Untrusted { .. }
        | Error::IdentityRefused { .. } => CallOutcome::NotSent,
        Error::Timeout | Error::Lost { .. } | Error::Unconfirmed { .. } => CallOutcome::Unknown,
    }
}
