//! Who the Central Node knows, and whom the gateway takes for it.

use acceptance::{EXTERNAL_SYSTEM, House, Plan, at, eventually, isolation, since, so_far};
use kata_simulator::Scenario;

const ISOLATE: &str = "/v1/tasks/isolateHost";

/// Open: what a rejected system is answered. A program in use asks again at once, for days.
#[tokio::test(flavor = "multi_thread")]
async fn one_whose_access_is_taken_away_says_so_and_asks_once_a_minute() {
    let house = House::with_central_node(&[]).await;
    let soar = house.soar();
    let body = at("kata", isolation("srv-db-01"));
    soar.post(ISOLATE, &body).await.expect(202);
    house.kata().behave(|it| it.accept_everybody = false);
    assert_eq!(house.kata().reject(EXTERNAL_SYSTEM), 1);
    let (before, log) = (house.kata().journal().requests().len(), so_far());

    for _ in 0..20 {
        let refused = soar.post(ISOLATE, &body).await.expect(503);
        assert_eq!(refused.code(), "backend_not_registered");
        let detail = refused.json["detail"].as_str().expect("a detail");
        assert!(detail.contains(EXTERNAL_SYSTEM), "{detail}");
        let after: u64 = refused.header("retry-after").parse().expect("seconds");
        assert!((1..=60).contains(&after), "{after}");
    }

    let asked = house.kata().journal().requests().len() - before;
    assert_eq!(asked, 1, "of twenty requests one is the probe");
    let fingerprint = house.kata().external_systems()[0].fingerprint.clone();
    let log = since(log).replace(':', "").to_lowercase();
    let told = log
        .lines()
        .filter(|it| it.contains("has not accepted this gateway"))
        .filter(|it| it.contains(&fingerprint.replace(':', "").to_lowercase()));
    assert_eq!(told.count(), 1, "one line, with the fingerprint");
    let registered = house.metric("edr_gateway_kata_registered{backend=\"kata\"}");
    assert_eq!(registered.await, "0");
    let ready = house.admin("/health/ready").await;
    assert_ne!(ready.json["backends"]["kata"], "ready", "{}", ready.text);
    assert_eq!(ready.json["backends"]["ksc"], "ready", "{}", ready.text);
    house.close().await;
}

/// Open: which codes mean that. The pages print 400 where programs meet 401; the body is the same.
#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_not_accepted_is_told_so_by_either_code() {
    for swapped in [false, true] {
        let mut scenario = Scenario::default();
        scenario.behaviour.swapped_codes = swapped;
        let house = House::furnish(Plan {
            central_node: Some(scenario),
            ..Plan::default()
        })
        .await;
        eventually("the gateway shows itself", || async {
            (!house.kata().external_systems().is_empty()).then_some(())
        })
        .await;

        let body = at("kata", isolation("srv-db-01"));
        let refused = house.soar().post(ISOLATE, &body).await.expect(503);

        assert_eq!(refused.code(), "backend_not_registered", "{swapped}");
        assert_eq!(house.kata().journal().count("POST *"), 0);
        house.close().await;
    }
}

/// Several callers may use one id and one certificate: replicas are one row in the console, and are
/// accepted once.
#[tokio::test(flavor = "multi_thread")]
async fn replicas_are_one_external_system() {
    let house = House::with_central_node(&[]).await;
    let other = house.replica().await;
    let before = house.kata().journal().requests().len();

    let body = at("kata", isolation("srv-db-01"));
    other.soar().post(ISOLATE, &body).await.expect(202);

    assert!(house.kata().journal().requests().len() > before);
    assert_eq!(house.kata().external_systems().len(), 1);
    other.close().await;
    house.close().await;
}

/// Every program in use but one leaves the server unverified. Here another certificate than the
/// pinned one is nobody's whom anything is told, not even the gateway's id.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_another_certificate_is_told_nothing() {
    let house = House::with_central_node(&[]).await;
    let soar = house.soar();
    let body = at("kata", isolation("srv-db-01"));
    house.kata().renew_certificate().expect("a certificate");
    house.kata().cut_connections().await;
    let before = house.kata().journal().requests().len();

    let refused = soar.post(ISOLATE, &body).await.expect(503);

    assert_eq!(refused.code(), "kata_unavailable");
    assert_eq!(house.kata().journal().requests().len(), before);
    let calls = |outcome: &str| {
        let labels = format!("{{backend=\"kata\",call=\"list_sensors\",outcome=\"{outcome}\"}}");
        format!("edr_gateway_kata_calls_total{labels}")
    };
    let not_sent: u64 = house
        .metric(&calls("not_sent"))
        .await
        .parse()
        .expect("they are counted");
    assert!(not_sent >= 1, "{not_sent}");
    // The other back end works on.
    soar.post(ISOLATE, &at("ksc", isolation("WS-042")))
        .await
        .expect(202);
    house.close().await;
}
