//! A task that is gone is lost, and its evidence says how: rotated out, expired or deleted.

use std::time::Duration;

use acceptance::{Caller, House, Plan, Reply};
use ksc_simulator::{Fault, FaultKind, ForeignTask, NameSuffix, RunState, Scenario};

/// A KSC that keeps three response tasks, and a gateway that knows it and refuses nothing.
fn small() -> Plan {
    Plan {
        scenario: Scenario {
            rotation: 3,
            ..Scenario::default()
        },
        settings: vec![
            ("backends.ksc.budget", "3".to_owned()),
            ("backends.ksc.budget_policy", "off".to_owned()),
        ],
        ..Plan::default()
    }
}

fn foreign(number: u32) -> ForeignTask {
    ForeignTask {
        display_name: format!("[Response][OTHER] getFile - 01/02/2026 03:04:05 - {number}"),
        hosts: vec![acceptance::WS_042.to_owned()],
        state: RunState::Success,
        type_name: None,
        age_seconds: 0,
    }
}

async fn read(caller: &Caller, created: &Reply) -> (String, String) {
    let reply = caller.read(created).await.expect(200);
    let text = |it: &str| reply.json[it].as_str().unwrap_or_default().to_owned();
    let over = ["lost", "succeeded"].contains(&text("state").as_str());
    assert_eq!(reply.json["terminal"], over, "{}", reply.text);
    (text("state"), text("evidence"))
}

/// How a task stands that is not there any more. One look is no proof of that.
async fn gone(house: &House, caller: &Caller, created: &Reply) -> (String, String) {
    let (state, evidence) = read(caller, created).await;
    assert_ne!(state, "lost", "{evidence}");
    house.advance(Duration::from_secs(30)).await;
    read(caller, created).await
}

