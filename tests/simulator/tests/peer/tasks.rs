//! The life of a task on its device, and the end of old tasks.

use crate::clients::{Client, incident, isolation};
use ksc_simulator::{
    ForeignTask, NameSuffix, Outcome, OutcomeState, RunState, Scenario, Simulator, WS_042,
};
use serde_json::{Value, json};
use std::time::Duration;

const FIELDS: [&str; 6] = [
    "hostname",
    "state_code",
    "state_descr",
    "start_time",
    "finish_time",
    "completed_percent",
];

async fn started(scenario: Scenario) -> (Simulator, Client) {
    let idle = Scenario {
        session_idle_seconds: 1_000_000,
        ..scenario
    };
    let sim = Simulator::start(idle).await.expect("it starts");
    let client = Client::with_session(&sim).await;
    (sim, client)
}

async fn status(client: &mut Client, task: &str) -> Value {
    let arguments = json!({"strTask": task, "pFields2Return": FIELDS, "nHostStateMask": 127,
        "nLifetime": 60});
    let iterator = client
        .done("Tasks.ResetHostIteratorForTaskStatus", arguments)
        .await;
    let mut window = iterator.clone();
    window["nStart"] = json!(0);
    window["nEnd"] = json!(1);
    let range = client.done("Tasks.GetHostStatusRecordRange", window).await;
    client
        .done("Tasks.ReleaseHostStatusIterator", iterator)
        .await;
    range["pParHostStatus"]["statuses"][0]["value"].clone()
}

async fn final_state(sim: &Simulator, client: &mut Client, arguments: Value) -> (RunState, String) {
    let before = sim.response_tasks().len();
    client.done("HostGroup.AddIncident", arguments).await;
    sim.advance(Duration::from_hours(1)).await;
    let tasks = sim.response_tasks();
    assert_eq!(tasks.len(), before + 1);
    let (_, state, text) = tasks[before].runs[0].clone();
    (state, text)
}

#[tokio::test]
async fn a_task_lives_from_pending_over_running_to_success() {
    let (sim, mut client) = started(Scenario::default()).await;
    client
        .done("HostGroup.AddIncident", isolation(WS_042))
        .await;

    sim.advance(Duration::from_secs(1)).await;
    assert!(sim.response_tasks().is_empty());

    sim.advance(Duration::from_secs(1)).await;
    let pending = status(&mut client, "195").await;
    assert_eq!(pending["state_code"], 1);
    assert_eq!(pending.get("start_time"), None);
    assert_eq!(pending.get("finish_time"), None);

    sim.advance(Duration::from_secs(6)).await;
    let running = status(&mut client, "195").await;
    assert_eq!(running["state_code"], 2);
    assert_eq!(running["completed_percent"], 33);
    assert_eq!(
        running["finish_time"],
        json!({"type": "datetime", "value": ""})
    );

    sim.advance(Duration::from_secs(6)).await;
    let done = status(&mut client, "195").await;
    assert_eq!(done["state_code"], 4);
    assert_eq!(done["completed_percent"], 100);
    assert!(sim.host("WS-042").isolated);

    let release = incident(WS_042, "isolateHost", &json!({"action": 0}));
    final_state(&sim, &mut client, release).await;
    assert!(!sim.host("WS-042").isolated);
    client.end_session().await;
    sim.verdict().expect("no rule was broken");
}

#[tokio::test]
async fn devices_fail_as_the_vendor_describes() {
    let (sim, mut client) = started(Scenario::default()).await;
    let file = |path: &str| json!({"md5hash": "", "sha256hash": "", "path": path});
    let driver = r"C:\Windows\System32\drivers\tcpip.sys";

    for (host, task, params, expected) in [
        ("WS-042", "quarantineFile", file(driver), RunState::Failed),
        (
            "WS-042",
            "deleteFile",
            file(r"D:\svchost.exe"),
            RunState::Failed,
        ),
        ("WS-042", "getFile", file(driver), RunState::Success),
        (
            "WS-042",
            "getFile",
            file(r"C:\missing.txt"),
            RunState::Failed,
        ),
        ("WS-009", "getFile", file(r"C:\x"), RunState::Failed),
        ("WS-027", "getFile", file(r"C:\x"), RunState::Failed),
        ("WS-012", "getFile", file(r"C:\x"), RunState::Failed),
    ] {
        let arguments = incident(&sim.host(host).id, task, &params);
        let (state, text) = final_state(&sim, &mut client, arguments).await;
        assert_eq!(state, expected, "{host} {task} {params}");
        assert_eq!(
            text.is_empty(),
            expected == RunState::Success,
            "{host} {task}: {text}"
        );
    }
}

#[tokio::test]
async fn an_ioc_scan_that_hits_ends_with_a_warning() {
    use base64::Engine as _;
    let (sim, mut client) = started(Scenario::default()).await;
    let scan = |name: &[u8]| {
        // A local header that holds nothing but the name and its length.
        let mut header = [0; 30];
        header[..4].copy_from_slice(b"PK\x03\x04");
        header[26] = u8::try_from(name.len()).expect("a short name");
        let archive = [header.as_slice(), name, b"packed hit"].concat();
        let ioc = base64::engine::general_purpose::STANDARD.encode(archive);
        json!({"ioc": ioc, "isolateHost": false, "scanCriticalAreas": true,
               "quarantineObject": false})
    };

    let hits = incident(WS_042, "iocScan", &scan(b"hit.ioc"));
    let misses = incident(WS_042, "iocScan", &scan(b"quiet.ioc"));

    let (state, text) = final_state(&sim, &mut client, hits).await;
    assert_eq!(state, RunState::Warning);
    assert!(!text.is_empty());
    assert_eq!(
        final_state(&sim, &mut client, misses).await.0,
        RunState::Success
    );
}

