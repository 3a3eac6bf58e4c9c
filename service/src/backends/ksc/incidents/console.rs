//! Whether a service console is there to make a KSC task of an incident.
//!
//! Each request needs to know, and under load the answer of a moment ago is as good as one of its
//! own: that a console is connected may have ceased to be so by the time that the incident is
//! written in any case. So a yes is shared for [`SHARED_FOR`] from the moment of its question, and
//! asked for again behind the requests before that is over. A no, and a question that KSC does not
//! answer, is nobody else's: whoever would be refused asks for himself, and so does everybody after
//! a doubt.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ksc::{Delivery, IsAnyServiceConsoleAvailable, Kind, Lease, Pool};

use crate::backends::ksc::fault;
use crate::backends::ksc::metrics::KscMetrics;
use crate::carry::Carrier;
use crate::clock::Clock;
use crate::config;
use crate::problem::Problem;
use vocabulary::code::Code;

/// How long a yes is good for others.
const SHARED_FOR: Duration = Duration::from_secs(2);

/// From when on it is asked for anew behind a request.
const ASKED_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// Whether a service console is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Console {
    /// One is connected.
    Connected,
    /// None is.
    Missing,
    /// KSC does not say.
    Unknown,
}

impl Console {
    /// What was found, in a sentence.
    pub(super) const fn finding(self) -> &'static str {
        match self {
            Self::Connected => "A service console is connected to KSC",
            Self::Missing => "No service console is connected to KSC",
            Self::Unknown => "KSC does not say whether a service console is connected",
        }
    }

    /// What a caller should know whose request was taken all the same.
    pub(super) const fn warning(self) -> Option<&'static str> {
        match self {
            Self::Connected => None,
            Self::Missing => Some(
                "No service console is connected to KSC: the request waits for one and can still fire when it comes back.",
            ),
            Self::Unknown => Some(
                "KSC does not say whether a service console is connected: without one the request waits, and can still fire later.",
            ),
        }
    }
}

/// Asks for the service console, no more often than it takes.
pub(super) struct ConsoleWatch {
    pool: Arc<Pool>,
    settings: config::KscTasks,
    clock: Clock,
    metrics: Arc<KscMetrics>,
    carrier: Carrier,
    /// When KSC was asked that said yes last.
    connected: Mutex<Option<Duration>>,
    /// Somebody asks behind the requests.
    is_asked: AtomicBool,
}

impl ConsoleWatch {
    pub(super) fn new(
        pool: Arc<Pool>,
        settings: config::KscTasks,
        clock: Clock,
        metrics: Arc<KscMetrics>,
        carrier: Carrier,
    ) -> Self {
        Self {
            pool,
            settings,
            clock,
            metrics,
            carrier,
            connected: Mutex::default(),
            is_asked: AtomicBool::new(false),
        }
    }

    /// Whether anything would come of an incident.
    ///
    /// # Errors
    /// When nothing would, and that is a reason to refuse; or what went wrong with KSC.
    pub(super) async fn demand(self: &Arc<Self>, request_id: &str) -> Result<Console, Problem> {
        let age = self
            .connected()
            .map(|at| self.clock.passed().saturating_sub(at));
        let console = match age {
            Some(age) if age < SHARED_FOR => {
                if age >= ASKED_AGAIN_AFTER {
                    self.ask_behind();
                }
                return Ok(Console::Connected);
            }
            Some(_) | None => {
                Box::pin(async {
                    let lease = self.pool.lease().await;
                    let mut lease = lease.map_err(|error| fault::problem(&error, request_id))?;
                    self.ask(&mut lease, request_id).await
                })
                .await?
            }
        };
        self.judge(console)?;
        Ok(console)
    }

    /// Refuses when nobody is there to act on an incident. An incident written all the same would
    /// wait, and fire when the console comes back, long after the caller has given up.
    pub(super) fn judge(&self, console: Console) -> Result<(), Problem> {
        if console == Console::Missing && self.settings.require_service_console {
            return Err(Problem::new(
                Code::ServiceConsoleUnavailable,
                "No service console is connected to KSC, so no task would come of the request: check the background connection between the Administration Server and the Web Console.",
            )
            .with_retry_after(60));
        }
        Ok(())
    }

    /// What was known is in doubt: the next request asks for itself.
    pub(super) fn doubt(&self) {
        *self.connected() = None;
    }

    /// Asks, and remembers a yes. An older server that does not know the call cannot say, and that
    /// alone is no reason to refuse; where the answer would change nothing, neither is a refusal.
    pub(super) async fn ask(
        &self,
        lease: &mut Lease,
        request_id: &str,
    ) -> Result<Console, Problem> {
        let asked = self.clock.passed();
        let answer = lease.call(&IsAnyServiceConsoleAvailable, request_id).await;
        *self.connected() = matches!(&answer, Ok(true)).then_some(asked);
        match answer {
            Ok(is_there) => {
                self.metrics.service_console(is_there);
                Ok(if is_there {
                    Console::Connected
                } else {
                    Console::Missing
                })
            }
            Err(error) => {
                let refused = matches!(error.delivery(), Delivery::Refused);
                let bearable = matches!(error.kind(), Kind::NoSuchCall)
                    || (refused && !self.settings.require_service_console);
                if bearable {
                    Ok(Console::Unknown)
                } else {
                    Err(fault::problem(&error, request_id))
                }
            }
        }
    }

    /// Asks for those who come next, one question at a time.
    fn ask_behind(self: &Arc<Self>) {
        if self.is_asked.swap(true, Ordering::Relaxed) {
            return;
        }
        let this = Arc::clone(self);
        self.carrier.unasked(async move {
            match this.pool.lease().await {
                // Whatever comes of it is remembered or logged, and nobody waits for it.
                Ok(mut lease) => drop(this.ask(&mut lease, "").await),
                Err(_) => this.doubt(),
            }
            this.is_asked.store(false, Ordering::Relaxed);
        });
    }

    fn connected(&self) -> MutexGuard<'_, Option<Duration>> {
        self.connected
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
