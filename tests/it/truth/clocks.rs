//! Whatever clocks say: no clock of a sender decides whose a KSC task is.

use std::collections::HashMap;
use std::time::Duration;

use acceptance::{House, Plan, Reply};
use ksc_simulator::{IncidentEdit, NameSuffix, Outcome, OutcomeState};
use serde_json::json;

/// The KSC task that came of an incident, as KSC knows it.
fn made(house: &House, created: &Reply) -> Option<String> {
    house.sim.journal().incident(created.incident())?.ksc_task
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_of_replicas_whose_clocks_differ_are_not_swapped() {
    // Seconds of lead of the first, of the second; and between the requests.
    for (first, second, between) in [
        (0, -2, 0),
        (2, 0, 0),
        (5, -5, 1),
        (0, -3600, 1),
        (3600, 0, 1),
        (7200, -7200, 60),
        (-50_400, 0, 5),
        (0, 50_400, 5),
    ] {
        let house = House::furnish(Plan::named(NameSuffix::Random)).await;
        let (one, other) = (
            house.replica_ahead(first).await,
            house.replica_ahead(second).await,
        );
        let pass = async |seconds| {
            let by = Duration::from_secs(seconds);
            house.advance(by).await;
            one.advance(by);
            other.advance(by);
        };
        let isolated = one.soar().isolate(acceptance::WS_042).await.expect(202);
        pass(between).await;
        let params = json!({"action": 0});
        let released = other
            .soar()
            .create("isolateHost", acceptance::WS_042, params)
            .await
            .expect(202);
        pass(5).await;
        let (a, b) = (made(&house, &isolated), made(&house, &released));
        house.sim.set_task_state(
            b.as_deref().expect("a task"),
            ksc_simulator::RunState::Failed,
            "",
        );
        pass(90).await;

        for caller in [house.soar(), one.soar(), other.soar()] {
            for (created, own, end) in [(&isolated, &a, "succeeded"), (&released, &b, "failed")] {
                let read = caller.read(created).await.expect(200);
                if let Some(id) = read.json["kscTask"]["id"].as_str() {
                    assert_eq!(Some(id), own.as_deref(), "{first} {second}: {}", read.text);
                }
                if read.json["terminal"] == true {
                    assert_eq!(read.json["state"], end, "{first} {second}: {}", read.text);
                }
                if first.abs() < 10 && second.abs() < 10 {
                    assert_eq!(read.json["state"], end, "{first} {second}: {}", read.text);
                }
            }
        }
        one.close().await;
        other.close().await;
        house.close().await;
    }
}

/// A small generator of numbers, so that a failure can be repeated.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) % sides
    }

    fn seconds(&mut self, most: u64) -> i64 {
        let most_signed = i64::try_from(most).expect("small");
        i64::try_from(self.roll(2 * most + 1)).expect("small") - most_signed
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_done_to_times_no_task_is_given_to_another_request() {
    let (mut seen, mut certain) = (0, 0);
    for seed in 0..12 {
        let mut dice = Dice(seed);
        let mut plan = Plan::named(NameSuffix::Random);
        plan.settings
            .push(("backends.ksc.budget_policy", "off".to_owned()));
        plan.scenario.outcomes = vec![Outcome {
            host: None,
            task: None,
            state: OutcomeState::Success,
            text: String::new(),
        }];
        let house = House::furnish(plan).await;
        let mut created = Vec::new();
        for _ in 0..24 {
            let host = ["ws-042.corp.example", "ws-007", "ws-001"]
                [usize::try_from(dice.roll(3)).expect("small")];
            created.push(house.soar().isolate(host).await.expect(202));
            let id = created.last().expect("one").json["incident"]["id"]
                .as_i64()
                .expect("a number");
            let added = house.sim.now() + time::Duration::seconds(dice.seconds(43_200));
            let edit = IncidentEdit {
                added: Some(added),
                ..IncidentEdit::default()
            };
            assert!(house.sim.edit_incident(id, edit));
            house
                .advance(Duration::from_secs(dice.roll(3) * dice.roll(900)))
                .await;
            if dice.roll(6) == 0 {
                let tasks = house.sim.response_tasks();
                if !tasks.is_empty() {
                    let at = usize::try_from(dice.roll(tasks.len() as u64)).expect("small");
                    house.sim.delete_task(&tasks[at].id);
                }
            }
            if dice.roll(4) == 0 {
                house.soar().get("/v1/tasks?limit=10").await.expect(200);
            }
        }
        let replica = house.replica().await;
        for caller in [house.soar(), replica.soar()] {
            let listed = caller.get("/v1/tasks?limit=200").await.expect(200);
            let rows = listed.json["tasks"].as_array().expect("tasks");
            let rows: HashMap<&str, _> = rows
                .iter()
                .filter_map(|it| Some((it["id"].as_str()?, it)))
                .collect();
            for created in &created {
                let one = caller.read(created).await.expect(200);
                for task in [&one.json, rows[created.task_id()]] {
                    seen += 1;
                    let Some(id) = task["kscTask"]["id"].as_str() else {
                        continue;
                    };
                    certain += 1;
                    assert_eq!(
                        Some(id.to_owned()),
                        made(&house, created),
                        "seed {seed}: {task}"
                    );
                }
            }
        }
        replica.close().await;
        house.close().await;
    }
    println!("{seen} sights, {certain} with a KSC task, none of another request");
    assert!(certain > 100, "{certain} of {seen}");
}
