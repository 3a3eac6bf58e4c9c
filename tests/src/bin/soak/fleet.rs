//! The gateways, the wires between them and KSC, KSC, the Central Node, and Redis.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use acceptance::{Program, RedisServer, Wire};
use edr_gateway::config::TABLE;
use ksc_simulator::{Clock, IncidentEdit, NameSuffix, Scenario, Simulator};
use serde_json::Value;
use tempfile::TempDir;

use crate::clock;
use crate::kata::site::Site;

/// Where keys are kept, and with it how many gateways there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Store {
    /// One gateway, whose memory goes with it: it is never killed.
    Memory,
    /// Two gateways and a Redis, and any of them may die.
    Redis,
}

/// Everything that runs.
pub(crate) struct Fleet {
    pub(crate) sim: Simulator,
    pub(crate) kata: Site,
    pub(crate) wires: Vec<Wire>,
    pub(crate) redis: Option<tokio::sync::Mutex<RedisServer>>,
    gateways: Vec<Gateway>,
    edits: Mutex<Vec<(i64, String)>>,
    lost: Mutex<BTreeSet<i64>>,
    _folder: TempDir,
}

struct Gateway {
    program: tokio::sync::Mutex<Program>,
    door: Mutex<SocketAddr>,
    /// By how much its clock is wrong, as libfaketime reads it; nothing where that is not
    /// installed.
    clock: Option<PathBuf>,
    /// Memory after the start, in KiB.
    light: u64,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// For how long a connection to KSC may rest, at most, where whatever stands between lets go of what
/// is not used.
const MOST_REST: Duration = Duration::from_secs(2);

impl Fleet {
    /// Starts everything.
    pub(crate) async fn start(
        store: Store,
        endpoints: usize,
        names: NameSuffix,
        lets_go: bool,
    ) -> Result<Self, String> {
        let scenario = Scenario {
            name_suffix: names,
            // What is gone nobody can compare.
            rotation: 500,
            clock: Clock::Real { speed: 1.0 },
            console_delay: Duration::from_millis(200),
            device_pending: Duration::from_millis(300),
            device_running: Duration::from_millis(700),
            ..Scenario::default()
        };
        let sim = Simulator::start(scenario)
            .await
            .map_err(|error| error.to_string())?;
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let (count, redis) = match store {
            Store::Memory => (1, None),
            Store::Redis => (2, Some(RedisServer::with_password("a soak's own").await)),
        };
        let kata = Site::open(endpoints).await;
        let known_by = kata.environment(folder.path());
        let url_file = redis.as_ref().map(|it| it.url_file(folder.path()));
        let faketime = clock::library();
        let mut wires = Vec::new();
        let mut gateways = Vec::new();
        for number in 0..count {
            let mut urls = Vec::new();
            for _ in 0..endpoints {
                let wire = Wire::to(sim.addr()).await;
                if lets_go {
                    wire.close_resting(MOST_REST);
                }
                urls.push(wire.url());
                wires.push(wire);
            }
            let clock = folder.path().join(format!("clock-{number}"));
            clock::set(&clock, 0);
            let variables = faketime.as_deref().map(|it| clock::variables(it, &clock));
            let variables: Vec<(&str, &str)> = variables
                .iter()
                .flatten()
                .map(|(name, value)| (*name, value.as_str()))
                .chain(
                    known_by
                        .iter()
                        .map(|(name, value)| (name.as_str(), value.as_str())),
                )
                .collect();
            let settings = settings(&urls, url_file.as_ref());
            let program = Program::start_with(&sim, settings, &variables).await;
            until_ready(&program).await;
            gateways.push(Gateway {
                clock: faketime.is_some().then_some(clock),
                door: Mutex::new(program.addr()),
                light: program.resident_kib().unwrap_or_default(),
                program: tokio::sync::Mutex::new(program),
            });
        }
        Ok(Self {
            sim,
            kata,
            wires,
            redis: redis.map(tokio::sync::Mutex::new),
            gateways,
            edits: Mutex::default(),
            lost: Mutex::default(),
            _folder: folder,
        })
    }

    /// Changes an incident, as an analyst does.
    pub(crate) fn edit(&self, incident: i64, edit: IncidentEdit) {
        locked(&self.edits).push((incident, format!("{edit:?}")));
        self.sim.edit_incident(incident, edit);
    }

    /// The incidents that were changed.
    pub(crate) fn edited(&self) -> BTreeSet<i64> {
        locked(&self.edits).iter().map(|it| it.0).collect()
    }

    /// What was changed of them.
    pub(crate) fn edits(&self) -> Vec<(i64, String)> {
        locked(&self.edits).clone()
    }

    /// Restores a KSC that has no incident from this number on.
    pub(crate) fn restore(&self, next: i64) {
        let later = self.sim.journal().incidents().into_iter().map(|it| it.id);
        locked(&self.lost).extend(later.filter(|it| *it >= next));
        self.sim.restore_incidents(next);
    }

    /// Whether KSC has lost an incident of this number.
    pub(crate) fn has_lost(&self, incident: i64) -> bool {
        locked(&self.lost).contains(&incident)
    }

    /// How many gateways there are.
    pub(crate) fn size(&self) -> usize {
        self.gateways.len()
    }

