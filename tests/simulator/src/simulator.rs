//! The handle: starts a server, gives out what a peer needs to find it, shows what is in it, judges
//! its peers.

use crate::certificate::Certificate;
use crate::control::Control;
use crate::faults::Faults;
use crate::house::{House, ServerState};
use crate::journal::Journal;
use crate::listener::{Listener, Numbers};
use crate::scenario::Scenario;
use crate::start_error::StartError;
use crate::world::hosts::HostSummary;
use crate::world::tasks::TaskSummary;
use stage::Clock;
use stage::Gate;
use std::net::{Ipv4Addr, SocketAddr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use time::OffsetDateTime;
use tokio::task::JoinHandle;

/// How often a clock in real time moves the world.
const TICK: Duration = Duration::from_millis(50);

/// A running Administration Server with a world behind it.
///
/// Dropping it ends all of its connections and tasks.
pub struct Simulator {
    pub(crate) house: Arc<House>,
    certificate: Certificate,
    addr: SocketAddr,
    username: String,
    password: String,
    listener: Mutex<Option<Listener>>,
    numbers: Arc<Numbers>,
    ticker: Option<JoinHandle<()>>,
    control: Mutex<Vec<Control>>,
}

impl std::fmt::Debug for Simulator {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.debug_struct("Simulator")
            .field("addr", &self.addr)
            .finish_non_exhaustive()
    }
}

