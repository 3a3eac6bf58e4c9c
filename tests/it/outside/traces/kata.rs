//! What the spans of a request at a Central Node say.

use std::collections::BTreeSet;

use acceptance::{Collector, EXTERNAL_SYSTEM, House, Reply, Span, at, isolation};
use kata_simulator::{CannedAnswer, Fault, FaultKind};
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use reqwest::Method;

use super::collected::{PARENT, TRACE, answered, is_request, named, only, tree};

/// What orders are called in the simulator's journal.
const ORDERS: &str = "POST settings/network_isolation";

async fn house(collector: &Collector) -> House {
    let (key, url) = collector.setting();
    House::with_central_node(&[(key, url.as_str())]).await
}

/// Isolates a Linux server, as a part of the caller's trace.
async fn isolate(house: &House) -> Reply {
    let request = house
        .soar()
        .request(Method::POST, "/v1/tasks/isolateHost")
        .header("traceparent", format!("00-{TRACE}-{PARENT}-01"))
        .json(&at("kata", isolation("srv-db-01")));
    Reply::of(request).await
}

/// The spans of calls to the Central Node.
fn calls(spans: &[Span]) -> Vec<&Span> {
    let calls = spans.iter().filter(|it| it.name.starts_with("KATA "));
    calls.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_of_kata_is_a_span_of_the_request_that_needed_it() {
    let collector = Collector::start().await;
    let house = house(&collector).await;
    let before = house.kata().journal().requests().len();

    let reply = isolate(&house).await.expect(202);

    let spans = collector.trace(TRACE, "the request", is_request).await;
    let request = only(&spans, "POST /v1/tasks/isolateHost");
    assert_eq!(request.parent, PARENT);
    assert_eq!(request.note("backend"), "kata");
    assert_eq!(request.note("task.id"), reply.task_id());
    let order = only(&spans, "KATA put_isolation");
    assert_eq!(order.kind, SpanKind::Client);
    assert!(!order.failed);
    let shown = EXTERNAL_SYSTEM.len() - 8;
    let path = format!(
        "/kata/response_api/v1/{}********/settings",
        &EXTERNAL_SYSTEM[..shown]
    );
    let port = house.kata().address().port().to_string();
    for (key, value) in [
        ("kata.call", "put_isolation"),
        ("http.request.method", "POST"),
        ("url.path", path.as_str()),
        ("server.port", port.as_str()),
        ("http.response.status_code", "200"),
        ("kata.outcome", "ok"),
        ("request.id", reply.request_id()),
    ] {
        assert_eq!(order.note(key), value, "{key}");
    }
    // Every call that the request made is there, each below a span of the request, and no other.
    let ids: BTreeSet<&str> = spans.iter().map(|it| it.id.as_str()).collect();
    let calls = calls(&spans);
    assert!(
        calls.iter().all(|it| ids.contains(it.parent.as_str())),
        "{}",
        tree(&spans)
    );
    let made = house.kata().journal().requests().len() - before;
    assert_eq!(calls.len(), made, "{}", tree(&spans));
    // Neither the end of the id, which is half of what a stranger would need, nor a name that was
    // asked after.
    let everything = format!("{calls:?}");
    assert!(!everything.contains(EXTERNAL_SYSTEM), "{everything}");
    assert!(!everything.contains("srv-db-01"), "{everything}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_kata_that_is_lost_and_the_look_after_it_are_seen() {
    let collector = Collector::start().await;
    let house = house(&collector).await;
    let lost = Fault::on(ORDERS, FaultKind::ProcessThenDrop);
    house.kata().faults().push(lost);

    isolate(&house).await.expect(202);

    let spans = collector.trace(TRACE, "the request", is_request).await;
    let order = only(&spans, "KATA put_isolation");
    assert!(order.failed, "{}", tree(&spans));
    assert_eq!(order.note("error.type"), "unknown");
    assert_eq!(order.note("http.response.status_code"), "");
    let looks = named(&spans, "KATA get_isolation");
    let after = looks.iter().find(|it| it.parent == order.parent);
    let after = after.unwrap_or_else(|| panic!("nobody looked\n{}", tree(&spans)));
    assert!(after.time.0 >= order.time.1 && !after.failed);
    assert!(!only(&spans, "POST /v1/tasks/isolateHost").failed);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_kata_refuses_is_a_failure_with_its_status_and_without_its_words() {
    let collector = Collector::start().await;
    let house = house(&collector).await;
    let refusal = CannedAnswer {
        body: Some(r#"{"error":"words-of-kata"}"#.to_owned()),
        ..CannedAnswer::status(400)
    };
    let refused = Fault::on(ORDERS, FaultKind::Answer(refusal));
    house.kata().faults().push(refused);

    let reply = isolate(&house).await.expect(502);

    assert_eq!(reply.code(), "kata_refused");
    let (trace, _) = answered(&reply);
    let spans = collector.trace(&trace, "the request", is_request).await;
    let order = only(&spans, "KATA put_isolation");
    assert!(order.failed, "{}", tree(&spans));
    assert_eq!(order.note("error.type"), "refused");
    assert_eq!(order.note("http.response.status_code"), "400");
    let request = only(&spans, "POST /v1/tasks/isolateHost");
    assert_eq!(request.note("error.type"), "kata_refused");
    assert!(!format!("{spans:?}").contains("words-of-kata"));
    house.close().await;
}
