//! The exact bytes of the vendor's client, on one kept connection, in its order.
//!
//! Numbers and names that the server makes are put in where the recording has others; everything
//! else of a request goes out as recorded, and every reply must have the recorded shape.

use crate::clients::{Client, request};
use crate::control::ask;
use crate::program::Program;
use ksc_simulator::{Clock, Scenario, Simulator};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::Duration;
use time::macros::datetime;

struct Exchange {
    path: String,
    headers: Vec<String>,
    body: String,
    expected: Value,
}

fn fixture(name: &str) -> Exchange {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../fixtures/ksc");
    let text = std::fs::read_to_string(folder.join(format!("{name}.json"))).expect("a fixture");
    let json: Value = serde_json::from_str(&text).expect("a fixture is JSON");
    assert_eq!(json["response"]["status"], 200, "{name}");
    let headers = json["request"]["headers"].as_object().expect("headers");
    let header = |(name, value): (&String, &Value)| {
        format!("{name}: {}", value.as_str().expect("a header is text"))
    };
    // What the HTTP library under the vendor's client adds to every request, and the recordings
    // leave out.
    let library = [
        "User-Agent: python-requests/2.34.2",
        "Accept-Encoding: gzip, deflate",
        "Accept: */*",
        "Connection: keep-alive",
    ];
    Exchange {
        path: json["request"]["path"].as_str().expect("a path").to_owned(),
        headers: headers
            .iter()
            .map(header)
            .chain(library.map(str::to_owned))
            .collect(),
        body: json["request"]["body"].as_str().expect("a body").to_owned(),
        expected: json["response"]["body"].clone(),
    }
}

/// Same members, same kinds, all the way down; elements of arrays like the first recorded one.
fn same_shape(expected: &Value, actual: &Value, place: &str) {
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => {
            let names = |map: &serde_json::Map<String, Value>| {
                let mut names: Vec<String> = map.keys().cloned().collect();
                names.sort();
                names
            };
            assert_eq!(names(expected), names(actual), "{place}");
            for (name, value) in expected {
                same_shape(value, &actual[name], &format!("{place}/{name}"));
            }
        }
        (Value::Array(expected), Value::Array(actual)) => {
            assert_eq!(expected.is_empty(), actual.is_empty(), "{place}");
            for element in actual {
                same_shape(&expected[0], element, &format!("{place}[]"));
            }
        }
        (Value::String(_), Value::String(_))
        | (Value::Number(_), Value::Number(_))
        | (Value::Bool(_), Value::Bool(_))
        | (Value::Null, Value::Null) => {}
        (expected, actual) => panic!("{place}: recorded {expected}, got {actual}"),
    }
}

async fn replay(client: &mut Client, name: &str, substitutions: &[(&str, &str)]) -> Value {
    let Exchange {
        path,
        headers,
        mut body,
        expected,
    } = fixture(name);
    for (recorded, actual) in substitutions {
        body = body.replace(recorded, actual);
    }
    client.send(&request(&path, &headers, &body)).await;
    let reply = client.reply().await.expect("a reply comes");
    assert_eq!(reply.status, 200, "{name}: {}", reply.body);
    same_shape(&expected, &reply.json(), name);
    reply.json()
}

async fn quiet() -> Simulator {
    let clock = Clock::Stepped(datetime!(2026-01-02 03:04:05 UTC));
    let scenario = Scenario {
        clock,
        everyday_tasks: false,
        ..Scenario::default()
    };
    Simulator::start(scenario).await.expect("it starts")
}

