//! Programs that a Central Node has run: what was ordered, and that its word means only what
//! somebody has said that it means.

use std::time::Duration;

use acceptance::{House, Reply, at, eventually};
use kata_simulator::{CannedAnswer, Fault, FaultKind, Gate, StateWords};
use serde_json::{Value, json};

const PATH: &str = "/v1/tasks/startProcess";

/// What tasks are ordered with, in the simulator's journal.
const ORDERS: &str = "POST tasks";

/// A request to run a program on a host.
fn start(host: &str, program: &str) -> Value {
    at(
        "kata",
        json!({"targetHost": host, "executablePath": program, "arguments": "--case 42"}),
    )
}

/// The id of the task at the Central Node: that of the gateway without the alias.
fn native(created: &Reply) -> String {
    let id = created.task_id();
    id.strip_prefix("kata-").expect("of KATA").to_owned()
}

/// Has the everyday program run on the everyday host.
async fn started(house: &House) -> Reply {
    let body = start("srv-db-01", "/opt/ir/collect.sh");
    house.soar().post(PATH, &body).await.expect(202)
}

async fn cancel(house: &House, created: &Reply) -> Reply {
    let path = format!("/v1/tasks/{}/cancel", created.task_id());
    house.soar().post_nothing(&path).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_runs_and_what_kata_says_of_it_is_told_as_it_is() {
    let house = House::with_central_node(&[]).await;

    let created = started(&house).await;

    assert_eq!(created.json["state"], "pending", "{}", created.text);
    let warnings = created.json["warnings"].to_string();
    assert!(warnings.contains("neither its exit code"), "{warnings}");
    house.advance(Duration::from_mins(10)).await;
    let runs = house.kata().journal().runs_of(&native(&created));
    assert_eq!(runs.len(), 1, "{runs:?}");
    assert_eq!(runs[0].host, "srv-db-01");
    let task = house.read(&created).await;
    // It has run, and no page says that this word means so.
    assert_eq!(task.json["state"], "pending", "{}", task.text);
    let evidence = task.json["evidence"].as_str().expect("evidence");
    assert!(evidence.contains("\"completed\""), "{evidence}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_means_what_the_operator_says_that_it_means() {
    let states = "Completed=succeeded, failed = failed, running=running";
    let house = House::with_central_node(&[("backends.kata.task_states", states)]).await;

    let created = started(&house).await;
    house.advance(Duration::from_mins(10)).await;
    let task = house.read(&created).await;

    assert_eq!(task.json["state"], "succeeded", "{}", task.text);
    assert_eq!(task.json["terminal"], true);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_makes_the_tasks_id_so_that_a_gateway_that_has_forgotten_it_runs_nothing_twice() {
    let house = House::with_central_node(&[]).await;
    let body = start("srv-db-01", "/opt/ir/collect.sh");
    let first = house
        .soar()
        .post_once(PATH, "key-1", &body)
        .await
        .expect(202);
    // Its memory is that of a process.
    let other = house.replica().await;

    let second = other
        .soar()
        .post_once(PATH, "key-1", &body)
        .await
        .expect(202);
    let mut others = body.clone();
    others["arguments"] = "--case 43".into();
    let third = house.replica().await;
    let reused = third
        .soar()
        .post_once(PATH, "key-1", &others)
        .await
        .expect(422);

    assert_eq!(first.json["id"], second.json["id"]);
    let warnings = second.json["warnings"].to_string();
    assert!(warnings.contains("is not run again"), "{warnings}");
    assert_eq!(reused.json["code"], "idempotency_key_reused");
    assert_eq!(house.kata().journal().count(ORDERS), 1);
    house.advance(Duration::from_mins(10)).await;
    let runs = house.kata().journal().runs_of(&native(&first));
    assert_eq!(runs.len(), 1, "{runs:?}");
    other.close().await;
    third.close().await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_lost_runs_a_program_once() {
    let house = House::with_central_node(&[]).await;
    for fault in [
        FaultKind::ProcessThenDrop,
        FaultKind::Drop,
        FaultKind::ProcessThenAnswer(CannedAnswer::status(503)),
    ] {
        house.kata().faults().push(Fault::on(ORDERS, fault.clone()));

        let created = started(&house).await;

        house.advance(Duration::from_mins(10)).await;
        let runs = house.kata().journal().runs_of(&native(&created));
        assert_eq!(runs.len(), 1, "{fault:?} {runs:?}");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_is_cancelled_by_removing_it_and_nobody_says_that_it_was_stopped() {
    let house = House::with_central_node(&[]).await;
    let sensor = house.kata().sensor("srv-db-01");
    house.kata().set_on_line(&sensor, false);
    let created = started(&house).await;

    let cancelled = cancel(&house, &created).await.expect(200);

    assert_eq!(cancelled.json["state"], "lost", "{}", cancelled.text);
    let evidence = cancelled.json["evidence"].as_str().expect("evidence");
    assert!(evidence.contains("does not stop a program"), "{evidence}");
    house.kata().set_on_line(&sensor, true);
    house.advance(Duration::from_mins(10)).await;
    assert!(house.kata().journal().runs_of(&native(&created)).is_empty());
    cancel(&house, &created).await.expect(409);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_removed_does_not_come_back_by_a_key_that_nobody_remembers() {
    let house = House::with_central_node(&[]).await;
    let soar = house.soar();
    let body = start("srv-db-01", "/opt/ir/collect.sh");
    let created = soar.post_once(PATH, "key-1", &body).await.expect(202);
    cancel(&house, &created).await.expect(200);
    house.advance(Duration::from_hours(25)).await;

    let again = soar.post_once(PATH, "key-1", &body).await.expect(422);

    assert_eq!(again.json["code"], "idempotency_key_reused");
    assert_eq!(house.kata().journal().count(ORDERS), 1);
    let task = house.read(&created).await;
    assert_eq!(task.json["state"], "lost", "{}", task.text);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_known_to_run_is_not_cancelled() {
    let states = [("backends.kata.task_states", "busy=running")];
    let house = House::with_central_node(&states).await;
    house
        .kata()
        .behave(|it| it.state_words = StateWords::all("busy"));
    let created = started(&house).await;

    let refused = cancel(&house, &created).await.expect(409);

    assert_eq!(refused.json["code"], "task_not_cancellable");
    assert_eq!(house.read(&created).await.json["state"], "running");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_comes_back_days_later_does_not_run_what_nobody_wants_any_more() {
    let house = House::with_central_node(&[("backends.kata.start_within", "2h")]).await;
    let sensor = house.kata().sensor("srv-db-01");
    house.kata().set_on_line(&sensor, false);
    let created = started(&house).await;

    house.advance(Duration::from_mins(119)).await;
    assert_eq!(house.read(&created).await.json["state"], "pending");
    house.advance(Duration::from_mins(2)).await;
    let late = house.read(&created).await;

    assert_eq!(late.json["state"], "unconfirmed", "{}", late.text);
    house.kata().set_on_line(&sensor, true);
    house.advance(Duration::from_hours(48)).await;
    assert!(house.kata().journal().runs_of(&native(&created)).is_empty());
    house.close().await;
}

/// Orders the everyday program under a key, has its connection cut while it waits at this gate, and
/// nobody can be asked what became of it. Gives the task as it is told then.
async fn of_unknown_fate(house: &House, gate: &Gate) -> Value {
    let faults = house.kata().faults();
    gate.hold_calls_to(ORDERS);
    let soar = house.soar();
    let body = start("srv-db-01", "/opt/ir/collect.sh");
    let asking = tokio::spawn(async move { soar.post_once(PATH, "key-1", &body).await });
    gate.wait_until_waiting(1).await;
    faults.push(Fault::on("GET tasks", FaultKind::status(503)).forever());
    faults.push(Fault::on(ORDERS, FaultKind::status(503)).forever());
    house.kata().cut_connections().await;
    gate.open();
    let unknown = asking.await.expect("no panic").expect(504);
    assert_eq!(unknown.code(), "outcome_unknown");
    let task = eventually("the task is told", || async {
        let list = house.soar().get("/v1/tasks?backend=kata").await.expect(200);
        let task = list.json["tasks"].get(0).cloned()?;
        // Whose it is, is told with it.
        (task["caller"] == "soar").then_some(task)
    })
    .await;
    assert_eq!(task["requestId"], unknown.request_id(), "{task}");
    assert_eq!(task["state"], "pending", "{task}");
    let evidence = task["evidence"].as_str().expect("evidence");
    assert!(evidence.contains("nobody knows yet"), "{evidence}");
    faults.clear();
    task
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_which_nobody_knows_whether_it_arrived_is_not_run_days_later_either() {
    let house = House::with_central_node(&[
        ("backends.kata.start_within", "2h"),
        ("server.request_timeout", "2s"),
    ])
    .await;
    let sensor = house.kata().sensor("srv-db-01");
    house.kata().set_on_line(&sensor, false);
    // It has changed all that it will.
    let task = of_unknown_fate(&house, house.kata().way_out()).await;

    house.advance(Duration::from_mins(119)).await;
    let id = task["id"].as_str().expect("an id");
    eventually("it is removed", || async {
        house.advance(Duration::from_mins(1)).await;
        let read = house.soar().get(&format!("/v1/tasks/{id}")).await;
        (read.json["state"] == "unconfirmed").then_some(())
    })
    .await;

    house.kata().set_on_line(&sensor, true);
    house.advance(Duration::from_hours(48)).await;
    let native = id.strip_prefix("kata-").expect("of KATA");
    let runs = house.kata().journal().runs_of(native);
    assert!(runs.is_empty(), "{runs:?}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_never_arrived_runs_when_it_is_asked_for_again_though_it_was_called_lost() {
    let house = House::with_central_node(&[("server.request_timeout", "2s")]).await;
    // Nothing of it has reached the server.
    let task = of_unknown_fate(&house, house.kata().gate()).await;
    let id = task["id"].as_str().expect("an id").to_owned();
    let read = async || {
        let read = house.soar().get(&format!("/v1/tasks/{id}")).await;
        read.expect(200).json
    };

    // It may still arrive, however often it is not there.
    read().await;
    house.advance(Duration::from_secs(20)).await;
    assert_eq!(read().await["state"], "pending");
    house.advance(Duration::from_mins(3)).await;
    read().await;
    house.advance(Duration::from_secs(20)).await;
    let lost = read().await;
    assert_eq!(lost["state"], "lost", "{lost}");
    let evidence = lost["evidence"].as_str().expect("evidence");
    assert!(
        evidence.contains("whether that has ever arrived"),
        "{evidence}"
    );
    let body = start("srv-db-01", "/opt/ir/collect.sh");
    let again = house.soar().post_once(PATH, "key-1", &body).await;

    let again = again.expect(202);
    assert_eq!(again.json["id"], id.as_str());
    house.advance(Duration::from_mins(10)).await;
    let native = id.strip_prefix("kata-").expect("of KATA");
    assert_eq!(house.kata().journal().runs_of(native).len(), 1);
    let task = read().await;
    assert_eq!(task["state"], "pending", "{task}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_unknown_fate_that_was_cancelled_does_not_come_back_by_its_key() {
    let house = House::with_central_node(&[("server.request_timeout", "2s")]).await;
    let sensor = house.kata().sensor("srv-db-01");
    house.kata().set_on_line(&sensor, false);
    let task = of_unknown_fate(&house, house.kata().way_out()).await;
    let id = task["id"].as_str().expect("an id");
    let path = format!("/v1/tasks/{id}/cancel");
    let cancelled = house.soar().post_nothing(&path).await.expect(200);
    assert_eq!(cancelled.json["state"], "lost", "{}", cancelled.text);
    let sent = house.kata().journal().count(ORDERS);

    house.advance(Duration::from_mins(3)).await;
    let body = start("srv-db-01", "/opt/ir/collect.sh");
    let again = house.soar().post_once(PATH, "key-1", &body).await;

    assert_eq!(again.expect(422).code(), "idempotency_key_reused");
    assert_eq!(house.kata().journal().count(ORDERS), sent);
    let read = house.soar().get(&format!("/v1/tasks/{id}")).await;
    let evidence = read.json["evidence"].as_str().expect("evidence");
    assert!(evidence.contains("as a caller wished"), "{evidence}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_is_one_of_the_hosts_own_system() {
    let house = House::with_central_node(&[]).await;
    for (host, program) in [("srv-db-01", r"C:\a.exe"), ("WS-042", "/opt/a")] {
        let refused = house
            .soar()
            .post(PATH, &start(host, program))
            .await
            .expect(422);

        assert_eq!(
            refused.violations(),
            [("/executablePath".to_owned(), "other_system".to_owned())],
            "{host}"
        );
    }
    assert_eq!(house.kata().journal().count(ORDERS), 0);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rehearsal_of_a_program_shows_the_very_request() {
    let house = House::with_central_node(&[]).await;

    let body = start("srv-db-01", "/opt/ir/collect.sh");
    let dry = house.soar().post(&format!("{PATH}/dry-run"), &body).await;
    let dry = dry.expect(200);

    let request = &dry.json["request"];
    assert_eq!(
        request["body"],
        json!({"task": {
            "schedule": {"startNow": true},
            "execCommand": "/opt/ir/collect.sh",
            "cmdLineParameters": "--case 42",
        }})
    );
    assert_eq!(house.kata().journal().count(ORDERS), 0);
    house.close().await;
}
