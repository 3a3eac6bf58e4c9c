//! One device by its id and by each of its names, and what is refused instead of guessed.

use acceptance::calls::FIND_HOSTS;
use acceptance::{House, Plan, WS_042};
use ksc_simulator::{Edr, Fault, FaultKind, Scenario};

use super::asking::kiosks;

#[tokio::test(flavor = "multi_thread")]
async fn a_host_is_found_by_id_and_by_every_name_that_it_has() {
    let house = House::open().await;
    let host = house.sim.host("WS-042");
    let ip = host.ip.to_string();

    for name in [
        WS_042,
        &WS_042.to_uppercase(),
        "WS-042",
        "ws-042",
        "ws-042.corp.example",
        "WS-042.Corp.Example",
        &host.netbios,
        &ip,
    ] {
        let created = house.soar().isolate(name).await.expect(202);
        assert_eq!(created.json["targetHost"]["id"], WS_042, "{name}");
        assert_eq!(created.json["targetHost"]["name"], "WS-042", "{name}");
    }
    let cyrillic = house.soar().isolate("БУХ-07").await.expect(202);
    assert_eq!(cyrillic.json["targetHost"]["name"], "БУХ-07");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_of_two_hosts_is_refused_with_both_and_the_id_then_decides() {
    let house = House::open().await;

    let reply = house.soar().isolate("SRV-FILES").await.expect(409);

    assert_eq!(reply.code(), "host_ambiguous");
    let candidates = reply.json["candidates"].as_array().expect("candidates");
    assert_eq!(candidates.len(), 2);
    assert!(house.sim.journal().incidents().is_empty());
    let dry_run = house.soar().rehearse("SRV-FILES").await.expect(409);
    assert_eq!(dry_run.json["candidates"], reply.json["candidates"]);
    let id = candidates[1]["id"].as_str().expect("an id");
    let created = house.soar().isolate(id).await.expect(202);
    assert_eq!(created.json["targetHost"]["id"], id);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_of_more_hosts_than_are_read_is_refused_and_says_how_many() {
    let house = House::furnish(Plan::of(Scenario {
        extra_hosts: kiosks(25),
        ..Scenario::default()
    }))
    .await;
    let soar = house.soar();

    for reply in [soar.isolate("Kiosk").await, soar.rehearse("Kiosk").await] {
        let reply = reply.expect(409);
        assert_eq!(reply.code(), "host_ambiguous");
        let detail = reply.json["detail"].as_str().unwrap_or_default();
        assert!(detail.contains("25"), "{detail}");
        assert_eq!(reply.json["candidates"].as_array().map(Vec::len), Some(20));
    }

    assert!(house.sim.journal().incidents().is_empty());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_id_costs_one_call_and_no_search() {
    let house = House::open().await;

    house.soar().isolate(WS_042).await.expect(202);

    let journal = house.sim.journal();
    assert_eq!(journal.count("HostGroup.GetHostInfo"), 1);
    assert_eq!(journal.count(FIND_HOSTS), 0);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_about_another_host_is_not_taken() {
    let house = House::open().await;
    let strange = Fault::on("HostGroup.GetHostInfo", FaultKind::WrongShape);
    house.sim.faults().push(strange);

    let reply = house.soar().isolate(WS_042).await.expect(502);

    assert_eq!(reply.code(), "ksc_protocol");
    assert!(house.sim.journal().incidents().is_empty());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_is_not_there_is_not_found() {
    let house = House::open().await;

    for name in [
        "ws-999",
        "00000000-0000-0000-0000-000000000000",
        "192.0.2.1",
        "0.0.0.0",
        "ws-04",
        "ws-0422",
    ] {
        assert_eq!(
            house.soar().isolate(name).await.expect(404).code(),
            "host_not_found",
            "{name}"
        );
    }
    assert!(house.sim.journal().incidents().is_empty());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_protected_host_is_protected_under_every_name() {
    let house = House::with(&[("tasks.protected_hosts", "WS-042.corp.*, srv-dc*")]).await;

    for name in [
        WS_042,
        "WS-042",
        "ws-042.corp.example",
        &house.sim.host("WS-042").ip.to_string(),
    ] {
        assert_eq!(
            house.soar().isolate(name).await.expect(403).code(),
            "host_protected",
            "{name}"
        );
    }
    assert!(house.sim.journal().incidents().is_empty());
    house
        .soar()
        .isolate("ws-001.corp.example")
        .await
        .expect(202);
    house.close().await;

    let ip = House::open().await;
    let address = ip.sim.host("WS-042").ip.to_string();
    ip.close().await;
    let house = House::with(&[("tasks.protected_hosts", &address)]).await;
    let reply = house.soar().isolate("WS-042").await.expect(403);
    assert_eq!(reply.code(), "host_protected");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_without_edr_fails_and_says_so() {
    let house = House::open().await;
    let host = house
        .sim
        .hosts()
        .into_iter()
        .find(|it| it.edr == Edr::NotInstalled && it.online);
    let host = host.expect("some have no EDR");

    let created = house.soar().isolate(&host.id).await.expect(202);
    house.advance(std::time::Duration::from_secs(120)).await;
    let read = house.read(&created).await;

    assert_eq!(read.json["state"], "failed", "{}", read.text);
    assert!(
        read.json["execution"]["description"]
            .as_str()
            .is_some_and(|it| !it.is_empty())
    );
    house.close().await;
}
