//! What the spans of one request say.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use acceptance::calls::{ADD, FIND_HOSTS};
use acceptance::{
    Collector, Events, House, RedisServer, Reply, Span, WS_042, decisions, eventually, isolation,
    lines, tell,
};
use ksc_simulator::{Fault, FaultKind};
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use reqwest::Method;

use super::collected::{
    PARENT, TRACE, answered, furnished, house, is_request, isolate, named, only, tree,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_one_trace_from_its_caller_to_ksc() {
    let collector = Collector::start().await;
    let house = house(&collector).await;
    let request = house
        .soar()
        .request(Method::POST, "/v1/tasks/isolateHost?wait=0")
        .header("traceparent", format!("00-{TRACE}-{PARENT}-01"))
        .header("tracestate", "soar=case-1,other=2")
        .header("idempotency-key", "the-first")
        .json(&isolation("ws-042.corp.example"));

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
        ("backend", "ksc"),
        ("task.id", "ksc-42"),
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
        .push(Fault::on(FIND_HOSTS, FaultKind::ExpireSessions));

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
        .json(&isolation(WS_042))
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

/// A house that shares what it keeps by this Redis.
async fn sharing(collector: &Collector, redis: &RedisServer, files: &Path) -> House {
    let url_file = redis.url_file(files).display().to_string();
    let more = [
        ("idempotency.store", "redis"),
        ("idempotency.redis_url_file", url_file.as_str()),
    ];
    furnished(collector, &more).await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn what_the_shared_store_is_asked_is_in_the_trace() {
    let collector = Collector::start().await;
    let redis = RedisServer::start().await;
    let files = tempfile::tempdir().expect("a folder");
    let house = sharing(&collector, &redis, files.path()).await;
    let request = house
        .soar()
        .request(Method::POST, "/v1/tasks/isolateHost")
        .header("idempotency-key", "private-key")
        .json(&isolation(WS_042));

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

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server: cargo verify"]
async fn who_asked_for_the_tasks_of_a_page_is_one_question_to_the_shared_store() {
    let collector = Collector::start().await;
    let redis = RedisServer::start().await;
    let files = tempfile::tempdir().expect("a folder");
    let house = sharing(&collector, &redis, files.path()).await;
    let other = house.replica().await;
    for host in ["ws-001", "ws-002", "ws-003"] {
        house.soar().isolate(host).await.expect(202);
    }
    let list = || async {
        let page = Reply::of(other.soar().request(Method::GET, "/v1/tasks")).await;
        let page = page.expect(200);
        let tasks = page.json["tasks"].as_array().expect("tasks");
        (tasks.len() == 3 && tasks.iter().all(|it| it["caller"] == "soar")).then_some(page)
    };
    let page = eventually("all of it is known", list).await;

    let (trace, _) = answered(&page);
    let again = list().await.expect("it is known for good");
    let (known, _) = answered(&again);

    let spans = collector.trace(&trace, "the request", is_request).await;
    only(&spans, "redis askers");
    let spans = collector.trace(&known, "the request", is_request).await;
    let asked = spans.iter().any(|it| it.name == "redis askers");
    assert!(!asked, "it is known by now: {}", tree(&spans));
    other.close().await;
    house.close().await;
}
