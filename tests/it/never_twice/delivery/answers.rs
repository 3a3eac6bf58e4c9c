//! Answers to `AddIncident` that are lost, late, unclear or a no.

use acceptance::calls::ADD;
use acceptance::{House, decisions};
use ksc_simulator::{Fault, FaultKind};

use super::impatient::impatient;

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_lost_after_the_commit_is_found_and_answered_with_its_incident() {
    let house = House::open().await;
    house
        .sim
        .faults()
        .push(Fault::on(ADD, FaultKind::CommitThenDrop));

    let created = house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(202);

    let incidents = house.sim.journal().incidents();
    assert_eq!(incidents.len(), 1);
    assert_eq!(created.json["incident"]["id"], incidents[0].id);
    assert_eq!(incidents[0].updates, 1);
    assert_eq!(house.sim.journal().count(ADD), 1);
    let found = house
        .metric("edr_gateway_unknown_deliveries_total{backend=\"ksc\",result=\"found\"}")
        .await;
    assert_eq!(found, "1");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_never_comes_after_the_commit_is_found_too() {
    let house = impatient().await;
    house
        .sim
        .faults()
        .push(Fault::on(ADD, FaultKind::CommitThenStall));

    let created = house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(202);

    let incidents = house.sim.journal().incidents();
    assert_eq!(incidents.len(), 1);
    assert_eq!(created.json["incident"]["id"], incidents[0].id);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_found_is_unknown_and_never_sent_again() {
    let kinds = [
        FaultKind::DropBeforeCommit,
        FaultKind::Stall,
        FaultKind::Garbage,
        FaultKind::Truncate,
        FaultKind::WrongShape,
        FaultKind::http(503, "busy"),
        FaultKind::http(302, "elsewhere"),
        // No numbers of incidents.
        FaultKind::http(200, r#"{"PxgRetVal": 0}"#),
        FaultKind::http(200, r#"{"PxgRetVal": -7}"#),
    ];
    // Side by side: each takes as long as a look-up that finds nothing.
    let broken: Vec<_> = kinds
        .into_iter()
        .map(|it| tokio::spawn(unclear_answer(it)))
        .collect();
    for one in broken {
        one.await.expect("no panic");
    }
}

/// Whatever KSC did with the call, the gateway sends it once, and says what KSC shows.
async fn unclear_answer(kind: FaultKind) {
    let house = impatient().await;
    house.sim.faults().push(Fault::on(ADD, kind.clone()));

    let reply = house.soar().isolate("ws-042.corp.example").await;

    assert_eq!(house.sim.journal().count(ADD), 1, "{kind:?}");
    let incidents = house.sim.journal().incidents();
    if let [incident] = incidents.as_slice() {
        assert_eq!(
            reply.expect(202).json["incident"]["id"],
            incident.id,
            "{kind:?}"
        );
    } else {
        assert!(incidents.is_empty(), "{kind:?}");
        let reply = reply.expect(504);
        assert_eq!(reply.code(), "outcome_unknown", "{kind:?}");
        assert_eq!(reply.json["retryable"], false);
        assert_eq!(decisions(reply.request_id())[0]["decision"], "unknown");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_of_ksc_is_no_incident_and_says_what_ksc_said() {
    let house = House::open().await;
    for (module, code, problem) in [
        ("KLSTD", 1184, "ksc_access_denied"),
        ("KLSTD", 1192, "ksc_refused"),
        ("KLSTD", 1195, "ksc_unavailable"),
    ] {
        house
            .sim
            .faults()
            .push(Fault::on(ADD, FaultKind::pxg(module, code)));

        let reply = house.soar().isolate("ws-042.corp.example").await;

        assert_eq!(reply.code(), problem);
        assert_eq!(reply.json["ksc"]["module"], module);
        assert_eq!(reply.json["ksc"]["code"], code);
        for forbidden in ["file", "line", "message"] {
            assert!(reply.json["ksc"].get(forbidden).is_none());
        }
    }
    assert!(house.sim.journal().incidents().is_empty());
    house.close().await;
}

/// Answers that say no, and that KSC can give after it has stored the incident.
fn refusals_after_the_commit() -> Vec<FaultKind> {
    let pxg = |module: &str, code| FaultKind::CommitThenPxg {
        module: module.to_owned(),
        code,
    };
    let http = |status| FaultKind::CommitThenHttpStatus {
        status,
        text: "no".to_owned(),
    };
    let errors = [
        ("KLSTD", 1186),
        ("KLSTD", 1192),
        ("KLSTD", 1193),
        ("KLSTD", 1195),
        ("KLSTD", 1229),
        ("KLPRCI", 3),
        ("", 0),
    ];
    let statuses = [
        400, 404, 405, 408, 409, 410, 411, 413, 414, 415, 429, 431, 499, 500,
    ];
    let lost = [401, 403].map(|status| FaultKind::CommitThenExpire { status });
    let errors = errors.map(|(module, code)| pxg(module, code));
    errors
        .into_iter()
        .chain(statuses.map(http))
        .chain(lost)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_no_of_ksc_after_the_commit_is_no_proof_that_nothing_was_done() {
    let kinds = refusals_after_the_commit();
    assert_eq!(kinds.len(), 23);
    let house = House::open().await;
    for (number, kind) in kinds.into_iter().enumerate() {
        house.sim.faults().push(Fault::on(ADD, kind.clone()));

        let reply = house.soar().isolate("ws-042.corp.example").await;

        let incidents = house.sim.journal().incidents();
        assert_eq!(incidents.len(), number + 1, "{kind:?}");
        assert_eq!(house.sim.journal().count(ADD), number + 1, "{kind:?}");
        let last = incidents.last().expect("one at least");
        assert_eq!(
            reply.expect(202).json["incident"]["id"],
            last.id,
            "{kind:?}"
        );
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_lost_with_the_answer_is_looked_behind_and_never_sent_again_blindly() {
    // KSC shows nothing after it: what may be there is not sent again.
    for blind in [FaultKind::http(503, "busy"), FaultKind::Garbage] {
        let house = House::with(&[("backends.ksc.budget_policy", "off")]).await;
        let lost = FaultKind::CommitThenExpire { status: 403 };
        house.sim.faults().push(Fault::on(ADD, lost));
        let blind = Fault::on("HostGroup.FindIncidents", blind);
        house.sim.faults().push(blind.forever());

        let reply = house
            .soar()
            .isolate("ws-042.corp.example")
            .await
            .expect(504);

        assert_eq!(reply.code(), "outcome_unknown");
        assert_eq!(house.sim.journal().count(ADD), 1);
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_equal_incident_of_another_replica_is_not_taken_for_a_lost_one() {
    let house = House::open().await;
    let replica = house.replica().await;
    house
        .sim
        .faults()
        .push(Fault::on(ADD, FaultKind::DropBeforeCommit));
    let soar = house.soar();
    let losing = tokio::spawn(async move { soar.isolate("ws-042.corp.example").await });
    house.sim.journal().wait_for_calls(ADD, 1).await;

    // The same host, the same second, the same content.
    let other = replica
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(202);

    let lost = losing.await.expect("no panic").expect(504);
    assert_eq!(lost.code(), "outcome_unknown");
    assert_eq!(house.sim.journal().incidents().len(), 1);
    let read = house.read(&other).await;
    assert_eq!(read.json["incident"], other.json["incident"]);
    replica.close().await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_session_is_enough_to_look_for_a_lost_answer() {
    let house = House::with(&[("backends.ksc.max_sessions", "1")]).await;
    house
        .sim
        .faults()
        .push(Fault::on(ADD, FaultKind::CommitThenDrop));

    let reply = house.soar().isolate(acceptance::WS_042).await.expect(202);

    assert_eq!(reply.json["incident"]["id"], 42);
    assert_eq!(house.sim.journal().count(ADD), 1);
    house.close().await;
}
