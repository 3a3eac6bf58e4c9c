//! A gateway, a KSC and an issuer under one roof.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use edr_gateway::app::Gateway;
use edr_gateway::clock::Clock;
use edr_gateway::config::Settings;
use ksc_simulator::{Clock as SimulatedClock, Scenario, Simulator};
use reqwest::Client;
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::caller::{Caller, Reply};
use crate::issuer::{Issuer, Token};
use crate::log;
use crate::wait::eventually;
use crate::wire::Wire;

/// Every scope that there is.
pub(crate) const EVERYTHING: &str = "tasks.create tasks.read tasks.cancel hosts.read";

/// What a house is furnished with.
#[derive(Default)]
pub struct Plan {
    /// The KSC.
    pub scenario: Scenario,
    /// Settings beside those that make the house hold together, such as `("tasks.correlation", "tag")`.
    pub settings: Vec<(&'static str, String)>,
    /// A configuration file of which the issuers take the place of the house's own; the settings override it.
    pub file: String,
    /// Do not wait until the gateway is ready.
    pub unready: bool,
    /// By how many seconds the gateway's clock is ahead of KSC's, when time is stepped.
    pub ahead: i64,
    /// By how many wires the gateway reaches KSC, each an endpoint; directly when by none.
    pub wires: usize,
}

/// A gateway and a KSC simulator that it talks to.
pub struct House {
    /// The KSC.
    pub sim: Simulator,
    /// The wires to it, in the order of the endpoints.
    pub wires: Vec<Wire>,
    addr: SocketAddr,
    admin_addr: SocketAddr,
    clock: Clock,
    client: Client,
    files: TempDir,
    settings: Vec<(&'static str, String)>,
    running: Option<Running>,
}

/// A gateway that runs until it is stopped.
struct Running {
    stop: oneshot::Sender<()>,
    gateway: JoinHandle<std::io::Result<()>>,
}

impl Running {
    /// Starts a gateway at this KSC, with its files in this folder; gives its two addresses too.
    async fn start(
        sim: &Simulator,
        folder: &Path,
        (file, settings): (&str, Vec<(&'static str, String)>),
        clock: Clock,
    ) -> (Self, SocketAddr, SocketAddr) {
        let mut environment = environment(sim, folder, settings);
        if !file.is_empty() {
            let own = ["AUTH__ISSUER", "AUTH__AUDIENCE"];
            environment.retain(|(name, _)| !own.iter().any(|it| name.ends_with(it)));
        }
        let settings = Settings::load(file, environment).expect("good settings");
        let gateway = Gateway::bind(settings, clock)
            .await
            .expect("the gateway starts");
        let (addr, admin_addr) = (gateway.addr(), gateway.admin_addr());
        let (stop, stopped) = oneshot::channel();
        let gateway = tokio::spawn(gateway.run(async {
            let _either_way = stopped.await;
        }));
        (Self { stop, gateway }, addr, admin_addr)
    }

    async fn stop(self) {
        drop(self.stop);
        self.gateway
            .await
            .expect("the gateway does not panic")
            .expect("the gateway stops well");
    }
}

impl House {
    /// A house as it comes.
    pub async fn open() -> Self {
        Self::furnish(Plan::default()).await
    }

    /// A house with these settings.
    pub async fn with(settings: &[(&'static str, &str)]) -> Self {
        let settings = settings
            .iter()
            .map(|(key, value)| (*key, (*value).to_owned()))
            .collect();
        Self::furnish(Plan {
            settings,
            ..Plan::default()
        })
        .await
    }

    /// A house after this plan.
    ///
    /// # Panics
    /// When a part cannot be started.
    pub async fn furnish(plan: Plan) -> Self {
        log::catch();
        let real_time = matches!(plan.scenario.clock, SimulatedClock::Real { .. });
        let sim = Simulator::start(plan.scenario)
            .await
            .expect("the simulator starts");
        let mut wires = Vec::new();
        for _ in 0..plan.wires {
            wires.push(Wire::to(sim.addr()).await);
        }
        let mut settings = plan.settings;
        if !wires.is_empty() {
            let urls: Vec<String> = wires.iter().map(Wire::url).collect();
            settings.push(("ksc.endpoints", urls.join(",")));
        }
        let files = tempfile::tempdir().expect("a folder");
        let clock = if real_time {
            Clock::system()
        } else {
            Clock::stepped(
                sim.now()
                    .saturating_add(time::Duration::seconds(plan.ahead)),
            )
        };
        let (running, addr, admin_addr) = Running::start(
            &sim,
            files.path(),
            (&plan.file, settings.clone()),
            clock.clone(),
        )
        .await;
        let house = Self {
            sim,
            wires,
            addr,
            admin_addr,
            clock,
            client: client(),
            files,
            settings,
            running: Some(running),
        };
        if !plan.unready {
            house.until_ready().await;
        }
        house
    }

    /// Waits until the gateway is ready.
    pub async fn until_ready(&self) {
        eventually("the gateway is ready", || async {
            (self.admin("/health/ready").await.status == 200).then_some(())
        })
        .await;
    }

    /// Address of the API.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Address of metrics and health.
    #[must_use]
    pub fn admin_addr(&self) -> SocketAddr {
        self.admin_addr
    }

    /// A caller with a good token that carries these scopes.
    #[must_use]
    pub fn caller(&self, scopes: &str) -> Caller {
        self.caller_with(&Issuer::shared().sign(&Token::of("soar", scopes)))
    }

    /// A caller that may do everything.
    #[must_use]
    pub fn soar(&self) -> Caller {
        self.caller(EVERYTHING)
    }

    /// How a task stands now, for a caller that may do everything.
    ///
    /// # Panics
    /// When the gateway does not say.
    pub async fn read(&self, created: &Reply) -> Reply {
        let location = created.header("location");
        self.soar().get(location).await.expect(200)
    }

    /// A caller with this token.
    #[must_use]
    pub fn caller_with(&self, token: &str) -> Caller {
        Caller::new(self.client.clone(), self.addr, Some(token.to_owned()))
    }

    /// A caller without a token.
    #[must_use]
    pub fn stranger(&self) -> Caller {
        Caller::new(self.client.clone(), self.addr, None)
    }

    /// GET on the admin listener.
    pub async fn admin(&self, path: &str) -> Reply {
        Reply::of(self.client.get(format!("http://{}{path}", self.admin_addr))).await
    }

    /// The value of a metric with exactly these labels, as it stands in the text; empty when it
    /// does not.
    pub async fn metric(&self, series: &str) -> String {
        let text = self.admin("/metrics").await.text;
        let value = text
            .lines()
            .find_map(|it| it.strip_prefix(series)?.strip_prefix(' '));
        value.unwrap_or_default().to_owned()
    }

    /// Lets time pass, in KSC and in the gateway alike.
    pub async fn advance(&self, by: Duration) {
        // KSC first: whoever wakes up because time has passed finds it passed there too.
        self.sim.advance(by).await;
        self.clock.advance(by);
    }

    /// Sets the gateway's clock forward or back, as NTP or an administrator does: no time passes, and KSC's stays.
    pub fn set_clock(&self, by: time::Duration) {
        self.clock.set(by);
    }

    /// The bodies of all incidents, in order.
    #[must_use]
    pub fn incident_bodies(&self) -> Vec<Value> {
        self.sim
            .journal()
            .incidents()
            .into_iter()
            .map(|it| it.body)
            .collect()
    }

    /// Files of the gateway: `password`, `keys.json`.
    #[must_use]
    pub fn file(&self, name: &str) -> std::path::PathBuf {
        self.files.path().join(name)
    }

    /// Stops the gateway in an orderly way.
    ///
    /// # Panics
    /// When it does not stop well.
    pub async fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
    }

    /// Stops the gateway and asks KSC for its verdict: no protocol violation, nothing left open.
    ///
    /// # Panics
    /// When there is one.
    pub async fn close(mut self) {
        self.stop().await;
        if let Err(verdict) = self.sim.verdict() {
            panic!("{verdict}\n{}", self.sim.journal().print());
        }
    }
}

impl Drop for House {
    fn drop(&mut self) {
        // A test that ends without `close` has not heard the verdict.
        let heard = self.running.is_none() || std::thread::panicking();
        assert!(heard, "the house must be closed");
    }
}

/// A second gateway at the same KSC.
pub struct Replica {
    addr: SocketAddr,
    clock: Clock,
    client: Client,
    _files: TempDir,
    running: Running,
}

impl House {
    /// Starts another gateway beside the first, with the same settings and a memory of its own.
    ///
    /// # Panics
    /// When it cannot be started.
    pub async fn replica(&self) -> Replica {
        self.replica_with(self.settings.clone()).await
    }

    /// Starts another gateway beside the first, with these settings.
    ///
    /// # Panics
    /// When it cannot be started.
    pub async fn replica_with(&self, settings: Vec<(&'static str, String)>) -> Replica {
        self.replica_by(settings, self.clock.clone()).await
    }

    /// Starts another gateway beside the first, whose clock is so many seconds ahead of the first one's. It is
    /// moved by [`Replica::advance`] alone.
    ///
    /// # Panics
    /// When it cannot be started.
    pub async fn replica_ahead(&self, seconds: i64) -> Replica {
        let ahead = time::Duration::seconds(seconds);
        let clock = Clock::stepped(self.clock.now().saturating_add(ahead));
        self.replica_by(self.settings.clone(), clock).await
    }

    async fn replica_by(&self, settings: Vec<(&'static str, String)>, clock: Clock) -> Replica {
        let files = tempfile::tempdir().expect("a folder");
        let (running, addr, _) =
            Running::start(&self.sim, files.path(), ("", settings), clock.clone()).await;
        Replica {
            addr,
            clock,
            client: client(),
            _files: files,
            running,
        }
    }
}

impl Replica {
    /// Lets time pass for this one alone.
    pub fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// A caller that may do everything.
    #[must_use]
    pub fn soar(&self) -> Caller {
        let token = Issuer::shared().sign(&Token::of("soar", EVERYTHING));
        Caller::new(self.client.clone(), self.addr, Some(token))
    }

    /// Stops it in an orderly way.
    ///
    /// # Panics
    /// When it does not stop well.
    pub async fn close(self) {
        self.running.stop().await;
    }
}

/// A client that follows nothing and keeps its connections.
pub(crate) fn client() -> Client {
    Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .timeout(Duration::from_mins(2))
        .build()
        .expect("a client")
}

/// A KSC for gateways in processes of their own: its time is the machine's, so many times as fast.
///
/// # Panics
/// When it does not start.
pub async fn ksc_in_real_time(speed: f64) -> Simulator {
    let scenario = Scenario {
        clock: SimulatedClock::Real { speed },
        ..Scenario::default()
    };
    let started = Simulator::start(scenario).await;
    started.expect("the simulator starts")
}

/// The settings that make gateway, KSC and issuer hold together, and those of the plan.
///
/// They are environment variables: a gateway in a process of its own takes the same. Files that
/// they name are written into `folder`.
///
/// # Panics
/// When a file cannot be written.
#[must_use]
pub fn environment(
    sim: &Simulator,
    folder: &Path,
    settings: Vec<(&'static str, String)>,
) -> Vec<(String, String)> {
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).expect("a file");
        path.display().to_string()
    };
    let mut all: Vec<(&'static str, String)> = vec![
        ("server.listen", "127.0.0.1:0".to_owned()),
        ("server.admin_listen", "127.0.0.1:0".to_owned()),
        ("server.shutdown_grace", "5s".to_owned()),
        ("auth.issuer", Issuer::NAME.to_owned()),
        ("auth.audience", Issuer::AUDIENCE.to_owned()),
        (
            "auth.jwks_file",
            write("keys.json", &Issuer::shared().key_set().to_string()),
        ),
        ("ksc.endpoints", sim.url()),
        ("ksc.username", sim.username().to_owned()),
        (
            "ksc.password_file",
            write("password", &format!("{}\n", sim.password())),
        ),
        (
            "ksc.pinned_certificate_file",
            sim.certificate_file().display().to_string(),
        ),
    ];
    for (key, value) in settings {
        all.retain(|(it, _)| *it != key);
        all.push((key, value));
    }
    let name = |key: &str| {
        let name = key.to_uppercase().replace('.', "__");
        format!("{}{name}", edr_gateway::config::ENVIRONMENT_PREFIX)
    };
    all.into_iter()
        .map(|(key, value)| (name(key), value))
        .collect()
}
