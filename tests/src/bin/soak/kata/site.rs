//! The Central Node and its hosts: those that callers give orders for, and those of others.

use std::net::Ipv4Addr;
use std::path::Path;
use std::time::{Duration, Instant};

use acceptance::{CentralNode, EXTERNAL_SYSTEM, variable};
use kata_simulator::{Clock, FileHash, Scenario, SensorSpec, Simulator};
use time::OffsetDateTime;

/// How many hosts callers give orders for.
const OURS: u8 = 24;

/// How many others there are, which are isolated at the console and nobody's business here.
const FOREIGN: u8 = 3;

/// A Central Node in real time.
pub(crate) struct Site {
    node: CentralNode,
    /// Ids of the hosts that callers give orders for.
    pub(crate) ours: Vec<String>,
    /// Ids of the others.
    pub(crate) foreign: Vec<String>,
    /// A moment by its clock, and by the machine's.
    began: (OffsetDateTime, Instant),
}

impl Site {
    /// One with so many addresses. Somebody has been there before: the console has forbidden a file
    /// on every host, and isolated some.
    pub(crate) async fn open(addresses: usize) -> Self {
        let host = |name: &str, net: u8, last: u8| {
            SensorSpec::linux(
                &format!("{name}-{last:02}"),
                Ipv4Addr::new(10, 77, net, last),
            )
        };
        let ours: Vec<SensorSpec> = (0..OURS).map(|it| host("soak-lx", 1, it + 1)).collect();
        let foreign: Vec<SensorSpec> = (0..FOREIGN).map(|it| host("else-lx", 2, it + 1)).collect();
        let ids = |of: &[SensorSpec]| of.iter().map(SensorSpec::sensor_id).collect();
        let (our_ids, foreign_ids): (Vec<String>, Vec<String>) = (ids(&ours), ids(&foreign));
        let mut scenario = Scenario {
            clock: Clock::Real { speed: 1.0 },
            listeners: addresses,
            sensors: ours.into_iter().chain(foreign).collect(),
            ..Scenario::default()
        };
        scenario.behaviour.accept_everybody = true;
        let node = CentralNode::open(scenario).await;
        let sim = node.sim();
        for id in our_ids.iter().chain(&foreign_ids) {
            let file = FileHash::Sha256("e".repeat(64));
            sim.console_prevent(id, file).expect("a host");
        }
        for id in &foreign_ids {
            let isolated = sim.console_isolate(id, Duration::from_hours(24));
            isolated.expect("a host");
        }
        let began = (sim.now(), Instant::now());
        Self {
            node,
            ours: our_ids,
            foreign: foreign_ids,
            began,
        }
    }

    pub(crate) fn sim(&self) -> &Simulator {
        self.node.sim()
    }

    /// What makes a gateway know it, with short limits.
    pub(crate) fn environment(&self, folder: &Path) -> Vec<(String, String)> {
        let mut all = self.node.environment(folder);
        let urls: Vec<String> = self
            .sim()
            .addresses()
            .iter()
            .map(|it| format!("https://{it}"))
            .collect();
        for (key, value) in [
            ("endpoints", urls.join(",")),
            ("connection_timeout", "1s".to_owned()),
            ("request_timeout", "1500ms".to_owned()),
        ] {
            // What comes later counts.
            all.push((variable(&format!("backends.kata.{key}")), value));
        }
        all
    }

    /// Seconds from this moment of the machine's to that one of its own.
    pub(crate) fn seconds(&self, since: Instant, at: OffsetDateTime) -> f64 {
        let own = (at - self.began.0).as_seconds_f64();
        match self.began.1.checked_duration_since(since) {
            Some(later) => own + later.as_secs_f64(),
            None => own - (since - self.began.1).as_secs_f64(),
        }
    }

    /// What the gateways sent that no page has, and what broke in the Central Node itself.
    pub(crate) fn verdict(&self) -> Vec<String> {
        let journal = self.sim().journal();
        let mut found = journal.oddities();
        // Somebody at the console who comes to release a host that is free.
        found.retain(|it| !it.contains("an intrusion came to nothing"));
        found.extend(journal.panics());
        found
    }

    /// Everything goes well from now on.
    pub(crate) fn heal(&self) {
        let sim = self.sim();
        sim.faults().clear();
        sim.behave(|it| {
            let accepting = kata_simulator::Behaviour::default();
            *it = kata_simulator::Behaviour {
                accept_everybody: true,
                ..accepting
            };
        });
        sim.accept(EXTERNAL_SYSTEM);
        for listener in 0..sim.addresses().len() {
            // One that is there already needs no reviving.
            let _alive = sim.revive(listener);
        }
    }
}