    /// Where a gateway is called.
    pub(crate) fn door(&self, gateway: usize) -> SocketAddr {
        *self.gateways[gateway]
            .door
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a gateway stand still for a while.
    pub(crate) async fn freeze(&self, gateway: usize, by: Duration) {
        let program = self.gateways[gateway].program.lock().await;
        program.freeze();
        tokio::time::sleep(by).await;
        program.thaw();
    }

    /// Sets the clock of a gateway forward or back.
    pub(crate) fn set_clock(&self, gateway: usize, milliseconds: i64) {
        if let Some(clock) = &self.gateways[gateway].clock {
            clock::set(clock, milliseconds);
        }
    }

    /// Sends a gateway a signal that ends nothing.
    pub(crate) async fn nudge(&self, gateway: usize, signal: &'static str) {
        self.gateways[gateway].program.lock().await.signal(signal);
    }

    /// Reads what a gateway says no longer, for a while.
    pub(crate) async fn stop_reading(&self, gateway: usize, by: Duration) {
        let program = self.gateways[gateway].program.lock().await;
        program.stop_reading();
        tokio::time::sleep(by).await;
        program.read_on();
    }

    /// Ends a gateway, suddenly or in an orderly way by this signal, and starts it again after a
    /// while.
    pub(crate) async fn restart(
        &self,
        gateway: usize,
        signal: Option<&'static str>,
        after: Duration,
    ) {
        let gateway = &self.gateways[gateway];
        let mut program = gateway.program.lock().await;
        match signal {
            None => program.kill(),
            Some(signal) => {
                program.signal(signal);
                let status = program.end().await;
                assert!(status.success(), "SIG{signal} ended it with {status}");
            }
        }
        tokio::time::sleep(after).await;
        program.start_again().await;
        *gateway.door.lock().unwrap_or_else(PoisonError::into_inner) = program.addr();
    }

    /// Everything goes well from now on.
    pub(crate) async fn heal(&self) {
        self.sim.faults().clear();
        self.kata.heal();
        self.sim.set_console(true);
        for wire in &self.wires {
            wire.calm();
        }
        for (number, gateway) in self.gateways.iter().enumerate() {
            self.set_clock(number, 0);
            until_ready(&*gateway.program.lock().await).await;
        }
    }

    /// Memory of each gateway, in KiB: after its first start, and now.
    pub(crate) async fn memory(&self) -> Vec<(u64, u64)> {
        let mut memory = Vec::new();
        for gateway in &self.gateways {
            let now = gateway.program.lock().await.resident_kib();
            memory.push((gateway.light, now.unwrap_or_default()));
        }
        memory
    }

    /// Ends the gateways in an orderly way; says what was wrong with their lives, and which
    /// incidents the audit logs name.
    pub(crate) async fn end(&self) -> (Vec<String>, BTreeSet<i64>) {
        let (mut wrong, mut audited) = (Vec::new(), BTreeSet::new());
        for (number, gateway) in self.gateways.iter().enumerate() {
            let mut program = gateway.program.lock().await;
            let status = program.terminate().await;
            if !status.success() {
                wrong.push(format!("gateway {number} ended with {status}"));
            }
            let log = program.log();
            let panics = log.iter().filter(|it| it.contains("panicked at"));
            wrong.extend(panics.map(|it| format!("gateway {number}: {it}")));
            let lines = log.iter().filter(|it| it.contains("\"audit\""));
            let lines = lines.filter_map(|it| serde_json::from_str::<Value>(it).ok());
            let number = |it: Value| {
                it["task.id"]
                    .as_str()?
                    .strip_prefix("ksc-")?
                    .parse::<i64>()
                    .ok()
            };
            audited.extend(lines.filter_map(number));
        }
        wrong.extend(self.kata.verdict());
        (wrong, audited)
    }
}

/// Waits until a gateway is ready at every back end. One that the Central Node has not accepted
/// knocks once a minute.
async fn until_ready(program: &Program) {
    let all = async {
        loop {
            let ready = program.admin("/health/ready").await;
            let backends = ready.json["backends"].as_object();
            if backends.is_some_and(|it| it.values().all(|it| it == "ready")) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(90), all).await;
    waited.expect("the gateway is ready at every back end");
}

/// Short limits: a soak of minutes shall see many of them end.
fn settings(urls: &[String], redis: Option<&PathBuf>) -> Vec<(&'static str, String)> {
    let mut settings = vec![
        ("backends.ksc.endpoints", urls.join(",")),
        ("backends.ksc.connection_timeout", "1s".to_owned()),
        ("backends.ksc.request_timeout", "1500ms".to_owned()),
        ("backends.ksc.ping_after_idle", "2s".to_owned()),
        ("server.request_timeout", "5s".to_owned()),
        ("backends.ksc.unknown_settles_after", "3s".to_owned()),
        // Counted, but never exhausted: the soak is about delivery.
        ("backends.ksc.budget", "10000".to_owned()),
    ];
    // So are the callers' rates.
    for key in [
        "limits.requests_per_minute_per_caller",
        "limits.max_in_flight",
    ] {
        if TABLE.iter().any(|it| it.key == key) {
            settings.push((key, "100000".to_owned()));
        }
    }
    if let Some(file) = redis {
        settings.push(("idempotency.store", "redis".to_owned()));
        settings.push(("idempotency.redis_url_file", file.display().to_string()));
    }
    settings
}

/// Whether this gateway can keep keys in Redis.
pub(crate) fn knows_redis() -> bool {
    TABLE.iter().any(|it| it.key == "idempotency.store")
}
