//! Traces: what a request's spans say, where they go, and that nobody waits for the collector.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use acceptance::{
    Caller, Collector, Events, House, Issuer, Manner, Plan, Program, RedisServer, Reply, Said,
    Span, Token, WS_042, decisions, environment, eventually, lines, tell,
};
use edr_gateway::clock::Clock;
use edr_gateway::config::Settings;
use edr_gateway::doctor::{self, Name, Outcome};
use futures_util::future::join_all;
use ksc_simulator::{Fault, FaultKind};
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use reqwest::Method;
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";
const ADD: &str = "HostGroup.AddIncident";
const EXPORTED: &str = "edr_gateway_trace_spans_exported_total";
const DROPPED: &str = "edr_gateway_trace_spans_dropped_total";

/// A house whose traces go to a collector.
async fn house(collector: &Collector) -> House {
    furnished(collector, &[]).await
}

async fn furnished(collector: &Collector, more: &[(&'static str, &str)]) -> House {
    let mut settings = vec![collector.setting()];
    settings.extend(more.iter().map(|(key, it)| (*key, (*it).to_owned())));
    House::furnish(Plan {
        settings,
        ..Plan::default()
    })
    .await
}

/// Isolates a host, as a part of the caller's trace.
async fn isolate(caller: &Caller, host: &str, traceparent: &str) -> Reply {
    let request = caller
        .request(Method::POST, "/v1/tasks/isolateHost")
        .header("traceparent", traceparent)
        .header("tracestate", "soar=1")
        .json(&json!({"targetHost": host, "params": {"action": 1}}));
    Reply::of(request).await
}

/// Trace and span of an answer.
fn answered(reply: &Reply) -> (String, String) {
    let parts: Vec<_> = reply.header("traceparent").split('-').collect();
    (parts[1].to_owned(), parts[2].to_owned())
}

/// The span of the request itself: the last to end, but for what goes on behind the answer.
fn is_request(span: &Span) -> bool {
    span.kind == SpanKind::Server
}

fn named<'a>(spans: &'a [Span], name: &str) -> Vec<&'a Span> {
    spans.iter().filter(|it| it.name == name).collect()
}

fn only<'a>(spans: &'a [Span], name: &str) -> &'a Span {
    match named(spans, name)[..] {
        [one] => one,
        _ => panic!("not one {name}:\n{}", tree(spans)),
    }
}

fn tree(spans: &[Span]) -> String {
    let line = |it: &Span| format!("{} in {} {} {:?}\n", it.id, it.parent, it.name, it.notes);
    spans.iter().map(line).collect()
}

