//! Many requests, looks and replicas: whose span belongs to which trace.

use std::collections::BTreeSet;
use std::time::Duration;

use acceptance::{Collector, Events, Said, WS_042, lines};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;

use super::collected::{PARENT, TRACE, answered, house, is_request, isolate, named, only, tree};

#[tokio::test(flavor = "multi_thread")]
async fn each_request_of_a_batch_is_told_apart_in_one_trace() {
    let collector = Collector::start().await;
    let house = house(&collector).await;
    let task =
        |host: &str| json!({"task": "isolateHost", "targetHost": host, "params": {"action": 1}});
    let body = json!({"tasks": [task(WS_042), task("ws-999"), task("ws-002.corp.example")]});

    let reply = house
        .soar()
        .post("/v1/tasks/batch", &body)
        .await
        .expect(200);

    let (trace, id) = answered(&reply);
    let spans = collector.trace(&trace, "the request", is_request).await;
    let parts = named(&spans, "batch.request");
    assert_eq!(parts.len(), 3);
    for (index, failed) in [(0, false), (1, true), (2, false)] {
        let number = index.to_string();
        let part = parts.iter().find(|it| it.note("batch.index") == number);
        let part = part.expect("one each");
        assert_eq!(part.parent, id);
        assert_eq!(part.failed, failed);
        let request_id = format!("{}.{index}", reply.request_id());
        assert_eq!(part.note("request.id"), request_id);
        let adds = named(&spans, "add_incident");
        let adds = adds.iter().filter(|it| it.parent == part.id).count();
        assert_eq!(adds, usize::from(!failed), "{}", tree(&spans));
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_is_as_long_as_its_span_and_the_looks_for_it_are_traces_of_their_own() {
    let collector = Collector::start().await;
    let house = house(&collector).await;
    let created = house.soar().isolate(WS_042).await.expect(202);
    let path = format!("{}/events", created.header("location"));
    let request = house.soar().request(Method::GET, &path);
    let mut events =
        Events::open(request.header("traceparent", format!("00-{TRACE}-{PARENT}-01"))).await;
    for seconds in [3, 5, 30] {
        let _state = events.state().await;
        house.advance(Duration::from_secs(seconds)).await;
    }
    assert!(
        collector
            .spans()
            .iter()
            .all(|it| it.trace != TRACE || !is_request(it))
    );
    let _last = events.state().await;
    assert_eq!(events.next().await, Said::End);

    let spans = collector.trace(TRACE, "the stream", is_request).await;
    let request = only(&spans, "GET /v1/tasks/{id}/events");
    assert_eq!(request.note("url.path"), path);
    let looks: Vec<_> = collector.spans();
    let looks: Vec<_> = looks.iter().filter(|it| it.name == "watch.look").collect();
    assert!(looks.len() >= 2);
    let origin = (TRACE.to_owned(), request.id.clone());
    for look in &looks {
        assert_ne!(look.trace, TRACE);
        assert_eq!(
            (look.parent.as_str(), &look.links),
            ("", &vec![origin.clone()])
        );
        assert!(
            look.time.1 <= request.time.1,
            "the stream outlives the looks"
        );
    }
    let traces: BTreeSet<_> = looks.iter().map(|it| it.trace.as_str()).collect();
    assert_eq!(traces.len(), looks.len());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_at_the_same_time_at_two_replicas_never_share_a_trace() {
    let collector = Collector::start().await;
    let house = house(&collector).await;
    let replica = house.replica().await;
    let hosts: Vec<String> = house
        .sim
        .hosts()
        .into_iter()
        .map(|it| it.id)
        .take(6)
        .collect();
    let callers = [house.soar(), replica.soar()];

    let asked = (0..48).map(|number| {
        let trace = format!("{:032x}", 0xabc_000 + number);
        let (caller, host) = (&callers[number % 2], &hosts[number % hosts.len()]);
        async move {
            let parent = format!("00-{trace}-{PARENT}-01");
            let reply = isolate(caller, host, &parent).await.expect(202);
            (trace, reply)
        }
    });
    let replies = join_all(asked).await;

    for (trace, reply) in &replies {
        let spans = collector.trace(trace, "the request", is_request).await;
        let request = only(&spans, "POST /v1/tasks/isolateHost");
        assert_eq!(
            (&request.trace, &request.id),
            (&answered(reply).0, &answered(reply).1)
        );
        let ids: BTreeSet<_> = spans.iter().map(|it| it.id.as_str()).collect();
        for span in &spans {
            let above = span.parent == PARENT || ids.contains(span.parent.as_str());
            assert!(above, "{} hangs in the air\n{}", span.name, tree(&spans));
            let id = span.note("request.id");
            assert!(
                id.is_empty() || id == reply.request_id(),
                "{}",
                tree(&spans)
            );
            // Who shares another's work names it, and it is another's.
            if span.name == "share_work_under_way" {
                assert!(matches!(&span.links[..], [(other, _)] if other != trace));
            }
        }
        only(&spans, "KSC HostGroup.AddIncident");
        for target in ["access", "audit"] {
            assert_eq!(
                lines(target, reply.request_id())[0]["trace_id"],
                trace.as_str()
            );
        }
    }
    replica.close().await;
    house.close().await;
}
