//! The `UpdateIncident` behind an incident that stands.

use acceptance::House;
use acceptance::calls::UPDATE;
use ksc_simulator::{Fault, FaultKind};

#[tokio::test(flavor = "multi_thread")]
async fn an_update_that_fails_for_a_while_is_repeated_until_it_holds() {
    let house = House::open().await;
    house
        .sim
        .faults()
        .push(Fault::on(UPDATE, FaultKind::http(503, "busy")).times(3));

    let created = house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(202);

    let incidents = house.sim.journal().incidents();
    assert_eq!(incidents.len(), 1);
    assert_eq!(incidents[0].updates, 1);
    assert_eq!(house.sim.journal().count(UPDATE), 4);
    assert!(!created.text.contains("not confirmed"));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_that_fails_for_long_does_not_keep_the_caller_and_goes_on_behind_the_answer() {
    let house = House::open().await;
    house
        .sim
        .faults()
        .push(Fault::on(UPDATE, FaultKind::pxg("KLSTD", 1195)).forever());

    let created = house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(202);

    assert!(
        created.text.contains("has not confirmed its update yet"),
        "{}",
        created.text
    );
    house.sim.faults().clear();
    house
        .sim
        .journal()
        .wait_for(|it| it.incidents()[0].updates == 1)
        .await;
    assert_eq!(house.sim.journal().incidents().len(), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_that_ksc_refuses_is_not_said_to_be_repeated() {
    let house = House::open().await;
    house
        .sim
        .faults()
        .push(Fault::on(UPDATE, FaultKind::pxg("KLSTD", 1184)));

    let created = house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(202);

    assert!(
        created.text.contains("refuses its update"),
        "{}",
        created.text
    );
    assert_eq!(house.sim.journal().count(UPDATE), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_that_stands_is_answered_in_time_even_when_its_update_does_not_hold() {
    let house = House::with(&[("server.request_timeout", "1s")]).await;
    house
        .sim
        .faults()
        .push(Fault::on(UPDATE, FaultKind::pxg("KLSTD", 1195)).forever());

    let created = house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(202);
    // And the next request for the host does not wait for it.
    let next = house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(202);

    assert_eq!(created.json["incident"]["id"], 42);
    assert_eq!(next.json["incident"]["id"], 43);
    house.sim.faults().clear();
    house
        .sim
        .journal()
        .wait_for(|it| it.incidents().iter().all(|it| it.updates == 1))
        .await;
    house.close().await;
}