/// A number that a metric has come to.
async fn until(house: &House, metric: &str, least: u64) {
    eventually(&format!("{metric} is {least}"), || async {
        let value: u64 = house.metric(metric).await.parse().unwrap_or_default();
        (value >= least).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_one_trace_from_its_caller_to_ksc() {
    let collector = Collector::start().await;
    let house = house(&collector).await;
    let request = house
        .soar()
        .request(Method::POST, "/v1/tasks/isolateHost?dryRun=false")
        .header("traceparent", format!("00-{TRACE}-{PARENT}-01"))
        .header("tracestate", "soar=case-1,other=2")
        .header("idempotency-key", "the-first")
        .json(&json!({"targetHost": "ws-042.corp.example", "params": {"action": 1}}));

    let reply = Reply::of(request).await.expect(202);

    let spans = collector.trace(TRACE, "the request", is_request).await;
    let request = only(&spans, "POST /v1/tasks/isolateHost");
    assert_eq!(request.parent, PARENT);
    assert_eq!(request.state, "soar=case-1,other=2");
    assert_eq!(answered(&reply), (TRACE.to_owned(), request.id.clone()));
    assert!(!request.failed);
    for (key, value) in [
        ("http.request.method", "POST"),
        ("http.route", "/v1/tasks/isolateHost"),
        ("http.response.status_code", "202"),
        ("url.path", "/v1/tasks/isolateHost"),
        ("request.id", reply.request_id()),
        ("caller.id", "soar"),
        ("task", "isolateHost"),
        ("host.requested", "ws-042.corp.example"),
        ("host.id", WS_042),
        ("incident.id", "42"),
    ] {
        assert_eq!(request.note(key), value, "{key}");
    }
    for stage in [
        "claim_key",
        "find_host",
        "wait_for_turn",
        "check_console",
        "reserve_room",
        "add_incident",
        "confirm_incident",
    ] {
        let stage = only(&spans, stage);
        assert_eq!(stage.parent, request.id, "{}", tree(&spans));
        assert_eq!(stage.kind, SpanKind::Internal);
        assert!(stage.time.0 <= stage.time.1 && !stage.failed);
    }
    let add = only(&spans, "KSC HostGroup.AddIncident");
    assert_eq!(add.parent, only(&spans, "add_incident").id);
    assert_eq!(add.kind, SpanKind::Client);
    let port = house.sim.addr().port().to_string();
    for (key, value) in [
        ("rpc.system", "ksc_openapi"),
        ("rpc.service", "HostGroup"),
        ("rpc.method", "AddIncident"),
        ("server.port", port.as_str()),
        ("http.response.status_code", "200"),
        ("ksc.attempt", "1"),
        ("ksc.outcome", "ok"),
        ("request.id", reply.request_id()),
    ] {
        assert_eq!(add.note(key), value, "{key}");
    }
    let update = only(&spans, "KSC HostGroup.UpdateIncident");
    assert_eq!(update.parent, only(&spans, "confirm_incident").id);
    // Every call that the request made is there, and no other.
    let calls = spans.iter().filter(|it| it.kind == SpanKind::Client);
    let mut of_ksc: Vec<_> = house.sim.journal().calls();
    of_ksc.retain(|it| it.request_id.as_deref() == Some(reply.request_id()));
    // Steps of a walk are not told apart: there may be thousands.
    of_ksc.retain(|it| it.method != "Tasks.GetNextTask");
    let walk = only(&spans, "ksc.walk_tasks");
    assert_eq!(walk.parent, only(&spans, "reserve_room").id);
    assert_eq!(calls.count(), of_ksc.len(), "{}", tree(&spans));
    for (key, value) in [
        ("service.name", "edr-gateway"),
        ("service.version", env!("CARGO_PKG_VERSION")),
        ("telemetry.sdk.language", "rust"),
    ] {
        assert_eq!(request.program.get(key).map(String::as_str), Some(value));
    }
    assert_eq!(request.program["service.instance.id"].len(), 36);
    // The log names the same trace, and spans that are in it.
    let ids: BTreeSet<_> = spans.iter().map(|it| it.id.as_str()).collect();
    let access = lines("access", reply.request_id());
    assert_eq!(access[0]["trace_id"], TRACE);
    assert_eq!(access[0]["span_id"], request.id.as_str());
    let audit = decisions(reply.request_id());
    assert_eq!(audit[0]["trace_id"], TRACE);
    assert!(ids.contains(audit[0]["span_id"].as_str().expect("a span")));
    tell(&format!(
        "traces: one POST with a key is {} spans",
        spans.len()
    ));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_and_a_second_attempt_are_seen_as_what_they_are() {
    let collector = Collector::start().await;
    let house = house(&collector).await;
    house
        .sim
        .faults()
        .push(Fault::on(ADD, FaultKind::CommitThenDrop));
    house
        .sim
        .faults()
        .push(Fault::on("HostGroup.FindHosts", FaultKind::ExpireSessions));

    let parent = format!("00-{TRACE}-{PARENT}-01");
    let reply = isolate(&house.soar(), "ws-042.corp.example", &parent).await;

    reply.expect(202);
    let spans = collector.trace(TRACE, "the request", is_request).await;
    let found = named(&spans, "KSC HostGroup.FindHosts");
    assert!(found.len() >= 2, "{}", tree(&spans));
    assert!(found[0].failed && !found[1].failed, "{}", tree(&spans));
    assert_eq!(found[0].note("error.type"), "session_lost");
    assert_eq!(found[0].note("ksc.attempt"), "1");
    assert_eq!(found[1].note("ksc.attempt"), "2");
    // The login in between belongs to the one who needed it.
    let logins = named(&spans, "KSC Session.StartSession");
    assert!(logins.iter().any(|it| it.parent == found[0].parent));
    let add = only(&spans, "KSC HostGroup.AddIncident");
    assert!(add.failed);
    assert_eq!(add.note("ksc.outcome"), "unknown");
    assert_eq!(add.note("http.response.status_code"), "");
    let look_up = only(&spans, "look_up_incident");
    assert_eq!(look_up.parent, only(&spans, "add_incident").id);
    let calls = spans.iter().filter(|it| it.parent == look_up.id);
    assert!(calls.count() > 0, "{}", tree(&spans));
    assert!(!only(&spans, "POST /v1/tasks/isolateHost").failed);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ksc_refuses_is_a_failure_with_its_code_and_without_its_words() {
    let collector = Collector::start().await;
    let house = house(&collector).await;
    house
        .sim
        .faults()
        .push(Fault::on(ADD, FaultKind::pxg("KLSTD", 1184)));

    let reply = house.soar().isolate(WS_042).await.expect(502);

    let (trace, _) = answered(&reply);
    let spans = collector.trace(&trace, "the request", is_request).await;
    let add = only(&spans, "KSC HostGroup.AddIncident");
    assert!(add.failed);
    assert_eq!(
        (add.note("ksc.module"), add.note("ksc.code")),
        ("KLSTD", "1184")
    );
    assert_eq!(
        only(&spans, "add_incident").note("error.type"),
        "ksc_access_denied"
    );
    let request = only(&spans, "POST /v1/tasks/isolateHost");
    assert!(request.failed);
    assert_eq!(request.note("error.type"), "ksc_access_denied");
    house.close().await;
}

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
async fn a_caller_that_hangs_up_leaves_no_span_open() {
    let collector = Collector::start().await;
    let house = house(&collector).await;
    let created = house.soar().isolate(WS_042).await.expect(202);
    let late = FaultKind::delay(Duration::from_secs(1));
    house.sim.faults().push(Fault::on(ADD, late));
    let stream = TRACE.replace('4', "5");

    let path = format!("{}/events", created.header("location"));
    let request = house.soar().request(Method::GET, &path);
    let parent = format!("00-{stream}-{PARENT}-01");
    let mut events = Events::open(request.header("traceparent", parent)).await;
    let _state = events.state().await;
    drop(events);
    let gone = house
        .soar()
        .request(Method::POST, "/v1/tasks/isolateHost")
        .header("traceparent", format!("00-{TRACE}-{PARENT}-01"))
        .timeout(Duration::from_millis(300))
        .json(&json!({"targetHost": WS_042, "params": {"action": 1}}))
        .send()
        .await;

    assert!(gone.is_err());
    // Nobody hears what is said into a stream that is closed.
    eventually("the stream is over", || async {
        house.advance(Duration::from_secs(16)).await;
        let spans = collector.spans();
        spans
            .iter()
            .any(|it| it.trace == stream && is_request(it))
            .then_some(())
    })
    .await;
    let is_last = |it: &Span| it.name == "confirm_incident";
    let spans = collector.trace(TRACE, "the confirmation", is_last).await;
    let request = spans.iter().find(|it| is_request(it)).expect("it ended");
    let below = spans.iter().filter(|it| it.parent == request.id);
    assert!(below.count() >= 5, "{}", tree(&spans));
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

#[tokio::test(flavor = "multi_thread")]
async fn without_a_collector_lines_of_the_log_name_their_trace_all_the_same() {
    let house = House::open().await;
    house
        .sim
        .faults()
        .push(Fault::on(ADD, FaultKind::CommitThenDrop));

    let parent = format!("00-{TRACE}-{PARENT}-01");
    let reply = isolate(&house.soar(), WS_042, &parent).await.expect(202);

    for target in ["access", "audit", "edr_gateway::intake::deliver"] {
        let lines = lines(target, reply.request_id());
        assert!(!lines.is_empty(), "{target}");
        for line in lines {
            assert_eq!(line["trace_id"], TRACE, "{line}");
            assert_eq!(line["span_id"], answered(&reply).1, "{line}");
        }
    }
    assert_eq!(house.metric(EXPORTED).await, "0");
    house.close().await;
}

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

#[tokio::test(flavor = "multi_thread")]
async fn no_span_holds_a_secret_or_a_parameter() {
    let collector = Collector::start().await;
    let mut house = house(&collector).await;
    let token = Issuer::shared().sign(&Token::of("soar", "tasks.create tasks.read hosts.read"));
    let caller = house.caller_with(&token);
    let file = json!({"md5hash": "", "sha256hash": "", "path": "C:\\private-place\\a.exe"});
    for kind in [
        FaultKind::CommitThenDrop,
        FaultKind::pxg("KLSTD", 1192),
        FaultKind::http(500, "words-of-ksc"),
        FaultKind::ExpireSessions,
    ] {
        house.sim.faults().push(Fault::on(ADD, kind));
        let request = caller
            .request(Method::POST, "/v1/tasks/getFile?dryRun=false")
            .header("idempotency-key", "private-key")
            .json(&json!({
                "targetHost": WS_042, "params": file, "comment": "private-comment",
                "externalId": "private-case"
            }));
        let _whatever = Reply::of(request).await;
    }
    for path in [
        "/v1/hosts?private-query=1".to_owned(),
        format!("/v1/tasks/{token}"),
        "/v1/tasks/private-id".to_owned(),
        "/v1/hosts/private-id".to_owned(),
        format!("/v1/{token}"),
        format!("/v1/whoami?access_token={token}"),
    ] {
        let _whatever = caller.get(&path).await;
        let _whatever = house.stranger().get(&path).await;
    }
    let mut secrets = vec![
        token.rsplit('.').next().expect("three parts").to_owned(),
        house.sim.password().to_owned(),
    ];
    std::fs::write(house.file("password"), "wr0ng-Passw0rd").expect("a file");
    house.sim.faults().clear();
    secrets.extend(house.sim.session_tokens());
    house.sim.expire_sessions();
    let last = house.soar().isolate(WS_042).await.expect(503);

    collector
        .trace(&answered(&last).0, "the last request", is_request)
        .await;
    secrets.extend(house.sim.session_tokens());
    let private = ["private-", "wr0ng-Passw0rd", "words-of-ksc", "KSCBasic"];
    secrets.extend(private.map(str::to_owned));
    let spans = collector.spans();
    let everything = format!("{spans:?}");
    for secret in &secrets {
        assert!(secret.len() >= 8);
        let at = everything.find(secret.as_str());
        assert!(
            at.is_none(),
            "{}",
            &everything[at.unwrap_or_default().saturating_sub(200)..][..300]
        );
    }
    assert!(
        spans
            .iter()
            .any(|it| it.name == "KSC Session.StartSession" && it.failed)
    );
    tell(&format!(
        "traces: {} secrets looked for in {} spans; none found",
        secrets.len(),
        spans.len()
    ));
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_refuses_rejects_or_asks_for_patience_costs_spans_and_nothing_else() {
    let collector = Collector::start().await;
    let house = house(&collector).await;
    until(&house, EXPORTED, 1).await;
    let dropped = async || {
        house
            .metric(DROPPED)
            .await
            .parse::<u64>()
            .unwrap_or_default()
    };
    assert_eq!(dropped().await, 0);

    // Taken, but for one.
    collector.behave(Manner::Reject(1));
    house.soar().get("/v1/whoami").await.expect(200);
    until(&house, DROPPED, 1).await;

    // Refused for good.
    collector.behave(Manner::Refuse(500, None));
    let before = dropped().await;
    house.soar().isolate(WS_042).await.expect(202);
    until(&house, DROPPED, before + 5).await;

    // Asked for patience, and given.
    collector.behave(Manner::Refuse(429, Some(1)));
    let (before, sent) = (dropped().await, collector.requests());
    let patient = house.soar().get("/v1/whoami").await.expect(200);
    eventually("it was told to wait", || {
        std::future::ready((collector.requests() > sent).then_some(()))
    })
    .await;
    collector.behave(Manner::Take);
    collector
        .trace(&answered(&patient).0, "it comes later", is_request)
        .await;
    assert_eq!(dropped().await, before);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_hangs_keeps_nobody_waiting_and_no_shutdown_long() {
    let collector = Collector::start().await;
    let mut house = house(&collector).await;
    collector.behave(Manner::Hang);
    let sent = collector.requests();
    let before = house.soar().isolate("ws-001").await.expect(202);
    eventually("a batch hangs", || {
        std::future::ready((collector.requests() > sent).then_some(()))
    })
    .await;

    let begun = Instant::now();
    let created = house.soar().isolate(WS_042).await.expect(202);
    let took = begun.elapsed();

    // The collector is given 10 s for an answer.
    assert!(took < Duration::from_secs(8), "{took:?}");
    for reply in [before, created] {
        assert!(
            collector
                .spans()
                .iter()
                .all(|it| it.trace != answered(&reply).0)
        );
    }
    let begun = Instant::now();
    house.stop().await;
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(9), "{took:?}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_is_away_is_told_of_once_and_what_is_left_at_the_end_is_sent() {
    let mut collector = Collector::start().await;
    collector.leave().await;
    let sim = acceptance::ksc_in_real_time(60.0).await;
    let headers = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(headers.path(), "Authorization: Bearer of-the-collector\n").expect("a file");
    let settings = vec![
        collector.setting(),
        (
            "telemetry.otlp_headers_file",
            headers.path().display().to_string(),
        ),
    ];
    let environment = [
        (
            "OTEL_RESOURCE_ATTRIBUTES",
            "k8s.pod.name=gw-0,service.namespace=soc",
        ),
        // No other is read.
        ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "1"),
        // A machine that knows no authorities, of which none is needed here.
        ("SSL_CERT_FILE", "/nonexistent"),
        ("SSL_CERT_DIR", "/nonexistent"),
    ];
    let mut gateway = Program::start_with(&sim, settings, &environment).await;
    gateway.until_ready().await;
    let complaint = "the trace collector does not take spans";
    let said =
        |gateway: &Program, what: &str| gateway.log().iter().filter(|it| it.contains(what)).count();

    let kept = gateway.soar().isolate(WS_042).await.expect(202);
    eventually("it is told of", || {
        std::future::ready((said(&gateway, complaint) > 0).then_some(()))
    })
    .await;
    for _ in 0..20 {
        gateway.soar().get("/v1/whoami").await.expect(200);
    }
    collector.come_back().await;

    let spans = collector
        .trace(&answered(&kept).0, "what was kept", is_request)
        .await;
    let request = only(&spans, "POST /v1/tasks/isolateHost");
    assert_eq!(request.note("http.response.status_code"), "202");
    eventually("its return is told of", || {
        std::future::ready((said(&gateway, "takes spans again") == 1).then_some(()))
    })
    .await;
    assert_eq!(said(&gateway, complaint), 1);
    let program = &spans[0].program;
    assert_eq!(program["k8s.pod.name"], "gw-0");
    assert_eq!(program["service.namespace"], "soc");
    assert_eq!(program["service.name"], "edr-gateway");
    let told = |secret: &str| {
        let head = collector.heads().pop().unwrap_or_default().to_lowercase();
        head.contains(&format!("authorization: bearer {secret}\r\n"))
    };
    assert!(told("of-the-collector"));

    // A secret that was replaced is used at once, and the last spans are not left behind.
    std::fs::write(headers.path(), "Authorization: Bearer of-the-new-one\n").expect("a file");
    let last = gateway.soar().isolate("ws-001").await.expect(202);
    let begun = Instant::now();
    assert!(gateway.terminate().await.success());
    let (trace, id) = answered(&last);
    let spans = collector.spans();
    assert!(spans.iter().any(|it| it.trace == trace && it.id == id));
    assert!(spans.iter().any(|it| it.name == "KSC Session.EndSession"));
    assert!(told("of-the-new-one"));
    assert!(begun.elapsed() < Duration::from_secs(10));
    assert!(gateway.log().iter().all(|it| !it.contains("of-the-")));
}

/// A door with a certificate before a collector; the certificate is written into a file.
async fn behind_tls(collector: &Collector, certificate: &std::path::Path) -> String {
    use tokio_rustls::rustls::ServerConfig;
    use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]);
    let made = made.expect("a certificate");
    std::fs::write(certificate, made.cert.pem()).expect("a file");
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key);
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config.expect("it fits the key")));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("bound").port();
    let target = collector.url().replace("http://", "");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, target) = (acceptor.clone(), target.clone());
            tokio::spawn(async move {
                let mut stream = acceptor.accept(stream).await.ok()?;
                let mut behind = TcpStream::connect(target).await.ok()?;
                tokio::io::copy_bidirectional(&mut stream, &mut behind)
                    .await
                    .ok()
            });
        }
    });
    format!("https://localhost:{port}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_over_tls_must_have_a_certificate_of_its_authority() {
    let collector = Collector::start().await;
    let files = tempfile::tempdir().expect("a folder");
    let certificate = files.path().join("collector.pem");
    let url = behind_tls(&collector, &certificate).await;
    let path = certificate.display().to_string();
    let trusting = House::with(&[
        ("telemetry.otlp_endpoint", &url),
        ("telemetry.otlp_ca_file", &path),
    ])
    .await;
    let doubting = House::with(&[("telemetry.otlp_endpoint", &url)]).await;

    let kept = doubting.soar().get("/v1/whoami").await.expect(200);
    let sent = trusting.soar().get("/v1/whoami").await.expect(200);

    collector
        .trace(&answered(&sent).0, "the request", is_request)
        .await;
    trusting.close().await;
    doubting.close().await;
    let of_the_other = answered(&kept).0;
    assert!(collector.spans().iter().all(|it| it.trace != of_the_other));
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_says_whether_the_collector_takes_spans() {
    let collector = Collector::start().await;
    let house = House::open().await;
    let files = tempfile::tempdir().expect("a folder");
    let look = async || {
        let settings = environment(&house.sim, files.path(), vec![collector.setting()]);
        let settings = Settings::load("", settings).expect("good settings");
        let report = doctor::examine(settings, Clock::stepped(house.sim.now())).await;
        let check = report.checks().iter().find(|it| it.name() == Name::Traces);
        let check = check.expect("it was looked at");
        (check.outcome(), check.finding().to_owned())
    };

    let (good, _) = look().await;
    collector.behave(Manner::Refuse(404, None));
    let (bad, finding) = look().await;

    assert_eq!((good, bad), (Outcome::Ok, Outcome::Warning));
    assert!(finding.contains("404"), "{finding}");
    assert!(collector.spans().is_empty());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn what_the_shared_store_is_asked_is_in_the_trace() {
    let collector = Collector::start().await;
    let redis = RedisServer::start().await;
    let files = tempfile::tempdir().expect("a folder");
    let url_file = redis.url_file(files.path()).display().to_string();
    let more = [
        ("idempotency.store", "redis"),
        ("idempotency.redis_url_file", url_file.as_str()),
    ];
    let house = furnished(&collector, &more).await;
    let request = house
        .soar()
        .request(Method::POST, "/v1/tasks/isolateHost")
        .header("idempotency-key", "private-key")
        .json(&json!({"targetHost": WS_042, "params": {"action": 1}}));

    let reply = Reply::of(request).await.expect(202);

    let (trace, _) = answered(&reply);
    let spans = collector.trace(&trace, "the request", is_request).await;
    let claim = only(&spans, "redis claim");
    assert_eq!(claim.parent, only(&spans, "claim_key").id);
    assert_eq!(claim.kind, SpanKind::Client);
    assert_eq!(claim.note("db.system.name"), "redis");
    let queue = only(&spans, "redis queue");
    assert_eq!(queue.parent, only(&spans, "wait_for_turn").id);
    assert!(!format!("{spans:?}").contains("private-key"));
    house.close().await;
}
