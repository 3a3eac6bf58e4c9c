//! The gateways, the wires between them and KSC, KSC, and Redis.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use acceptance::{Program, RedisServer, Wire};
use edr_gateway::config::TABLE;
use ksc_simulator::{Clock, Scenario, Simulator};
use serde_json::Value;
use tempfile::TempDir;

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
    pub(crate) wires: Vec<Wire>,
    pub(crate) redis: Option<tokio::sync::Mutex<RedisServer>>,
    gateways: Vec<Gateway>,
    _folder: TempDir,
}

struct Gateway {
    program: tokio::sync::Mutex<Program>,
    door: Mutex<SocketAddr>,
    /// Memory after the start, in KiB.
    light: u64,
}

impl Fleet {
    /// Starts everything.
    pub(crate) async fn start(store: Store, endpoints: usize) -> Result<Self, String> {
        let scenario = Scenario {
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
        let url_file = redis.as_ref().map(|it| it.url_file(folder.path()));
        let mut wires = Vec::new();
        let mut gateways = Vec::new();
        for _ in 0..count {
            let mut urls = Vec::new();
            for _ in 0..endpoints {
                let wire = Wire::to(sim.addr()).await;
                urls.push(wire.url());
                wires.push(wire);
            }
            let program = Program::start(&sim, settings(&urls, url_file.as_ref())).await;
            program.until_ready().await;
            gateways.push(Gateway {
                door: Mutex::new(program.addr()),
                light: program.resident_kib().unwrap_or_default(),
                program: tokio::sync::Mutex::new(program),
            });
        }
        Ok(Self {
            sim,
            wires,
            redis: redis.map(tokio::sync::Mutex::new),
            gateways,
            _folder: folder,
        })
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

    /// Ends a gateway, suddenly or in an orderly way, and starts it again after a while.
    pub(crate) async fn restart(&self, gateway: usize, sudden: bool, after: Duration) {
        let gateway = &self.gateways[gateway];
        let mut program = gateway.program.lock().await;
        if sudden {
            program.kill();
        } else {
            let status = program.terminate().await;
            assert!(status.success(), "SIGTERM ended it with {status}");
        }
        tokio::time::sleep(after).await;
        program.start_again().await;
        *gateway.door.lock().unwrap_or_else(PoisonError::into_inner) = program.addr();
    }

    /// Everything goes well from now on.
    pub(crate) async fn heal(&self) {
        self.sim.faults().clear();
        self.sim.set_console(true);
        for wire in &self.wires {
            wire.calm();
        }
        for gateway in &self.gateways {
            gateway.program.lock().await.until_ready().await;
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

    /// Ends the gateways in an orderly way; says what was wrong with their lives, and which incidents
    /// the audit logs name.
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
            audited.extend(lines.filter_map(|it| it["incident.id"].as_i64()));
        }
        (wrong, audited)
    }
}

/// Short limits: a soak of minutes shall see many of them end.
fn settings(urls: &[String], redis: Option<&PathBuf>) -> Vec<(&'static str, String)> {
    let mut settings = vec![
        ("ksc.endpoints", urls.join(",")),
        ("ksc.connection_timeout", "1s".to_owned()),
        ("ksc.request_timeout", "1500ms".to_owned()),
        ("ksc.ping_after_idle", "2s".to_owned()),
        ("server.request_timeout", "5s".to_owned()),
        ("tasks.unknown_settles_after", "3s".to_owned()),
        // Counted, but never exhausted: the soak is about delivery.
        ("tasks.budget", "10000".to_owned()),
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
