//! Tasks that run a program: made, read, removed, carried out once or twice.

use crate::clients::Client;
use kata_simulator::{
    DeedKind, MomentForm, RunEnd, Scenario, SensorSpec, Simulator, StateWords, UsedTaskId,
    WriteAnswer,
};
use serde_json::{Value, json};
use std::net::Ipv4Addr;
use std::time::Duration;

const TASK: &str = "5f2c1c4e-3a0d-4c86-9a55-0c1de4b0a7f1";

fn at(sensor: &str) -> String {
    format!("tasks/{TASK}?sensor_id={sensor}&task_type=run_process")
}

fn collect() -> Value {
    json!({"task": {"schedule": {"startNow": true}, "execCommand": "/opt/ir/collect.sh",
        "cmdLineParameters": "--case 42", "workingDirectory": "/tmp"}})
}

async fn start() -> (Simulator, Client, String) {
    let sensors = vec![
        SensorSpec {
            run_seconds: 200_000,
            ..SensorSpec::linux("slow-01", Ipv4Addr::new(198, 51, 100, 1))
        },
        SensorSpec {
            lacks: vec!["/opt/ir/collect.sh".to_owned()],
            ..SensorSpec::linux("bare-01", Ipv4Addr::new(198, 51, 100, 2))
        },
    ];
    let scenario = Scenario {
        sensors,
        ..Scenario::default()
    };
    let sim = Simulator::start(scenario).await.expect("it starts");
    let client = Client::accepted(&sim).await;
    let id = sim.sensor("srv-db-01");
    (sim, client, id)
}

async fn state(client: &mut Client) -> Value {
    let reply = client.get(&format!("tasks/{TASK}")).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()["state"].clone()
}

fn ends(sim: &Simulator, sensor: &str) -> Vec<RunEnd> {
    let mut ends = Vec::new();
    for deed in sim.journal().deeds_of(sensor) {
        if let DeedKind::Ended { how, .. } = deed.kind {
            ends.push(how);
        }
    }
    ends
}

#[tokio::test]
async fn a_task_is_made_runs_once_and_can_be_read_in_short_and_whole() {
    let (sim, mut client, id) = start().await;

    let made = client.post(&at(&id), &collect()).await;
    assert_eq!(made.status, 200, "{}", made.body);
    assert_eq!(made.json()["task"], collect()["task"]);
    assert_eq!(state(&mut client).await, "running");
    sim.advance(Duration::from_secs(10));

    let short = client
        .get(&format!("tasks/{TASK}?settings=false"))
        .await
        .json();
    assert_eq!(short["state"], "completed");
    assert!(short["latestStartDateTime"].is_string());
    assert_eq!(short.get("task"), None);
    let whole = client
        .get(&format!("tasks/{TASK}?settings=true"))
        .await
        .json();
    assert_eq!(whole["task"], collect()["task"]);
    let runs = sim.journal().runs_of(&TASK.to_uppercase());
    assert_eq!(runs.len(), 1);
    assert_eq!(runs[0].sensor, id);
    assert_eq!(ends(&sim, &id), [RunEnd::Finished]);
    sim.verdict().expect("nothing odd");
}

#[tokio::test]
async fn a_host_off_line_runs_it_when_it_comes_and_tells_when_it_is_there() {
    let (sim, mut client, _) = start().await;
    let id = sim.sensor("NB-TRAVEL");
    client.post(&at(&id), &collect()).await;
    sim.advance(Duration::from_secs(86_400));
    assert_eq!(state(&mut client).await, "pending");
    assert!(sim.journal().runs_of(TASK).is_empty());

    sim.set_on_line(&id, true);
    assert_eq!(state(&mut client).await, "running");
    sim.set_on_line(&id, false);
    sim.advance(Duration::from_secs(60));

    assert_eq!(ends(&sim, &id), [RunEnd::Finished]);
    assert_eq!(state(&mut client).await, "running", "nobody has heard");
    sim.set_on_line(&id, true);
    assert_eq!(state(&mut client).await, "completed");
    assert_eq!(sim.journal().runs_of(TASK).len(), 1);
}

