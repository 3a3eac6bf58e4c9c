//! `UpdateIncident` is not repeated over the head of whoever has had the incident in hand
//! meanwhile.

use std::time::Duration;

use acceptance::calls::{ADD, UPDATE};
use acceptance::{House, Plan, Reply, WS_042};
use ksc_simulator::{Fault, FaultKind, IncidentEdit, Scenario, Simulator};

const FIND: &str = "HostGroup.FindIncidents";

async fn house() -> House {
    let scenario = Scenario {
        console_acts_on_updates: true,
        ..Scenario::default()
    };
    House::furnish(Plan {
        scenario,
        settings: vec![("backends.ksc.budget_policy", "off".to_owned())],
        ..Plan::default()
    })
    .await
}

/// Ways in which an update is carried out and its answer is none.
fn lost_answers() -> [FaultKind; 6] {
    [
        FaultKind::CommitThenDrop,
        FaultKind::Garbage,
        FaultKind::CommitThenExpire { status: 403 },
        FaultKind::CommitThenHttpStatus {
            status: 503,
            text: "busy".to_owned(),
        },
        FaultKind::CommitThenPxg {
            module: "KLSTD".to_owned(),
            code: 1195,
        },
        // Nothing is carried out: what somebody does before the repeat counts all the same.
        FaultKind::http(503, "busy"),
    ]
}

/// Sends a request whose update is lost in this way; before it is repeated, this happens. The house
/// has stopped when the answer is there and nothing is left to do.
async fn meanwhile(kind: FaultKind, happens: impl AsyncFnOnce(&House)) -> (House, Reply) {
    let mut house = house().await;
    let gate = house.sim.gate().clone();
    house.sim.faults().push(Fault::on(UPDATE, kind));
    gate.hold_calls_to(FIND);
    let soar = house.soar();
    let asking = tokio::spawn(async move { soar.isolate("ws-042").await });
    // The row is asked for before the repeat.
    gate.wait_until_waiting(1).await;
    happens(&house).await;
    gate.open();
    let reply = asking.await.expect("no panic").expect(202);
    house.stop().await;
    (house, reply)
}

fn edit(sim: &Simulator, edit: IncidentEdit) {
    assert!(sim.edit_incident(42, edit));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_analyst_has_handled_stays_handled() {
    for kind in lost_answers() {
        let handled = async |house: &House| {
            edit(
                &house.sim,
                IncidentEdit {
                    handled: Some(true),
                    ..IncidentEdit::default()
                },
            );
        };
        let (house, reply) = meanwhile(kind.clone(), handled).await;

        assert!(house.sim.journal().incidents()[0].handled, "{kind:?}");
        assert_eq!(house.sim.journal().count(UPDATE), 1, "{kind:?}");
        assert!(
            !reply.text.contains("confirmed its update"),
            "{}",
            reply.text
        );
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_whose_task_is_there_is_not_made_another_one() {
    for kind in lost_answers() {
        let acted_on = async |house: &House| house.advance(Duration::from_secs(3)).await;
        let (house, _) = meanwhile(kind.clone(), acted_on).await;

        house.sim.advance(Duration::from_mins(1)).await;
        assert_eq!(house.sim.journal().count(UPDATE), 1, "{kind:?}");
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_that_is_gone_or_is_another_one_is_left_alone() {
    let gone = async |house: &House| assert!(house.sim.delete_incident(42));
    let edited = async |house: &House| {
        edit(
            &house.sim,
            IncidentEdit {
                body: Some("looking into it".to_owned()),
                ..IncidentEdit::default()
            },
        );
    };
    // A backup is restored, and somebody else's incident has the number.
    let another = async |house: &House| {
        house.sim.restore_incidents(42);
        house.sim.add_incident(WS_042, "malware was found");
    };
    let (house, _) = meanwhile(FaultKind::CommitThenDrop, gone).await;
    assert_eq!(house.sim.journal().count(UPDATE), 1);
    house.close().await;
    let (house, _) = meanwhile(FaultKind::CommitThenDrop, edited).await;
    assert_eq!(house.sim.journal().count(UPDATE), 1);
    house.close().await;
    let (house, _) = meanwhile(FaultKind::CommitThenDrop, another).await;
    assert_eq!(house.sim.journal().count(UPDATE), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_that_was_not_carried_out_is_repeated_on_a_row_that_nobody_has_touched() {
    let nothing = async |_: &House| {};
    let (house, reply) = meanwhile(FaultKind::DropBeforeCommit, nothing).await;

    assert_eq!(house.sim.journal().count(UPDATE), 2);
    assert_eq!(house.sim.journal().incidents()[0].updates, 1);
    assert!(
        !reply.text.contains("confirmed its update"),
        "{}",
        reply.text
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_row_cannot_be_read_nothing_is_repeated() {
    for kind in [
        FaultKind::http(503, "busy"),
        FaultKind::pxg("KLSTD", 1184),
        FaultKind::pxg("KLSTD", 1186),
        FaultKind::Garbage,
    ] {
        let blind = async |house: &House| {
            house
                .sim
                .faults()
                .push(Fault::on(FIND, kind.clone()).times(3));
            edit(
                &house.sim,
                IncidentEdit {
                    handled: Some(true),
                    ..IncidentEdit::default()
                },
            );
        };
        let (house, _) = meanwhile(FaultKind::CommitThenDrop, blind).await;

        assert_eq!(house.sim.journal().count(UPDATE), 1, "{kind:?}");
        assert!(house.sim.journal().count(FIND) > 3, "{kind:?}");
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_that_is_found_late_is_read_before_its_first_update() {
    for is_handled in [true, false] {
        let mut house = house().await;
        house
            .sim
            .faults()
            .push(Fault::on(ADD, FaultKind::CommitThenDrop));
        let blind = Fault::on(FIND, FaultKind::http(503, "busy"));
        house.sim.faults().push(blind.forever());
        house
            .soar()
            .isolate_once("ws-042", "case-1")
            .await
            .expect(504);
        house.sim.faults().clear();
        edit(
            &house.sim,
            IncidentEdit {
                handled: Some(is_handled),
                ..IncidentEdit::default()
            },
        );

        let found = house
            .soar()
            .isolate_once("ws-042", "case-1")
            .await
            .expect(202);
        house.stop().await;

        assert_eq!(found.header("idempotency-replayed"), "true");
        let updates = usize::from(!is_handled);
        assert_eq!(house.sim.journal().count(UPDATE), updates);
        house.close().await;
    }
}
