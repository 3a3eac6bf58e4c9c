//! Room for response tasks: what KSC would rotate out unfinished is not pushed out by the gateway.

use std::time::Duration;

use acceptance::calls::UPDATE;
use acceptance::{House, Plan, Reply, eventually};
use ksc_simulator::{Fault, FaultKind, ForeignTask, NameSuffix, RunState, Scenario};
use serde_json::json;

const WALK: &str = "Tasks.ResetTasksIterator";

/// A KSC that keeps so many response tasks, and a gateway that knows it.
async fn house(budget: usize, policy: &'static str) -> House {
    House::furnish(Plan {
        scenario: Scenario {
            rotation: budget,
            ..Scenario::default()
        },
        settings: vec![
            ("backends.ksc.budget", budget.to_string()),
            ("backends.ksc.budget_policy", policy.to_owned()),
        ],
        ..Plan::default()
    })
    .await
}

fn somebody_elses(state: RunState) -> ForeignTask {
    ForeignTask {
        display_name: "[Response][KATA] getFile - 01/02/2026 03:04:05 - x".to_owned(),
        hosts: vec![acceptance::WS_042.to_owned()],
        state,
        type_name: None,
        age_seconds: 3600,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_would_push_out_an_unfinished_one_is_refused() {
    let house = house(3, "refuse").await;
    let host = house.switched_off();
    let mut left = Vec::new();
    for _ in 0..3 {
        let created = house.soar().isolate(&host).await.expect(202);
        assert_eq!(created.header("ratelimit-policy"), "\"task-budget\";q=3");
        left.push(created.header("ratelimit").to_owned());
        house.advance(Duration::from_secs(5)).await;
    }
    assert_eq!(
        left,
        [
            "\"task-budget\";r=2",
            "\"task-budget\";r=1",
            "\"task-budget\";r=0"
        ]
    );

    let refused = house.soar().isolate(acceptance::WS_042).await.expect(429);

    assert_eq!(refused.code(), "task_budget_exhausted");
    let detail = refused.json["detail"].as_str().unwrap_or_default();
    assert!(
        detail.contains("what has not finished: KSC task 195 ([Response][KUMA] isolateHost - "),
        "{detail}"
    );
    assert_eq!(refused.json["retryable"], true);
    assert_eq!(refused.header("retry-after"), "60");
    assert_eq!(refused.header("ratelimit"), "\"task-budget\";r=0");
    assert_eq!(house.sim.journal().incidents().len(), 3);
    let rehearsed = house.soar().rehearse(acceptance::WS_042).await;
    let rehearsed = rehearsed.expect(200);
    let checks = rehearsed.json["checks"].as_array().expect("checks");
    let budget = checks.iter().find(|it| it["name"] == "budget");
    let budget = budget.expect("it is checked");
    assert_eq!(budget["ok"], false);
    let detail = budget["detail"].as_str().unwrap_or_default();
    assert!(
        detail.starts_with("KSC holds 2 of 3 response tasks, and 1 are on their way; another one pushes out what has not finished: KSC task 195 "),
        "{detail}"
    );

    // The oldest is through: now it may go.
    house.sim.set_task_state("195", RunState::Success, "");
    let taken = house.soar().isolate(acceptance::WS_042).await.expect(202);
    assert_eq!(taken.json["warnings"].as_array().map(Vec::len), Some(1));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn finished_tasks_are_no_reason_to_refuse_and_everybodys_count() {
    let house = house(3, "refuse").await;
    for _ in 0..3 {
        house.sim.add_task(somebody_elses(RunState::Success));
    }
    house.soar().isolate(acceptance::WS_042).await.expect(202);
    house.advance(Duration::from_secs(10)).await;
    house.close().await;

    let house = self::house(3, "refuse").await;
    house.sim.add_task(somebody_elses(RunState::Running));
    house.sim.add_task(somebody_elses(RunState::Success));
    house.sim.add_task(somebody_elses(RunState::Success));
    let refused = house.soar().isolate(acceptance::WS_042).await.expect(429);
    assert_eq!(refused.code(), "task_budget_exhausted");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_have_no_task_yet_take_up_room() {
    let house = house(5, "refuse").await;
    let host = house.switched_off();

    let asking: Vec<_> = (0..12)
        .map(|_| {
            let (soar, host) = (house.soar(), host.clone());
            tokio::spawn(async move { soar.isolate(&host).await })
        })
        .collect();
    let mut answers: Vec<Reply> = Vec::new();
    for one in asking {
        answers.push(one.await.expect("no panic"));
    }

    let taken = answers.iter().filter(|it| it.status == 202).count();
    let refused = answers.iter().filter(|it| it.status == 429).count();
    assert_eq!((taken, refused), (5, 7));
    assert_eq!(house.sim.journal().incidents().len(), 5);
    // Another replica has sent none of them, and counts them all the same.
    let replica = house.replica().await;
    replica.soar().isolate(&host).await.expect(429);
    replica.close().await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_come_together_have_the_room_that_there_is() {
    let house = house(10, "refuse").await;
    for _ in 0..8 {
        house.sim.add_task(somebody_elses(RunState::Running));
    }
    // All six are weighed by the same count, and none is sent before the others are weighed.
    let gate = house.sim.gate().clone();
    gate.hold_calls_to(WALK);
    let hosts = house.sim.hosts().into_iter().take(6);
    let asking: Vec<_> = hosts
        .map(|host| {
            let soar = house.soar();
            tokio::spawn(async move { soar.isolate(&host.id).await })
        })
        .collect();
    house
        .sim
        .journal()
        .wait_for_calls("HostGroup.GetHostInfo", 6)
        .await;
    gate.wait_until_waiting(1).await;
    gate.open();

    let mut statuses = Vec::new();
    for one in asking {
        statuses.push(one.await.expect("no panic").status);
    }

    statuses.sort_unstable();
    assert_eq!(statuses, [202, 202, 429, 429, 429, 429]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_counts_once_while_its_incident_is_confirmed() {
    let house = house(3, "refuse").await;
    let gate = house.sim.gate().clone();
    gate.hold_calls_to(UPDATE);
    let hosts: Vec<String> = house.sim.hosts().into_iter().map(|it| it.id).collect();

    let mut asking = Vec::new();
    for (index, host) in hosts.into_iter().take(4).enumerate() {
        let soar = house.soar();
        let one = tokio::spawn(async move { soar.isolate(&host).await });
        eventually("it is answered or waits for its confirmation", || async {
            (one.is_finished() || gate.waiting() > index).then_some(())
        })
        .await;
        asking.push(one);
    }
    gate.open();

    let mut statuses = Vec::new();
    for one in asking {
        statuses.push(one.await.expect("no panic").status);
    }
    assert_eq!(statuses, [202, 202, 202, 429]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_whose_incident_was_deleted_counts_by_its_task_alone() {
    let house = house(5, "refuse").await;
    house
        .soar()
        .isolate(&house.switched_off())
        .await
        .expect(202);
    house.advance(Duration::from_secs(10)).await;
    house.sim.delete_incidents();

    let budget = house.soar().get("/v1/budget").await.expect(200);

    assert_eq!(
        (&budget.json["live"], &budget.json["waiting"]),
        (&json!(1), &json!(0)),
        "{}",
        budget.text
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_policy_decides_whether_it_is_refused_warned_of_or_not_even_counted() {
    let house = house(1, "warn").await;
    house.sim.add_task(somebody_elses(RunState::Running));
    let tried = house.soar().rehearse(acceptance::WS_042).await.expect(200);
    let warned = house.soar().isolate(acceptance::WS_042).await.expect(202);
    assert_eq!(tried.json["warnings"], warned.json["warnings"]);
    assert!(
        warned
            .text
            .contains("this task pushes out the oldest one, which has not finished"),
        "{}",
        warned.text
    );
    house.close().await;

    let house = self::house(1, "off").await;
    house.sim.add_task(somebody_elses(RunState::Running));
    let taken = house.soar().isolate(acceptance::WS_042).await.expect(202);
    assert!(!taken.header("ratelimit").contains("task-budget"));
    assert_eq!(house.sim.journal().count(WALK), 0);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_counted_refuses_nothing_and_says_so() {
    let house = house(1, "refuse").await;
    let walk = Fault::on(WALK, FaultKind::pxg("KLSTD", 1184));
    house.sim.faults().push(walk.forever());

    let tried = house.soar().rehearse(acceptance::WS_042).await.expect(200);
    let taken = house.soar().isolate(acceptance::WS_042).await.expect(202);
    assert_eq!(tried.json["warnings"], taken.json["warnings"]);

    assert!(
        taken.text.contains("could not be counted"),
        "{}",
        taken.text
    );
    assert!(!taken.header("ratelimit").contains("task-budget"));
    let budget = house.soar().get("/v1/budget").await.expect(502);
    assert_eq!(budget.code(), "ksc_access_denied");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_budget_can_be_read_and_is_counted_once_for_all_who_ask() {
    let house = house(3, "refuse").await;
    let empty = house.soar().get("/v1/budget").await.expect(200);
    assert_eq!(empty.json["live"], 0);
    assert_eq!(empty.json["free"], 3);
    assert!(empty.json.get("oldest").is_none(), "{}", empty.text);
    house
        .soar()
        .isolate(&house.switched_off())
        .await
        .expect(202);
    let waiting = house.soar().get("/v1/budget").await.expect(200);
    assert_eq!(
        (&waiting.json["live"], &waiting.json["waiting"]),
        (&json!(0), &json!(1))
    );
    assert_eq!(waiting.json["free"], 2);
    house.sim.add_task(somebody_elses(RunState::Running));
    house.sim.add_task(somebody_elses(RunState::Success));
    house.advance(Duration::from_secs(6)).await;

    let before = house.sim.journal().count(WALK);
    let asking: Vec<_> = (0..50)
        .map(|_| {
            let soar = house.soar();
            tokio::spawn(async move { soar.get("/v1/budget").await.expect(200) })
        })
        .collect();
    let mut last = None;
    for one in asking {
        last = Some(one.await.expect("no panic"));
    }

    assert_eq!(house.sim.journal().count(WALK) - before, 1);
    let budget = last.expect("an answer").json;
    assert_eq!(budget["limit"], 3);
    assert_eq!(budget["live"], 3);
    assert_eq!(budget["waiting"], 0);
    assert_eq!(budget["free"], 0);
    assert_eq!(budget["policy"], "refuse");
    assert_eq!(budget["exhausted"], true);
    assert_eq!(budget["oldest"]["finished"], false);
    assert!(
        budget["oldest"]["kscTask"]["name"]
            .as_str()
            .is_some_and(|it| it.starts_with("[Response][KATA]"))
    );
    for (gauge, value) in [
        ("edr_gateway_task_budget_limit", "3"),
        ("edr_gateway_task_budget_live", "3"),
        ("edr_gateway_task_budget_waiting", "0"),
    ] {
        assert_eq!(house.metric_of_ksc(gauge).await, value, "{gauge}");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scrape_has_the_tasks_counted_when_nobody_else_does() {
    let house = house(3, "refuse").await;
    house.sim.add_task(somebody_elses(RunState::Running));

    eventually("the gauge knows of the task", || async {
        (house.metric_of_ksc("edr_gateway_task_budget_live").await == "1").then_some(())
    })
    .await;

    // Not at every scrape: once a minute is enough.
    for _ in 0..5 {
        house.metric_of_ksc("edr_gateway_task_budget_live").await;
    }
    assert_eq!(house.sim.journal().count(WALK), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tasks_that_finished_and_were_rotated_out_take_up_no_room() {
    for suffix in [NameSuffix::IncidentId, NameSuffix::Random] {
        let house = House::furnish(Plan::named(suffix)).await;
        let on: Vec<String> = house
            .sim
            .hosts()
            .into_iter()
            .filter(|it| it.online)
            .map(|it| it.id)
            .collect();
        for number in 0..230 {
            let host = &on[number % on.len()];
            let taken = house.soar().isolate(host).await.expect(202);
            assert!(!taken.text.contains("pushes out"), "{}", taken.text);
            house.advance(Duration::from_secs(4)).await;
        }
        house.advance(Duration::from_secs(60)).await;

        // One that has counted all the while, and one that knows of nothing.
        let replica = house.replica().await;
        for caller in [house.soar(), replica.soar()] {
            caller.isolate(&on[0]).await.expect(202);
        }
        let budget = house.soar().get("/v1/budget").await.expect(200);
        assert_eq!(
            budget.json["exhausted"], false,
            "{suffix:?}: {}",
            budget.text
        );
        replica.close().await;
        house.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_still_to_come_is_protected_and_named() {
    let house = self::house(3, "refuse").await;
    for _ in 0..3 {
        house.sim.add_task(somebody_elses(RunState::Success));
    }
    house.sim.set_console(true);
    // Nothing is made of these for now: they fill all the room there is.
    for _ in 0..3 {
        house.soar().isolate(acceptance::WS_042).await.expect(202);
    }

    let refused = house.soar().isolate(acceptance::WS_042).await.expect(429);

    let detail = refused.json["detail"].as_str().unwrap_or_default();
    assert!(detail.contains("what has not finished: "), "{detail}");
    house.advance(Duration::from_secs(60)).await;
    house.soar().isolate(acceptance::WS_042).await.expect(202);
    house.close().await;
}
