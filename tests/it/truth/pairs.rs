//! Whose a KSC task is, while administrators make tasks by hand and names may say other things than
//! they seem to.

use std::time::Duration;

use acceptance::{Caller, House, Plan, Reply};
use ksc_simulator::{ForeignTask, IncidentEdit, NameSuffix, RunState};
use serde_json::json;

fn by_hand(state: RunState, age_seconds: u32) -> ForeignTask {
    ForeignTask {
        display_name: "[Response][KUMA] isolateHost - copy".to_owned(),
        hosts: vec![acceptance::WS_042.to_owned()],
        state,
        type_name: None,
        age_seconds,
    }
}

/// A gateway whose console makes no tasks for now.
async fn without_console(suffix: NameSuffix) -> House {
    let mut plan = Plan::named(suffix);
    plan.settings
        .push(("backends.ksc.require_service_console", "false".to_owned()));
    plan.scenario.console_connected = false;
    House::furnish(plan).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_was_over_before_the_request_came_is_nobodys() {
    for (state, age) in [
        (RunState::Success, 1),
        (RunState::Failed, 4),
        (RunState::Warning, 60),
        (RunState::Success, 3600),
    ] {
        let house = without_console(NameSuffix::Random).await;
        house.sim.add_task(by_hand(state, age));
        house.advance(Duration::from_secs(1)).await;

        let created = house.soar().isolate(acceptance::WS_042).await.expect(202);

        for wait in [0, 30, 90, 900] {
            house.advance(Duration::from_secs(wait)).await;
            let read = house.read(&created).await;
            assert_eq!(
                read.json["state"], "accepted",
                "{state:?} {age}: {}",
                read.text
            );
            assert_eq!(read.json.get("kscTask"), None, "{}", read.text);
        }
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_made_by_hand_that_has_ended_is_no_end_of_a_young_request_and_none_that_stays() {
    let house = without_console(NameSuffix::Random).await;
    let created = house.soar().isolate(acceptance::WS_042).await.expect(202);
    house.advance(Duration::from_secs(1)).await;
    let hand = house.sim.add_task(by_hand(RunState::Success, 0));

    let young = house.read(&created).await;
    assert_eq!(young.json["state"], "ambiguous", "{}", young.text);
    assert_eq!(young.json["terminal"], false);
    assert_eq!(young.json["candidates"][0]["id"], hand);

    house.advance(Duration::from_secs(120)).await;
    house.read(&created).await;
    house.sim.set_console(true);
    house.advance(Duration::from_secs(3)).await;
    let both = house.read(&created).await;
    assert_eq!(both.json["state"], "ambiguous", "{}", both.text);
    assert_eq!(both.json["candidates"].as_array().map(Vec::len), Some(2));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrators_task_is_not_cancelled() {
    for state in [RunState::Running, RunState::Pending, RunState::Paused] {
        let house = without_console(NameSuffix::Random).await;
        let created = house.soar().isolate(acceptance::WS_042).await.expect(202);
        house.advance(Duration::from_secs(1)).await;
        house.sim.add_task(by_hand(state, 0));
        house.advance(Duration::from_secs(3600)).await;

        let path = format!("{}/cancel", created.header("location"));
        let refused = house.soar().post(&path, &json!({})).await.expect(409);

        assert_eq!(refused.code(), "task_not_cancellable");
        let detail = refused.json["detail"].as_str().unwrap_or_default();
        assert!(detail.contains("Only their order, and no name"), "{detail}");
        assert!(house.sim.journal().calls_to("Tasks.CancelTask").is_empty());
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_tag_or_a_number_names_is_cancelled() {
    for (suffix, correlation) in [
        (NameSuffix::Random, "tag"),
        (NameSuffix::Counter(43), "tag"),
        (NameSuffix::IncidentId, "window"),
    ] {
        let mut plan = Plan::named(suffix);
        plan.settings
            .push(("backends.ksc.correlation", correlation.to_owned()));
        let house = House::furnish(plan).await;
        let created = house.soar().isolate(acceptance::WS_042).await.expect(202);
        house.advance(Duration::from_secs(3)).await;

        let path = format!("{}/cancel", created.header("location"));
        let cancelled = house.soar().post(&path, &json!({})).await.expect(200);

        assert_eq!(cancelled.json["kscTask"]["id"], "195", "{suffix:?}");
        let calls = house.sim.journal().calls_to("Tasks.CancelTask");
        assert_eq!(calls.len(), 1, "{suffix:?}");
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_counter_in_the_names_swaps_no_states() {
    // The first incident is 42.
    for first in [40, 41, 43, 44, 45] {
        let house = House::furnish(Plan::named(NameSuffix::Counter(first))).await;
        let mut created = Vec::new();
        for _ in 0..4 {
            created.push(house.soar().isolate(acceptance::WS_042).await.expect(202));
        }
        for step in 0..5 {
            house.advance(Duration::from_secs(1)).await;
            for created in &created {
                let number = created.incident();
                let own = house
                    .sim
                    .journal()
                    .incident(number)
                    .and_then(|it| it.ksc_task);
                let read = house.read(created).await;
                if let Some(id) = read.json["kscTask"]["id"].as_str() {
                    assert_eq!(Some(id), own.as_deref(), "{first} {step}: {}", read.text);
                }
            }
        }
        house.advance(Duration::from_secs(120)).await;
        for (at, created) in created.iter().enumerate() {
            let read = house.read(created).await;
            assert_eq!(read.json["state"], "succeeded", "{first}: {}", read.text);
            assert_eq!(read.json["kscTask"]["id"], (195 + at).to_string());
        }
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_hosts_own_row_is_an_end() {
    for (rows, own, state) in [
        (
            vec![("ws-007", RunState::Success)],
            RunState::Running,
            "running",
        ),
        (
            vec![("ws-007", RunState::Failed)],
            RunState::Success,
            "succeeded",
        ),
        (
            vec![("ws-042", RunState::Failed)],
            RunState::Success,
            "pending",
        ),
        (
            vec![("ws-042", RunState::Success)],
            RunState::Success,
            "succeeded",
        ),
        (
            vec![("ws-007", RunState::Failed), ("ws-042", RunState::Warning)],
            RunState::Success,
            "pending",
        ),
    ] {
        let house = House::open().await;
        let created = house.soar().isolate(acceptance::WS_042).await.expect(202);
        house.advance(Duration::from_secs(3)).await;
        house.sim.set_task_state("195", own, "");
        for (host, state) in &rows {
            let host = house
                .sim
                .hosts()
                .into_iter()
                .find(|it| it.name.eq_ignore_ascii_case(host));
            assert!(house.sim.add_row("195", &host.expect("a host").id, *state));
        }

        for _ in 0..2 {
            let read = house.read(&created).await;
            assert_eq!(read.json["state"], state, "{rows:?}: {}", read.text);
            let listed = house.soar().get("/v1/tasks").await.expect(200);
            assert_eq!(listed.json["tasks"][0]["state"], state, "{rows:?}");
        }
        house.close().await;
    }
}

/// Four requests of one kind, each with its KSC task, that nobody has looked at.
async fn four(suffix: NameSuffix) -> (House, Vec<Reply>) {
    let house = House::furnish(Plan::named(suffix)).await;
    let mut created = Vec::new();
    for _ in 0..4 {
        created.push(house.soar().isolate(acceptance::WS_042).await.expect(202));
        house.advance(Duration::from_secs(120)).await;
    }
    (house, created)
}

fn number(created: &Reply) -> i64 {
    created.json["incident"]["id"].as_i64().expect("a number")
}

/// Which KSC task a caller is told of, and which one came of the request.
async fn told_and_true(house: &House, caller: &Caller, created: &Reply) -> [Option<String>; 2] {
    let read = caller.get(created.header("location")).await.expect(200);
    let told = read.json["kscTask"]["id"].as_str().map(str::to_owned);
    let incident = house.sim.journal().incident(number(created));
    [told, incident.and_then(|it| it.ksc_task)]
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_that_is_deleted_and_a_time_that_is_moved_move_no_pair_on() {
    for suffix in [NameSuffix::Random, NameSuffix::Counter(40)] {
        for rewritten in [false, true] {
            let (house, created) = four(suffix).await;
            let later = IncidentEdit {
                added: Some(house.sim.now() + time::Duration::hours(6)),
                ..IncidentEdit::default()
            };
            assert!(house.sim.edit_incident(number(&created[0]), later));
            let last = number(&created[3]);
            if rewritten {
                let note = IncidentEdit {
                    body: Some("Seen by an analyst".to_owned()),
                    ..IncidentEdit::default()
                };
                assert!(house.sim.edit_incident(last, note));
            } else {
                assert!(house.sim.delete_incident(last));
            }

            // A replica that has not taken them knows less, and says nothing wrong.
            let replica = house.replica().await;
            let callers = [house.soar(), replica.soar()];
            for (at, created) in created.iter().enumerate() {
                for (caller, remembers) in callers.iter().zip([true, false]) {
                    if at == 3 && !remembers {
                        continue;
                    }
                    let [told, own] = told_and_true(&house, caller, created).await;
                    assert!(
                        told == own || told.is_none() && (at == 0 || !remembers),
                        "{suffix:?} {rewritten} {at} {remembers}: {told:?}, and not {own:?}"
                    );
                }
            }
            replica.close().await;
            house.close().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_task_of_a_deleted_incident_is_not_given_to_a_request_that_has_lost_its_own() {
    for suffix in [NameSuffix::Random, NameSuffix::Counter(41)] {
        let (house, created) = four(suffix).await;
        for (task, incident) in [("195", 1), ("197", 3)] {
            assert!(house.sim.delete_task(task));
            assert!(house.sim.delete_incident(number(&created[incident])));
        }

        for created in [&created[0], &created[2]] {
            let [told, _] = told_and_true(&house, &house.soar(), created).await;
            assert_eq!(told, None, "{suffix:?}");
        }
        house.close().await;
    }
}
