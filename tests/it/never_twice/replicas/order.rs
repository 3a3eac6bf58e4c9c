//! Requests for one host leave one at a time and in order, whichever replica they come to.

use acceptance::calls::ADD;
use acceptance::isolation;
use serde_json::{Value, json};

use super::pair::{Replicas, until};

fn actions(house: &Replicas) -> Vec<Value> {
    let incidents = house.sim.journal().incidents();
    incidents
        .into_iter()
        .map(|it| it.body["params"]["action"].clone())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn isolate_isolate_release_release_ends_released_across_replicas() {
    let house = Replicas::start().await;
    let gate = house.sim.gate().clone();
    gate.hold_calls_to(ADD);

    let mut asking = Vec::new();
    for (number, action) in [1, 1, 0, 0].into_iter().enumerate() {
        let soar = [house.one.soar(), house.other.soar()][number % 2].clone();
        asking.push(tokio::spawn(async move {
            soar.create("isolateHost", "ws-042", json!({"action": action}))
                .await
        }));
        house.until_queued(number + 1).await;
    }
    gate.wait_until_waiting(1).await;
    assert_eq!(gate.waiting(), 1, "one at a time");
    gate.open();
    for one in asking {
        one.await.expect("no panic").expect(202);
    }

    assert_eq!(actions(&house), [1, 1, 0, 0]);
    house.until_queued(0).await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn a_replica_that_dies_at_its_turn_does_not_keep_the_others_waiting_for_ever() {
    let mut house = Replicas::start().await;
    let gate = house.sim.gate().clone();
    gate.hold_calls_to(ADD);
    let one = house.one.soar();
    let dying = tokio::spawn(async move {
        let body = isolation("ws-042");
        let request = one
            .request(reqwest::Method::POST, "/v1/tasks/isolateHost")
            .json(&body);
        request.send().await.is_err()
    });
    gate.wait_until_waiting(1).await;
    let other = house.other.soar();
    let next = tokio::spawn(async move { other.release("ws-042").await });
    house.until_queued(2).await;

    house.kill_one();
    gate.open();

    assert!(dying.await.expect("no panic"));
    next.await.expect("no panic").expect(202);
    assert_eq!(actions(&house).last(), Some(&json!(0)));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn hosts_do_not_wait_for_each_other() {
    let house = Replicas::start().await;
    let gate = house.sim.gate().clone();
    gate.hold_calls_to(ADD);

    let mut asking = Vec::new();
    for (soar, host) in [(house.one.soar(), "ws-042"), (house.other.soar(), "ws-001")] {
        asking.push(tokio::spawn(async move { soar.isolate(host).await }));
    }
    gate.wait_until_waiting(2).await;
    gate.open();

    for one in asking {
        one.await.expect("no panic").expect(202);
    }
    house.close().await;
}

/// A release of WS-042, and the answer to it.
async fn release(soar: acceptance::Caller) -> String {
    let release = soar.release("ws-042");
    release.await.expect(202).text
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn an_isolation_whose_end_is_known_is_open_for_nobody() {
    let house = Replicas::start().await;

    for _ in 0..5 {
        house.one.soar().isolate("ws-042").await.expect(202);
        let released = release(house.other.soar()).await;
        assert!(!released.contains("An isolation"), "{released}");
    }

    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn a_release_at_one_replica_says_that_an_isolation_of_another_is_open() {
    let mut house = Replicas::start().await;
    // The first replica dies with one in hand.
    house.die_sending(ksc_simulator::FaultKind::Stall).await;

    let released = release(house.other.soar()).await;

    assert!(released.contains("is still open"), "{released}");
    // Its key is asked with at the other one until it is sent again; the release's task must not
    // stand for it.
    until(&house.other.soar(), "case-1", acceptance::WS_042, 504).await;
    let task = acceptance::eventually("the release's task", || async {
        house.sim.response_tasks().pop()
    })
    .await;
    house.sim.delete_task(&task.id);
    until(&house.other.soar(), "case-1", acceptance::WS_042, 202).await;
    let released = release(house.other.soar()).await;
    assert!(!released.contains("An isolation"), "{released}");
    house.close().await;
}