#[tokio::test]
async fn a_task_for_a_device_that_is_off_waits_until_it_is_on() {
    let (sim, mut client) = started(Scenario::default()).await;
    let off = sim.host("WS-007").id;
    let (state, _) = final_state(&sim, &mut client, isolation(&off)).await;
    assert_eq!(state, RunState::Pending);

    sim.set_online(&off, true);
    sim.advance(Duration::from_mins(1)).await;

    assert_eq!(sim.response_tasks()[0].runs[0].1, RunState::Success);
}

#[tokio::test]
async fn outcomes_are_decided_by_scenario_and_by_test() {
    let slow = Outcome {
        host: Some("WS-001".to_owned()),
        task: Some("isolateHost".to_owned()),
        state: OutcomeState::Running,
        text: String::new(),
    };
    let scenario = Scenario {
        outcomes: vec![slow],
        ..Scenario::default()
    };
    let (sim, mut client) = started(scenario).await;
    let host = sim.host("WS-001").id;
    let (state, _) = final_state(&sim, &mut client, isolation(&host)).await;
    assert_eq!(state, RunState::Running);

    sim.set_outcome(Outcome {
        host: Some(host),
        task: None,
        state: OutcomeState::Failed,
        text: "No space left on device".to_owned(),
    });
    sim.advance(Duration::from_mins(1)).await;

    let (_, state, text) = sim.response_tasks()[0].runs[0].clone();
    assert_eq!(
        (state, text.as_str()),
        (RunState::Failed, "No space left on device")
    );
}

#[tokio::test]
async fn a_cancelled_task_fails_with_a_text_and_a_finished_one_stays_as_it_is() {
    let (sim, mut client) = started(Scenario::default()).await;
    client
        .done("HostGroup.AddIncident", isolation(WS_042))
        .await;
    sim.advance(Duration::from_secs(2)).await;

    client
        .done("Tasks.CancelTask", json!({"strTask": "195"}))
        .await;
    sim.advance(Duration::from_mins(1)).await;

    let cancelled = status(&mut client, "195").await;
    assert_eq!(cancelled["state_code"], 16);
    assert_ne!(cancelled["state_descr"], "");
    assert!(!sim.host("WS-042").isolated);
}

#[tokio::test]
async fn the_oldest_response_task_goes_when_there_are_more_than_a_hundred() {
    let (sim, mut client) = started(Scenario::default()).await;
    let off = sim.host("WS-007").id;
    client.done("HostGroup.AddIncident", isolation(&off)).await;
    sim.advance(Duration::from_secs(2)).await;
    let oldest = sim.response_tasks()[0].id.clone();
    for number in 0..99 {
        sim.advance(Duration::from_secs(1)).await;
        let display_name = format!("[Response][KUMA] getFile - 01/02/2026 03:04:05 - {number}");
        sim.add_task(ForeignTask {
            display_name,
            hosts: vec![WS_042.to_owned()],
            state: RunState::Success,
            type_name: None,
            age_seconds: 0,
        });
    }
    assert_eq!(sim.response_tasks().len(), 100);
    assert_eq!(sim.response_tasks()[0].id, oldest);

    client
        .done("HostGroup.AddIncident", isolation(WS_042))
        .await;
    sim.advance(Duration::from_secs(2)).await;

    assert_eq!(sim.response_tasks().len(), 100);
    assert!(
        sim.response_tasks().iter().all(|task| task.id != oldest),
        "unfinished, and gone"
    );
    let gone = client
        .call("Tasks.GetTaskStatistics", json!({"strTask": oldest}))
        .await;
    assert_eq!(gone.pxg(), ("KLSTD".to_owned(), 1186));
    assert!(
        sim.tasks().iter().any(|task| task.id == "12"),
        "everyday tasks are not rotated"
    );
}

#[tokio::test]
async fn the_name_of_a_task_follows_the_scenario() {
    let scenario = Scenario {
        name_area_upper: false,
        name_suffix: NameSuffix::Random,
        ..Scenario::default()
    };
    let (sim, mut client) = started(scenario).await;

    client
        .done("HostGroup.AddIncident", isolation(WS_042))
        .await;
    sim.advance(Duration::from_secs(2)).await;

    let name = sim.response_tasks()[0].display_name.clone();
    assert!(
        name.starts_with("[Response][Kuma] isolateHost - 01/02/2026 03:04:05 - "),
        "{name}"
    );
    assert!(!name.ends_with(" - 42"), "{name}");
}

#[tokio::test]
async fn a_task_of_somebody_else_stays_as_it_is_put() {
    let (sim, mut client) = started(Scenario::default()).await;
    let id = sim.add_task(ForeignTask {
        display_name: "[Response][KUMA] getFile - 01/02/2026 03:04:05 - 41".to_owned(),
        hosts: vec![WS_042.to_owned()],
        state: RunState::Pending,
        type_name: None,
        age_seconds: 60,
    });

    sim.advance(Duration::from_hours(1)).await;
    assert_eq!(status(&mut client, &id).await["state_code"], 1);
    assert!(sim.set_task_state(&id, RunState::Paused, "paused by an operator"));

    let paused = status(&mut client, &id).await;
    assert_eq!(
        (&paused["state_code"], &paused["state_descr"]),
        (&json!(64), &json!("paused by an operator"))
    );
}
