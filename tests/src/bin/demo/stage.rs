//! The house that the demo plays in: opened, introduced, and closed in order.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use acceptance::{Caller, House, Issuer, Plan, Token};
use kata_simulator::TaggedDevices;
use ksc_simulator::{Clock, Scenario};
use serde_json::json;
use tokio::task::{JoinError, JoinHandle};

use crate::linux::{self, CONFIRM_WITHIN, KATA};
use crate::paper::{Paper, Style};

/// A working day: a demo may stay open while somebody reads on.
const TOKEN_LIFE_SECONDS: u64 = 12 * 3600;

/// What the demo and its visitor may do.
const SCOPES: &str = "tasks.create tasks.read tasks.cancel hosts.read";

/// The second KSC.
pub(crate) const BRANCH: &str = "branch";

/// A device that it alone has.
pub(crate) const BRANCH_HOST: &str = "BR-001";

/// A KSC like this one, with few devices.
fn branch(like: Scenario) -> Scenario {
    let own = json!([
        {"id": "00000000-0000-4000-8000-000000000001", "name": BRANCH_HOST,
         "fqdn": "br-001.branch.example", "netbios": BRANCH_HOST, "ip": "10.99.0.1"},
        {"id": "00000000-0000-4000-8000-000000000042", "name": "WS-042",
         "fqdn": "ws-042.branch.example", "netbios": "WS-042", "ip": "10.99.0.42"}
    ]);
    Scenario {
        default_hosts: false,
        extra_hosts: serde_json::from_value(own).expect("they are devices"),
        ..like
    }
}

/// The house with its control listener.
pub(crate) struct Stage {
    house: Option<House>,
    control: SocketAddr,
}

impl Stage {
    /// Opens KSC, the Central Node, gateway and issuer.
    ///
    /// The API is served at this port, or at a free one for 0.
    pub(crate) async fn open(port: u16) -> Result<Self, String> {
        let api = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        // The harness would say it in its own words.
        if let Err(error) = std::net::TcpListener::bind(api) {
            return Err(format!("port {port} cannot be had: {error}"));
        }
        let api = api.to_string();
        let scenario = Scenario {
            clock: Clock::Real { speed: 1.0 },
            // A real console and a real device take minutes; the order of events is the same.
            console_delay: Duration::from_millis(1500),
            device_pending: Duration::from_millis(2000),
            device_running: Duration::from_millis(4000),
            ..Scenario::default()
        };
        let plan = Plan {
            others: vec![(BRANCH, branch(scenario.clone()))],
            central_node: Some(linux::central_node(scenario.clock)),
            scenario: Scenario {
                extra_hosts: linux::managed(),
                ..scenario
            },
            ..Plan::default()
        };
        let plan = plan.with(&[
            ("server.listen", &api),
            ("backends.kata.confirm_within", CONFIRM_WITHIN),
        ]);
        let opening = async {
            let house = House::furnish(plan).await;
            house.until_all_ready().await;
            house
        };
        let house = finished(tokio::spawn(opening)).await?;
        let mut stage = Self {
            house: Some(house),
            control: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        };
        match stage.house().sim.serve_control(stage.control).await {
            Ok(control) => {
                stage.control = control;
                // The KSC hears from the Linux servers that it manages whether they are isolated.
                let kata = stage.house().kata();
                kata.tell_ksc(control, TaggedDevices::Linux);
            }
            Err(error) => {
                stage.close(false).await?;
                return Err(format!("{error}"));
            }
        }
        Ok(stage)
    }

    /// The house.
    pub(crate) fn house(&self) -> &House {
        self.house
            .as_ref()
            .expect("the house is open until the stage is closed")
    }

    /// A caller that may do all that the demo shows.
    pub(crate) fn soar(&self) -> Caller {
        self.house().caller(SCOPES)
    }

    /// Address of the API.
    pub(crate) fn api(&self) -> String {
        format!("http://{}", self.house().addr())
    }

    /// Address of metrics and health.
    pub(crate) fn admin(&self) -> String {
        format!("http://{}", self.house().admin_addr())
    }

    /// Address of the simulator's levers.
    pub(crate) fn control(&self) -> String {
        format!("http://{}", self.control)
    }

    /// Writes a token for the visitor into a file that goes with the house: a token in a command
    /// line would be too long to copy.
    pub(crate) fn write_token(&self) -> Result<PathBuf, String> {
        let token = Token::of("visitor", SCOPES);
        let until = token.claims["iat"].as_u64().unwrap_or_default() + TOKEN_LIFE_SECONDS;
        let token = token.with("exp", json!(until));
        let path = self.house().file("token");
        std::fs::write(&path, Issuer::shared().sign(&token))
            .map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(path)
    }

    /// Says what is there.
    pub(crate) fn introduce(&self, paper: &Paper) {
        let sim = &self.house().sim;
        paper.chapter(
            "edr-gateway: nine EDR response tasks, one authenticated JSON call each",
            "Four servers have been opened on this machine: two simulated Kaspersky Security Centers \
             (KSC), of the headquarters and of a branch, a simulated KATA Central Node for Linux servers, \
             and the gateway in front of them.",
        );
        let devices = sim.hosts().len();
        let ksc = format!(
            "{}, {devices} simulated devices, service console connected",
            sim.url()
        );
        paper.entry(2, "ksc", &ksc, Style::Plain);
        let sim = self.house().at(BRANCH);
        let devices = sim.hosts().len();
        let branch = format!("{}, {devices} simulated devices, one of both", sim.url());
        paper.entry(2, BRANCH, &branch, Style::Plain);
        let kata = self.house().kata();
        let hosts = kata.devices().len();
        let kata = format!(
            "{}, {hosts} simulated Linux servers, has accepted the gateway's certificate",
            kata.url()
        );
        paper.entry(2, KATA, &kata, Style::Plain);
        let api = format!(
            "{}, TLS to KSC with the certificate pinned, callers by JWT",
            self.api()
        );
        paper.entry(2, "gateway", &api, Style::Plain);
        let admin = format!(
            "{}, metrics and health, for the cluster alone",
            self.admin()
        );
        paper.entry(2, "admin", &admin, Style::Plain);
    }

    /// Stops the gateway; `judged` also asks KSC whether the gateway kept the protocol and gave
    /// everything back.
    pub(crate) async fn close(&mut self, judged: bool) -> Result<(), String> {
        let Some(mut house) = self.house.take() else {
            return Ok(());
        };
        let closing = async move {
            if judged {
                house.close().await;
            } else {
                house.stop().await;
            }
        };
        finished(tokio::spawn(closing)).await
    }
}

/// What came of a task of the runtime. The harness panics where a test has nothing else to do; here
/// its message is what the visitor is told.
async fn finished<T>(work: JoinHandle<T>) -> Result<T, String> {
    work.await.map_err(reason)
}

/// The message of a panic.
pub(crate) fn reason(error: JoinError) -> String {
    match error.try_into_panic() {
        Err(cancelled) => cancelled.to_string(),
        Ok(payload) => payload
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| payload.downcast_ref::<&str>().copied())
            .unwrap_or("it broke off without a word")
            .to_owned(),
    }
}