#[tokio::test]
async fn a_removed_task_is_not_found_and_never_runs_on_a_host_that_comes_later() {
    let (sim, mut client, _) = start().await;
    let id = sim.sensor("NB-TRAVEL");
    client.post(&at(&id), &collect()).await;

    assert_eq!(client.delete(&format!("tasks/{TASK}")).await.status, 200);
    sim.set_on_line(&id, true);

    let gone = client.get(&format!("tasks/{TASK}")).await;
    assert_eq!(
        (gone.status, gone.body.as_str()),
        (404, r#"{"error":"Not Found"}"#)
    );
    assert_eq!(client.delete(&format!("tasks/{TASK}")).await.status, 404);
    assert!(sim.journal().runs_of(TASK).is_empty());
}

#[tokio::test]
async fn a_program_that_runs_outlives_its_task_unless_told_otherwise() {
    for (stops, expected) in [(false, RunEnd::Finished), (true, RunEnd::Stopped)] {
        let (sim, mut client, id) = start().await;
        sim.behave(|it| it.removal_stops_programs = stops);
        client.post(&at(&id), &collect()).await;

        client.delete(&format!("tasks/{TASK}")).await;
        assert_eq!(sim.device(&id).running.is_empty(), stops);
        sim.advance(Duration::from_secs(10));

        assert_eq!(ends(&sim, &id), [expected]);
    }
}

#[tokio::test]
async fn a_program_runs_for_a_day_at_most() {
    let (sim, mut client, _) = start().await;
    let id = sim.sensor("slow-01");
    client.post(&at(&id), &collect()).await;

    sim.advance(Duration::from_secs(86_399));
    assert_eq!(state(&mut client).await, "running");
    sim.advance(Duration::from_secs(1));

    assert_eq!(state(&mut client).await, "timeout");
    assert_eq!(ends(&sim, &id), [RunEnd::OverTime]);
}

#[tokio::test]
async fn a_program_that_is_not_on_the_host_does_not_run() {
    let (sim, mut client, _) = start().await;
    let id = sim.sensor("bare-01");

    client.post(&at(&id), &collect()).await;

    assert_eq!(state(&mut client).await, "failed");
    assert_eq!(ends(&sim, &id), [RunEnd::NotThere]);
    assert!(sim.journal().runs_of(TASK).is_empty());
}

#[tokio::test]
async fn an_id_that_is_taken_is_a_conflict_or_overwritten_or_kept() {
    for (what, status, runs) in [
        (UsedTaskId::Conflict, 409, 1),
        (UsedTaskId::Overwrite, 200, 2),
        (UsedTaskId::Keep, 200, 1),
    ] {
        let (sim, mut client, id) = start().await;
        sim.behave(|it| it.used_task_id = what);
        client.post(&at(&id), &collect()).await;

        let again = client.post(&at(&id), &collect()).await;

        assert_eq!(again.status, status, "{what:?}");
        assert_eq!(sim.journal().runs_of(TASK).len(), runs, "{what:?}");
        assert_eq!(sim.device(&id).running.len(), runs, "{what:?}");
    }
}

#[tokio::test]
async fn swapped_codes_say_409_where_there_is_none_and_404_where_there_is_one() {
    let (sim, mut client, id) = start().await;
    sim.behave(|it| it.swapped_task_codes = true);

    let none = client.get(&format!("tasks/{TASK}")).await;
    client.post(&at(&id), &collect()).await;
    let taken = client.post(&at(&id), &collect()).await;

    assert_eq!(
        (none.status, none.body.as_str()),
        (409, r#"{"error":"Not Found"}"#)
    );
    assert_eq!(
        (taken.status, taken.body.as_str()),
        (404, r#"{"error":"Conflict"}"#)
    );
}

#[tokio::test]
async fn a_state_may_have_a_word_that_nobody_knows_or_be_a_number() {
    let (sim, mut client, id) = start().await;
    client.post(&at(&id), &collect()).await;

    sim.behave(|it| it.state_words = StateWords::all("QUEUED_AT_PCN"));
    assert_eq!(state(&mut client).await, "QUEUED_AT_PCN");
    sim.behave(|it| it.state_words = StateWords::all(3));
    assert_eq!(state(&mut client).await, 3);
    sim.behave(|it| it.state_words = StateWords::all(Value::Null));
    assert_eq!(state(&mut client).await, Value::Null);
}

#[tokio::test]
async fn the_start_has_no_moment_before_it_and_any_form_after() {
    let (sim, mut client, _) = start().await;
    let id = sim.sensor("NB-TRAVEL");
    client.post(&at(&id), &collect()).await;
    let start = "latestStartDateTime";
    let mut read = async || client.get(&format!("tasks/{TASK}")).await.json();

    assert_eq!(read().await.get(start), Some(&Value::Null));
    sim.set_on_line(&id, true);
    assert!(read().await[start].is_string());
    sim.behave(|it| it.moments = MomentForm::Milliseconds);
    assert!(read().await[start].is_number());
    sim.behave(|it| it.moments = MomentForm::Absent);
    assert_eq!(read().await.get(start), None);
}

#[tokio::test]
async fn a_task_that_does_not_start_now_never_starts() {
    let (sim, mut client, id) = start().await;
    let mut body = collect();
    body["task"]["schedule"]["startNow"] = json!(false);

    assert_eq!(client.post(&at(&id), &body).await.status, 200);
    sim.advance(Duration::from_secs(86_400));

    assert_eq!(state(&mut client).await, "pending");
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_refused() {
    let (sim, mut client, id) = start().await;
    let mut misspelt = collect();
    let schedule = misspelt["task"]["schedule"].take();
    misspelt["task"] = json!({"shedule": schedule, "execCommand": "/bin/true"});
    let without = json!({"task": {"schedule": {"startNow": true}}});

    assert_eq!(client.post(&at(&id), &misspelt).await.status, 400);
    assert_eq!(client.post(&at(&id), &without).await.status, 400);
    assert_eq!(client.post(&at("all"), &collect()).await.status, 400);
    let kind = format!("tasks/{TASK}?sensor_id={id}&task_type=scan");
    assert_eq!(client.post(&kind, &collect()).await.status, 400);
    let no_uuid = format!("tasks/42?sensor_id={id}&task_type=run_process");
    assert_eq!(client.post(&no_uuid, &collect()).await.status, 400);
    let stranger = at("0B6E0F6A-7F0B-4B57-9C1E-6D5A4E1F2A11");
    assert_eq!(client.post(&stranger, &collect()).await.status, 404);
    assert_eq!(
        client.get(&format!("tasks/{TASK}?settings=1")).await.status,
        400
    );
    assert!(sim.journal().deeds().is_empty());
}

#[tokio::test]
async fn a_task_may_be_answered_with_nothing() {
    let (sim, mut client, id) = start().await;
    sim.behave(|it| it.write_answer = WriteAnswer::Empty);

    let made = client.post(&at(&id), &collect()).await;

    assert_eq!((made.status, made.body.as_str()), (200, ""));
    assert_eq!(sim.journal().runs_of(TASK).len(), 1);
}
