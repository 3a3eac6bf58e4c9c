//! The handle: starts a server, gives out what a peer needs to find it, moves its levers, judges its peers.

use crate::certificate::Certificate;
use crate::clock::Clock;
use crate::control::Control;
use crate::faults::Faults;
use crate::gate::Gate;
use crate::house::{House, ServerState};
use crate::journal::Journal;
use crate::listener::{Listener, Numbers};
use crate::scenario::{Outcome, Scenario};
use crate::start_error::StartError;
use crate::world::hosts::HostSummary;
use crate::world::incidents::IncidentEdit;
use crate::world::tags::TagSetter;
use crate::world::tasks::{ForeignTask, RunState, TaskSummary};
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
    house: Arc<House>,
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

    /// Makes every session invalid, as a restart of the server does.
    pub fn expire_sessions(&self) {
        self.house.expire_sessions();
    }

    /// Connects or disconnects the service console; waiting incidents are acted on when it comes back.
    pub fn set_console(&self, connected: bool) {
        self.house.set_console(connected);
    }

    /// Gives the account its rights or takes them away.
    pub fn set_rights(&self, rights: bool) {
        self.house.world().knobs.rights = rights;
    }

    /// Whether logins are challenged for a second factor.
    pub fn set_mfa(&self, mfa: bool) {
        self.house.world().knobs.mfa = mfa;
    }

    /// Changes the account's password; sessions stay good.
    pub fn set_password(&self, password: &str) {
        password.clone_into(&mut self.house.world().knobs.password);
    }

    /// Ends the blocking of the account, as an administrator does.
    pub fn unblock_account(&self) {
        let mut world = self.house.world();
        world.sessions.blocked = false;
        world.sessions.wrong_passwords = 0;
    }

    /// Switches a device on or off, by its host id.
    ///
    /// # Panics
    ///
    /// When there is no such host id.
    pub fn set_online(&self, host: &str, online: bool) {
        assert!(
            self.house.set_online(host, online),
            "there is no host {host}"
        );
    }

    /// Gives a device a tag.
    ///
    /// # Panics
    ///
    /// When there is no such host id.
    pub fn set_tag(&self, host: &str, value: &str, by: TagSetter) {
        let set = self.house.world().set_tag(host, value, by);
        assert!(set, "there is no host {host}");
    }

    /// Takes a tag from a device.
    ///
    /// # Panics
    ///
    /// When there is no such host id, or no such tag on it.
    pub fn remove_tag(&self, host: &str, value: &str) {
        let removed = self.house.world().remove_tag(host, value);
        assert!(removed, "{host} has no tag {value}");
    }

    /// Gives a device another name: display, DNS and NetBIOS name; its id and its address stay.
    ///
    /// # Panics
    ///
    /// When there is no such host id.
    pub fn rename_host(&self, host: &str, name: &str) {
        let renamed = self.house.world().rename_host(host, name);
        assert!(renamed, "there is no host {host}");
    }

    /// The tokens of all sessions that there ever were: what nobody but their client should ever see.
    pub fn session_tokens(&self) -> Vec<String> {
        self.house.world().sessions.tokens()
    }

    /// Moves a device into another administration group, by its path from the root:
    /// `Managed devices/Servers/Domain controllers`. Groups that do not exist yet are made.
    ///
    /// # Panics
    ///
    /// When there is no such host id.
    pub fn move_host(&self, host: &str, group: &str) {
        let moved = self.house.world().move_host(host, group);
        assert!(moved, "there is no host {host}");
    }

    /// Registers a device again: its old record goes, a new one with the same names comes; gives the new id.
    ///
    /// # Panics
    ///
    /// When there is no such host id.
    pub fn reregister_host(&self, host: &str) -> String {
        let new = self.house.world().register_again(host, true);
        new.unwrap_or_else(|| panic!("there is no host {host}"))
    }

    /// Registers a device again, and its old record stays: two hosts have the same names. Gives the new id.
    ///
    /// # Panics
    ///
    /// When there is no such host id.
    pub fn double_host(&self, host: &str) -> String {
        let new = self.house.world().register_again(host, false);
        new.unwrap_or_else(|| panic!("there is no host {host}"))
    }

    /// Decides what devices make of tasks from now on; the latest that matches counts.
    pub fn set_outcome(&self, outcome: Outcome) {
        self.house.add_outcome(outcome);
    }

    /// Puts a task of somebody else into the server; gives its id.
    pub fn add_task(&self, task: ForeignTask) -> String {
        self.house.add_foreign_task(task)
    }

    /// Puts a task into a state on all of its devices, with this text; `false` when there is none.
    ///
    /// A task that the console made may be moved on by its devices; [`Simulator::set_outcome`] decides what they do.
    pub fn set_task_state(&self, id: &str, state: RunState, text: &str) -> bool {
        self.house.set_task_state(id, state, text)
    }

    /// How a task that the console made ended on its device, also when it is gone since.
    pub fn end_of(&self, id: &str) -> Option<RunState> {
        let id: i64 = id.parse().ok()?;
        self.house.world().ends.get(&id).copied()
    }

    /// Gives a task one more row, of another device or of one that has a row already; `false` when there is no
    /// such task.
    pub fn add_row(&self, id: &str, host: &str, state: RunState) -> bool {
        self.house.world().add_row(id, host, state)
    }

    /// Restores a backup in which this is the id of the next KSC task: those from there on are gone, and their ids
    /// are given out again.
    pub fn restore_tasks(&self, next: i64) {
        self.house.world().restore_tasks(next);
    }

    /// Has every device of a task report this `state_code`, which no page documents; `false` when there is none.
    pub fn set_odd_code(&self, id: &str, code: i64) -> bool {
        self.house.world().set_odd_code(id, code)
    }

    /// Removes a task, as an operator does; `false` when there is none.
    pub fn delete_task(&self, id: &str) -> bool {
        let mut world = self.house.world();
        let Some(number) = world.task(id).map(|task| task.id) else {
            return false;
        };
        world.remove_task(number);
        true
    }

    /// Removes all incidents, as a site does that keeps none; what has come of them stays.
    pub fn delete_incidents(&self) {
        self.house.world().incidents.clear();
    }

    /// Stores an incident of somebody else, such as a script that asks for a task too; gives its number.
    pub fn add_incident(&self, host: &str, body: &str) -> i64 {
        self.house.world().add_foreign_incident(host, body)
    }

    /// Changes an incident, as an analyst does in the console; `false` when there is none. What has come of it
    /// already stays.
    pub fn edit_incident(&self, id: i64, edit: IncidentEdit) -> bool {
        self.house.world().edit_incident(id, edit)
    }

    /// Deletes an incident, as an analyst does in the console; `false` when there is none. What has come of it
    /// already stays.
    pub fn delete_incident(&self, id: i64) -> bool {
        self.house.world().drop_incident(id)
    }

    /// Restores a backup in which this is the number of the next incident: those from there on are gone, and their
    /// numbers are given out again. KSC tasks stay.
    pub fn restore_incidents(&self, next: i64) {
        self.house.world().restore_incidents(next);
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

    /// `Err` names every violation, panic, and session, accessor or iterator that was not given back.
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
