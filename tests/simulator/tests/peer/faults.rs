//! Planned faults and the gate.

use crate::clients::{Client, isolation};
use ksc_simulator::{CallOutcome, Fault, FaultKind, Scenario, Simulator, WS_042};
use serde_json::json;
use std::time::Duration;

async fn started() -> (Simulator, Client) {
    let sim = Simulator::start(Scenario::default())
        .await
        .expect("it starts");
    let client = Client::with_session(&sim).await;
    (sim, client)
}

const ADD: &str = "HostGroup.AddIncident";

#[tokio::test]
async fn an_incident_may_be_stored_without_a_reply() {
    let (sim, mut client) = started().await;
    sim.faults().push(Fault::on(ADD, FaultKind::CommitThenDrop));

    client.send_call(ADD, &isolation(WS_042)).await;

    assert!(client.reply().await.is_none());
    assert_eq!(sim.journal().incidents().len(), 1);
    let call = sim.journal().calls_to(ADD).remove(0);
    assert!(call.outcome.is_returned());
    assert_eq!(call.status, None);
}

#[tokio::test]
async fn a_call_may_be_lost_before_it_is_carried_out() {
    let (sim, mut client) = started().await;
    sim.faults()
        .push(Fault::on(ADD, FaultKind::DropBeforeCommit));

    client.send_call(ADD, &isolation(WS_042)).await;

    assert!(client.reply().await.is_none());
    assert!(sim.journal().incidents().is_empty());
    assert_eq!(
        sim.journal().calls_to(ADD)[0].outcome,
        CallOutcome::NotProcessed
    );
}

#[tokio::test]
async fn a_stalled_call_is_never_answered_and_others_are() {
    let (sim, mut client) = started().await;
    let mut other = Client::connect(&sim).await;
    other.use_session(client.session());
    sim.faults()
        .push(Fault::on(ADD, FaultKind::CommitThenStall));

    client.send_call(ADD, &isolation(WS_042)).await;
    sim.journal().wait_for_calls(ADD, 1).await;

    other.done("Session.Ping", json!({})).await;
    assert_eq!(sim.journal().incidents().len(), 1);
}

#[tokio::test]
async fn replies_may_be_late_garbled_cut_short_or_of_a_wrong_shape() {
    let (sim, mut client) = started().await;
    let group = "HostGroup.GroupIdGroups";

    sim.faults()
        .push(Fault::on(group, FaultKind::delay(Duration::from_millis(1))));
    assert_eq!(client.call(group, json!({})).await.status, 200);
    sim.faults().push(Fault::on(group, FaultKind::Garbage));
    let garbage = client.call(group, json!({})).await;
    assert!(serde_json::from_str::<serde_json::Value>(&garbage.body).is_err());
    sim.faults().push(Fault::on(group, FaultKind::WrongShape));
    assert_eq!(
        client.call(group, json!({})).await.json(),
        json!({"PxgRetVal": {}})
    );
    sim.faults().push(Fault::on(group, FaultKind::Truncate));
    client.send_call(group, &json!({})).await;
    assert!(
        client.reply().await.is_none(),
        "half a body and the end of the connection"
    );
    assert_eq!(sim.journal().carried_out(group), 4);
}

#[tokio::test]
async fn a_no_may_come_after_the_call_was_carried_out() {
    let (sim, mut client) = started().await;
    let group = "HostGroup.GroupIdGroups";

    let pxg = FaultKind::CommitThenPxg {
        module: "KLSTD".to_owned(),
        code: 1195,
    };
    sim.faults().push(Fault::on(group, pxg));
    let error = client.call(group, json!({})).await;
    assert_eq!(error.status, 200);
    assert_eq!(error.json()["PxgError"]["code"], 1195);
    let http = FaultKind::CommitThenHttpStatus {
        status: 413,
        text: "too large".to_owned(),
    };
    sim.faults().push(Fault::on(group, http));
    assert_eq!(client.call(group, json!({})).await.status, 413);
    let expire = FaultKind::CommitThenExpire { status: 401 };
    sim.faults().push(Fault::on(group, expire));
    assert_eq!(client.call(group, json!({})).await.status, 401);

    assert_eq!(sim.journal().carried_out(group), 3);
    assert_eq!(sim.open_sessions(), 0);
}

