//! A gateway, a KSC and an issuer under one roof.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use edr_gateway::clock::Clock;
use ksc_simulator::{Clock as SimulatedClock, NameSuffix, Scenario, Simulator};
use reqwest::Client;
use serde_json::Value;
use tempfile::TempDir;

use crate::caller::{Caller, Reply, client};
use crate::central_node::CentralNode;
use crate::environment::of_server;
use crate::issuer::{EVERYTHING, Issuer, Token};
use crate::log;
use crate::running::Running;
use crate::wait::eventually;
use crate::wire::Wire;

/// What a house is furnished with.
#[derive(Default)]
pub struct Plan {
    /// The KSC.
    pub scenario: Scenario,
    /// Settings beside those that make the house hold together, such as
    /// `("backends.ksc.correlation", "tag")`.
    pub settings: Vec<(&'static str, String)>,
    /// A configuration file of which the issuers take the place of the house's own; the settings
    /// override it.
    pub file: String,
    /// Do not wait until the gateway is ready.
    pub unready: bool,
    /// By how many seconds the gateway's clock is ahead of KSC's, when time is stepped.
    pub ahead: i64,
    /// More servers, each a KSC under its alias, and reached by a wire.
    pub others: Vec<(&'static str, Scenario)>,
    /// A KATA Central Node under the alias `kata`.
    pub central_node: Option<kata_simulator::Scenario>,
    /// By how many wires the gateway reaches KSC, each an endpoint; directly when by none.
    pub wires: usize,
}

impl Plan {
    /// A house at this KSC.
    #[must_use]
    pub fn of(scenario: Scenario) -> Self {
        Self {
            scenario,
            ..Self::default()
        }
    }

    /// The same with these settings.
    #[must_use]
    pub fn with(mut self, settings: &[(&'static str, &str)]) -> Self {
        let settings = settings.iter();
        self.settings = settings
            .map(|(key, value)| (*key, (*value).to_owned()))
            .collect();
        self
    }

    /// A house at a KSC that names its tasks like this.
    #[must_use]
    pub fn named(suffix: NameSuffix) -> Self {
        Self::of(Scenario {
            name_suffix: suffix,
            ..Scenario::default()
        })
    }
}

/// A gateway and a KSC simulator that it talks to.
pub struct House {
    /// The KSC.
    pub sim: Simulator,
    /// The wires to it, in the order of the endpoints.
    pub wires: Vec<Wire>,
    others: Vec<Server>,
    central_node: Option<CentralNode>,
    addr: SocketAddr,
    admin_addr: SocketAddr,
    pub(crate) clock: Clock,
    pub(crate) client: Client,
    files: TempDir,
    pub(crate) settings: Vec<(&'static str, String)>,
    running: Option<Running>,
}

impl House {
    /// A house as it comes.
    pub async fn open() -> Self {
        Self::furnish(Plan::default()).await
    }

    /// A house with these settings.
    pub async fn with(settings: &[(&'static str, &str)]) -> Self {
        Self::furnish(Plan::default().with(settings)).await
    }

    /// A house with these settings and a second server, `branch`, that has the same devices; ready
    /// at both.
    pub async fn with_branch(settings: &[(&'static str, &str)]) -> Self {
        let plan = Plan {
            others: vec![("branch", Scenario::default())],
            ..Plan::default()
        };
        let house = Self::furnish(plan.with(settings)).await;
        house.until_all_ready().await;
        house
    }

    /// A house with these settings and a Central Node, `kata`, that accepts everybody; ready at
    /// both.
    pub async fn with_central_node(settings: &[(&'static str, &str)]) -> Self {
        Self::with_central_node_of(kata_simulator::Scenario::default(), settings).await
    }

    /// The same with a Central Node that is so.
    pub async fn with_central_node_of(
        mut scenario: kata_simulator::Scenario,
        settings: &[(&'static str, &str)],
    ) -> Self {
        scenario.behaviour.accept_everybody = true;
        let plan = Plan {
            central_node: Some(scenario),
            ..Plan::default()
        };
        let house = Self::furnish(plan.with(settings)).await;
        house.until_all_ready().await;
        house
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
            settings.push(("backends.ksc.endpoints", urls.join(",")));
        }
        let files = tempfile::tempdir().expect("a folder");
        let mut others = Vec::new();
        for (alias, scenario) in plan.others {
            others.push(Server::open(alias, scenario).await);
        }
        let central_node = match plan.central_node {
            Some(scenario) => Some(CentralNode::open(scenario).await),
            None => None,
        };
        let more = environment_of(&others, central_node.as_ref(), files.path());
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
            &more,
            (&plan.file, settings.clone()),
            clock.clone(),
        )
        .await;
        let house = Self {
            sim,
            wires,
            others,
            central_node,
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

    /// The KSC of this alias.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn at(&self, alias: &str) -> &Simulator {
        match self.others.iter().find(|it| it.alias == alias) {
            Some(other) => &other.sim,
            None if alias == "ksc" => &self.sim,
            None => panic!("there is no {alias}"),
        }
    }

    /// The wire to the KSC of this alias, which is not the first one.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn wire_to(&self, alias: &str) -> &Wire {
        let other = self.others.iter().find(|it| it.alias == alias);
        &other.expect("one of the others").wire
    }

    /// How many rules of isolation were changed at the Central Node.
    ///
    /// # Panics
    /// When the house has none.
    #[must_use]
    pub fn isolation_changes(&self) -> usize {
        let changes = self.kata().journal().rule_changes();
        let isolations = changes.iter();
        isolations
            .filter(|it| it.kind == kata_simulator::RuleKind::Isolation)
            .count()
    }

    /// What makes a gateway know the other servers.
    pub(crate) fn others(&self) -> Vec<(String, String)> {
        environment_of(&self.others, self.central_node.as_ref(), self.files.path())
    }

    /// The Central Node.
    ///
    /// # Panics
    /// When the house has none.
    #[must_use]
    pub fn kata(&self) -> &kata_simulator::Simulator {
        let central_node = self.central_node.as_ref();
        &central_node.expect("the plan has one").sim
    }

    /// Waits until the gateway is ready, at every server.
    pub async fn until_all_ready(&self) {
        eventually("every back end is ready", || async {
            let ready = self.admin("/health/ready").await;
            let backends = ready.json["backends"].as_object()?.clone();
            backends.values().all(|it| it == "ready").then_some(())
        })
        .await;
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
        self.soar().read(created).await.expect(200)
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

    /// The value of what there is once for a back end, of the one that the house has.
    pub async fn metric_of_ksc(&self, name: &str) -> String {
        self.metric(&format!("{name}{{backend=\"ksc\"}}")).await
    }

    /// Lets time pass, in KSC and in the gateway alike.
    pub async fn advance(&self, by: Duration) {
        // KSC first: whoever wakes up because time has passed finds it passed there too.
        self.sim.advance(by).await;
        for other in &self.others {
            other.sim.advance(by).await;
        }
        if let Some(central_node) = &self.central_node {
            central_node.sim.advance(by);
        }
        self.clock.advance(by);
    }

    /// Sets the gateway's clock forward or back, as NTP or an administrator does: no time passes,
    /// and KSC's stays.
    pub fn set_clock(&self, by: time::Duration) {
        self.clock.set(by);
    }

    /// The id of a host that is switched off.
    ///
    /// # Panics
    /// When all are on.
    #[must_use]
    pub fn switched_off(&self) -> String {
        let off = self.sim.hosts().into_iter().find(|it| !it.online);
        off.expect("some are off").id
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
        for sim in std::iter::once(&self.sim).chain(self.others.iter().map(|it| &it.sim)) {
            if let Err(verdict) = sim.verdict() {
                panic!("{verdict}\n{}", sim.journal().print());
            }
        }
        if let Some(central_node) = &self.central_node
            && let Err(verdict) = central_node.sim.verdict()
        {
            panic!("{verdict}");
        }
    }
}

/// What makes a gateway know the servers beside the first one.
fn environment_of(
    others: &[Server],
    central_node: Option<&CentralNode>,
    folder: &Path,
) -> Vec<(String, String)> {
    let others = others.iter().flat_map(|it| it.environment(folder));
    let central_node = central_node.into_iter();
    others
        .chain(central_node.flat_map(|it| it.environment(folder)))
        .collect()
}

/// A KSC beside the first one.
struct Server {
    alias: &'static str,
    sim: Simulator,
    wire: Wire,
}

impl Server {
    async fn open(alias: &'static str, scenario: Scenario) -> Self {
        let sim = Simulator::start(scenario).await;
        let sim = sim.expect("the simulator starts");
        let wire = Wire::to(sim.addr()).await;
        Self { alias, sim, wire }
    }

    fn environment(&self, folder: &Path) -> Vec<(String, String)> {
        of_server(self.alias, &self.sim, &self.wire.url(), folder)
    }
}

impl Drop for House {
    fn drop(&mut self) {
        // A test that ends without `close` has not heard the verdict.
        let heard = self.running.is_none() || std::thread::panicking();
        assert!(heard, "the house must be closed");
    }
}
