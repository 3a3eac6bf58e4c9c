//! Keys, numbers and turns of two servers do not meet.

use std::time::Duration;

use acceptance::calls::{ADD, FIND_HOSTS};
use acceptance::{House, at, isolation, release};
use ksc_simulator::{Fault, FaultKind};

use super::world::{OF_BOTH, OF_BRANCH, incidents, two};

const ISOLATE: &str = "/v1/tasks/isolateHost";

#[tokio::test(flavor = "multi_thread")]
async fn the_same_number_at_both_is_two_tasks() {
    let house = two(&[]).await;
    let soar = house.soar();
    let one = soar
        .post(ISOLATE, &at("ksc", isolation(OF_BOTH)))
        .await
        .expect(202);
    let other = soar
        .post(ISOLATE, &at("branch", isolation(OF_BRANCH)))
        .await
        .expect(202);
    assert_eq!([one.incident(), other.incident()], [42, 42]);
    house.at("branch").delete_incident(42);
    house.advance(Duration::from_secs(60)).await;

    let one = house.read(&one).await;
    let other = house.read(&other).await;

    assert_eq!(one.json["targetHost"]["name"], "WS-042");
    assert_eq!(one.json["state"], "succeeded", "{}", one.text);
    assert_eq!(other.json["targetHost"]["name"], "BRANCH-1");
    assert!(
        other.json["evidence"]
            .as_str()
            .expect("evidence")
            .contains("removed"),
        "{}",
        other.text
    );
    let nowhere = soar.get("/v1/tasks/other-42").await.expect(404);
    assert_eq!(nowhere.code(), "task_not_found");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_stands_for_one_request_at_one_server() {
    let house = two(&[]).await;
    let soar = house.soar();
    let body = at("branch", isolation(OF_BOTH));
    let first = soar.post_once(ISOLATE, "case-1", &body).await.expect(202);

    let again = soar.post_once(ISOLATE, "case-1", &body).await.expect(202);
    let elsewhere = soar
        .post_once(ISOLATE, "case-1", &at("ksc", isolation(OF_BOTH)))
        .await
        .expect(422);
    let unnamed = soar
        .post_once(ISOLATE, "case-1", &isolation(OF_BOTH))
        .await
        .expect(422);

    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.json["id"], first.json["id"]);
    assert_eq!(again.json["backend"], "branch");
    for refused in [elsewhere, unnamed] {
        assert_eq!(refused.code(), "idempotency_key_reused");
    }
    assert_eq!(incidents(&house), [0, 1]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_keeps_to_its_server_wherever_the_host_is_later() {
    let house = two(&[]).await;
    let soar = house.soar();
    let body = isolation("moving-1");
    house
        .at("branch")
        .rename_host(acceptance::WS_042, "MOVING-1");
    let first = soar.post_once(ISOLATE, "case-1", &body).await.expect(202);
    assert_eq!(first.json["id"], "branch-42");
    house.at("branch").rename_host(acceptance::WS_042, "WS-042");
    house.at("ksc").rename_host(acceptance::WS_042, "MOVING-1");
    house.advance(Duration::from_secs(10)).await;

    let again = soar.post_once(ISOLATE, "case-1", &body).await.expect(202);

    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.json["id"], "branch-42");
    assert_eq!(incidents(&house), [0, 1]);
    house.close().await;
}

/// Sends a request to the branch whose answer is lost and that no look finds.
async fn lose(house: &House, kind: FaultKind) {
    let faults = house.at("branch").faults();
    faults.push(Fault::on(ADD, kind));
    faults.push(Fault::on("HostGroup.FindIncidents", FaultKind::http(503, "busy")).forever());
    let lost = house
        .soar()
        .isolate_once(OF_BRANCH, "case-1")
        .await
        .expect(504);
    assert_eq!(lost.code(), "outcome_unknown");
    assert_eq!(lost.json["backend"], "branch");
    house.at("branch").faults().clear();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_request_is_looked_for_where_it_went_and_nowhere_else() {
    let house = two(&[]).await;
    lose(&house, FaultKind::CommitThenDrop).await;

    let found = house
        .soar()
        .isolate_once(OF_BRANCH, "case-1")
        .await
        .expect(202);

    assert_eq!(found.json["id"], "branch-42");
    assert_eq!(found.header("idempotency-replayed"), "true");
    assert_eq!(incidents(&house), [0, 1]);
    assert_eq!(
        house.at("ksc").journal().count("HostGroup.FindIncidents"),
        0
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_request_is_not_sent_to_the_other_server_while_nobody_knows() {
    let house = two(&[]).await;
    house
        .at("branch")
        .rename_host(acceptance::WS_042, "MOVING-1");
    let body = isolation("moving-1");
    let faults = house.at("branch").faults();
    faults.push(Fault::on(ADD, FaultKind::CommitThenDrop));
    faults.push(Fault::on("HostGroup.FindIncidents", FaultKind::http(503, "busy")).forever());
    let soar = house.soar();
    let lost = soar.post_once(ISOLATE, "case-1", &body).await.expect(504);
    assert_eq!(lost.json["backend"], "branch");
    // By now the name means a device of the other server.
    house.at("branch").rename_host(acceptance::WS_042, "WS-042");
    house.at("ksc").rename_host(acceptance::WS_042, "MOVING-1");
    house.advance(Duration::from_hours(1)).await;

    let still = soar.post_once(ISOLATE, "case-1", &body).await.expect(504);

    assert_eq!(still.code(), "outcome_unknown");
    assert_eq!(incidents(&house), [0, 1]);
    house.at("branch").faults().clear();
    let found = soar.post_once(ISOLATE, "case-1", &body).await.expect(202);
    assert_eq!(found.json["id"], "branch-42");
    assert_eq!(incidents(&house), [0, 1]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_never_arrived_is_sent_again() {
    let house = two(&[]).await;
    lose(&house, FaultKind::DropBeforeCommit).await;
    house.advance(Duration::from_mins(10)).await;

    let again = house
        .soar()
        .isolate_once(OF_BRANCH, "case-1")
        .await
        .expect(202);

    assert_eq!(again.json["id"], "branch-42");
    assert_eq!(incidents(&house), [0, 1]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_at_one_server_holds_up_nobody_at_the_other() {
    let house = two(&[]).await;
    let gate = house.at("branch").gate();
    gate.hold_calls_to(ADD);
    let soar = house.soar();
    let held = tokio::spawn({
        let soar = soar.clone();
        async move { soar.post(ISOLATE, &at("branch", isolation(OF_BOTH))).await }
    });
    gate.wait_until_waiting(1).await;

    // Of a device with the same id.
    let released = soar
        .post(ISOLATE, &at("ksc", release(OF_BOTH)))
        .await
        .expect(202);

    assert_eq!(released.json["id"], "ksc-42");
    let warnings = released.json["warnings"].to_string();
    assert!(!warnings.contains("still open"), "{warnings}");
    gate.open();
    held.await.expect("no panic").expect(202);
    assert_eq!(incidents(&house), [1, 1]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn isolation_and_release_keep_their_order_at_a_server_whoever_names_it() {
    let house = two(&[("routing.order", "branch")]).await;
    let gate = house.at("branch").gate();
    gate.hold_calls_to(FIND_HOSTS);
    let soar = house.soar();
    let first = tokio::spawn({
        let soar = soar.clone();
        async move { soar.post(ISOLATE, &isolation(OF_BOTH)).await }
    });
    gate.wait_until_waiting(1).await;
    let second = tokio::spawn({
        let soar = soar.clone();
        async move { soar.post(ISOLATE, &at("branch", release(OF_BOTH))).await }
    });
    gate.open();

    let first = first.await.expect("no panic").expect(202);
    let second = second.await.expect("no panic").expect(202);

    assert_eq!([first.incident(), second.incident()], [42, 43]);
    house.close().await;
}
