//! The names of many hosts at once, as a list of tasks needs them.

use std::sync::Arc;
use std::time::Duration;

use acceptance::calls::FIND_HOSTS;
use edr_gateway::authority::Protection;
use edr_gateway::backends::ksc::hosts::Hosts;
use edr_gateway::clock::Clock;
use ksc::{Lease, NoObserver, Pool, Settings, Trust};
use ksc_simulator::{Scenario, Simulator, WS_042};
use vocabulary::task_id::Alias;

use super::asking::kiosks;

async fn simulator(count: u16) -> Simulator {
    let scenario = Scenario {
        extra_hosts: kiosks(count),
        ..Scenario::default()
    };
    Simulator::start(scenario).await.expect("it starts")
}

fn pool(sim: &Simulator) -> Arc<Pool> {
    let trust = Trust::pinned(sim.certificate_pem().as_bytes()).expect("a certificate");
    let endpoint = url::Url::parse(&sim.url()).expect("an address");
    let password = Arc::new(secrecy::SecretString::from(sim.password()));
    let settings = Settings::new(vec![endpoint], sim.username(), password, trust);
    Pool::new(settings, Arc::new(NoObserver)).expect("good settings")
}

async fn lease(pool: &Arc<Pool>) -> Lease {
    pool.lease().await.expect("a session")
}

#[tokio::test(flavor = "multi_thread")]
async fn many_hosts_are_asked_for_together_and_then_not_again_for_a_minute() {
    let sim = simulator(70).await;
    let pool = pool(&sim);
    let clock = Clock::stepped(sim.now());
    let alias = Alias::parse("ksc").expect("an alias");
    let hosts = Hosts::new(alias, clock.clone(), Arc::new(Protection::new(&[])));
    let ids: Vec<String> = kiosks(70).into_iter().map(|it| it.id).collect();
    let gone = "00000000-0000-0000-0000-000000000000";
    let odd = "no(id)*";
    let mut wanted: Vec<&str> = ids.iter().map(String::as_str).collect();
    wanted.extend([WS_042, WS_042, gone, odd]);

    let mut session = lease(&pool).await;
    let shown = hosts.summaries(&mut session, &wanted, "r").await;
    let shown = shown.expect("an answer");

    assert_eq!(shown.len(), 73);
    assert!(ids.iter().all(|it| shown[it].name == "KIOSK"));
    assert_eq!(
        shown[&ids[69]].fqdn.as_deref(),
        Some("kiosk-69.shop.example")
    );
    assert_eq!(shown[WS_042].name, "WS-042");
    assert_eq!((&*shown[gone].name, &shown[gone].fqdn), (gone, &None));
    assert_eq!(shown[odd].name, odd, "it is shown and never asked for");
    assert_eq!(sim.journal().count(FIND_HOSTS), 2, "fifty at a time");

    sim.rename_host(WS_042, "KIOSK-1");
    let again = hosts.summaries(&mut session, &wanted, "r").await;
    assert_eq!(again.expect("an answer"), shown);
    let one = hosts.summary(&mut session, WS_042, "r").await;
    assert_eq!(one.expect("an answer"), shown[WS_042]);
    assert_eq!(sim.journal().count(FIND_HOSTS), 2);
    assert_eq!(sim.journal().count("HostGroup.GetHostInfo"), 0);

    clock.advance(Duration::from_mins(1));
    let later = hosts.summaries(&mut session, &[WS_042, gone], "r").await;
    let later = later.expect("an answer");
    assert_eq!(later[WS_042].name, "KIOSK-1");
    assert_eq!(later[gone].name, gone);
    assert_eq!(sim.journal().count(FIND_HOSTS), 3);
    drop(session);
    pool.drain().await;
    sim.verdict().expect("a good verdict");
}
