//! A key whose request may have reached KSC: nothing is sent again while KSC holds anything that
//! may be of it.

use std::time::Duration;

use acceptance::calls::ADD;
use acceptance::{Caller, House, WS_042, release};
use ksc_simulator::{Fault, FaultKind, IncidentEdit};
use serde_json::{Value, json};

/// Whom the requests are for.
const HOST: &str = "ws-042";

async fn house() -> House {
    House::with(&[("backends.ksc.budget_policy", "off")]).await
}

/// Sends a request that KSC treats in this way, and whose look-up finds nothing: nobody knows what
/// became of it.
async fn lose(house: &House, kind: FaultKind) {
    house.sim.faults().push(Fault::on(ADD, kind));
    let blind = Fault::on("HostGroup.FindIncidents", FaultKind::http(503, "busy"));
    house.sim.faults().push(blind.forever());
    let lost = house.soar().isolate_once(HOST, "case-1").await.expect(504);
    assert_eq!(lost.code(), "outcome_unknown");
    house.sim.faults().clear();
}

/// A house whose first request KSC has, and nobody knows.
async fn lost() -> House {
    let house = house().await;
    lose(&house, FaultKind::CommitThenDrop).await;
    house
}

/// The key is asked with long after, and the answer says what to look at; nothing was sent.
async fn still_unknown(house: &House, names: &str) {
    house.advance(Duration::from_hours(1)).await;
    let sent = house.sim.journal().count(ADD);

    let still = house.soar().isolate_once(HOST, "case-1").await.expect(504);

    assert_eq!(still.code(), "outcome_unknown");
    assert_eq!(still.json["retryable"], true);
    let detail = still.json["detail"].as_str().expect("a detail");
    assert!(detail.contains(names), "{detail} should name {names}");
    assert_eq!(house.sim.journal().count(ADD), sent, "{names}");
}

/// The key is asked with long after, and the request is sent again.
async fn sent_again(house: &House) {
    house.advance(Duration::from_hours(1)).await;
    let sent = house.sim.journal().count(ADD);

    let again = house.soar().isolate_once(HOST, "case-1").await.expect(202);

    assert_eq!(again.header("idempotency-replayed"), "");
    assert_eq!(house.sim.journal().count(ADD), sent + 1);
}

fn edit() -> IncidentEdit {
    IncidentEdit::default()
}

