//! What programs in use got wrong, in isolations and around them.

use acceptance::{House, at, decisions, isolation};
use kata_simulator::{CannedAnswer, Fault, FaultKind, Scenario};
use serde_json::json;

const ISOLATE: &str = "/v1/tasks/isolateHost";

/// What orders are called in the simulator's journal.
const ORDERS: &str = "POST settings/network_isolation";

/// A script's help says hours, the API wants seconds, and the number is passed on: four seconds, or
/// a refusal, in the place of four hours.
#[tokio::test(flavor = "multi_thread")]
async fn who_means_hours_is_told_that_these_are_seconds() {
    let house = House::with_central_node(&[]).await;
    for hours in [1, 4, 8, 168] {
        let mut body = at("kata", isolation("srv-db-01"));
        body["durationSeconds"] = hours.into();

        let refused = house.soar().post(ISOLATE, &body).await.expect(422);

        assert_eq!(
            refused.violations(),
            [("/durationSeconds".to_owned(), "too_small".to_owned())]
        );
        let told = refused.json["errors"].to_string();
        assert!(told.contains("3600") || told.contains("3,600"), "{told}");
    }
    assert_eq!(house.kata().journal().count(ORDERS), 0);
    house.close().await;
}

/// A program reads the body before the status: what looks like a rule is taken for success.
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_with_a_body_that_looks_like_a_rule_is_a_refusal() {
    let house = House::with_central_node(&[]).await;
    let rule = json!([{"excludedRules": [], "autoTurnoffTimeoutInSec": 28_800}]);
    for status in [400, 403, 409] {
        let refusal = CannedAnswer {
            body: Some(rule.to_string()),
            ..CannedAnswer::status(status)
        };
        let refusal = Fault::on(ORDERS, FaultKind::Answer(refusal));
        house.kata().faults().push(refusal);

        let body = at("kata", isolation("srv-db-01"));
        let refused = house.soar().post(ISOLATE, &body).await.expect(502);

        assert_eq!(refused.code(), "kata_refused", "{status}");
    }
    assert_eq!(house.isolation_changes(), 0);
    house.close().await;
}

/// No program knows more than one address of a cluster.
#[tokio::test(flavor = "multi_thread")]
async fn when_one_address_of_a_cluster_is_gone_the_next_one_has_the_order_once() {
    let scenario = Scenario {
        listeners: 2,
        ..Scenario::default()
    };
    let house = House::with_central_node_of(scenario, &[]).await;
    house.kata().kill(0).await;

    let body = at("kata", isolation("srv-db-01"));
    let created = house.soar().post(ISOLATE, &body).await.expect(202);

    assert_eq!(created.json["state"], "pending");
    let orders = house.kata().journal().requests_of(ORDERS);
    let listeners: Vec<usize> = orders.iter().map(|it| it.listener).collect();
    assert_eq!(listeners, [1]);
    assert_eq!(house.isolation_changes(), 1);
    house.close().await;
}

/// No program leaves a trail of who had what done.
#[tokio::test(flavor = "multi_thread")]
async fn who_had_a_server_isolated_by_kata_is_in_the_audit_log() {
    let house = House::with_central_node(&[]).await;
    let body = at("kata", isolation("srv-db-01"));

    let created = house.soar().post(ISOLATE, &body).await.expect(202);

    let audit = decisions(created.request_id());
    let [line] = audit.as_slice() else {
        panic!("not one line: {audit:?}");
    };
    let id = house.kata().sensor("srv-db-01");
    for (member, value) in [
        ("decision", "created"),
        ("caller.id", "soar"),
        ("task", "isolateHost"),
        ("backend", "kata"),
        ("host.requested", "srv-db-01"),
        ("host.id", id.as_str()),
        ("task.id", created.task_id()),
    ] {
        assert_eq!(line[member], value, "{member}: {line}");
    }
    house.close().await;
}
