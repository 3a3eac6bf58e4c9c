//! How long a server is waited for beside others, and what it holds meanwhile.

use std::time::Duration;

use acceptance::calls::FIND_HOSTS;
use acceptance::{EVERYTHING, House, Issuer, Token, at, isolation};
use ksc_simulator::{Fault, FaultKind};

use super::world::{OF_BOTH, OF_KSC, incidents, two};

const ISOLATE: &str = "/v1/tasks/isolateHost";
const FIND_INCIDENTS: &str = "HostGroup.FindIncidents";

fn caller(house: &House, name: &str) -> acceptance::Caller {
    house.caller_with(&Issuer::shared().sign(&Token::of(name, EVERYTHING)))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_list_does_not_make_an_ambiguous_name_good_enough_to_act_on() {
    let house = two(&[]).await;
    let faults = house.at("branch").faults();
    let quick = FaultKind::delay(Duration::from_millis(300));
    faults.push(Fault::on(FIND_HOSTS, quick).forever());
    let soar = house.soar();
    let before = soar.rehearse("ws-001").await.expect(409);
    assert_eq!(before.code(), "host_ambiguous");

    let slow = FaultKind::delay(Duration::from_secs(6));
    faults.push(Fault::on(FIND_INCIDENTS, slow));
    let list = soar.get("/v1/tasks").await.expect(200);
    assert_eq!(list.json["unavailable"][0]["backend"], "branch");
    let of_both = soar.isolate(OF_BOTH).await;

    assert_eq!(incidents(&house), [0, 0], "{}", of_both.text);
    assert_eq!(of_both.expect(409).code(), "host_ambiguous");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preferred_server_is_waited_for_as_long_as_a_named_one() {
    let house = two(&[("routing.order", "branch,ksc")]).await;
    let slow = FaultKind::delay(Duration::from_secs(3));
    house
        .at("branch")
        .faults()
        .push(Fault::on(FIND_HOSTS, slow).times(2));
    let soar = house.soar();

    let named = soar
        .post(
            &format!("{ISOLATE}/dry-run"),
            &at("branch", isolation("ws-001")),
        )
        .await
        .expect(200);
    let preferred = soar.rehearse("ws-002").await;

    assert_eq!(named.json["backend"], "branch");
    assert_eq!(preferred.status, 200, "{}", preferred.text);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_that_were_answered_take_no_room_from_requests_for_another_server() {
    let house = two(&[("limits.max_in_flight", "8")]).await;
    let gate = house.at("branch").gate();
    gate.hold_calls_to(FIND_INCIDENTS);
    let soar = house.soar();
    let lists = (0..8).map(|_| soar.get("/v1/tasks"));
    for list in futures_util::future::join_all(lists).await {
        let list = list.expect(200);
        assert_eq!(list.json["unavailable"][0]["backend"], "branch");
    }

    let other = caller(&house, "other");
    let sent = other.post(ISOLATE, &at("ksc", isolation(OF_KSC))).await;

    gate.open();
    assert_eq!(sent.status, 202, "{}", sent.text);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_how_the_servers_are_takes_no_room_for_long() {
    let house = two(&[("limits.max_in_flight", "4")]).await;
    let gate = house.at("branch").gate();
    gate.hold();
    let soar = house.soar();
    let lists = (0..4).map(|_| soar.get("/v1/backends"));
    for list in futures_util::future::join_all(lists).await {
        assert_eq!(list.expect(200).json["backends"][0]["available"], false);
    }

    let asked = soar.get("/v1/tasks?backend=ksc").await;

    gate.open();
    assert_eq!(asked.status, 200, "{}", asked.text);
    house.close().await;
}