fn without(name: &str) -> IncidentEdit {
    IncidentEdit {
        missing: Some(vec![name.to_owned()]),
        ..edit()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_that_an_analyst_has_changed_may_be_the_requests() {
    let house = lost().await;
    let text = house.sim.journal().incidents()[0].body.to_string();
    let body = |text: &str| IncidentEdit {
        body: Some(text.to_owned()),
        ..edit()
    };
    let edits = [
        body("closed by Ann"),
        body(""),
        body("{}"),
        // The same, written by an editor that has its own mind about spaces.
        body(&text),
        body(&text[..text.len() / 2]),
        without("KLINCDT_BODY"),
        without("KLHST_WKS_HOSTNAME"),
        IncidentEdit {
            added: Some(house.sim.now().saturating_sub(time::Duration::days(400))),
            ..body("moved and closed")
        },
    ];
    for edit in edits {
        assert!(house.sim.edit_incident(42, edit));
        still_unknown(&house, "incident 42").await;
    }
    assert!(house.sim.edit_incident(42, without("KLINCDT_ID")));
    still_unknown(&house, "an incident without a number").await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_whose_time_or_state_was_changed_is_found_by_its_text() {
    let far = time::Duration::days(400);
    for days in [far, -far] {
        let house = lost().await;
        let moved = IncidentEdit {
            added: Some(house.sim.now().saturating_add(days)),
            handled: Some(true),
            ..edit()
        };
        assert!(house.sim.edit_incident(42, moved));
        house.advance(Duration::from_hours(1)).await;

        let found = house.soar().isolate_once(HOST, "case-1").await.expect(202);

        assert_eq!(found.header("idempotency-replayed"), "true");
        assert_eq!(found.json["incident"]["id"], 42);
        assert_eq!(house.sim.journal().count(ADD), 1);
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_incident_has_left_its_task() {
    let house = lost().await;
    house.advance(Duration::from_secs(10)).await;
    assert_eq!(house.sim.response_tasks().len(), 1);

    assert!(house.sim.delete_incident(42));

    still_unknown(&house, "KSC task 195").await;
    // KSC does not show the host's tasks, or the host: that is not that there are none.
    for (method, kind) in [
        ("Tasks.GetAllTasksOfHost", FaultKind::pxg("KLSTD", 1186)),
        ("Tasks.GetTask", FaultKind::pxg("KLSTD", 1186)),
        ("Tasks.GetAllTasksOfHost", FaultKind::http(503, "busy")),
        ("Tasks.GetTask", FaultKind::pxg("KLSTD", 1184)),
    ] {
        house.sim.faults().push(Fault::on(method, kind).forever());
        still_unknown(&house, "").await;
        house.sim.faults().clear();
    }
    // When that is gone too, nothing is left of it.
    assert!(house.sim.delete_task("195"));
    sent_again(&house).await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_that_was_deleted_before_anything_came_of_it_is_sent_again() {
    let house = lost().await;

    assert!(house.sim.delete_incident(42));

    sent_again(&house).await;
    house.advance(Duration::from_mins(1)).await;
    assert_eq!(house.sim.response_tasks().len(), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_there_before_the_request_left_is_not_the_requests() {
    let house = house().await;
    house.sim.add_incident(WS_042, "malware was found");
    house.soar().isolate("ws-042").await.expect(202);
    house.advance(Duration::from_hours(2)).await;
    lose(&house, FaultKind::DropBeforeCommit).await;
    // Another request for the host since.
    house.soar().release(HOST).await.expect(202);

    // That one's task is as young as the request, and one of two hours ago is like it: their
    // numbers explain both.
    sent_again(&house).await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_equal_request_of_somebody_else_may_be_the_request() {
    let house = house().await;
    lose(&house, FaultKind::DropBeforeCommit).await;
    let body = json!({
        "targetHost": WS_042, "task": "isolateHost", "params": {"action": 1},
        "responseEventIncident": true, "responseEventIncidentArea": "Kuma",
    });
    house.sim.add_incident(WS_042, &body.to_string());

    still_unknown(&house, "incident 42").await;

    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_that_begin_anew_hide_nothing() {
    let house = house().await;
    for host in ["ws-001", "ws-002", "ws-003"] {
        house.soar().isolate(host).await.expect(202);
    }
    // The gateway knows of 44; the backup is from before 43.
    house.sim.restore_incidents(43);
    lose(&house, FaultKind::CommitThenDrop).await;
    let closed = IncidentEdit {
        body: Some("closed".to_owned()),
        ..edit()
    };
    assert!(house.sim.edit_incident(43, closed));

    still_unknown(&house, "incident 43").await;
    // Nor when another incident has the number that the gateway knew.
    house.sim.add_incident(WS_042, "malware was found");
    still_unknown(&house, "incident 44, 43").await;

    house.close().await;
}

/// A KSC that shows neither incidents nor tasks for a while, and says so without an error.
fn blind(house: &House) {
    for (method, answer) in [
        (
            "HostGroup.FindIncidents",
            r#"{"strAccessor": "", "PxgRetVal": 0}"#,
        ),
        ("Tasks.GetAllTasksOfHost", r#"{"PxgRetVal": []}"#),
    ] {
        let nothing = Fault::on(method, FaultKind::http(200, answer));
        house.sim.faults().push(nothing.forever());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ksc_that_shows_nothing_at_all_for_a_while_proves_nothing() {
    let house = house().await;
    house.soar().isolate("ws-001").await.expect(202);
    lose(&house, FaultKind::CommitThenDrop).await;

    blind(&house);
    still_unknown(&house, "shows no incident").await;
    house.sim.faults().clear();
    let found = house.soar().isolate_once(HOST, "case-1").await.expect(202);
    assert_eq!(found.json["incident"]["id"], 43);

    // Nor when the session was lost with the answer: the gateway does not send it again by itself.
    let sent = house.sim.journal().count(ADD);
    let lost = FaultKind::CommitThenExpire { status: 403 };
    house.sim.faults().push(Fault::on(ADD, lost));
    blind(&house);
    house.soar().isolate("ws-042").await.expect(504);
    assert_eq!(house.sim.journal().count(ADD), sent + 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_incident_is_found_among_thousands_of_younger_ones() {
    let house = lost().await;
    for _ in 0..2_500 {
        house.sim.add_incident(WS_042, "malware was found");
    }
    house.advance(Duration::from_hours(1)).await;

    let found = house.soar().isolate_once(HOST, "case-1").await.expect(202);

    assert_eq!(found.header("idempotency-replayed"), "true");
    assert_eq!(found.json["incident"]["id"], 42);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_set_forward_makes_no_while_of_a_moment() {
    for seconds in [90, 3_600, -90, -86_400] {
        let house = house().await;
        lose(&house, FaultKind::DropBeforeCommit).await;
        house.advance(Duration::from_secs(7)).await;

        house.set_clock(time::Duration::seconds(seconds));
        let early = house.soar().isolate_once(HOST, "case-1").await.expect(504);

        assert_eq!(early.header("retry-after"), "53", "{seconds}");
        assert_eq!(house.sim.journal().count(ADD), 1, "{seconds}");
        // Nor does it make a moment of a while.
        house.advance(Duration::from_secs(53)).await;
        let sent = house.soar().isolate_once(HOST, "case-1").await.expect(202);
        assert_eq!(sent.header("idempotency-replayed"), "");
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_set_forward_forgets_no_answer() {
    let house = house().await;
    let first = house.soar().isolate_once(HOST, "case-1").await.expect(202);
    house.advance(Duration::from_hours(1)).await;

    house.set_clock(time::Duration::days(40));
    let again = house.soar().isolate_once(HOST, "case-1").await.expect(202);

    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.json["id"], first.json["id"]);
    assert_eq!(house.sim.journal().count(ADD), 1);
    house.close().await;
}

/// What a release of WS-042 says of isolations before it, tried and then done.
async fn warned(caller: &Caller) -> Vec<String> {
    let path = "/v1/tasks/isolateHost/dry-run";
    let tried = caller.post(path, &release(HOST)).await.expect(200);
    let released = caller.release(HOST).await.expect(202);
    assert_eq!(tried.json["warnings"], released.json["warnings"]);
    let warnings = released.json["warnings"].as_array().expect("warnings");
    warnings
        .iter()
        .filter_map(Value::as_str)
        .filter(|it| it.starts_with("An isolation of this host"))
        .map(str::to_owned)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_says_that_an_isolation_of_its_host_is_open() {
    for with_key in [true, false] {
        let house = house().await;
        assert!(warned(&house.soar()).await.is_empty());
        if with_key {
            lose(&house, FaultKind::DropBeforeCommit).await;
        } else {
            house
                .sim
                .faults()
                .push(Fault::on(ADD, FaultKind::DropBeforeCommit));
            house.soar().isolate("ws-042").await.expect(504);
        }

        // As often as the host is released, and only of that host.
        for _ in 0..2 {
            let warnings = warned(&house.soar()).await;
            assert_eq!(warnings.len(), 1, "{warnings:?}");
            assert!(warnings[0].contains("is still open"), "{warnings:?}");
        }
        let soar = house.soar();
        let other = soar.release("ws-001");
        assert!(!other.await.expect(202).text.contains("still open"));
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_session_is_enough_to_find_the_isolation_before_a_release() {
    let settings = [
        ("backends.ksc.budget_policy", "off"),
        ("backends.ksc.max_sessions", "1"),
    ];
    let house = House::with(&settings).await;
    lose(&house, FaultKind::CommitThenDrop).await;

    let released = house.soar().release(HOST).await.expect(202);

    let warnings = released.json["warnings"].to_string();
    assert!(
        warnings.contains("before this release: incident 42."),
        "{warnings}"
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_isolation_that_is_found_is_open_no_more() {
    // By the release after it.
    let house = lost().await;
    let warnings = warned(&house.soar()).await;
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(
        warnings[0].ends_with("before this release: incident 42."),
        "{warnings:?}"
    );
    assert!(warned(&house.soar()).await.is_empty());
    house.close().await;

    // By its key.
    let house = lost().await;
    house.soar().isolate_once(HOST, "case-1").await.expect(202);
    assert!(warned(&house.soar()).await.is_empty());
    house.close().await;

    // By a refusal there is none.
    let house = self::house().await;
    for kind in [FaultKind::pxg("KLSTD", 1184), FaultKind::pxg("KLSTD", 1192)] {
        house.sim.faults().push(Fault::on(ADD, kind));
        house.soar().isolate("ws-042").await.expect(502);
    }
    assert!(warned(&house.soar()).await.is_empty());
    house.close().await;
}
