//! A request that is sent again with its key is carried out once.

use std::time::Duration;

use acceptance::calls::{ADD, UPDATE};
use acceptance::{House, Issuer, Reply, Token, decisions, eventually, isolation, native, release};
use ksc_simulator::{Fault, FaultKind};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_with_the_same_key_has_the_same_answer() {
    let house = House::open().await;
    let soar = house.soar();
    let first = soar.isolate_once("ws-042", "case-1").await.expect(202);
    house.advance(Duration::from_secs(3600)).await;

    let again = soar.isolate_once("ws-042", "\"case-1\"").await.expect(202);

    assert_eq!(first.header("idempotency-replayed"), "");
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.json, first.json);
    assert_eq!(again.header("location"), first.header("location"));
    assert_eq!(house.sim.journal().count(ADD), 1);
    let audit = decisions(again.request_id());
    assert_eq!(audit.len(), 1);
    assert_eq!(audit[0]["decision"], "replayed");
    assert_eq!(audit[0]["task.id"], "ksc-42");
    // The native form says the same.
    let native = native("isolateHost", "ws-042", json!({"action": 1}));
    let again = soar.post_once("/v1/tasks", "case-1", &native);
    let again = again.await.expect(202);
    assert_eq!(again.json, first.json);

    // The day is over, and so is the key.
    house.advance(Duration::from_secs(24 * 3600)).await;
    let anew = soar.isolate_once("ws-042", "case-1").await.expect(202);
    assert_eq!(anew.header("idempotency-replayed"), "");
    assert_eq!(house.sim.journal().count(ADD), 2);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_one_callers_and_for_one_request() {
    let house = House::open().await;
    let soar = house.soar();
    soar.isolate_once("ws-042", "case-1").await.expect(202);

    for other in [
        isolation("ws-001"),
        release("ws-042"),
        json!({"targetHost": "ws-042", "action": "isolate", "severity": "critical"}),
    ] {
        let reply = soar
            .post_once("/v1/tasks/isolateHost", "case-1", &other)
            .await
            .expect(422);
        assert_eq!(reply.code(), "idempotency_key_reused");
    }
    let token = Issuer::shared().sign(&Token::of("another", "tasks.create"));
    let other = house.caller_with(&token);
    let own = other.isolate_once("ws-001", "case-1").await.expect(202);
    assert_eq!(own.header("idempotency-replayed"), "");
    for odd in ["", "\"\"", "a\"b", &"x".repeat(256)] {
        let reply = soar.isolate_once("ws-042", odd).await.expect(400);
        assert_eq!(reply.code(), "malformed_request", "{odd:?}");
    }
    assert_eq!(house.sim.journal().count(ADD), 2);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_come_at_once_with_one_key_make_one_incident() {
    let house = House::open().await;
    let gate = house.sim.gate().clone();
    gate.hold_calls_to(ADD);

    let asking: Vec<_> = (0..20)
        .map(|_| {
            let soar = house.soar();
            tokio::spawn(async move { soar.isolate_once("ws-042", "case-1").await })
        })
        .collect();
    gate.wait_until_waiting(1).await;
    gate.open();

    let mut replayed = 0;
    for one in asking {
        let reply = one.await.expect("no panic").expect(202);
        assert_eq!(reply.json["incident"]["id"], 42);
        replayed += usize::from(reply.header("idempotency-replayed") == "true");
    }
    assert_eq!(replayed, 19);
    assert_eq!(house.sim.journal().count(ADD), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_certainly_not_sent_gives_its_key_back() {
    let house = House::open().await;
    let soar = house.soar();
    house.sim.set_console(false);
    let refused = soar.isolate_once("ws-042", "case-1").await.expect(503);
    assert_eq!(refused.code(), "service_console_unavailable");
    house.sim.set_console(true);
    let denied = Fault::on(ADD, FaultKind::pxg("KLSTD", 1184));
    house.sim.faults().push(denied);
    soar.isolate_once("ws-042", "case-1").await.expect(502);

    let taken = soar.isolate_once("ws-042", "case-1").await.expect(202);

    assert_eq!(taken.header("idempotency-replayed"), "");
    assert_eq!(house.sim.journal().incidents().len(), 1);
    house.close().await;
}

/// A house in which the look-up after a lost answer finds nothing, so that the outcome is unknown.
async fn unknown(kind: FaultKind) -> (House, Reply) {
    unknown_with(kind, &[]).await
}

/// The same, with these settings.
async fn unknown_with(kind: FaultKind, more: &[(&'static str, &str)]) -> (House, Reply) {
    let settings = [&[("backends.ksc.budget_policy", "off")], more].concat();
    let house = House::with(&settings).await;
    house.sim.faults().push(Fault::on(ADD, kind));
    let blind = Fault::on("HostGroup.FindIncidents", FaultKind::http(503, "busy"));
    house.sim.faults().push(blind.forever());
    let reply = house.soar().isolate_once("ws-042", "case-1").await;
    (house, reply.expect(504))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_outcome_is_found_when_it_is_asked_for_again() {
    let (house, reply) = unknown(FaultKind::CommitThenDrop).await;
    assert_eq!(reply.code(), "outcome_unknown");
    assert_eq!(reply.json["retryable"], true, "with the same key");
    assert_ne!(reply.header("retry-after"), "");

    // KSC still cannot be asked: still unknown, and nothing is sent.
    let still = house.soar().isolate_once("ws-042", "case-1").await;
    assert_eq!(still.expect(504).json["retryable"], true);
    house.sim.faults().clear();
    let found = house
        .soar()
        .isolate_once("ws-042", "case-1")
        .await
        .expect(202);

    assert_eq!(found.header("idempotency-replayed"), "true");
    assert_eq!(found.json["incident"]["id"], 42);
    assert_eq!(found.json["params"], json!({"action": 1}));
    assert_eq!(house.sim.journal().count(ADD), 1);
    house
        .sim
        .journal()
        .wait_for(|it| it.incidents().iter().all(|it| it.updates >= 1))
        .await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ksc_shows_no_trace_of_is_sent_again_only_after_a_while() {
    let (house, _) = unknown(FaultKind::DropBeforeCommit).await;
    house.sim.faults().clear();

    // KSC may still be at it.
    let early = house
        .soar()
        .isolate_once("ws-042", "case-1")
        .await
        .expect(504);
    assert_eq!(early.code(), "outcome_unknown");
    assert_eq!(early.header("retry-after"), "60");
    assert!(house.sim.journal().incidents().is_empty());
    house.advance(Duration::from_secs(60)).await;
    let sent = house
        .soar()
        .isolate_once("ws-042", "case-1")
        .await
        .expect(202);

    assert_eq!(sent.header("idempotency-replayed"), "");
    assert_eq!(house.sim.journal().incidents().len(), 1);
    let again = house
        .soar()
        .isolate_once("ws-042", "case-1")
        .await
        .expect(202);
    assert_eq!(again.header("idempotency-replayed"), "true");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_under_way_for_long_is_waited_for_up_to_a_bound() {
    let house = House::with(&[
        ("server.request_timeout", "1s"),
        ("backends.ksc.request_timeout", "30s"),
    ])
    .await;
    let gate = house.sim.gate().clone();
    gate.hold_calls_to(ADD);
    let soar = house.soar();
    let first = tokio::spawn(async move { soar.isolate_once("ws-042", "case-1").await });
    gate.wait_until_waiting(1).await;

    let second = house
        .soar()
        .isolate_once("ws-042", "case-1")
        .await
        .expect(409);

    assert_eq!(second.code(), "request_in_progress");
    assert_eq!(second.header("retry-after"), "5");
    // Nor does the first one wait for ever; its work goes on, and its key tells what came of it.
    let first = first.await.expect("no panic").expect(504);
    assert_eq!(first.json["retryable"], true);
    gate.open();
    house.sim.journal().wait_for_calls(UPDATE, 1).await;
    let third = house
        .soar()
        .isolate_once("ws-042", "case-1")
        .await
        .expect(202);
    assert_eq!(third.header("idempotency-replayed"), "true");
    assert_eq!(house.sim.journal().count(ADD), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_comes_again_carries_out_only_what_was_not() {
    let house = House::open().await;
    let tasks: Vec<Value> = ["ws-001", "ws-999", "ws-003"]
        .iter()
        .map(|it| native("isolateHost", it, json!({"action": 1})))
        .collect();
    let send = async |tasks: &[Value]| {
        let body = json!({ "tasks": tasks });
        let soar = house.soar();
        let reply = soar.post_once("/v1/tasks/batch", "playbook-7", &body).await;
        let reply = reply.expect(200);
        let results = reply.json["results"].as_array().expect("results").clone();
        results
            .iter()
            .map(|it| (it["status"].as_i64(), it["replayed"] == true))
            .collect::<Vec<_>>()
    };

    let first = send(&tasks).await;
    let again = send(&tasks).await;
    let mut changed = tasks.clone();
    changed[2]["params"]["action"] = 0.into();
    let other = send(&changed).await;

    assert_eq!(
        first,
        [(Some(202), false), (Some(404), false), (Some(202), false)]
    );
    assert_eq!(
        again,
        [(Some(202), true), (Some(404), false), (Some(202), true)]
    );
    assert_eq!(
        other,
        [(Some(202), true), (Some(404), false), (Some(422), false)]
    );
    assert_eq!(house.sim.journal().count(ADD), 2);
    house.close().await;
}

/// The decisions about a request in the audit log, in a word each.
fn words(request_id: &str) -> Vec<Value> {
    let lines = decisions(request_id);
    lines.into_iter().map(|it| it["decision"].clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_to_a_key_has_one_audit_line_that_says_what_was_asked_for() {
    let house = House::open().await;
    let soar = house.soar();
    soar.isolate_once("ws-042", "case-1").await.expect(202);

    let reused = soar.isolate_once("ws-001", "case-1").await.expect(422);

    let audit = decisions(reused.request_id());
    assert_eq!(audit.len(), 1);
    assert_eq!(audit[0]["operation"], "createTask");
    assert_eq!(audit[0]["decision"], "refused");
    assert_eq!(audit[0]["problem.code"], "idempotency_key_reused");
    assert_eq!(audit[0]["caller.id"], "soar");
    assert_eq!(audit[0]["task"], "isolateHost");
    assert_eq!(audit[0]["host.requested"], "ws-001");
    // One of a batch, too.
    let task = |host| json!({"task": "isolateHost", "targetHost": host, "params": {"action": 1}});
    for (host, status) in [("ws-042", 202), ("ws-001", 422)] {
        let body = json!({"tasks": [task(host)]});
        let reply = soar.post_once("/v1/tasks/batch", "case-2", &body).await;
        let reply = reply.expect(200);
        assert_eq!(reply.json["results"][0]["status"], status);
        let part = format!("{}.0", reply.request_id());
        assert_eq!(words(&part).len(), 1, "{host}");
    }
    house.close().await;

    let house = House::with(&[("server.request_timeout", "1s")]).await;
    let gate = house.sim.gate().clone();
    gate.hold_calls_to(ADD);
    let soar = house.soar();
    let first = tokio::spawn(async move { soar.isolate_once("ws-042", "case-1").await });
    gate.wait_until_waiting(1).await;
    let second = house
        .soar()
        .isolate_once("ws-042", "case-1")
        .await
        .expect(409);
    let audit = decisions(second.request_id());
    assert_eq!(audit.len(), 1);
    assert_eq!(audit[0]["operation"], "createTask");
    assert_eq!(audit[0]["problem.code"], "request_in_progress");
    gate.open();
    let first = first.await.expect("no panic");
    eventually("the first one's line", || async {
        (words(first.request_id()) == ["created"]).then_some(())
    })
    .await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ksc_did_not_show_whole_may_still_be_there() {
    let (house, _) = unknown(FaultKind::CommitThenDrop).await;
    house.sim.faults().clear();
    house.advance(Duration::from_secs(3600)).await;
    let nothing = r#"{"pChunk": {"KLCSP_ITERATOR_ARRAY": []}, "PxgRetVal": 0}"#;
    let chunk = Fault::on("ChunkAccessor.GetItemsChunk", FaultKind::http(200, nothing));
    house.sim.faults().push(chunk.forever());

    let still = house
        .soar()
        .isolate_once("ws-042", "case-1")
        .await
        .expect(504);

    assert_eq!(still.code(), "outcome_unknown");
    let audit = decisions(still.request_id());
    assert_eq!(audit.len(), 1);
    assert_eq!(audit[0]["operation"], "createTask");
    assert_eq!(audit[0]["decision"], "unknown");
    house.sim.faults().clear();
    let found = house
        .soar()
        .isolate_once("ws-042", "case-1")
        .await
        .expect(202);
    assert_eq!(found.header("idempotency-replayed"), "true");
    assert_eq!(words(found.request_id()), ["replayed"]);
    assert_eq!(house.sim.journal().incidents().len(), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_while_begins_when_the_outcome_becomes_unknown_and_not_when_the_request_leaves() {
    let house = House::with(&[("backends.ksc.budget_policy", "off")]).await;
    let blind = Fault::on("HostGroup.FindIncidents", FaultKind::http(503, "busy"));
    house.sim.faults().push(blind.forever());
    let lost = Fault::on(ADD, FaultKind::DropBeforeCommit);
    house.sim.faults().push(lost);
    let gate = house.sim.gate().clone();
    gate.hold_calls_to(ADD);
    let soar = house.soar();
    let first = tokio::spawn(async move { soar.isolate_once("ws-042", "case-1").await });
    gate.wait_until_waiting(1).await;
    // KSC is at it for long, and may be after its answer is lost.
    house.advance(Duration::from_secs(120)).await;
    gate.open();
    first.await.expect("no panic").expect(504);
    house.sim.faults().clear();

    let early = house
        .soar()
        .isolate_once("ws-042", "case-1")
        .await
        .expect(504);

    assert_eq!(early.header("retry-after"), "60");
    house.advance(Duration::from_secs(60)).await;
    let sent = house
        .soar()
        .isolate_once("ws-042", "case-1")
        .await
        .expect(202);
    assert_eq!(sent.header("idempotency-replayed"), "");
    assert_eq!(words(sent.request_id()), ["created"]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_outcome_is_found_out_whoever_hangs_up() {
    let (house, _) = unknown(FaultKind::CommitThenDrop).await;
    house.sim.faults().clear();
    let gate = house.sim.gate().clone();
    gate.hold_calls_to("HostGroup.FindIncidents");
    let request = house
        .soar()
        .request(Method::POST, "/v1/tasks/isolateHost")
        .header("idempotency-key", "case-1")
        .header("x-request-id", "asks-and-goes")
        .json(&isolation("ws-042"));
    let asking = tokio::spawn(request.send());
    gate.wait_until_waiting(1).await;

    asking.abort();
    // The connection is closed before these are answered.
    for _ in 0..50 {
        house.soar().get("/v1/whoami").await.expect(200);
    }
    gate.open();

    house
        .sim
        .journal()
        .wait_for(|it| it.incidents().iter().all(|it| it.updates >= 1))
        .await;
    eventually("the audit line", || async {
        (words("asks-and-goes") == ["replayed"]).then_some(())
    })
    .await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_being_found_out_when_the_grace_is_over_is_answered_and_audited() {
    let (mut house, _) = unknown_with(
        FaultKind::CommitThenDrop,
        &[("server.shutdown_grace", "2s")],
    )
    .await;
    house.sim.faults().clear();
    let gate = house.sim.gate().clone();
    gate.hold_calls_to("HostGroup.FindIncidents");
    let soar = house.soar();
    let asking = tokio::spawn(async move { soar.isolate_once("ws-042", "case-1").await });
    gate.wait_until_waiting(1).await;

    house.stop().await;

    let reply = asking.await.expect("no panic").expect(504);
    assert_eq!(reply.code(), "outcome_unknown");
    assert_eq!(words(reply.request_id()), ["unknown"]);
    gate.open();
    house.close().await;
}
