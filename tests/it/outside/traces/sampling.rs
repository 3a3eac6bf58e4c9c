//! Which requests are recorded: whose word on it counts, and how much comes of what was recorded.

use acceptance::{Collector, Events, Reply, WS_042, lines};
use reqwest::Method;

use super::collected::{DROPPED, PARENT, TRACE, answered, furnished, house, is_request, only};

#[tokio::test(flavor = "multi_thread")]
async fn a_request_without_a_good_parent_begins_a_trace_and_an_unsampled_one_is_not_sent() {
    let collector = Collector::start().await;
    let house = house(&collector).await;
    let whoami = async |parent: &str| {
        let soar = house.soar();
        soar.get_with("/v1/whoami", ("traceparent", parent)).await
    };

    let unsampled = whoami(&format!("00-{TRACE}-{PARENT}-00")).await;
    let malformed = whoami(&format!("00-{TRACE}-{PARENT}-01-more")).await;
    let without = house.soar().get("/v1/whoami").await;

    assert!(unsampled.header("traceparent").ends_with("-00"));
    assert_eq!(answered(&unsampled).0, TRACE);
    for reply in [&malformed, &without] {
        let (trace, id) = answered(reply);
        assert_ne!(trace, TRACE);
        assert!(reply.header("traceparent").ends_with("-01"));
        let spans = collector.trace(&trace, "the request", is_request).await;
        let request = only(&spans, "GET /v1/whoami");
        assert_eq!((request.id.as_str(), request.parent.as_str()), (&*id, ""));
    }
    // Spans come in their order: those of the first would have come before.
    assert!(collector.spans().iter().all(|it| it.trace != TRACE));
    let line = &lines("access", unsampled.request_id())[0];
    assert_eq!(line["trace_id"], TRACE);
    assert_eq!(line["span_id"], answered(&unsampled).1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ratio_is_for_traces_that_begin_here_alone() {
    let collector = Collector::start().await;
    let house = furnished(&collector, &[("telemetry.trace_ratio", "0")]).await;
    let own = house.soar().get("/v1/whoami").await;

    let parent = format!("00-{TRACE}-{PARENT}-01");
    let header = ("traceparent", parent.as_str());
    house
        .soar()
        .get_with("/v1/whoami", header)
        .await
        .expect(200);

    collector.trace(TRACE, "the request", is_request).await;
    assert!(own.header("traceparent").ends_with("-00"));
    assert!(collector.spans().iter().all(|it| it.trace == TRACE));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_stranger_asks_to_be_recorded_is_not() {
    let collector = Collector::start().await;
    let house = furnished(&collector, &[("telemetry.trace_ratio", "0")]).await;
    let parent = format!("00-{TRACE}-{PARENT}-01");
    let header = ("traceparent", parent.as_str());
    let bad = house.caller_with("a.b.c");

    let mut refused = 0;
    for path in [
        "/v1/whoami",
        "/v1/tasks",
        "/v1/tasks/ksc-42/events",
        "/v1/nowhere",
    ] {
        for caller in [&house.stranger(), &bad] {
            caller.get_with(path, header).await.expect(401);
            refused += 1;
        }
    }
    for path in ["/nowhere", "/openapi.json", "/docs/"] {
        house.stranger().get_with(path, header).await;
    }
    let post = bad.request(Method::POST, "/v1/tasks/isolateHost");
    Reply::of(post.header(header.0, header.1)).await.expect(401);
    let known = format!("00-{}-{PARENT}-01", TRACE.replace('4', "5"));
    house
        .soar()
        .get_with("/v1/whoami", ("traceparent", &known))
        .await
        .expect(200);

    let known = TRACE.replace('4', "5");
    collector.trace(&known, "the caller's", is_request).await;
    // Spans come in their order: the strangers' would have come before.
    assert!(collector.spans().iter().all(|it| it.trace == known));
    assert_eq!(refused, 8);
    assert_eq!(house.metric(DROPPED).await, "0");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ratio_takes_strangers_like_everybody() {
    let collector = Collector::start().await;
    let house = house(&collector).await;
    let parent = format!("00-{TRACE}-{PARENT}-01");

    let header = ("traceparent", parent.as_str());
    house
        .stranger()
        .get_with("/v1/whoami", header)
        .await
        .expect(401);

    let spans = collector.trace(TRACE, "the stranger's", is_request).await;
    assert_eq!(
        only(&spans, "GET /v1/whoami").note("problem.code"),
        "token_missing"
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_of_a_recorded_trace_is_recorded_whatever_the_ratio() {
    let collector = Collector::start().await;
    let house = furnished(&collector, &[("telemetry.trace_ratio", "0")]).await;
    let created = house.soar().isolate(WS_042).await.expect(202);

    let path = format!("{}/events", created.header("location"));
    let request = house.soar().request(Method::GET, &path);
    let mut events =
        Events::open(request.header("traceparent", format!("00-{TRACE}-{PARENT}-01"))).await;
    let _state = events.state().await;

    let look = collector.span("a look", |it| it.name == "watch.look").await;
    assert_eq!(look.links.len(), 1);
    assert_eq!(look.links[0].0, TRACE);
    drop(events);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_parents_are_none_and_a_state_is_a_list_of_bounded_length() {
    let collector = Collector::start().await;
    let house = house(&collector).await;
    let parent = |id: &str| format!("00-{id}-{PARENT}-01");
    let (second, third) = (TRACE.replace('4', "5"), TRACE.replace('4', "6"));
    let whoami = |headers: Vec<(&'static str, String)>| {
        let mut request = house.soar().request(Method::GET, "/v1/whoami");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        Reply::of(request)
    };

    let twice = whoami(vec![
        ("traceparent", parent(TRACE)),
        ("traceparent", parent(&second)),
        ("tracestate", "soar=1".to_owned()),
    ])
    .await;
    whoami(vec![
        ("traceparent", parent(&second)),
        ("tracestate", "soar=1".to_owned()),
        ("tracestate", "other=2".to_owned()),
    ])
    .await;
    let long: Vec<_> = (0..3)
        .map(|it| format!("k{it}={}", "x".repeat(200)))
        .collect();
    whoami(vec![
        ("traceparent", parent(&third)),
        ("tracestate", long.join(",")),
    ])
    .await;

    let (trace, _) = answered(&twice);
    assert!(![TRACE, &second].contains(&trace.as_str()));
    for (trace, state) in [(&trace, ""), (&second, "soar=1,other=2"), (&third, "")] {
        let spans = collector.trace(trace, "the request", is_request).await;
        assert_eq!(only(&spans, "GET /v1/whoami").state, state);
    }
    house.close().await;
}
