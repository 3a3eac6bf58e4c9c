//! The dashboard, asked of a real Prometheus that scrapes gateways under load: no panel is empty.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use acceptance::calls::ADD;
use acceptance::repository::root;
use acceptance::{
    Caller, CentralNode, Collector, Program, Prometheus, RedisServer, at, eventually, isolation,
    tell,
};
use ksc_simulator::{Clock, Fault, FaultKind, Scenario, Simulator};
use serde_json::json;
use tokio::task::JoinSet;

use super::delivered::panels;

/// What Grafana puts in for its variables; a second between scrapes instead of half a minute.
const VARIABLES: [(&str, &str); 6] = [
    ("$__rate_interval", "10s"),
    ("$__range", "1m"),
    ("$namespace", ".*"),
    ("$backend", ".*"),
    ("$instance", ".*"),
    ("$job", Prometheus::JOB),
];

/// A KSC whose console and devices are quick, so that tasks come to an end while somebody looks.
async fn quick_ksc() -> Simulator {
    let scenario = Scenario {
        clock: Clock::Real { speed: 1.0 },
        console_delay: Duration::from_millis(300),
        device_pending: Duration::from_millis(300),
        device_running: Duration::from_millis(300),
        ..Scenario::default()
    };
    Simulator::start(scenario).await.expect("it starts")
}

/// What callers do all day, the mishaps too.
async fn work(gateway: Caller, stranger: Caller, sim: Arc<Simulator>, over: Arc<AtomicBool>) {
    let hosts: Vec<String> = sim.hosts().into_iter().map(|it| it.id).collect();
    for number in 0.. {
        if over.load(Ordering::SeqCst) {
            return;
        }
        let host = &hosts[number % hosts.len()];
        if number % 7 == 3 {
            // KSC takes it and does not say so.
            let lost = Fault::on(ADD, FaultKind::CommitThenDrop);
            sim.faults().push(lost.times(1));
        }
        let created = gateway.isolate(host).await;
        if created.status == 202 {
            let path = format!("/v1/tasks/{}/events", created.task_id());
            let watching = gateway.get(&path);
            let _in_time = tokio::time::timeout(Duration::from_secs(3), watching).await;
            gateway
                .get(&format!("/v1/tasks/{}", created.task_id()))
                .await;
        }
        gateway
            .post("/v1/tasks/getFile", &json!({"targetHost": host}))
            .await;
        gateway.get("/v1/tasks/ksc-999999").await;
        stranger.get("/v1/whoami").await;
    }
}

/// A Central Node that has accepted everybody.
async fn central_node() -> CentralNode {
    let mut scenario = kata_simulator::Scenario {
        clock: Clock::Real { speed: 1.0 },
        ..kata_simulator::Scenario::default()
    };
    scenario.behaviour.accept_everybody = true;
    CentralNode::open(scenario).await
}

/// Linux servers are isolated, and now and then the answer is lost.
async fn work_at_kata(gateway: Caller, kata: Arc<CentralNode>, over: Arc<AtomicBool>) {
    use kata_simulator::{Fault, FaultKind};

    for number in 0.. {
        if over.load(Ordering::SeqCst) {
            return;
        }
        if number % 5 == 2 {
            let order = "POST settings/network_isolation";
            let lost = Fault::on(order, FaultKind::ProcessThenDrop);
            kata.sim().faults().push(lost.times(1));
        }
        let host = ["srv-db-01", "srv-old-01"][number % 2];
        let body = at("kata", isolation(host));
        let created = gateway.post("/v1/tasks/isolateHost", &body).await;
        if created.status == 202 {
            gateway.read(&created).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs prometheus and redis-server: cargo verify"]
async fn every_query_of_the_dashboard_finds_something_in_gateways_under_load() {
    let sim = Arc::new(quick_ksc().await);
    let kata = Arc::new(central_node().await);
    let redis = RedisServer::start().await;
    let collector = Collector::start().await;
    let files = tempfile::tempdir().expect("a folder");
    let settings = || {
        vec![
            ("idempotency.store", "redis".to_owned()),
            (
                "idempotency.redis_url_file",
                redis.url_file(files.path()).display().to_string(),
            ),
            ("limits.requests_per_minute_per_caller", "0".to_owned()),
            ("backends.ksc.budget_policy", "warn".to_owned()),
            collector.setting(),
        ]
    };
    let of_kata = kata.environment(files.path());
    let of_kata: Vec<_> = of_kata.iter().map(|(k, v)| (&**k, &**v)).collect();
    let mut gateways = [
        Program::start_with(&sim, settings(), &of_kata).await,
        Program::start_with(&sim, settings(), &of_kata).await,
    ];
    let targets: Vec<_> = gateways.iter().map(Program::admin_addr).collect();
    let prometheus = Prometheus::start(&targets, &root().join("deploy/alerts.yaml")).await;
    let over = Arc::new(AtomicBool::new(false));
    let mut callers = JoinSet::new();
    for gateway in &gateways {
        gateway.until_ready().await;
        for _ in 0..3 {
            let (soar, stranger) = (gateway.soar(), gateway.stranger());
            callers.spawn(work(soar, stranger, Arc::clone(&sim), Arc::clone(&over)));
        }
        let soar = gateway.soar();
        callers.spawn(work_at_kata(soar, Arc::clone(&kata), Arc::clone(&over)));
    }

    let mut queries = 0;
    for (title, targets) in panels() {
        for query in targets {
            let asked = VARIABLES
                .iter()
                .fold(query.clone(), |it, (name, value)| it.replace(name, value));
            assert!(
                !asked.contains('$'),
                "a variable that nobody fills: {asked}"
            );
            let values = eventually(&format!("{title} is not empty: {asked}"), || async {
                let values = prometheus.query(&asked).await;
                values.iter().any(|it| it.is_finite()).then_some(values)
            })
            .await;
            queries += 1;
            let finite: Vec<f64> = values.into_iter().filter(|it| it.is_finite()).collect();
            let most = finite.iter().copied().fold(f64::MIN, f64::max);
            let count = finite.len();
            tell(&format!(
                "dashboard: {title}: {count} series, up to {most:.4}"
            ));
        }
    }
    let rules = prometheus.rules().await;
    over.store(true, Ordering::SeqCst);
    callers.join_all().await;

    let bad = rules.iter().find(|it| it["health"] != "ok");
    assert!(bad.is_none(), "{bad:?}");
    assert!(rules.len() >= 24, "{}", rules.len());
    tell(&format!(
        "dashboard: {queries} queries, none empty; {} rules evaluated, all healthy",
        rules.len()
    ));
    for gateway in &mut gateways {
        assert!(gateway.terminate().await.success());
    }
}
