//! The handle: starts a server, gives out what a peer needs to find it, shows what is in it.

use crate::certificate::Certificate;
use crate::control::Control;
use crate::faults::Faults;
use crate::house::House;
use crate::journal::Journal;
use crate::listeners::Listeners;
use crate::scenario::Scenario;
use crate::start_error::StartError;
use stage::Clock;
use stage::Gate;
use std::net::{Ipv4Addr, SocketAddr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use time::OffsetDateTime;
use tokio::task::JoinHandle;

/// How often a clock in real time moves the world.
const TICK: Duration = Duration::from_millis(50);

/// For how long a condition is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running Central Node with a world behind it.
///
/// Dropping it ends all of its connections and tasks.
pub struct Simulator {
    pub(crate) house: Arc<House>,
    listeners: Arc<Listeners>,
    ticker: Option<JoinHandle<()>>,
    control: Mutex<Vec<Control>>,
}

impl std::fmt::Debug for Simulator {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.debug_struct("Simulator")
            .field("addresses", &self.addresses())
            .finish_non_exhaustive()
    }
}

impl Simulator {
    /// Starts a server on free ports of 127.0.0.1.
    pub async fn start(scenario: Scenario) -> Result<Self, StartError> {
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let addresses = vec![any; scenario.listeners.max(1)];
        Self::start_on(&addresses, scenario).await
    }

    /// Starts a server on these addresses; the scenario's number of listeners means nothing here.
    #[expect(
        clippy::unused_async,
        reason = "it needs the runtime that whoever awaits it has"
    )]
    pub async fn start_on(
        addresses: &[SocketAddr],
        scenario: Scenario,
    ) -> Result<Self, StartError> {
        let certificate = Certificate::make(&scenario.certificate_names)?;
        let house = Arc::new(House::new(&scenario, certificate));
        for fault in &scenario.faults {
            house.faults.push(fault.clone());
        }
        let listeners = Listeners::open(addresses, Arc::clone(&house))?;
        let ticker = match scenario.clock {
            Clock::Stepped(_) => None,
            Clock::Real { speed } => Some(tokio::spawn(tick(Arc::clone(&house), speed))),
        };
        Ok(Self {
            house,
            listeners: Arc::new(listeners),
            ticker,
            control: Mutex::default(),
        })
    }

    /// Where the first listener is.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.addresses()[0]
    }

    /// Where all of them are, or were before [`Simulator::kill`].
    #[must_use]
    pub fn addresses(&self) -> &[SocketAddr] {
        self.listeners.addresses()
    }

    /// `https://127.0.0.1:PORT` of the first listener, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("https://{}", self.address())
    }

    /// The certificate as PEM, as the web console gives it out.
    #[must_use]
    pub fn certificate_pem(&self) -> String {
        self.house.certificate().pem.clone()
    }

    /// SHA-256 of the certificate, in lower-case digits.
    #[must_use]
    pub fn certificate_fingerprint(&self) -> String {
        self.house.certificate().fingerprint.clone()
    }

    /// A new key and certificate, for connections from now on; those that are open live on.
    pub fn renew_certificate(&self) -> Result<(), StartError> {
        self.house.renew_certificate()
    }

    /// What happened so far.
    #[must_use]
    pub fn journal(&self) -> &Journal {
        &self.house.journal
    }

    /// The gate before the server: who waits there has changed nothing yet.
    #[must_use]
    pub fn gate(&self) -> &Gate {
        &self.house.gate
    }

    /// The gate on the way out: who waits there has changed all that he will.
    #[must_use]
    pub fn way_out(&self) -> &Gate {
        &self.house.way_out
    }

    /// The plan of faults.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.house.faults
    }

    /// Simulated time.
    #[must_use]
    pub fn now(&self) -> OffsetDateTime {
        self.house.world().now
    }

    /// Moves the clock, and with it everything that becomes due.
    pub fn advance(&self, by: Duration) {
        self.house.advance(by);
    }

    /// Waits until a condition holds; it is looked at whenever something has happened.
    ///
    /// # Panics
    ///
    /// After twenty real seconds, with these words and the requests.
    pub async fn wait_until(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        let mut changed = self.house.journal.watch();
        let met = async {
            while !holds(self) {
                if changed.changed().await.is_err() {
                    return;
                }
            }
        };
        if tokio::time::timeout(PATIENCE, met).await.is_err() {
            let requests = self.house.journal.requests();
            let calls: Vec<_> = requests.iter().map(|it| (&it.call, it.outcome)).collect();
            panic!("{what}: it did not come to that: {calls:?}");
        }
    }

    /// Connections that are open.
    #[must_use]
    pub fn open_connections(&self) -> usize {
        self.listeners.connections()
    }

    /// Takes a listener away: its connections are cut, and new ones refused.
    pub async fn kill(&self, listener: usize) {
        self.listeners.kill(listener).await;
    }

    /// Lets a listener fall silent: its connections are cut, and new ones accepted and never
    /// answered, not even by TLS.
    pub async fn silence(&self, listener: usize) {
        self.listeners.silence(listener).await;
    }

    /// Brings a listener back on its port, from death or silence.
    pub fn revive(&self, listener: usize) -> Result<(), StartError> {
        self.listeners.revive(listener)
    }

    /// Cuts every connection of every listener; the ports stay open.
    pub async fn cut_connections(&self) {
        self.listeners.cut().await;
    }

    /// Opens a control listener; gives its address.
    pub async fn serve_control(&self, addr: SocketAddr) -> Result<SocketAddr, StartError> {
        let (house, listeners) = (Arc::clone(&self.house), Arc::clone(&self.listeners));
        let control = Control::open(addr, house, listeners)
            .await
            .map_err(|source| StartError::Listen { addr, source })?;
        let addr = control.addr();
        let mut all = self.control.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(control);
        Ok(addr)
    }

    /// `Err` names what no page of the vendor has and what broke in the simulator.
    ///
    /// Call it at the end of a test, after the peer has shut down.
    pub fn verdict(&self) -> Result<(), String> {
        let mut found = self.house.journal.oddities();
        let panics = self.house.journal.panics();
        found.extend(panics.into_iter().map(|it| format!("panic: {it}")));
        if found.is_empty() {
            Ok(())
        } else {
            Err(found.join("\n"))
        }
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
            let words = "the world panicked while its clock ran";
            house.journal.panicked(words.to_owned());
            return;
        }
    }
}