/// A task that was seen pending, KSC task 195 where there is no other.
async fn pending(house: &House) -> Reply {
    let created = house
        .soar()
        .isolate(&house.switched_off())
        .await
        .expect(202);
    house.advance(Duration::from_secs(60)).await;
    assert_eq!(read(&house.soar(), &created).await.0, "pending");
    created
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_task_that_newer_ones_push_out_was_rotated_out() {
    let house = House::furnish(small()).await;
    let created = pending(&house).await;

    for number in 1..=3 {
        house.sim.add_task(foreign(number));
    }

    let (state, evidence) = gone(&house, &house.soar(), &created).await;
    assert_eq!(state, "lost");
    assert_eq!(
        evidence,
        "KSC task 195 of incident 42 was last seen pending and is gone: rotated out: KSC keeps 3 response tasks, and each of the 3 that it holds is younger"
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_never_saw_the_task_can_tell_that_it_was_rotated_out() {
    let house = House::furnish(small()).await;
    let host = house.switched_off();
    let created = house.soar().isolate(&host).await.expect(202);
    house.advance(Duration::from_secs(21 * 60)).await;
    for _ in 0..3 {
        house.soar().isolate(&host).await.expect(202);
    }
    house.advance(Duration::from_secs(60)).await;
    let replica = house.replica().await;

    let (state, evidence) = gone(&house, &replica.soar(), &created).await;

    assert_eq!(state, "lost");
    assert_eq!(
        evidence,
        "Rotated out: KSC keeps 3 response tasks, and the oldest of the 3 that it holds came of incident 43, after incident 42"
    );
    replica.close().await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ksc_full_of_younger_tasks_is_no_proof_that_a_task_was_ever_made() {
    let mut plan = small();
    plan.scenario.console_delay = Duration::from_secs(100);
    let house = House::furnish(plan).await;
    let created = house
        .soar()
        .isolate(&house.switched_off())
        .await
        .expect(202);
    house.advance(Duration::from_secs(70)).await;
    for number in 1..=3 {
        house.sim.add_task(foreign(number));
    }

    let (state, evidence) = read(&house.soar(), &created).await;
    assert_eq!(state, "accepted");
    assert!(
        evidence.ends_with("not made yet, or rotated out: KSC is full of younger ones"),
        "{evidence}"
    );
    house.advance(Duration::from_secs(60)).await;
    assert_eq!(read(&house.soar(), &created).await.0, "pending");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_waits_for_a_console_is_not_over_however_old_it_is() {
    let mut plan = small();
    plan.scenario.console_connected = false;
    plan.settings
        .push(("backends.ksc.require_service_console", "false".to_owned()));
    let house = House::furnish(plan).await;
    let created = house.soar().isolate(acceptance::WS_042).await.expect(202);
    house.advance(Duration::from_secs(31 * 24 * 3600)).await;
    let (state, evidence) = read(&house.soar(), &created).await;
    assert_eq!(state, "stalled");
    assert!(
        evidence.contains("no service console is connected"),
        "{evidence}"
    );

    house.sim.set_console(true);
    house.advance(Duration::from_secs(60)).await;

    assert_eq!(read(&house.soar(), &created).await.0, "succeeded");
    let listed = house.soar().get("/v1/tasks").await.expect(200);
    assert_eq!(listed.json["tasks"][0]["state"], "succeeded");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_ksc_does_not_find_for_once_loses_no_task() {
    let house = House::furnish(small()).await;
    let created = pending(&house).await;

    for method in ["Tasks.GetAllTasksOfHost", "HostGroup.GetHostInfo"] {
        let fault = Fault::on(method, FaultKind::pxg("KLSTD", 1186));
        house.sim.faults().push(fault);
    }

    assert_eq!(read(&house.soar(), &created).await.0, "pending");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_count_from_before_the_loss_does_not_explain_it() {
    let mut plan = small();
    plan.settings = vec![("backends.ksc.budget", "3".to_owned())];
    let house = House::furnish(plan).await;
    let created = pending(&house).await;
    house.sim.add_task(foreign(1));
    house.sim.add_task(foreign(2));
    house.soar().get("/v1/budget").await.expect(200);

    house.advance(Duration::from_secs(1)).await;
    house.sim.add_task(foreign(3));

    let (state, evidence) = gone(&house, &house.soar(), &created).await;
    assert_eq!(state, "lost");
    assert!(evidence.contains("is gone: rotated out"), "{evidence}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_that_was_seen_stays_when_its_task_goes_and_confuses_no_other() {
    let mut plan = small();
    plan.scenario.name_suffix = NameSuffix::Random;
    let house = House::furnish(plan).await;
    let first = house.soar().isolate(acceptance::WS_042).await.expect(202);
    house.advance(Duration::from_secs(3600)).await;
    let second = house.soar().isolate(acceptance::WS_042).await.expect(202);
    house.advance(Duration::from_secs(5)).await;
    assert_eq!(read(&house.soar(), &first).await.0, "succeeded");
    assert_eq!(read(&house.soar(), &second).await.0, "running");

    house.sim.delete_task("195");

    // What is left could be of either, to somebody who has not seen the first one's.
    assert_eq!(read(&house.soar(), &second).await.0, "running");
    house.advance(Duration::from_secs(60)).await;
    for created in [&first, &second] {
        assert_eq!(read(&house.soar(), created).await.0, "succeeded");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_task_that_vanishes_while_there_is_room_was_deleted() {
    let house = House::furnish(small()).await;
    let created = pending(&house).await;

    house.sim.delete_task("195");

    let (state, evidence) = gone(&house, &house.soar(), &created).await;
    assert_eq!(state, "lost");
    assert!(
        evidence.ends_with(
            "deleted by somebody: KSC holds 0 response tasks and keeps 3, so it rotated none out"
        ),
        "{evidence}"
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_task_that_vanishes_before_older_ones_was_deleted_too() {
    let house = House::furnish(small()).await;
    house.sim.add_task(foreign(1));
    house.advance(Duration::from_secs(10)).await;
    let created = pending(&house).await;

    house.sim.delete_task("196");
    house.sim.add_task(foreign(2));
    house.sim.add_task(foreign(3));

    let (state, evidence) = gone(&house, &house.soar(), &created).await;
    assert_eq!(state, "lost");
    assert!(
        evidence.ends_with(
            "deleted by somebody: of the 3 response tasks that KSC holds some are older, and KSC rotates out the oldest"
        ),
        "{evidence}"
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_task_that_vanishes_after_thirty_days_has_expired() {
    let house = House::open().await;
    let created = pending(&house).await;

    house.advance(Duration::from_secs(30 * 24 * 3600)).await;

    let (state, evidence) = gone(&house, &house.soar(), &created).await;
    assert_eq!(state, "lost");
    assert!(
        evidence.ends_with("is gone: expired: KSC keeps a response task for 30 days"),
        "{evidence}"
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_tasks_cannot_be_counted_it_says_that_it_cannot_tell() {
    let house = House::furnish(small()).await;
    let created = pending(&house).await;
    let walk = Fault::on("Tasks.ResetTasksIterator", FaultKind::pxg("KLCONN", 1194));
    house.sim.faults().push(walk.forever());

    house.sim.delete_task("195");

    let (state, evidence) = gone(&house, &house.soar(), &created).await;
    assert_eq!(state, "lost");
    assert!(
        evidence.ends_with(
            "deleted or rotated out; the response tasks in KSC could not be counted to tell which"
        ),
        "{evidence}"
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_whose_task_was_seen_and_is_gone_takes_no_other_task() {
    let mut plan = small();
    plan.scenario.name_suffix = NameSuffix::Random;
    let house = House::furnish(plan).await;
    let host = house.switched_off();
    let created = house.soar().isolate(&host).await.expect(202);
    house.advance(Duration::from_secs(21 * 60)).await;
    assert_eq!(read(&house.soar(), &created).await.0, "pending");

    house.sim.delete_task("195");
    house.sim.add_task(ForeignTask {
        display_name: "[Response][Kuma] isolateHost - by hand".to_owned(),
        hosts: vec![host],
        ..foreign(1)
    });

    let (state, evidence) = gone(&house, &house.soar(), &created).await;
    assert_eq!(state, "lost");
    assert!(evidence.contains("KSC task 195"), "{evidence}");
    let listed = house.soar().get("/v1/tasks").await.expect(200);
    assert_eq!(listed.json["tasks"][0]["state"], "lost");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_iterator_that_ksc_does_not_find_is_no_task_that_is_gone() {
    for method in [
        "Tasks.GetHostStatusRecordsCount",
        "Tasks.GetHostStatusRecordRange",
        "Tasks.ResetHostIteratorForTaskStatus",
    ] {
        let house = House::furnish(small()).await;
        let created = pending(&house).await;
        house.advance(Duration::from_secs(60)).await;

        let fault = Fault::on(method, FaultKind::pxg("KLSTD", 1186));
        house.sim.faults().push(fault);
        house.soar().read(&created).await.expect(502);

        assert_eq!(read(&house.soar(), &created).await.0, "pending", "{method}");
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_never_seen_is_seen_for_what_it_is_when_it_appears() {
    let mut plan = small();
    plan.scenario.console_connected = false;
    plan.settings
        .push(("backends.ksc.require_service_console", "false".to_owned()));
    let house = House::furnish(plan).await;
    let created = house.soar().isolate(acceptance::WS_042).await.expect(202);
    house.advance(Duration::from_secs(31 * 24 * 3600)).await;
    house.sim.set_console(true);
    // The console is there and has not worked off what has waited for it.
    read(&house.soar(), &created).await;

    house.advance(Duration::from_secs(60)).await;

    assert_eq!(read(&house.soar(), &created).await.0, "succeeded");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tasks_own_number_is_no_incidents() {
    let mut plan = small();
    plan.scenario.console_connected = false;
    plan.scenario.first_incident_id = 182;
    plan.settings
        .push(("backends.ksc.require_service_console", "false".to_owned()));
    let house = House::furnish(plan).await;
    let host = house.switched_off();
    let created = house.soar().isolate(&host).await.expect(202);
    for _ in 0..20 {
        house.soar().isolate(&host).await.expect(202);
    }
    house.advance(Duration::from_secs(70)).await;
    for number in 195..=197 {
        house.sim.add_task(ForeignTask {
            display_name: format!("[Response][Kuma] isolateHost - {number}"),
            hosts: vec![host.clone()],
            ..foreign(number)
        });
    }

    assert_ne!(read(&house.soar(), &created).await.0, "lost");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_takes_the_place_of_one_that_vanished_is_not_taken_for_it() {
    let mut plan = small();
    plan.scenario.name_suffix = NameSuffix::Random;
    let house = House::furnish(plan).await;
    let host = house.switched_off();
    let created = house.soar().isolate(&host).await.expect(202);
    house.advance(Duration::from_secs(60)).await;
    assert_eq!(read(&house.soar(), &created).await.0, "pending");

    house.sim.delete_task("195");
    house.sim.add_task(ForeignTask {
        display_name: "[Response][Kuma] isolateHost - by hand".to_owned(),
        hosts: vec![host],
        ..foreign(1)
    });

    for _ in 0..3 {
        let (state, evidence) = read(&house.soar(), &created).await;
        assert_eq!(state, "ambiguous");
        assert!(evidence.contains("KSC tasks 195, 196"), "{evidence}");
        house.advance(Duration::from_secs(30 * 60)).await;
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ksc_that_shows_no_tasks_for_a_moment_ends_none() {
    for (method, fault) in [
        ("Tasks.GetTaskStatistics", FaultKind::pxg("KLSTD", 1186)),
        ("Tasks.GetTask", FaultKind::pxg("KLSTD", 1186)),
    ] {
        let house = House::furnish(small()).await;
        let created = pending(&house).await;
        for name in [
            "Tasks.GetAllTasksOfHost",
            "Tasks.ResetTasksIterator",
            method,
        ] {
            let fault = Fault::on(name, fault.clone());
            house.sim.faults().push(fault);
        }

        // The device finishes meanwhile.
        house.sim.set_task_state("195", RunState::Success, "");
        for _ in 0..3 {
            let (state, evidence) = read(&house.soar(), &created).await;
            assert_ne!(state, "lost", "{method}: {evidence}");
        }
        assert_eq!(read(&house.soar(), &created).await.0, "succeeded");
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_counted_as_gone_and_is_there_again_is_there() {
    let house = House::furnish(small()).await;
    let created = pending(&house).await;
    for method in [
        "Tasks.GetAllTasksOfHost",
        "Tasks.GetTaskStatistics",
        "Tasks.ResetTasksIterator",
    ] {
        let fault = Fault::on(method, FaultKind::pxg("KLSTD", 1186));
        house.sim.faults().push(fault.forever());
    }
    let (state, _) = gone(&house, &house.soar(), &created).await;
    assert_eq!(state, "lost");
    let listed = house.soar().get("/v1/tasks").await.expect(200);
    assert_eq!(listed.json["tasks"][0]["state"], "lost");

    house.sim.faults().clear();
    house.sim.set_task_state("195", RunState::Success, "");

    assert_eq!(read(&house.soar(), &created).await.0, "succeeded");
    let listed = house.soar().get("/v1/tasks").await.expect(200);
    assert_eq!(listed.json["tasks"][0]["state"], "succeeded");
    house.close().await;
}
