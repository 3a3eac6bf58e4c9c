//! What is remembered is of one request and one task, and not of a number that KSC gives out again.

use std::time::Duration;

use acceptance::calls::ADD;
use acceptance::{House, Plan};
use ksc_simulator::{IncidentEdit, NameSuffix, RunState};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_request_with_the_number_of_an_earlier_one_is_told_nothing_of_that() {
    for suffix in [NameSuffix::IncidentId, NameSuffix::Random] {
        for same in [true, false] {
            let house = House::furnish(Plan::named(suffix)).await;
            let hosts = house.sim.hosts();
            let host = hosts
                .iter()
                .find(|it| it.online && (it.id == acceptance::WS_042) == same);
            let host = host.expect("some are on").id.clone();
            let before = house.soar().isolate(acceptance::WS_042).await.expect(202);
            house.advance(Duration::from_secs(1800)).await;
            assert_eq!(house.read(&before).await.json["state"], "succeeded");
            let next = before.incident();
            let task = house.read(&before).await.json["kscTask"]["id"].clone();

            house.sim.restore_incidents(next);
            house.sim.restore_tasks(195);
            house.advance(Duration::from_secs(60)).await;
            let after = house.soar().isolate(&host).await.expect(202);

            assert_eq!(after.task_id(), before.task_id());
            assert_eq!(after.json["state"], "accepted");
            let young = house.read(&after).await;
            assert_eq!(
                young.json["state"], "accepted",
                "{suffix:?}: {}",
                young.text
            );
            let listed = house.soar().get("/v1/tasks").await.expect(200);
            assert_eq!(listed.json["tasks"][0]["state"], "accepted");

            // Its task has the id that the earlier one's had, and is at work.
            house.advance(Duration::from_secs(8)).await;
            let running = house.read(&after).await;
            assert_eq!(
                running.json["state"], "running",
                "{suffix:?}: {}",
                running.text
            );
            assert_eq!(running.json["kscTask"]["id"], task);
            house.sim.set_task_state("195", RunState::Failed, "no");
            house.advance(Duration::from_secs(60)).await;
            assert_eq!(house.read(&after).await.json["state"], "failed");
            house.close().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_whose_incident_is_removed_is_answered_and_followed_on() {
    for remove in [true, false] {
        for delay in [0, 3, 8] {
            let house = House::open().await;
            let created = house.soar().isolate(acceptance::WS_042).await.expect(202);
            let id = created.incident();
            house.advance(Duration::from_secs(delay)).await;
            if remove {
                assert!(house.sim.delete_incident(id));
            } else {
                let edit = IncidentEdit {
                    body: Some("Talked to the user, all is well.".to_owned()),
                    ..IncidentEdit::default()
                };
                assert!(house.sim.edit_incident(id, edit));
            }
            let what = if remove {
                "removed from KSC"
            } else {
                "edited in KSC"
            };

            let found = house.read(&created).await;
            let evidence = found.json["evidence"].as_str().unwrap_or_default();
            assert!(
                evidence.ends_with(&format!("; its incident was {what}")),
                "{evidence}"
            );
            let state = if delay < 2 {
                "accepted"
            } else if delay < 5 {
                "pending"
            } else {
                "running"
            };
            assert_eq!(found.json["state"], state, "{}", found.text);
            for member in [
                "task",
                "targetHost",
                "params",
                "requestedAt",
                "responseEventIncidentArea",
            ] {
                assert_eq!(found.json[member], created.json[member], "{member}");
            }

            house.advance(Duration::from_secs(60)).await;
            let end = house.read(&created).await;
            // The console has not come to one that was removed or changed before it looked.
            let state = if delay < 2 { "accepted" } else { "succeeded" };
            assert_eq!(end.json["state"], state, "{}", end.text);
            house.close().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_incident_that_has_the_number_now_is_not_taken_for_a_request() {
    let house = House::open().await;
    let created = house.soar().isolate(acceptance::WS_042).await.expect(202);
    house.sim.restore_incidents(42);
    let other = house.soar().isolate("ws-007").await.expect(202);
    assert_eq!(other.task_id(), created.task_id());
    let edit = IncidentEdit {
        body: Some("Not a request".to_owned()),
        added: Some(house.sim.now() - time::Duration::hours(1)),
        ..IncidentEdit::default()
    };
    assert!(house.sim.edit_incident(42, edit));

    let location = created.header("location");
    let gone = house.soar().get(location).await.expect(404);

    assert_eq!(gone.code(), "task_not_found");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_is_none_of_an_incident_is_no_answer() {
    for number in [
        json!(0),
        json!(-1),
        json!("0"),
        json!(-9_000_000_000_i64),
        json!("x"),
    ] {
        let house = House::with(&[("backends.ksc.unknown_settles_after", "60s")]).await;
        let answer = json!({"PxgRetVal": number}).to_string();
        let fault = ksc_simulator::FaultKind::http(200, &answer);
        house
            .sim
            .faults()
            .push(ksc_simulator::Fault::on(ADD, fault));

        let unknown = house.soar().isolate(acceptance::WS_042).await.expect(504);

        assert_eq!(unknown.code(), "outcome_unknown", "{number}");
        house.close().await;
    }
}
