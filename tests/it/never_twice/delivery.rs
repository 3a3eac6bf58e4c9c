//! Never twice, never silently lost: faults at the wire between gateway and KSC.
//!
//! Each test breaks something on the way of one request and then counts the incidents in KSC.

use std::time::Duration;

use acceptance::{House, Plan, decisions, eventually};
use ksc_simulator::{Fault, FaultKind};
use serde_json::json;

const ADD: &str = "HostGroup.AddIncident";
const UPDATE: &str = "HostGroup.UpdateIncident";

/// A house whose KSC calls time out quickly.
async fn impatient() -> House {
    House::with(&[
        ("ksc.request_timeout", "700ms"),
        ("ksc.connection_timeout", "700ms"),
    ])
    .await
}

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
        .metric("edr_gateway_unknown_deliveries_total{result=\"found\"}")
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
        let house = House::with(&[("tasks.budget_policy", "off")]).await;
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
async fn a_ksc_that_is_away_makes_503_and_is_used_again_when_it_is_back() {
    let house = impatient().await;
    house.sim.stop_listening().await;

    let away = house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(503);

    assert_eq!(away.code(), "ksc_unavailable");
    assert_eq!(away.json["retryable"], true);
    assert!(!away.header("retry-after").is_empty());
    assert_eq!(
        house.admin("/health/ready").await.status,
        200,
        "a passing fault is no reason to leave the service"
    );
    house.sim.listen_again().await.expect("the port is free");
    let back = eventually("KSC is used again", || async {
        let reply = house.soar().isolate("ws-042.corp.example").await;
        (reply.status == 202).then_some(reply)
    })
    .await;
    assert_eq!(house.sim.journal().incidents().len(), 1);
    assert_eq!(
        back.json["incident"]["id"],
        house.sim.journal().incidents()[0].id
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_that_ksc_has_dropped_are_opened_anew_without_the_caller_noticing() {
    let house = House::open().await;
    house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(202);

    house.sim.expire_sessions();
    house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(202);
    // In the very moment of the creation, too.
    house
        .sim
        .faults()
        .push(Fault::on(ADD, FaultKind::ExpireSessions));
    house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(202);

    assert_eq!(house.sim.journal().incidents().len(), 3);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_that_fails_for_a_while_is_repeated_until_it_holds() {
    let house = House::open().await;
    house
        .sim
        .faults()
        .push(Fault::on(UPDATE, FaultKind::http(503, "busy")).times(3));

    let created = house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(202);

    let incidents = house.sim.journal().incidents();
    assert_eq!(incidents.len(), 1);
    assert_eq!(incidents[0].updates, 1);
    assert_eq!(house.sim.journal().count(UPDATE), 4);
    assert!(!created.text.contains("not confirmed"));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_that_fails_for_long_does_not_keep_the_caller_and_goes_on_behind_the_answer() {
    let house = House::open().await;
    house
        .sim
        .faults()
        .push(Fault::on(UPDATE, FaultKind::pxg("KLSTD", 1195)).forever());

    let created = house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(202);

    assert!(
        created.text.contains("has not confirmed its update yet"),
        "{}",
        created.text
    );
    house.sim.faults().clear();
    house
        .sim
        .journal()
        .wait_for(|it| it.incidents()[0].updates == 1)
        .await;
    assert_eq!(house.sim.journal().incidents().len(), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_that_ksc_refuses_is_not_said_to_be_repeated() {
    let house = House::open().await;
    house
        .sim
        .faults()
        .push(Fault::on(UPDATE, FaultKind::pxg("KLSTD", 1184)));

    let created = house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(202);

    assert!(
        created.text.contains("refuses its update"),
        "{}",
        created.text
    );
    assert_eq!(house.sim.journal().count(UPDATE), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_that_stands_is_answered_in_time_even_when_its_update_does_not_hold() {
    let house = House::with(&[("server.request_timeout", "1s")]).await;
    house
        .sim
        .faults()
        .push(Fault::on(UPDATE, FaultKind::pxg("KLSTD", 1195)).forever());

    let created = house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(202);
    // And the next request for the host does not wait for it.
    let next = house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(202);

    assert_eq!(created.json["incident"]["id"], 42);
    assert_eq!(next.json["incident"]["id"], 43);
    house.sim.faults().clear();
    house
        .sim
        .journal()
        .wait_for(|it| it.incidents().iter().all(|it| it.updates == 1))
        .await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_was_never_sent_is_not_said_to_be_unknown() {
    let house = House::with(&[("server.request_timeout", "500ms")]).await;
    let slow = FaultKind::delay(Duration::from_secs(2));
    house
        .sim
        .faults()
        .push(Fault::on("HostGroup.FindHosts", slow));

    let reply = house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(503);

    assert_eq!(reply.code(), "ksc_unavailable");
    assert_eq!(reply.json["retryable"], true);
    assert_eq!(house.sim.journal().count(ADD), 0);
    house.close().await;
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
    let read = house.soar().get(other.header("location")).await.expect(200);
    assert_eq!(read.json["incident"], other.json["incident"]);
    replica.close().await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_open_when_the_grace_is_over_is_answered_and_audited_as_unknown() {
    let mut house = House::with(&[("server.shutdown_grace", "2s")]).await;
    let gate = house.sim.gate().clone();
    gate.hold_calls_to(ADD);
    let request = house
        .soar()
        .request(reqwest::Method::POST, "/v1/tasks/isolateHost")
        .header("x-request-id", "open-at-the-end")
        .json(&json!({"targetHost": "ws-042.corp.example", "params": {"action": 1}}));
    let asking = tokio::spawn(acceptance::Reply::of(request));
    gate.wait_until_waiting(1).await;
    let began = std::time::Instant::now();

    house.stop().await;

    assert!(
        began.elapsed() < Duration::from_millis(2600),
        "{:?}",
        began.elapsed()
    );
    let reply = asking.await.expect("no panic").expect(504);
    assert_eq!(reply.code(), "outcome_unknown");
    let audit = decisions("open-at-the-end");
    assert_eq!((audit.len(), &audit[0]["decision"]), (1, &json!("unknown")));
    gate.open();
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_hangs_up_does_not_take_the_request_along() {
    let house = House::open().await;
    house.sim.gate().hold_calls_to(ADD);
    let soar = house.soar();
    let request = soar
        .request(reqwest::Method::POST, "/v1/tasks/isolateHost")
        .header("x-request-id", "hangs-up")
        .json(&json!({"targetHost": "ws-042.corp.example", "params": {"action": 1}}));
    let asking = tokio::spawn(request.send());
    house.sim.gate().wait_until_waiting(1).await;

    asking.abort();
    house.sim.gate().open();

    house
        .sim
        .journal()
        .wait_for(|it| it.incidents().first().is_some_and(|it| it.updates == 1))
        .await;
    let audit = eventually("the audit line", || async {
        decisions("hangs-up").into_iter().next()
    })
    .await;
    assert_eq!(audit["decision"], "created");
    assert_eq!(audit["incident.id"], 42);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_finishes_what_is_in_flight_and_ends_the_sessions() {
    let mut house = House::open().await;
    let addr = house.addr();
    let gate = house.sim.gate().clone();
    gate.hold_calls_to(ADD);
    let soar = house.soar();
    let asking = tokio::spawn(async move { soar.isolate("ws-042.corp.example").await });
    gate.wait_until_waiting(1).await;

    let release = async {
        eventually("the listener is closed", || async {
            tokio::net::TcpStream::connect(addr)
                .await
                .is_err()
                .then_some(())
        })
        .await;
        gate.open();
    };
    let (reply, (), ()) = tokio::join!(asking, house.stop(), release);

    let reply = reply.expect("no panic").expect(202);
    assert_eq!(reply.json["incident"]["id"], 42);
    assert_eq!(house.sim.open_sessions(), 0);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_credentials_are_tried_once_and_make_the_gateway_unready() {
    let password = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(&password, "wrong").expect("a file");
    let settings = vec![("ksc.password_file", password.path().display().to_string())];
    let house = House::furnish(Plan {
        unready: true,
        settings,
        ..Plan::default()
    })
    .await;

    let reply = eventually("the refusal is known", || async {
        let reply = house.soar().isolate("ws-042.corp.example").await;
        (reply.status == 503 && reply.code() == "ksc_credentials_refused").then_some(reply)
    })
    .await;
    for _ in 0..5 {
        assert_eq!(
            house.soar().isolate("ws-042.corp.example").await.code(),
            "ksc_credentials_refused"
        );
    }

    assert_eq!(reply.json["retryable"], true);
    assert_eq!(
        house.sim.journal().count("Session.StartSession"),
        1,
        "KSC locks accounts"
    );
    assert_eq!(house.admin("/health/ready").await.status, 503);
    assert_eq!(house.admin("/health/live").await.status, 200);
    std::fs::write(&password, house.sim.password()).expect("a file");
    house.until_ready().await;
    house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(202);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_with_two_step_verification_is_a_configuration_error() {
    let mut plan = Plan {
        unready: true,
        ..Plan::default()
    };
    plan.scenario.mfa = true;
    let house = House::furnish(plan).await;

    eventually("the challenge is known", || async {
        let reply = house.soar().isolate("ws-042.corp.example").await;
        (reply.status == 503 && reply.json["detail"].as_str()?.contains("two-step")).then_some(())
    })
    .await;

    assert_eq!(house.sim.journal().count("Session.StartSession"), 1);
    house
        .sim
        .journal()
        .wait_for_calls("Session.EndSession", 1)
        .await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_another_certificate_gets_neither_password_nor_request() {
    let other = ksc_simulator::Simulator::start(ksc_simulator::Scenario::default())
        .await
        .expect("starts");
    let pin = other.certificate_file().display().to_string();
    let plan = Plan {
        unready: true,
        settings: vec![("ksc.pinned_certificate_file", pin)],
        ..Plan::default()
    };
    let house = House::furnish(plan).await;

    let reply = house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(503);

    assert_eq!(reply.code(), "ksc_unavailable");
    assert!(house.sim.journal().calls().is_empty());
    assert_ne!(house.admin("/health/ready").await.status, 200);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_service_console_nothing_is_written_unless_the_operator_says_so() {
    let house = House::open().await;
    house.sim.set_console(false);

    let reply = house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(503);

    assert_eq!(reply.code(), "service_console_unavailable");
    assert!(house.sim.journal().incidents().is_empty());
    house.close().await;

    let house = House::with(&[("tasks.require_service_console", "false")]).await;
    house.sim.set_console(false);
    let body = json!({"targetHost": "ws-042.corp.example", "params": {"action": 1}});
    let soar = house.soar();
    let tried = soar.post("/v1/tasks/isolateHost?dryRun=true", &body);
    let tried = tried.await.expect(200);
    let waiting = house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(202);
    assert!(waiting.text.contains("can still fire"), "{}", waiting.text);
    assert_eq!(tried.json["warnings"], waiting.json["warnings"]);
    let refused = FaultKind::pxg("KLSTD", 1184);
    house
        .sim
        .faults()
        .push(Fault::on("ConEvents.IsAnyServiceConsoleAvailable", refused));
    house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(202);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_too_old_to_know_its_console_is_used_all_the_same() {
    let house = House::open().await;
    let unknown_call = FaultKind::pxg("KLCONN", 1194);
    house
        .sim
        .faults()
        .push(Fault::on("ConEvents.IsAnyServiceConsoleAvailable", unknown_call).forever());

    house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(202);

    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_callers_wait_is_bounded_and_the_work_goes_on() {
    let house = House::with(&[("server.request_timeout", "1s")]).await;
    house.sim.gate().hold_calls_to(ADD);

    let reply = house
        .soar()
        .isolate("ws-042.corp.example")
        .await
        .expect(504);

    assert_eq!(reply.code(), "outcome_unknown");
    house.sim.gate().open();
    house
        .sim
        .journal()
        .wait_for(|it| it.incidents().first().is_some_and(|it| it.updates == 1))
        .await;
    let audit = eventually("the audit line", || async {
        decisions(reply.request_id())
            .into_iter()
            .find(|it| it["decision"] == "created")
    })
    .await;
    assert_eq!(audit["incident.id"], 42);
    house.advance(Duration::from_secs(1)).await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_takes_too_long_is_not_followed_by_a_late_isolation() {
    let house = House::with(&[("server.request_timeout", "1s")]).await;
    house
        .sim
        .faults()
        .push(Fault::on(ADD, FaultKind::ExpireSessions));
    let slow = FaultKind::delay(Duration::from_secs(2));
    house
        .sim
        .faults()
        .push(Fault::on("Session.StartSession", slow));

    let reply = house.soar().isolate(acceptance::WS_042).await;
    eventually("the work is over", || async {
        let in_hand = house.metric("edr_gateway_admission_in_hand").await;
        (in_hand == "0").then_some(())
    })
    .await;

    // Until KSC has shown that it has not stored the incident before it turned the session away, nobody can say.
    assert_eq!(reply.status, 504, "{}", reply.text);
    assert_eq!(reply.code(), "outcome_unknown");
    assert_eq!(house.sim.journal().count(ADD), 1, "turned away once");
    assert!(house.sim.journal().incidents().is_empty());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_session_is_enough_to_look_for_a_lost_answer() {
    let house = House::with(&[("ksc.max_sessions", "1")]).await;
    house
        .sim
        .faults()
        .push(Fault::on(ADD, FaultKind::CommitThenDrop));

    let reply = house.soar().isolate(acceptance::WS_042).await.expect(202);

    assert_eq!(reply.json["incident"]["id"], 42);
    assert_eq!(house.sim.journal().count(ADD), 1);
    house.close().await;
}