/// The whole flow of the vendor's client; `advance` lets the server's time pass.
async fn vendors_flow(mut client: Client, advance: impl AsyncFn(Duration)) {
    replay(&mut client, "login", &[]).await;
    let added = replay(&mut client, "add_incident_getFile", &[]).await;
    assert_eq!(
        added,
        fixture("add_incident_getFile").expected,
        "the first incident is 42"
    );
    replay(&mut client, "update_incident", &[]).await;
    let found = replay(&mut client, "find_incidents", &[]).await;
    assert_eq!(found, fixture("find_incidents").expected);
    let chunk = replay(&mut client, "get_items_chunk", &[]).await;
    let row = &chunk["pChunk"]["KLCSP_ITERATOR_ARRAY"][0]["value"];
    assert_eq!(row["KLINCDT_ID"], 42);
    assert_eq!(row["KLINCDT_ADDED"]["value"], "2026-01-02T03:04:05Z");
    replay(&mut client, "release_accessor", &[]).await;
    let found = replay(&mut client, "find_hosts", &[]).await;
    assert_eq!(found, fixture("find_hosts").expected);
    replay(&mut client, "release_accessor", &[("acc-1", "acc-2")]).await;

    advance(Duration::from_secs(2)).await;
    let tasks = replay(&mut client, "get_all_tasks_of_host", &[]).await;
    assert_eq!(tasks, fixture("get_all_tasks_of_host").expected);
    let task = replay(&mut client, "get_task", &[]).await;
    assert_eq!(task, fixture("get_task").expected, "name, dates and all");
    advance(Duration::from_secs(12)).await;
    let statistics = replay(&mut client, "get_task_statistics", &[]).await;
    assert_eq!(statistics, fixture("get_task_statistics").expected);
    replay(&mut client, "reset_host_iterator", &[]).await;
    let count = replay(&mut client, "host_status_count", &[]).await;
    assert_eq!(count, fixture("host_status_count").expected);
    let range = replay(&mut client, "host_status_range", &[]).await;
    assert_eq!(
        range["pParHostStatus"]["statuses"][0]["value"]["state_code"],
        4
    );
    replay(&mut client, "release_host_iterator", &[]).await;
    replay(&mut client, "cancel_task", &[]).await;
}

#[tokio::test]
async fn the_vendors_client_gets_through_its_whole_sequence_on_one_connection() {
    let sim = quiet().await;

    let client = Client::connect(&sim).await;
    vendors_flow(client, async |by| sim.advance(by).await).await;

    sim.verdict().expect("the vendor's client breaks no rule");
}

#[tokio::test]
async fn the_program_serves_the_vendors_client_as_the_library_does() {
    let program = Program::start(&json!({
        "clock": {"stepped": "2026-01-02T03:04:05Z"}, "everyday_tasks": false,
    }))
    .await;

    let client = Client::reach(program.ksc, &program.certificate).await;
    let advance = async |by: Duration| {
        let seconds = json!({"seconds": by.as_secs()});
        assert_eq!(
            ask(program.control, "POST", "/advance", &seconds).await.0,
            200
        );
    };
    vendors_flow(client.expect("the program accepts TLS"), advance).await;

    let (_, journal) = ask(program.control, "GET", "/journal", &Value::Null).await;
    assert_eq!(journal["violations"], json!([]));
    assert_eq!(journal["panics"], json!([]));
}

#[tokio::test]
async fn each_of_the_nine_recorded_incidents_becomes_a_task() {
    let sim = quiet().await;
    let mut client = Client::connect(&sim).await;
    replay(&mut client, "login", &[]).await;

    for task in [
        "getFile",
        "deleteFile",
        "quarantineFile",
        "iocScan",
        "startProcess",
        "terminateProcess",
        "isolateHost",
        "preventExecution",
        "onDemandScan",
    ] {
        replay(&mut client, &format!("add_incident_{task}"), &[]).await;
        sim.advance(Duration::from_mins(1)).await;

        let made = sim.tasks().pop().expect("a task was made");
        let beginning = format!("[Response][KUMA] {task} - 01/02/2026 03:04:05 - ");
        assert!(
            made.display_name.starts_with(&beginning),
            "{}",
            made.display_name
        );
        assert!(made.runs[0].1.is_final(), "{task}: {:?}", made.runs);
    }
    sim.verdict().expect("the vendor's client breaks no rule");
}

#[tokio::test]
async fn the_recorded_session_calls_are_served() {
    let sim = quiet().await;
    let mut client = Client::connect(&sim).await;
    let start = fixture("session_start");
    let login = fixture("login");
    let authorization = login
        .headers
        .iter()
        .find(|header| header.starts_with("Authorization"));
    let mut headers = start.headers.clone();
    headers.extend(authorization.cloned());

    client
        .send(&request(&start.path, &headers, &start.body))
        .await;
    let reply = client.reply().await.expect("a reply comes").json();
    same_shape(&start.expected, &reply, "session_start");
    let token = reply["PxgRetVal"].as_str().expect("a token").to_owned();
    for name in ["session_ping", "session_end"] {
        let exchange = fixture(name);
        let mut headers = exchange.headers.clone();
        headers.push(format!("X-KSC-Session: {token}"));
        client
            .send(&request(&exchange.path, &headers, &exchange.body))
            .await;
        let reply = client.reply().await.expect("a reply comes");
        assert_eq!(reply.json(), exchange.expected, "{name}");
    }

    sim.verdict().expect("nothing is left behind");
}
