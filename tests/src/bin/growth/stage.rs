//! A KSC with a history, and a gateway before it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use acceptance::{Caller, EVERYTHING, Issuer, Program, Token, device};
use edr_gateway::clock::Clock;
use ksc_simulator::{Clock as SimulatedClock, HostSpec, NameSuffix, Scenario, Simulator};
use serde_json::json;
use tokio::task::JoinHandle;

/// How far back the incidents go: as long as KSC keeps their tasks, but for a day.
const HISTORY: Duration = Duration::from_hours(29 * 24);

/// For so long nothing has been asked for.
const AT_THE_END: Duration = Duration::from_secs(60);

/// How often the clock of KSC is moved along.
const TICK: Duration = Duration::from_millis(20);

/// How often each incident of so many is the busy host's.
const BUSY: usize = 10;

/// A KSC and a gateway.
pub(crate) struct Stage {
    pub(crate) sim: Arc<Simulator>,
    pub(crate) program: Program,
    pub(crate) soar: Caller,
    /// The hosts' ids, the busy one first.
    pub(crate) hosts: Vec<String>,
    /// The numbers of the busy host's incidents.
    pub(crate) of_busy: Vec<i64>,
    ticking: JoinHandle<()>,
}

/// What a stage is furnished with.
pub(crate) struct Plan<'a> {
    pub(crate) gateway: Option<&'a Path>,
    pub(crate) incidents: usize,
    pub(crate) hosts: usize,
    pub(crate) names: NameSuffix,
    pub(crate) settings: Vec<(&'static str, String)>,
    /// How long devices work on a task.
    pub(crate) running: Duration,
}

impl Plan<'_> {
    pub(crate) fn of(gateway: Option<&Path>) -> Plan<'_> {
        Plan {
            gateway,
            incidents: 0,
            hosts: 50,
            names: NameSuffix::IncidentId,
            settings: Vec::new(),
            running: Duration::from_millis(100),
        }
    }
}

impl Stage {
    pub(crate) async fn set(plan: Plan<'_>) -> Self {
        let now = Clock::system().now();
        let count = u32::try_from(plan.hosts).expect("not so many");
        let hosts: Vec<HostSpec> = (0..count).map(device).collect();
        let ids: Vec<String> = hosts.iter().map(|it| it.id.clone()).collect();
        let sim = Simulator::start(Scenario {
            clock: SimulatedClock::Stepped(now - HISTORY),
            default_hosts: false,
            extra_hosts: hosts,
            name_suffix: plan.names,
            console_delay: Duration::from_millis(100),
            device_pending: Duration::from_millis(100),
            device_running: plan.running,
            first_incident_id: 1_000,
            ..Scenario::default()
        });
        let sim = Arc::new(sim.await.expect("the simulator starts"));
        let of_busy = history(&sim, &ids, plan.incidents).await;
        let ticking = tokio::spawn(tick(Arc::clone(&sim)));
        let mut settings = vec![
            ("limits.requests_per_minute_per_caller", "0".to_owned()),
            ("limits.watchers", "20000".to_owned()),
            ("limits.watchers_per_caller", "20000".to_owned()),
            ("backends.ksc.budget_policy", "off".to_owned()),
        ];
        settings.extend(plan.settings);
        let program = match plan.gateway {
            Some(gateway) => Program::start_other(gateway, &sim, settings).await,
            None => Program::start(&sim, settings).await,
        };
        program.until_ready().await;
        let soar = program.soar();
        Self {
            sim,
            program,
            soar,
            hosts: ids,
            of_busy,
            ticking,
        }
    }

    pub(crate) fn processor(&self) -> Duration {
        let taken = self.program.processor_time();
        taken.expect("the gateway runs")
    }

    /// Lets what was begun come to its end.
    pub(crate) async fn settle(&self) {
        tokio::time::sleep(Duration::from_millis(800)).await;
    }

    /// A caller of this name.
    pub(crate) fn caller(&self, name: &str) -> Caller {
        let token = Issuer::shared().sign(&Token::of(name, EVERYTHING));
        self.program.caller_with(&token)
    }

    pub(crate) async fn strike(mut self) {
        self.program.terminate().await;
        self.ticking.abort();
    }
}

/// A month of incidents, all for the same task, every tenth of them of the first host. Gives the
/// numbers of those.
async fn history(sim: &Simulator, hosts: &[String], incidents: usize) -> Vec<i64> {
    // What was asked for last is over at the end.
    let many = u32::try_from(incidents.max(1)).expect("not so many");
    let step = HISTORY.saturating_sub(2 * AT_THE_END) / many;
    let mut of_busy = Vec::new();
    for number in 0..incidents {
        let busy = number % BUSY == 0 || hosts.len() == 1;
        let place = if busy {
            0
        } else {
            1 + number % (hosts.len() - 1)
        };
        let body = json!({
            "targetHost": hosts[place],
            "task": "getFile",
            "params": {"md5hash": "", "sha256hash": "", "path": format!("C:\\Users\\u\\{number}.exe")},
            "responseEventIncident": true,
            "responseEventIncidentArea": "Kuma",
        });
        let id = sim.add_incident(&hosts[place], &body.to_string());
        if busy {
            of_busy.push(id);
        }
        sim.advance(step).await;
    }
    sim.advance(AT_THE_END).await;
    of_busy
}

/// Keeps the clock of KSC at the machine's.
async fn tick(sim: Arc<Simulator>) {
    let clock = Clock::system();
    loop {
        let behind = clock.now() - sim.now();
        if let Ok(behind) = Duration::try_from(behind) {
            sim.advance(behind).await;
        }
        tokio::time::sleep(TICK).await;
    }
}
