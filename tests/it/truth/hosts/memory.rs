//! What a name means is remembered for a breath, and never long enough to reach the wrong device.

use std::time::Duration;

use acceptance::calls::FIND_HOSTS;
use acceptance::{House, WS_042, eventually};
use ksc_simulator::{Fault, FaultKind};

const A_FEW_SECONDS: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_of_requests_for_one_host_asks_ksc_once() {
    let house = House::open().await;

    let mut asking = Vec::new();
    for number in 0..12 {
        let soar = house.soar();
        let name = ["ws-042.corp.example", "WS-042.Corp.Example"][number % 2];
        asking.push(tokio::spawn(async move { soar.isolate(name).await }));
    }
    for one in asking {
        let created = one.await.expect("no panic").expect(202);
        assert_eq!(created.json["targetHost"]["id"], WS_042);
    }
    assert_eq!(house.sim.journal().count(FIND_HOSTS), 1);

    house.advance(Duration::from_secs(4)).await;
    house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(202);
    assert_eq!(house.sim.journal().count(FIND_HOSTS), 1);

    house.advance(Duration::from_secs(1)).await;
    house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(202);
    assert_eq!(
        house.sim.journal().count(FIND_HOSTS),
        2,
        "the answer had grown old"
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_set_back_makes_no_answer_young_again() {
    let house = House::open().await;
    let ask = async || {
        house
            .soar()
            .isolate("ws-042.corp.example")
            .await
            .expect(202)
    };
    ask().await;

    house.advance(A_FEW_SECONDS).await;
    house.set_clock(-time::Duration::seconds(3));
    ask().await;

    assert_eq!(house.sim.journal().count(FIND_HOSTS), 2);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_for_a_look_up_that_fails_asks_again_and_not_all_at_once() {
    let house = House::open().await;
    let gate = house.sim.gate().clone();
    let denied = FaultKind::pxg("KLSTD", 1184);
    house.sim.faults().push(Fault::on(FIND_HOSTS, denied));
    gate.hold_calls_to(FIND_HOSTS);

    let asking: Vec<_> = (0..6)
        .map(|_| {
            let soar = house.soar();
            tokio::spawn(async move { soar.isolate("ws-042.corp.example").await })
        })
        .collect();
    until_leased(&house, 6).await;
    gate.open();

    let mut statuses = Vec::new();
    for one in asking {
        statuses.push(one.await.expect("no panic").status);
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [202, 202, 202, 202, 202, 502]);
    assert_eq!(house.sim.journal().count(FIND_HOSTS), 2);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_took_too_long_serves_nobody_but_who_asked() {
    let house = House::open().await;
    let gate = house.sim.gate().clone();
    gate.hold_calls_to(FIND_HOSTS);
    let ask = || {
        let soar = house.soar();
        tokio::spawn(async move { soar.isolate("ws-042.corp.example").await })
    };

    let first = ask();
    gate.wait_until_waiting(1).await;
    let second = ask();
    until_leased(&house, 2).await;
    house.advance(A_FEW_SECONDS).await;
    gate.open();

    for one in [first, second] {
        one.await.expect("no panic").expect(202);
    }
    assert_eq!(house.sim.journal().count(FIND_HOSTS), 2);
    house.close().await;
}

/// Waits until so many KSC sessions are in use.
async fn until_leased(house: &House, count: usize) {
    let count = count.to_string();
    eventually("the sessions are in use", || async {
        let leases = house.metric_of_ksc("edr_gateway_ksc_leases_in_use").await;
        (leases == count).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_refused_or_failed_is_asked_again_at_once() {
    let house = House::open().await;
    let soar = house.soar();

    soar.isolate("KIOSK-7").await.expect(404);
    house.sim.rename_host(WS_042, "KIOSK-7");
    let created = soar.isolate("KIOSK-7").await.expect(202);
    assert_eq!(created.json["targetHost"]["id"], WS_042);

    soar.isolate("SRV-FILES").await.expect(409);
    let files = house.sim.hosts();
    let files = files.iter().find(|it| it.name == "SRV-FILES");
    let files = files.expect("a file server");
    house.sim.rename_host(&files.id, "SRV-OLD");
    let created = soar.isolate("SRV-FILES").await.expect(202);
    assert_ne!(created.json["targetHost"]["id"], files.id);

    let denied = FaultKind::pxg("KLSTD", 1184);
    house.sim.faults().push(Fault::on(FIND_HOSTS, denied));
    let denied = soar.isolate("WS-001").await.expect(502);
    assert_eq!(denied.code(), "ksc_access_denied");
    soar.isolate("WS-001").await.expect(202);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_has_passed_to_another_device_reaches_that_one() {
    let house = House::open().await;
    let soar = house.soar();
    let first = soar.isolate("WS-042").await.expect(202);
    assert_eq!(first.json["targetHost"]["id"], WS_042);
    let other = house.sim.host("WS-001").id;

    house.sim.rename_host(WS_042, "KIOSK-1");
    house.sim.rename_host(&other, "WS-042");
    house.advance(A_FEW_SECONDS).await;

    let second = soar.isolate("WS-042").await.expect(202);
    assert_eq!(second.json["targetHost"]["id"], other);
    let moved = soar.isolate("kiosk-1").await.expect(202);
    assert_eq!(moved.json["targetHost"]["id"], WS_042);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_is_registered_again_is_reached_under_its_new_id() {
    let house = House::open().await;
    let soar = house.soar();
    soar.isolate("WS-042").await.expect(202);

    let new = house.sim.reregister_host(WS_042);
    house.advance(A_FEW_SECONDS).await;

    let again = soar.isolate("WS-042").await.expect(202);
    assert_eq!(again.json["targetHost"]["id"], new);
    assert_eq!(
        soar.isolate(WS_042).await.expect(404).code(),
        "host_not_found"
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_whose_old_record_stayed_is_ambiguous() {
    let house = House::open().await;
    let soar = house.soar();
    soar.isolate("WS-042").await.expect(202);

    let new = house.sim.double_host(WS_042);
    house.advance(A_FEW_SECONDS).await;

    let refused = soar.isolate("WS-042").await.expect(409);
    assert_eq!(refused.code(), "host_ambiguous");
    let mut ids: Vec<_> = refused.json["candidates"]
        .as_array()
        .expect("candidates")
        .iter()
        .map(|it| it["id"].clone())
        .collect();
    ids.sort_by_key(ToString::to_string);
    let mut expected = [WS_042.to_owned(), new];
    expected.sort();
    assert_eq!(ids, expected);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_takes_a_protected_name_is_protected_under_every_alias() {
    let house = House::with(&[("tasks.protected_hosts", "srv-dc*")]).await;
    let soar = house.soar();
    let address = house.sim.host("WS-042").ip.to_string();
    for alias in [WS_042, &address, "ws-042.corp.example"] {
        soar.isolate(alias).await.expect(202);
    }
    let created = house.sim.journal().incidents().len();

    house.sim.rename_host(WS_042, "SRV-DC-3");
    house.advance(A_FEW_SECONDS).await;

    for alias in [WS_042, &address, "srv-dc-3.corp.example", "SRV-DC-3"] {
        let refused = soar.isolate(alias).await.expect(403);
        assert_eq!(refused.code(), "host_protected", "{alias}");
    }
    soar.isolate("ws-042.corp.example").await.expect(404);
    assert_eq!(house.sim.journal().incidents().len(), created);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_is_shown_with_a_name_of_the_last_minute_and_no_older() {
    let house = House::open().await;
    let soar = house.soar();
    let created = soar.isolate("ws-042.corp.example").await.expect(202);
    let path = created.header("location").to_owned();

    for _ in 0..3 {
        let read = soar.get(&path).await.expect(200);
        assert_eq!(read.json["targetHost"], created.json["targetHost"]);
    }
    let journal = house.sim.journal();
    assert_eq!(journal.count("HostGroup.GetHostInfo"), 0, "it was known");

    house.sim.rename_host(WS_042, "KIOSK-1");
    house.advance(Duration::from_mins(1)).await;
    let read = soar.get(&path).await.expect(200);
    assert_eq!(read.json["targetHost"]["name"], "KIOSK-1");
    assert_eq!(read.json["targetHost"]["fqdn"], "kiosk-1.corp.example");
    assert_eq!(journal.count("HostGroup.GetHostInfo"), 1);
    house.close().await;
}
