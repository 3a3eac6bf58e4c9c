//! From an incident to its KSC task, while clocks differ, others make tasks too, and names vary.

use std::time::Duration;

use acceptance::{House, Plan};
use ksc_simulator::{ForeignTask, NameSuffix, RunState};
use serde_json::json;

/// A KSC whose task names say nothing of the incident, and a gateway with these seconds of lead.
fn silent(ahead: i64) -> Plan {
    Plan {
        ahead,
        ..Plan::named(NameSuffix::Random)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn clocks_may_differ_by_seconds() {
    // KSC makes the task two seconds later, by a clock that is so far behind.
    for ahead in [-3600, -5, 0, 5, 6] {
        let house = House::furnish(silent(ahead)).await;
        let created = house.soar().isolate(acceptance::WS_042).await.expect(202);
        house.advance(Duration::from_secs(60)).await;

        let read = house.read(&created).await;

        assert_eq!(read.json["state"], "succeeded", "{ahead}: {}", read.text);
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_minutes_off_finds_no_task_rather_than_a_wrong_one() {
    let house = House::furnish(silent(120)).await;
    let created = house.soar().isolate(acceptance::WS_042).await.expect(202);
    house.advance(Duration::from_secs(60)).await;

    assert_eq!(house.read(&created).await.json["state"], "accepted");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn parallel_tasks_of_one_type_on_one_host_are_told_apart_by_their_order() {
    let house = House::furnish(silent(0)).await;
    let asking: Vec<_> = (0..6)
        .map(|_| {
            let soar = house.soar();
            tokio::spawn(async move { soar.isolate(acceptance::WS_042).await.expect(202) })
        })
        .collect();
    let mut created = Vec::new();
    for one in asking {
        created.push(one.await.expect("no panic"));
    }
    house.advance(Duration::from_secs(60)).await;

    created.sort_by_key(|it| it.json["incident"]["id"].as_i64());
    for (number, created) in created.iter().enumerate() {
        let read = house.read(created).await;
        assert_eq!(read.json["state"], "succeeded", "{}", read.text);
        assert_eq!(read.json["kscTask"]["id"], (195 + number).to_string());
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_of_others_in_between_take_their_own_tasks() {
    let house = House::furnish(silent(0)).await;
    let other = house.replica().await;
    let mut created = Vec::new();
    for number in 0..4 {
        let soar = if number % 2 == 0 {
            house.soar()
        } else {
            other.soar()
        };
        created.push(soar.isolate(acceptance::WS_042).await.expect(202));
        house.advance(Duration::from_secs(1)).await;
    }
    house.advance(Duration::from_secs(60)).await;

    for (number, created) in created.iter().enumerate() {
        let read = house.read(created).await;
        assert_eq!(
            read.json["kscTask"]["id"],
            (195 + number).to_string(),
            "{}",
            read.text
        );
    }
    other.close().await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_differ_in_case_and_form_are_the_same_task() {
    for name in [
        "[Response][KUMA] isolateHost - 01/02/2026 03:04:05 - 42",
        "[response][kuma] isolatehost - 2026-01-02 03:04 - 7f3a9c",
        "[RESPONSE][Kuma] ISOLATEHOST - 02.01.2026 3:04:05 - {9d1c}",
        "[Response][kuma] isolateHost",
    ] {
        let mut plan = silent(0);
        // Nobody else makes a task.
        plan.scenario.console_connected = false;
        plan.settings
            .push(("backends.ksc.require_service_console", "false".to_owned()));
        let house = House::furnish(plan).await;
        let created = house.soar().isolate(acceptance::WS_042).await.expect(202);

        house.sim.add_task(ForeignTask {
            display_name: name.to_owned(),
            hosts: vec![acceptance::WS_042.to_owned()],
            state: RunState::Running,
            type_name: None,
            age_seconds: 0,
        });

        let read = house.read(&created).await;
        assert_eq!(read.json["state"], "running", "{name}: {}", read.text);
        assert_eq!(read.json["kscTask"]["name"], name);
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_who_makes_a_task_by_hand_leaves_all_candidates_and_no_pick() {
    let house = House::furnish(silent(0)).await;
    let created = house.soar().isolate(acceptance::WS_042).await.expect(202);
    let hand = house.sim.add_task(ForeignTask {
        display_name: "[Response][Kuma] isolateHost - by hand".to_owned(),
        hosts: vec![acceptance::WS_042.to_owned()],
        state: RunState::Success,
        type_name: None,
        age_seconds: 0,
    });
    house.advance(Duration::from_secs(60)).await;

    let read = house.read(&created).await;

    assert_eq!(read.json["state"], "ambiguous", "{}", read.text);
    let ids: Vec<_> = read.json["candidates"]
        .as_array()
        .expect("candidates")
        .iter()
        .map(|it| it["id"].clone())
        .collect();
    assert_eq!(ids, [json!(hand), json!("196")]);
    assert_eq!(
        read.json["evidence"],
        format!("Each of the KSC tasks {hand}, 196 could be that of incident 42")
    );
    house.close().await;
}