impl Simulator {
    /// Starts a server on a free port of 127.0.0.1.
    pub async fn start(scenario: Scenario) -> Result<Self, StartError> {
        Self::start_on(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), scenario).await
    }

    /// Starts a server on this address.
    pub async fn start_on(addr: SocketAddr, scenario: Scenario) -> Result<Self, StartError> {
        let certificate = Certificate::make()?;
        let username = scenario.username.clone();
        let password = scenario.password.clone();
        let clock = scenario.clock;
        let house = Arc::new(House::new(scenario));
        let numbers = Arc::new(Numbers::default());
        let tls = Arc::clone(&certificate.tls);
        let listener = Listener::open(addr, tls, Arc::clone(&house), Arc::clone(&numbers))
            .await
            .map_err(|source| StartError::Listen { addr, source })?;
        let ticker = match clock {
            Clock::Stepped(_) => None,
            Clock::Real { speed } => Some(tokio::spawn(tick(Arc::clone(&house), speed))),
        };
        Ok(Self {
            house,
            certificate,
            addr: listener.addr(),
            username,
            password,
            listener: Mutex::new(Some(listener)),
            numbers,
            ticker,
            control: Mutex::default(),
        })
    }

    /// Where the server listens, or listened before [`Simulator::stop_listening`].
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// `https://127.0.0.1:PORT`, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("https://{}", self.addr)
    }

    /// The certificate as PEM: self-signed, CA, no alternative names.
    #[must_use]
    pub fn certificate_pem(&self) -> &str {
        self.certificate.pem()
    }

    /// The file `klserver.cer`, PEM; it is removed with the simulator.
    #[must_use]
    pub fn certificate_file(&self) -> &Path {
        self.certificate.file()
    }

    /// Name of the account that may log in.
    #[must_use]
    pub fn username(&self) -> &str {
        &self.username
    }

    /// The password that the simulator was started with.
    #[must_use]
    pub fn password(&self) -> &str {
        &self.password
    }

    /// The managed devices.
    #[must_use]
    pub fn hosts(&self) -> Vec<HostSummary> {
        self.house.hosts()
    }

    /// The device with this display name.
    ///
    /// # Panics
    ///
    /// When there is not exactly one.
    #[must_use]
    pub fn host(&self, name: &str) -> HostSummary {
        let mut named: Vec<_> = self
            .hosts()
            .into_iter()
            .filter(|host| host.name == name)
            .collect();
        match (named.pop(), named.len()) {
            (Some(host), 0) => host,
            (_, others) => panic!("{name:?} should name one host, not {}", others + 1),
        }
    }

    /// The KSC tasks, oldest first, everyday ones included.
    #[must_use]
    pub fn tasks(&self) -> Vec<TaskSummary> {
        self.house.tasks()
    }

    /// The KSC tasks that count against the limit of response tasks.
    #[must_use]
    pub fn response_tasks(&self) -> Vec<TaskSummary> {
        self.tasks()
            .into_iter()
            .filter(|task| task.response)
            .collect()
    }

    /// Moves the clock, and with it everything that becomes due.
    #[expect(
        clippy::unused_async,
        reason = "callers await it; stepping may come to involve I/O"
    )]
    pub async fn advance(&self, by: Duration) {
        self.house.advance(by);
    }

    /// Simulated time.
    #[must_use]
    pub fn now(&self) -> OffsetDateTime {
        self.house.world().now
    }

    /// What happened so far.
    #[must_use]
    pub fn journal(&self) -> &Journal {
        &self.house.journal
    }

    /// The gate before the server.
    #[must_use]
    pub fn gate(&self) -> &Gate {
        &self.house.gate
    }

    /// The plan of faults.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.house.faults
    }

    /// Counts and switches as they are now.
    #[must_use]
    pub fn state(&self) -> ServerState {
        self.house.state()
    }

    /// Sessions that are good or wait for a second factor.
    #[must_use]
    pub fn open_sessions(&self) -> usize {
        self.state().open_sessions
    }

    /// Accessors that live.
    #[must_use]
    pub fn open_accessors(&self) -> usize {
        self.state().open_accessors
    }

    /// Iterators of tasks and of host states that live.
    #[must_use]
    pub fn open_iterators(&self) -> usize {
        self.state().open_iterators
    }

    /// TCP connections that are open.
    #[must_use]
    pub fn open_connections(&self) -> usize {
        self.listener().as_ref().map_or(0, Listener::count)
    }

    /// Closes the port and cuts every connection; sessions live on.
    pub async fn stop_listening(&self) {
        let listener = self.listener().take();
        if let Some(listener) = listener {
            listener.close().await;
        }
    }

    /// Listens again on the port from before.
    pub async fn listen_again(&self) -> Result<(), StartError> {
        let tls = Arc::clone(&self.certificate.tls);
        let house = Arc::clone(&self.house);
        let listener = Listener::open(self.addr, tls, house, Arc::clone(&self.numbers))
            .await
            .map_err(|source| StartError::Listen {
                addr: self.addr,
                source,
            })?;
        *self.listener() = Some(listener);
        Ok(())
    }

    /// Cuts every connection; the port stays open.
    pub async fn cut_connections(&self) {
        let listener = self.listener().take();
        if let Some(listener) = listener {
            listener.cut().await;
            *self.listener() = Some(listener);
        }
    }

    /// Opens the control listener; gives its address.
    pub async fn serve_control(&self, addr: SocketAddr) -> Result<SocketAddr, StartError> {
        let control = Control::open(addr, Arc::clone(&self.house))
            .await
            .map_err(|source| StartError::Listen { addr, source })?;
        let addr = control.addr();
        self.control
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(control);
        Ok(addr)
    }

    /// `Err` names every violation, panic, and session, accessor or iterator that was not given
    /// back.
    ///
    /// Call it at the end of a test, after the peer has shut down.
    pub fn verdict(&self) -> Result<(), String> {
        self.house.verdict()
    }

    fn listener(&self) -> MutexGuard<'_, Option<Listener>> {
        self.listener.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        if let Some(ticker) = &self.ticker {
            ticker.abort();
        }
    }
}

/// Moves the world along with the machine's clock.
async fn tick(house: Arc<House>, speed: f64) {
    let mut last = tokio::time::Instant::now();
    let mut ticks = tokio::time::interval(TICK);
    loop {
        let now = ticks.tick().await;
        let passed = now.saturating_duration_since(last).as_secs_f64() * speed;
        last = now;
        // A speed that is no number, or negative, lets time stand still.
        let by = Duration::try_from_secs_f64(passed).unwrap_or_default();
        // Nobody awaits this task, so a panic in it would only show as a clock that stopped.
        if catch_unwind(AssertUnwindSafe(|| house.advance(by))).is_err() {
            house
                .journal
                .record_panic("the world panicked while its clock ran".to_owned());
            return;
        }
    }
}