#[tokio::test]
async fn refusals_can_be_planned() {
    let (sim, mut client) = started().await;
    let location = "https://other.example/".to_owned();
    sim.faults()
        .push(Fault::once(FaultKind::http(503, "Service Unavailable")).times(2));
    sim.faults()
        .push(Fault::once(FaultKind::pxg("KLSTD", 1195)));
    sim.faults().push(Fault::once(FaultKind::Redirect {
        location: location.clone(),
    }));

    for _ in 0..2 {
        let busy = client.call("Session.Ping", json!({})).await;
        assert_eq!(
            (busy.status, busy.body.as_str()),
            (503, "Service Unavailable")
        );
    }
    let unavailable = client.call("Session.Ping", json!({})).await;
    assert_eq!(unavailable.pxg(), ("KLSTD".to_owned(), 1195));
    let moved = client.call("Session.Ping", json!({})).await;
    assert_eq!(
        (moved.status, moved.header("location")),
        (307, Some(location))
    );
    client.done("Session.Ping", json!({})).await;
}

#[tokio::test]
async fn sessions_can_be_made_to_die_under_a_call() {
    let (sim, mut client) = started().await;
    sim.faults().push(Fault::on(ADD, FaultKind::ExpireSessions));

    assert_eq!(client.call(ADD, isolation(WS_042)).await.status, 403);

    assert!(sim.journal().incidents().is_empty());
    client.start_session(&sim).await;
    client.done(ADD, isolation(WS_042)).await;
}

#[tokio::test]
async fn connections_can_be_refused_before_tls() {
    let sim = Simulator::start(Scenario::default())
        .await
        .expect("it starts");
    sim.faults().push(Fault::once(FaultKind::RefuseConnection));

    assert!(Client::try_connect(&sim).await.is_err());
    Client::with_session(&sim).await;
}

#[tokio::test]
async fn the_port_can_be_taken_away_and_put_back() {
    let (sim, mut client) = started().await;

    sim.stop_listening().await;
    assert!(client.reply().await.is_none(), "the connection was cut");
    assert!(Client::try_connect(&sim).await.is_err());
    sim.listen_again().await.expect("the port is free");

    let mut again = Client::connect(&sim).await;
    again.use_session(client.session());
    again.done("Session.Ping", json!({})).await;
    assert_eq!(sim.open_connections(), 1);
}

#[tokio::test]
async fn calls_wait_at_the_gate_and_are_let_through_in_order() {
    let (sim, mut one) = started().await;
    let mut two = Client::connect(&sim).await;
    two.use_session(one.session());
    sim.gate().hold();

    one.send_call(ADD, &isolation(WS_042)).await;
    sim.gate().wait_until_waiting(1).await;
    two.send_call("Session.Ping", &json!({})).await;
    sim.gate().wait_until_waiting(2).await;
    assert_eq!(sim.gate().waiting_calls(), [ADD, "Session.Ping"]);
    assert!(sim.journal().incidents().is_empty());

    sim.gate().let_through(1);
    assert_eq!(one.reply().await.expect("it was let through").status, 200);
    assert_eq!(sim.gate().waiting(), 1);
    sim.gate().open();
    assert_eq!(two.reply().await.expect("the gate is open").status, 200);
    assert_eq!(
        sim.journal().methods(),
        ["Session.StartSession", ADD, "Session.Ping"]
    );
}

#[tokio::test]
async fn who_hangs_up_at_the_gate_is_not_served() {
    let (sim, mut client) = started().await;
    sim.gate().hold_calls_to("HostGroup.*");
    client.send_call(ADD, &isolation(WS_042)).await;
    sim.gate().wait_until_waiting(1).await;

    drop(client);
    sim.journal()
        .wait_for(|_| sim.open_connections() == 0 || sim.gate().waiting() == 0)
        .await;
    sim.gate().open();

    assert!(sim.journal().incidents().is_empty());
}

#[tokio::test]
async fn what_a_fault_kept_from_being_given_back_is_no_leak() {
    let (sim, mut client) = started().await;
    sim.faults().push(Fault::on(
        "HostGroup.FindIncidents",
        FaultKind::CommitThenDrop,
    ));
    let find = json!({"strFilter": "(KLINCDT_ID > 0)", "pFieldsToReturn": [],
        "pFieldsToOrder": [], "lMaxLifeTime": 60});
    client.send_call("HostGroup.FindIncidents", &find).await;
    assert!(client.reply().await.is_none());
    assert_eq!(sim.open_accessors(), 1);

    let mut again = Client::connect(&sim).await;
    again.use_session(client.session());
    again.end_session().await;
    sim.faults()
        .push(Fault::on("Session.StartSession", FaultKind::CommitThenDrop));
    again.use_session(None);
    again.send_call("Session.StartSession", &json!({})).await;
    assert!(again.reply().await.is_none());

    sim.verdict().expect("nobody could have given these back");
}
