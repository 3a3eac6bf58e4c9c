//! What an isolation may ask for, and what a refusal looks like.

use acceptance::{House, at, isolation};
use kata_simulator::{CannedAnswer, Fault, FaultKind};
use serde_json::{Value, json};

const ISOLATE: &str = "/v1/tasks/isolateHost";

/// What orders are called in the simulator's journal.
const ORDERS: &str = "POST settings/network_isolation";

/// An isolation with these parameters beside the action.
fn isolation_with(more: &Value) -> Value {
    let mut body = at("kata", isolation("srv-db-01"));
    for (member, value) in more.as_object().into_iter().flatten() {
        body[member] = value.clone();
    }
    body
}

/// The settings that were ordered last, as they were sent.
fn sent(house: &House) -> Value {
    let orders = house.kata().journal().requests_of(ORDERS);
    let last = orders.last().expect("something was ordered");
    let body: Value = serde_json::from_str(&last.body).expect("JSON");
    body["settings"].clone()
}

/// Open: whether KATA needs a duration. It is never left out.
#[tokio::test(flavor = "multi_thread")]
async fn a_duration_is_always_sent_and_comes_from_the_settings_when_none_is_asked_for() {
    for (setting, seconds) in [(None, 28_800), (Some("2h"), 7_200)] {
        let setting = setting.map(|it| ("backends.kata.isolation_default", it));
        let house = House::with_central_node(setting.as_slice()).await;

        let body = isolation_with(&json!({}));
        let created = house.soar().post(ISOLATE, &body).await.expect(202);

        assert_eq!(sent(&house)["autoTurnoffTimeoutInSec"], seconds);
        let task = house.read(&created).await;
        let until = task.json["execution"]["description"].as_str();
        let until = until.expect("it says until when");
        assert!(until.contains("computed by the gateway"), "{until}");
        house.close().await;
    }
}

/// Open: whether a duration has to be a whole number of hours. Another one is sent as it is asked
/// for, with a warning; when KATA does not take it, that is said, and nothing stands.
#[tokio::test(flavor = "multi_thread")]
async fn a_duration_of_no_whole_hours_is_sent_with_a_warning_and_a_refusal_is_told() {
    let house = House::with_central_node(&[]).await;
    let soar = house.soar();
    let body = isolation_with(&json!({"durationSeconds": 5_400}));

    let created = soar.post(ISOLATE, &body).await.expect(202);
    let warnings = created.json["warnings"].to_string();
    assert!(warnings.contains("whole hours"), "{warnings}");
    assert_eq!(sent(&house)["autoTurnoffTimeoutInSec"], 5_400);

    house.kata().behave(|it| it.whole_hours_only = true);
    let body = isolation_with(&json!({"durationSeconds": 5_401}));
    let refused = soar.post(ISOLATE, &body).await.expect(502);
    assert_eq!(refused.code(), "kata_refused");
    assert_eq!(house.isolation_changes(), 1);
    house.close().await;
}

/// Open: exclusions by IPv6, which pages after 4.0 do not have; and the pages' own rule that ports
/// go with one direction alone, which KATA answers with a failure of the whole.
#[tokio::test(flavor = "multi_thread")]
async fn an_exclusion_that_kata_may_not_take_is_refused_before_it_is_sent() {
    let house = House::with_central_node(&[]).await;
    for (exclusion, at) in [
        (
            json!({"direction": "both", "remoteIpv4": "2001:db8::1"}),
            "/exclusions/0/remoteIpv4",
        ),
        (
            json!({"direction": "both", "remoteIpv6": "2001:db8::1"}),
            "/exclusions/0/remoteIpv6",
        ),
        (
            json!({"direction": "both", "protocol": "tcp", "remotePorts": "443"}),
            "/exclusions/0/remotePorts",
        ),
        (
            json!({"direction": "inbound", "protocol": "tcp", "remotePorts": "443"}),
            "/exclusions/0/remotePorts",
        ),
        (
            json!({"direction": "outbound", "protocol": "tcp", "localPorts": "22"}),
            "/exclusions/0/localPorts",
        ),
    ] {
        let body = isolation_with(&json!({"exclusions": [exclusion]}));

        let refused = house.soar().post(ISOLATE, &body).await.expect(422);

        let violations = refused.violations();
        assert!(
            violations.iter().any(|(it, _)| it == at),
            "{}",
            refused.text
        );
    }
    assert_eq!(house.kata().journal().count(ORDERS), 0);
    house.close().await;
}

/// Open: the form of errors. A page of a proxy's is none of KATA's answers, whatever its status,
/// and no caller is shown it.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_in_the_place_of_an_answer_is_neither_success_nor_shown() {
    for (call, status, code) in [
        (ORDERS, 400, "kata_refused"),
        (ORDERS, 403, "kata_refused"),
        ("GET sensors", 200, "kata_protocol"),
        ("GET sensors", 502, "kata_unavailable"),
    ] {
        let house = House::with_central_node(&[]).await;
        let page = FaultKind::Answer(CannedAnswer::html(status));
        house.kata().faults().push(Fault::on(call, page).forever());

        let body = isolation_with(&json!({}));
        let reply = house.soar().post(ISOLATE, &body).await;

        assert_eq!(reply.code(), code, "{call} {status}: {}", reply.text);
        assert!(!reply.text.contains("html"), "{}", reply.text);
        assert!(!reply.text.contains("nginx"), "{}", reply.text);
        assert_eq!(house.isolation_changes(), 0);
        house.close().await;
    }
}

/// Open: whether this API ever answers 429, which other APIs of the same server do.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_asks_for_silence_has_it_and_callers_hear_for_how_long() {
    let house = House::with_central_node(&[]).await;
    let silence = CannedAnswer::too_many_requests(Some("37"));
    let silence = Fault::on("GET sensors", FaultKind::Answer(silence));
    house.kata().faults().push(silence.times(1));
    let soar = house.soar();

    let first = soar.post(ISOLATE, &isolation_with(&json!({}))).await;
    let first = first.expect(503);
    assert_eq!(first.code(), "kata_unavailable");
    let after: u64 = first.header("retry-after").parse().expect("seconds");
    assert!((30..=37).contains(&after), "{after}");

    let asked = house.kata().journal().requests().len();
    for _ in 0..5 {
        let again = soar.post(ISOLATE, &isolation_with(&json!({}))).await;
        assert_eq!(again.expect(503).code(), "kata_unavailable");
    }
    assert_eq!(house.kata().journal().requests().len(), asked);
    house.close().await;
}
